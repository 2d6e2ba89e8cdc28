//! The list of lessons.

use songjiao_types::{
    Page, Permission, Role,
    lessons::{LessonGrade, LessonView},
};
use yew::prelude::*;

use super::common::{certification_link, grade_badge, stage_and_subject};
use crate::{
    api::{
        Get,
        lessons::{FILTERS, list_lessons},
    },
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, Exported, FilterBar, IconName,
        Link, ListOutput, OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section, TeacherFilter,
    },
    format,
    hooks::{use_list, use_query_keep_previous},
    i18n,
    pages::training::projects::ProjectFilter,
    query::Query,
    route::Route,
    session::use_session,
};

/// The lessons in scope; for a teacher, their own.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(FILTERS, "-created_at");
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
            <PageHeader title={if own { t!("我的课例") } else { t!("课例") }} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<LessonView> name={t!("课例")} query={list.selection()} />{ add }</> }}
                subtitle={t!("研课磨课阶段生成的合格课、优质课、精品课，达到“三课”标准的予以认定。")} />
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <SearchFilter list={list.clone()} name="q" label={t!("课题或教师")} placeholder={t!("如：荷花、李敏")} />
                    <OptionFilter list={list.clone()} name="graded" label={t!("评定情况")} options={graded} />
                    <ChoiceFilter<LessonGrade> list={list.clone()} name="grade" label={t!("等次")} />
                    if !own {
                        <OrganizationFilter list={list.clone()} name="organization_id" label={t!("单位")} placeholder={t!("全部")} />
                        <TeacherFilter list={list.clone()} name="teacher_id" label={t!("授课教师")} placeholder={t!("全部")} />
                    }
                    <ProjectFilter list={list.clone()} name="project_id" label={t!("培训项目")} placeholder={t!("全部")} />
                </FilterBar>
                <DataTable<LessonView> caption={t!("课例列表")} columns={(*columns).clone()} {load} {list} unit={t!("节课例")} {empty} />
            </Section>
        </>
    }
}

fn columns(own: bool) -> Vec<Column<LessonView>> {
    let mut columns = vec![
        Column::new(
            t!("课题"),
            |row: &LessonView| html! { <Link to={Route::Lesson { id: row.id }}>{ &row.title }</Link> },
        )
        .sorted_by("title")
        .head(),
    ];
    if !own {
        columns.push(Column::new(t!("授课教师"), |row: &LessonView| html! { &row.teacher_name }));
        columns.push(Column::new(t!("单位"), |row: &LessonView| html! { &row.organization.name }));
    }
    columns.extend([
        Column::new(t!("学科"), |row: &LessonView| html! { stage_and_subject(row) }),
        Column::new(t!("培训项目"), |row: &LessonView| match &row.project_title {
            Some(title) => html! { title },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::new(t!("授课日期"), |row: &LessonView| match row.taught_on {
            Some(day) => html! { format::date(day) },
            None => html! { <span class="muted">{ "—" }</span> },
        })
        .unbroken(),
        Column::new(t!("等次"), |row: &LessonView| grade_badge(row.grade)),
        Column::new(t!("三课认定"), |row: &LessonView| certification_link(row.certification.as_ref())),
        Column::new(t!("登记时间"), |row: &LessonView| html! { format::date_time(row.created_at) })
            .sorted_by("created_at")
            .unbroken(),
    ]);
    columns
}

impl Exported for LessonView {
    fn list(query: &Query) -> Get<Page<Self>> {
        list_lessons(query)
    }

    fn headings(_: &[Self]) -> Vec<String> {
        let headings = [
            t!("课题"),
            t!("授课教师"),
            t!("单位"),
            t!("学科"),
            t!("培训项目"),
            t!("授课日期"),
            t!("等次"),
            t!("三课认定"),
        ];
        headings.map(str::to_owned).to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.title.clone(),
            self.teacher_name.clone(),
            self.organization.name.clone(),
            stage_and_subject(self),
            self.project_title.clone().unwrap_or_default(),
            self.taught_on.map(format::date).unwrap_or_default(),
            self.grade.map_or("", i18n::label).to_owned(),
            self.certification.as_ref().map_or("", |it| i18n::label(it.status)).to_owned(),
        ]
    }
}
