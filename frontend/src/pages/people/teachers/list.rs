//! The list of teachers.

use songjiao_types::{
    Page, Permission, WireEnum,
    teachers::{TeacherStatus, TeacherView},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::{marks, status_badge, teacher_link};
use crate::{
    api::{
        Get,
        teachers::{FILTERS, list_teachers},
    },
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, Exported, FilterBar, FlagFilter,
        IconName, Link, ListOutput, OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section,
    },
    format,
    hooks::{use_list, use_query_keep_previous},
    query::Query,
    route::Route,
    session::use_session,
};

/// The teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(FILTERS, "teacher_no");
    let load = use_query_keep_previous(Some(list_teachers(&list.request())));
    let columns = use_memo((), |()| columns());
    let may_write = session.can(Permission::TeachersWrite);
    let import = html! {
        if may_write && session.can(Permission::ImportsWrite) {
            <ButtonLink to={Route::Imports} query="kind=teachers" icon={IconName::Upload}>{ t!("批量导入") }</ButtonLink>
        }
    };
    let add = html! {
        if may_write {
            <ButtonLink to={Route::NewTeacher} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新增教师") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有教师")}>
            <p>{ t!("登记教师之后，才能选派学员、登记学时。人数较多时可用 CSV 文件批量导入。") }</p>
            { add.clone() }{ import.clone() }
        </EmptyState>
    };
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    html! {
        <>
            <PageHeader title={t!("教师")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<TeacherView> name={t!("教师")} query={list.selection()} />{ import }{ add }</> }}
                subtitle={t!("学时随人走：教师调动后，以往的学时仍记在本人名下。")} />
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <SearchFilter list={list.clone()} name="q" label={t!("姓名或教师编号")} />
                    <OrganizationFilter list={list.clone()} name="organization_id" label={t!("单位")} placeholder={t!("全部")} />
                    <OptionFilter list={list.clone()} name="subject" label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> list={list.clone()} name="stage" label={t!("学段")} />
                    <ChoiceFilter<TeacherStatus> list={list.clone()} name="status" label={t!("状态")} />
                    <FlagFilter list={list.clone()} name="backbone" label={t!("骨干教师")} />
                </FilterBar>
                <DataTable<TeacherView> caption={t!("教师列表")} columns={(*columns).clone()} {load} {list} unit={t!("名教师")} {empty} />
            </Section>
        </>
    }
}

impl Exported for TeacherView {
    fn list(query: &Query) -> Get<Page<Self>> {
        list_teachers(query)
    }

    fn headings(_: &[Self]) -> Vec<String> {
        let headings = [
            t!("教师编号"),
            t!("姓名"),
            t!("性别"),
            t!("单位编号"),
            t!("单位"),
            t!("学科"),
            t!("学段"),
            t!("职称"),
            t!("骨干"),
            t!("入职日期"),
            t!("离任日期"),
            t!("状态"),
        ];
        headings.map(str::to_owned).to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.teacher_no.clone(),
            self.name.clone(),
            self.gender.map(|gender| t!(gender.label()).to_owned()).unwrap_or_default(),
            self.organization.code.clone(),
            self.organization.name.clone(),
            self.subject.clone(),
            t!(self.stage.label()).to_owned(),
            self.title.clone().unwrap_or_default(),
            if self.backbone { t!("是") } else { t!("否") }.to_owned(),
            format::date(self.joined_on),
            self.left_on.map(format::date).unwrap_or_default(),
            t!(self.status.label()).to_owned(),
        ]
    }
}

fn columns() -> Vec<Column<TeacherView>> {
    vec![
        Column::new(t!("教师编号"), |row: &TeacherView| html! { &row.teacher_no }).sorted_by("teacher_no").unbroken(),
        Column::new(t!("姓名"), |row: &TeacherView| teacher_link(row.id, &row.name)).sorted_by("name").head(),
        Column::new(t!("单位"), |row: &TeacherView| {
            html! { <Link to={Route::Organization { id: row.organization.id }}>{ &row.organization.name }</Link> }
        }),
        Column::new(t!("学科"), |row: &TeacherView| html! { &row.subject }),
        Column::new(t!("学段"), |row: &TeacherView| html! { t!(row.stage.label()) }),
        Column::new(t!("职称"), |row: &TeacherView| html! { row.title.clone().unwrap_or_default() }),
        Column::new(t!("状态"), |row: &TeacherView| html! { <>{ status_badge(row.status) }{ marks(row) }</> }),
    ]
}
