//! The list of projects.

use chrono::Datelike;
use songjiao_types::{
    Permission, WireEnum,
    projects::{ProjectKind, ProjectQuery, ProjectSort, ProjectStatus, ProjectView},
    training::{SUBJECTS, Stage, TrainingDimension, TrainingLevel},
};
use yew::prelude::*;

use super::common::{days_of, status_badge};
use crate::{
    api::projects::list_projects,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        ListOutput, OptionFilter, PageHeader, ProgressBar, SearchFilter, Section,
    },
    format,
    hooks::{filter, use_list, use_query_keep_previous},
    pages::training::phases::phase_marks,
    route::Route,
    session::use_session,
};

/// The first year of 三修三课.
const FIRST_YEAR: i32 = 2016;

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "title",
    "kind",
    "training_year",
    "level",
    "stage",
    "subject",
    "host_organization_name",
    "team_name",
    "capacity",
    "counts_admitted",
    "planned_hours",
    "starts_on",
    "ends_on",
    "status",
];

/// The projects that are visible to the user.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(ProjectQuery { sort: Some(ProjectSort::StartsOnDesc), ..Default::default() });
    let load = use_query_keep_previous(Some(list_projects(&list.request())));
    let columns = use_memo((), |()| columns());
    let may_plan = session.can(Permission::ProjectsWrite);
    let add = html! {
        if may_plan {
            <ButtonLink to={Route::NewProject} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新建项目") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Book} title={t!("还没有培训项目")}>
            <p>{ if may_plan { t!("新建一个送教下乡项目，系统会按“五段式”建好五个阶段。") } else { t!("教师进修学校发布项目后会显示在这里。") } }</p>
            { add.clone() }
        </EmptyState>
    };
    let years = (FIRST_YEAR..=format::today().year() + 1).rev();
    let years = years.map(|year| (year.to_string().into(), t!("{year} 年度", year).into())).collect::<Vec<_>>();
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    let mine = vec![("true".into(), t!("我参与的").into())];
    let overdue = vec![("true".into(), t!("结束满 30 天未结项").into())];
    html! {
        <>
            <PageHeader title={t!("培训项目")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<ProjectView> name={t!("培训项目")} get={list_projects(&list.query)} printed={PRINTED} />{ add }</> }}
                subtitle={t!("送教下乡项目按集中研修、诊断示范、研课磨课、成果展示、总结提升五个阶段实施。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("项目名称")} placeholder={t!("如：小学语文")} />
                    <OptionFilter filter={filter!(list, training_year)} label={t!("培训年度")} options={years} />
                    <ChoiceFilter<ProjectKind> filter={filter!(list, kind)} label={t!("项目类型")} />
                    <ChoiceFilter<ProjectStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <ChoiceFilter<TrainingLevel> filter={filter!(list, level)} label={t!("培训类别")} />
                    <ChoiceFilter<TrainingDimension> filter={filter!(list, dimension)} label={t!("三修")} />
                    <OptionFilter filter={filter!(list, subject)} label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
                    if may_plan { <OptionFilter filter={filter!(list, overdue)} label={t!("结项")} options={overdue} /> }
                    <OptionFilter filter={filter!(list, mine)} label={t!("范围")} options={mine} />
                </FilterBar>
                <DataTable<ProjectView> caption={t!("培训项目列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("个项目")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<ProjectView>> {
    vec![
        Column::field("title", |row: &ProjectView| {
            html! { <Link to={Route::Project { id: row.id }}>{ &row.title }</Link> }
        })
        .sorted_by("title")
        .head(),
        Column::field("kind", |row: &ProjectView| html! { t!(row.kind.label()) }).unbroken(),
        Column::field("training_year", |row: &ProjectView| html! { row.training_year }).unbroken(),
        Column::field("level", |row: &ProjectView| html! { t!(row.level.label()) }).unbroken(),
        Column::new(t!("对象"), audience).unbroken(),
        Column::new(t!("阶段进度"), |row: &ProjectView| phase_marks(&row.phases)),
        Column::new(t!("学员"), places),
        Column::field("planned_hours", |row: &ProjectView| html! { row.planned_hours.to_string() }).number(),
        Column::new(t!("起止日期"), days_of).sorted_by("starts_on"),
        Column::field("status", |row: &ProjectView| status_badge(row.status)),
    ]
}

/// The audience of a project: 小学语文.
fn audience(project: &ProjectView) -> Html {
    let said = format::stage_and_subject(project.stage, project.subject.as_deref().unwrap_or_default());
    html! { if said.is_empty() { { t!("不限") } } else { { said } } }
}

fn places(project: &ProjectView) -> Html {
    let text = format!("{}/{}", project.counts.admitted, project.capacity);
    #[allow(clippy::cast_precision_loss, reason = "for drawing alone")]
    let done = project.counts.admitted as f64;
    html! {
        <ProgressBar label={t!("已录取学员")} {done} whole={f64::from(project.capacity)} {text} compact=true />
    }
}
