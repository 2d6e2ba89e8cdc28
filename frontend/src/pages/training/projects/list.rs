//! The list of projects.

use chrono::Datelike;
use songjiao_types::{
    Page, Permission, WireEnum,
    projects::{ProjectKind, ProjectStatus, ProjectView},
    training::{SUBJECTS, Stage, TrainingLevel},
};
use yew::prelude::*;

use super::common::{days_of, status_badge};
use crate::{
    api::{
        Get,
        projects::{FILTERS, list_projects},
    },
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, Exported, FilterBar, IconName,
        Link, ListOutput, OptionFilter, PageHeader, ProgressBar, SearchFilter, Section,
    },
    format,
    hooks::{use_list, use_query_keep_previous},
    i18n,
    pages::training::phases::phase_marks,
    query::Query,
    route::Route,
    session::use_session,
};

/// The first year of 三修三课.
const FIRST_YEAR: i32 = 2016;

/// The projects that are visible to the user.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(FILTERS, "-starts_on");
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
    html! {
        <>
            <PageHeader title={t!("培训项目")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<ProjectView> name={t!("培训项目")} query={list.selection()} />{ add }</> }}
                subtitle={t!("送教下乡项目按集中研修、诊断示范、研课磨课、成果展示、总结提升五个阶段实施。")} />
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <SearchFilter list={list.clone()} name="q" label={t!("项目名称")} placeholder={t!("如：小学语文")} />
                    <OptionFilter list={list.clone()} name="training_year" label={t!("培训年度")} options={years} />
                    <ChoiceFilter<ProjectKind> list={list.clone()} name="kind" label={t!("项目类型")} />
                    <ChoiceFilter<ProjectStatus> list={list.clone()} name="status" label={t!("状态")} />
                    <ChoiceFilter<TrainingLevel> list={list.clone()} name="level" label={t!("培训类别")} />
                    <OptionFilter list={list.clone()} name="subject" label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> list={list.clone()} name="stage" label={t!("学段")} />
                    <OptionFilter list={list.clone()} name="mine" label={t!("范围")} options={mine} />
                </FilterBar>
                <DataTable<ProjectView> caption={t!("培训项目列表")} columns={(*columns).clone()} {load} {list} unit={t!("个项目")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<ProjectView>> {
    vec![
        Column::new(t!("项目名称"), |row: &ProjectView| {
            html! { <Link to={Route::Project { id: row.id }}>{ &row.title }</Link> }
        })
        .sorted_by("title")
        .head(),
        Column::new(t!("类型"), |row: &ProjectView| html! { t!(row.kind.label()) }).unbroken(),
        Column::new(t!("年度"), |row: &ProjectView| html! { row.training_year }).unbroken(),
        Column::new(t!("类别"), |row: &ProjectView| html! { t!(row.level.label()) }).unbroken(),
        Column::new(t!("对象"), audience).unbroken(),
        Column::new(t!("阶段进度"), |row: &ProjectView| phase_marks(&row.phases)),
        Column::new(t!("学员"), places),
        Column::new(t!("学时"), |row: &ProjectView| html! { row.planned_hours.to_string() }).number(),
        Column::new(t!("起止日期"), days_of).sorted_by("starts_on"),
        Column::new(t!("状态"), |row: &ProjectView| status_badge(row.status)),
    ]
}

impl Exported for ProjectView {
    fn list(query: &Query) -> Get<Page<Self>> {
        list_projects(query)
    }

    fn headings(_: &[Self]) -> Vec<String> {
        let headings = [
            t!("项目名称"),
            t!("类型"),
            t!("年度"),
            t!("类别"),
            t!("学段"),
            t!("学科"),
            t!("承办单位"),
            t!("送培团队"),
            t!("固定人数"),
            t!("已录取"),
            t!("学时"),
            t!("开始日期"),
            t!("结束日期"),
            t!("状态"),
        ];
        headings.map(str::to_owned).to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.title.clone(),
            t!(self.kind.label()).to_owned(),
            self.training_year.to_string(),
            t!(self.level.label()).to_owned(),
            self.stage.map_or("", i18n::label).to_owned(),
            self.subject.clone().unwrap_or_default(),
            self.host_organization_name.clone().unwrap_or_default(),
            self.team_name.clone().unwrap_or_default(),
            self.capacity.to_string(),
            self.counts.admitted.to_string(),
            self.planned_hours.to_string(),
            format::date(self.starts_on),
            format::date(self.ends_on),
            t!(self.status.label()).to_owned(),
        ]
    }
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
