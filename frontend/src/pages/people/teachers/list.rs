//! The list of teachers.

use songjiao_types::{
    Permission, WireEnum,
    imports::{ImportKind, ImportQuery},
    teachers::{TeacherQuery, TeacherSort, TeacherStatus, TeacherView},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::{marks, status_badge, teacher_link};
use crate::{
    api::teachers::list_teachers,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, FlagFilter, IconName,
        ListOutput, OptionFilter, OrganizationFilter, OrganizationLink, PageHeader, SearchFilter, Section,
    },
    hooks::{filter, use_list, use_query_keep_previous},
    query::encode,
    route::Route,
    session::use_session,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "teacher_no",
    "name",
    "gender",
    "organization_code",
    "organization_name",
    "subject",
    "stage",
    "title",
    "backbone",
    "joined_on",
    "left_on",
    "status",
];

/// The teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(TeacherQuery { sort: Some(TeacherSort::TeacherNo), ..Default::default() });
    let load = use_query_keep_previous(Some(list_teachers(&list.request())));
    let columns = use_memo((), |()| columns());
    let may_write = session.can(Permission::TeachersWrite);
    let import = html! {
        if may_write && session.can(Permission::ImportsWrite) {
            <ButtonLink to={Route::Imports} query={encode(&ImportQuery { kind: Some(ImportKind::Teachers), ..Default::default() })} icon={IconName::Upload}>{ t!("批量导入") }</ButtonLink>
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
            <PageHeader title={t!("教师")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListOutput<TeacherView> name={t!("教师")} get={list_teachers(&list.query)} printed={PRINTED} />{ import }{ add }</> }}
                subtitle={t!("学时随人走：教师调动后，以往的学时仍记在本人名下。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <OptionFilter filter={filter!(list, subject)} label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
                    <ChoiceFilter<TeacherStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <FlagFilter filter={filter!(list, backbone)} label={t!("骨干教师")} />
                </FilterBar>
                <DataTable<TeacherView> caption={t!("教师列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("名教师")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<TeacherView>> {
    vec![
        Column::field("teacher_no", |row: &TeacherView| html! { &row.teacher_no }).sorted_by("teacher_no").unbroken(),
        Column::field("name", |row: &TeacherView| teacher_link(row.id, &row.name)).sorted_by("name").head(),
        Column::field("organization_name", |row: &TeacherView| {
            html! { <OrganizationLink id={row.organization.id} name={row.organization.name.clone()} /> }
        }),
        Column::field("subject", |row: &TeacherView| html! { &row.subject }),
        Column::field("stage", |row: &TeacherView| html! { t!(row.stage.label()) }),
        Column::field("title", |row: &TeacherView| html! { row.title.clone().unwrap_or_default() }),
        Column::field("status", |row: &TeacherView| html! { <>{ status_badge(row.status) }{ marks(row) }</> }),
    ]
}
