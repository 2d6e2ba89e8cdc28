//! The lessons of a project.

use songjiao_types::{
    ProjectId, WireEnum,
    lessons::{LessonQuery, LessonView},
};
use yew::prelude::*;

use crate::{
    api::projects::list_project_lessons,
    components::{ButtonLink, Column, DataTable, EmptyState, IconName, IdProps, Link, Section, Tone, badge},
    format,
    hooks::use_query,
    query::encode,
    route::Route,
};

/// The lessons of a project, with a link to the list of lessons.
#[component]
pub fn Lessons(props: &IdProps<ProjectId>) -> Html {
    let load = use_query(Some(list_project_lessons(props.id)));
    let columns = use_memo((), |()| columns());
    let query = encode(&LessonQuery { project_id: Some(props.id), ..Default::default() });
    let all = html! { <ButtonLink to={Route::Lessons} {query}>{ t!("到课例管理") }</ButtonLink> };
    let empty = html! {
        <EmptyState icon={IconName::Book} title={t!("还没有课例")}>
            <p>{ t!("研课磨课阶段，参培教师登记课例，送培团队评定合格课、优质课、精品课。") }</p>
        </EmptyState>
    };
    html! {
        <Section title={t!("课例")} flush=true actions={all}>
            <DataTable<LessonView> caption={t!("项目课例")} columns={(*columns).clone()} {load} {empty} />
        </Section>
    }
}

fn columns() -> Vec<Column<LessonView>> {
    vec![
        Column::field(
            "title",
            |row: &LessonView| html! { <Link to={Route::Lesson { id: row.id }}>{ &row.title }</Link> },
        )
        .head(),
        Column::field("teacher_name", |row: &LessonView| html! { &row.teacher_name }).unbroken(),
        Column::field("organization_name", |row: &LessonView| html! { &row.organization.name }),
        Column::field("subject", |row: &LessonView| html! { format!("{}{}", t!(row.stage.label()), row.subject) }),
        Column::field("taught_on", |row: &LessonView| match row.taught_on {
            Some(day) => html! { format::date(day) },
            None => html! { <span class="muted">{ "—" }</span> },
        })
        .unbroken(),
        Column::field("grade", |row: &LessonView| match row.grade {
            Some(grade) => badge(Tone::Success, t!(grade.label())),
            None => badge(Tone::Neutral, t!("未评定")),
        }),
        Column::field("certification_status", |row: &LessonView| match &row.certification {
            Some(certification) => html! { t!(certification.status.label()) },
            None => html! { <span class="muted">{ t!("未申请") }</span> },
        }),
    ]
}
