//! The list of projects.

use chrono::Datelike;
use songjiao_types::{
    Permission, WireEnum,
    projects::{ProjectKind, ProjectStatus, ProjectView},
    training::{SUBJECTS, Stage, TrainingLevel},
};
use yew::prelude::*;

use super::{days_of, phase_marks, status_badge};
use crate::{
    api::projects::{FILTERS, list_projects},
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        OptionFilter, PageHeader, Pager, ProgressBar, SearchFilter, Section,
    },
    format,
    hooks::{use_list, use_query_keeping},
    route::Route,
    session::use_session,
};

/// The first year of 三修三课.
const FIRST_YEAR: i32 = 2016;

/// The projects that the user may see.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(FILTERS, "-starts_on");
    let load = use_query_keeping(Some(list_projects(&list.request())));
    let columns = use_memo((), |()| columns());
    let may_plan = session.can(Permission::ProjectsWrite);
    let add = html! {
        if may_plan {
            <ButtonLink to={Route::NewProject} kind={ButtonKind::Primary} icon={IconName::Plus}>{ "新建项目" }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Book} title="还没有培训项目">
            <p>{ if may_plan { "新建一个送教下乡项目，系统会按“五段式”建好五个阶段。" } else { "教师进修学校发布项目后会显示在这里。" } }</p>
            { add.clone() }
        </EmptyState>
    };
    let years = (FIRST_YEAR..=format::today().year() + 1).rev();
    let years = years.map(|year| (year.to_string().into(), format!("{year} 年度").into())).collect::<Vec<_>>();
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    let mine = vec![("true".into(), "我参与的".into())];
    html! {
        <>
            <PageHeader title="培训项目" crumbs={vec![Crumb::to("工作台", Route::Home)]} actions={add}
                subtitle="送教下乡项目按集中研修、诊断示范、研课磨课、成果展示、总结提升五个阶段实施。" />
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <SearchFilter list={list.clone()} name="q" label="项目名称" placeholder="如：小学语文" />
                    <OptionFilter list={list.clone()} name="training_year" label="培训年度" options={years} />
                    <ChoiceFilter<ProjectKind> list={list.clone()} name="kind" label="项目类型" />
                    <ChoiceFilter<ProjectStatus> list={list.clone()} name="status" label="状态" />
                    <ChoiceFilter<TrainingLevel> list={list.clone()} name="level" label="培训类别" />
                    <OptionFilter list={list.clone()} name="subject" label="学科" options={subjects} />
                    <ChoiceFilter<Stage> list={list.clone()} name="stage" label="学段" />
                    <OptionFilter list={list.clone()} name="mine" label="范围" options={mine} />
                </FilterBar>
                <DataTable<ProjectView> caption="培训项目列表" columns={(*columns).clone()} load={load.clone()}
                    list={list.clone()} {empty} />
                <Pager<ProjectView> {list} {load} unit="个项目" />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<ProjectView>> {
    vec![
        Column::new("项目名称", |row: &ProjectView| {
            html! { <Link to={Route::Project { id: row.id }}>{ &row.title }</Link> }
        })
        .sorted_by("title")
        .head(),
        Column::new("类型", |row: &ProjectView| html! { row.kind.label() }).unbroken(),
        Column::new("年度", |row: &ProjectView| html! { row.training_year }).unbroken(),
        Column::new("类别", |row: &ProjectView| html! { row.level.label() }).unbroken(),
        Column::new("对象", audience).unbroken(),
        Column::new("阶段进度", |row: &ProjectView| phase_marks(&row.phases)),
        Column::new("学员", places),
        Column::new("学时", |row: &ProjectView| html! { row.planned_hours.to_string() }).number(),
        Column::new("起止日期", days_of).sorted_by("starts_on"),
        Column::new("状态", |row: &ProjectView| status_badge(row.status)),
    ]
}

/// Whom the project is for: 小学语文.
fn audience(project: &ProjectView) -> Html {
    let stage = project.stage.map_or("", WireEnum::label);
    let subject = project.subject.as_deref().unwrap_or_default();
    let said = format!("{stage}{subject}");
    html! { if said.is_empty() { { "不限" } } else { { said } } }
}

fn places(project: &ProjectView) -> Html {
    let text = format!("{}/{}", project.counts.admitted, project.capacity);
    #[allow(clippy::cast_precision_loss, reason = "for drawing alone")]
    let done = project.counts.admitted as f64;
    html! {
        <ProgressBar label="已录取学员" {done} whole={f64::from(project.capacity)} {text} compact=true />
    }
}
