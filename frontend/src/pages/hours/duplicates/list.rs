//! The list of groups.

use songjiao_types::{
    Permission, WireEnum,
    duplicate_groups::{DuplicateGroupQuery, DuplicateGroupSort, DuplicateGroupStatus, DuplicateGroupView},
};
use yew::prelude::*;

use crate::{
    api::duplicate_groups::list_duplicate_groups,
    calendar::Calendar,
    components::{
        ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link, ListDownload,
        OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section, Tone, badge,
    },
    format,
    hooks::{filter, use_calendar, use_list, use_query_keep_previous},
    pages::{hours::hour_records::source_label, people::teachers::teacher_link},
    query::encode,
    route::Route,
    session::use_session,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("疑似重复"), Route::DuplicateGroups)
}

/// The groups in scope; at first the open ones.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(DuplicateGroupQuery {
        status: Some(DuplicateGroupStatus::Open),
        sort: Some(DuplicateGroupSort::Opened),
        ..Default::default()
    });
    let load = use_query_keep_previous(Some(list_duplicate_groups(&list.request())));
    let calendar = use_calendar();
    let years = calendar.value().map(|calendar| Calendar::of(calendar).year_options());
    let DuplicateGroupQuery { organization_id, training_year, .. } = list.query.clone();
    let query = encode(&DuplicateGroupQuery { organization_id, training_year, ..Default::default() });
    let path = list_duplicate_groups(&list.query).path().to_owned();
    let actions = html! {
        <>
            <ListDownload {path} name={t!("疑似重复")} />
            if session.can(Permission::HoursRecognize) {
                <ButtonLink to={Route::DecideDuplicateGroups} {query} icon={IconName::Check}>{ t!("按规则裁定") }</ButtonLink>
            }
        </>
    };
    let empty = html! {
        <EmptyState icon={IconName::Check} title={t!("没有待核对的疑似重复")}>
            <p>{ t!("有新的疑似重复时会列在这里。") }</p>
            <ButtonLink to={Route::HourRecords}>{ t!("查看学时记录") }</ButtonLink>
        </EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("疑似重复")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} {actions}
                subtitle={t!("同一教师看似同一培训的登记归为一组。最先登记的计学时，其余待裁定；同一培训只能计一次。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("教师")} />
                    <ChoiceFilter<DuplicateGroupStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <OptionFilter filter={filter!(list, training_year)} label={t!("培训年度")} options={years.unwrap_or_default()} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                </FilterBar>
                <DataTable<DuplicateGroupView> caption={t!("疑似重复列表")} columns={columns()} {load} list={list.erase()} unit={t!("组")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<DuplicateGroupView>> {
    vec![
        Column::field("title", |row: &DuplicateGroupView| {
            let title = row.units.first().map(|unit| unit.title.clone()).unwrap_or_default();
            html! { <Link to={Route::DuplicateGroup { id: row.id }}>{ title }</Link> }
        })
        .head(),
        Column::field("teacher_name", |row: &DuplicateGroupView| teacher_link(row.teacher_id, &row.teacher_name))
            .unbroken(),
        Column::field("units", |row: &DuplicateGroupView| html! { row.units.len() }).number(),
        Column::field("waiting_hours", |row: &DuplicateGroupView| html! { row.waiting_hours().to_string() }).number(),
        Column::field("sources", |row: &DuplicateGroupView| {
            let mut sources: Vec<String> = row.units.iter().map(|unit| source_label(&unit.source)).collect();
            sources.dedup();
            html! { sources.join(t!("、")) }
        }),
        Column::field("status", |row: &DuplicateGroupView| {
            let tone = match row.status {
                DuplicateGroupStatus::Open => Tone::Warning,
                DuplicateGroupStatus::Decided => Tone::Success,
                DuplicateGroupStatus::Lapsed => Tone::Neutral,
            };
            badge(tone, t!(row.status.label()))
        }),
        Column::field("opened_at", |row: &DuplicateGroupView| html! { format::date_time(row.opened_at) })
            .sorted_by("opened")
            .unbroken(),
    ]
}
