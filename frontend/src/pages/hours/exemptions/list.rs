//! The list of exemptions.

use songjiao_types::exemptions::{ExemptionKind, ExemptionQuery, ExemptionSort, ExemptionView};
use yew::prelude::*;

use super::{
    form::AddExemption,
    table::{self, Rights},
};
use crate::{
    api::exemptions::list_exemptions,
    components::{
        ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, FlagFilter, IconName, Link, ListDownload,
        OrganizationFilter, PageHeader, Section, TeacherFilter,
    },
    hooks::{filter, use_list, use_query_keep_previous},
    pages::people::teachers::teacher_link,
    route::Route,
    session::use_session,
};

/// The exemptions of the teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let rights = Rights::of(&session);
    let list = use_list(ExemptionQuery { sort: Some(ExemptionSort::StartsOnDesc), ..Default::default() });
    let load = use_query_keep_previous(Some(list_exemptions(&list.request())));
    let mut columns = vec![
        Column::field("teacher_name", |row: &ExemptionView| teacher_link(row.teacher_id, &row.teacher_name)),
        Column::field("teacher_no", |row: &ExemptionView| html! { &row.teacher_no }).unbroken(),
        Column::field("organization_name", |row: &ExemptionView| {
            html! { <Link to={Route::Organization { id: row.organization_id }}>{ &row.organization_name }</Link> }
        }),
    ];
    columns.extend(table::columns(rights, &load.reload));
    let add = html! { if rights.writes { <AddExemption onadded={load.reload.clone()} /> } };
    let empty = html! {
        <EmptyState icon={IconName::Shield} title={t!("还没有减免")}>
            <p>{ t!("教师休产假、病假、借调或脱产学习时登记减免，应修学时按整月折减。") }</p>
        </EmptyState>
    };
    let path = list_exemptions(&list.query).path().to_owned();
    html! {
        <>
            <PageHeader title={t!("减免")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListDownload {path} name={t!("减免")} />{ add }</> }}
                subtitle={t!("减免降低应修学时，不增加已修学时。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <TeacherFilter filter={filter!(list, teacher_id)} label={t!("教师")} placeholder={t!("全部")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <ChoiceFilter<ExemptionKind> filter={filter!(list, kind)} label={t!("事由")} />
                    <FlagFilter filter={filter!(list, confirmed)} label={t!("已确认")} />
                </FilterBar>
                <DataTable<ExemptionView> caption={t!("减免列表")} {columns} {load} list={list.erase()} unit={t!("条减免")} {empty} />
            </Section>
        </>
    }
}
