//! The list of lessons.

use songjiao_types::{
    Permission, Role,
    lessons::{LessonGrade, LessonQuery, LessonSort, LessonView},
};
use yew::prelude::*;

use super::common::{certification_link, grade_badge, stage_and_subject};
use crate::{
    api::lessons::list_lessons,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        ListOutput, OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section, TeacherFilter,
    },
    format,
    hooks::{filter, use_list, use_query_keep_previous},
    i18n::heading,
    pages::training::projects::ProjectFilter,
    route::Route,
    session::use_session,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "title",
    "teacher_name",
    "organization_name",
    "subject",
    "stage",
    "project_title",
    "taught_on",
    "grade",
    "certification_status",
];

/// The lessons in scope; for a teacher, their own.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(LessonQuery { sort: Some(LessonSort::Newest), ..Default::default() });
    let load = use_query_keep_previous(Some(list_lessons(&list.request())));
    let own = session.me().is_some_and(|me| me.role == Role::Teacher);
    let columns = use_memo(own, |own| columns(*own));
    let add = html! {
        if session.can(Permission::LessonsWrite) {
            <ButtonLink to={Route::NewLesson} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("登记课例") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Book} title={t!("还没有课例")}>
            <p>{ t!("研课磨课中打磨的课登记为课例，由送培团队评定等次后可申请三课认定。") }</p>{ add.clone() }
        </EmptyState>
    };
    let graded = vec![("false".into(), t!("待评定").into()), ("true".into(), t!("已评定").into())];
    html! {
        <>
            <PageHeader title={if own { t!("我的课例") } else { t!("课例") }} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<LessonView> name={t!("课例")} get={list_lessons(&list.query)} printed={PRINTED} />{ add }</> }}
                subtitle={t!("研课磨课阶段生成的合格课、优质课、精品课，达到“三课”标准的予以认定。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("课题或教师")} placeholder={t!("如：荷花、李敏")} />
                    <OptionFilter filter={filter!(list, graded)} label={t!("评定情况")} options={graded} />
                    <ChoiceFilter<LessonGrade> filter={filter!(list, grade)} label={t!("等次")} />
                    if !own {
                        <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                        <TeacherFilter filter={filter!(list, teacher_id)} label={t!("授课教师")} placeholder={t!("全部")} />
                    }
                    <ProjectFilter filter={filter!(list, project_id)} label={heading::<LessonView>("project_title")} placeholder={t!("全部")} />
                </FilterBar>
                <DataTable<LessonView> caption={t!("课例列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("节课例")} {empty} />
            </Section>
        </>
    }
}

fn columns(own: bool) -> Vec<Column<LessonView>> {
    let mut columns = vec![
        Column::field(
            "title",
            |row: &LessonView| html! { <Link to={Route::Lesson { id: row.id }}>{ &row.title }</Link> },
        )
        .sorted_by("title")
        .head(),
    ];
    if !own {
        columns.push(Column::field("teacher_name", |row: &LessonView| html! { &row.teacher_name }));
        columns.push(Column::field("organization_name", |row: &LessonView| html! { &row.organization.name }));
    }
    columns.extend([
        Column::field("subject", |row: &LessonView| html! { stage_and_subject(row) }),
        Column::field("project_title", |row: &LessonView| match &row.project_title {
            Some(title) => html! { title },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::field("taught_on", |row: &LessonView| match row.taught_on {
            Some(day) => html! { format::date(day) },
            None => html! { <span class="muted">{ "—" }</span> },
        })
        .unbroken(),
        Column::field("grade", |row: &LessonView| grade_badge(row.grade)),
        Column::field("certification_status", |row: &LessonView| certification_link(row.certification.as_ref())),
        Column::field("created_at", |row: &LessonView| html! { format::date_time(row.created_at) })
            .sorted_by("created_at")
            .unbroken(),
    ]);
    columns
}
