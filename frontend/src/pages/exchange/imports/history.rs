//! The history of imports.

use songjiao_types::{
    WireEnum,
    imports::{ImportKind, ImportQuery, ImportReport},
};
use yew::prelude::*;

use super::common::status_badge;
use crate::{
    api::imports::list_imports,
    components::{Column, DataTable, EmptyState, IconName, Link, ListDownload, Pager, Section, Tone, badge},
    format,
    hooks::{use_list, use_query_keep_previous},
    route::Route,
};

/// Properties of [`History`].
#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    pub kind: ImportKind,
}

/// The imports of a kind, latest first.
#[component]
pub fn History(props: &HistoryProps) -> Html {
    let kind = props.kind;
    // The API supports a single order.
    let list = use_list(ImportQuery::default());
    // The URL may name a kind that the user may not import.
    let of_kind = |query: ImportQuery| list_imports(&ImportQuery { kind: Some(kind), ..query });
    let load = use_query_keep_previous(Some(of_kind(list.request())));
    let columns = use_memo((), |()| columns());
    let empty =
        html! { <EmptyState icon={IconName::Upload} title={t!("还没有导入过{kind}", kind = t!(kind.label()))} /> };
    let title = t!("{kind}导入历史", kind = t!(kind.label()));
    let path = of_kind(list.query.clone()).path().to_owned();
    html! {
        <Section title={title.clone()} flush=true actions={html! { <ListDownload {path} name={title} /> }}>
            <DataTable<ImportReport> caption={t!("导入历史")} columns={(*columns).clone()} load={load.clone()} {empty} />
            <Pager<ImportReport> list={list.erase()} {load} unit={t!("次导入")} />
        </Section>
    }
}

fn columns() -> Vec<Column<ImportReport>> {
    let count = |figure: fn(&ImportReport) -> i64| move |row: &ImportReport| html! { format::count(figure(row)) };
    vec![
        Column::field("created_at", |row: &ImportReport| {
            html! { <Link to={Route::Import { id: row.id }}>{ format::date_time(row.created_at) }</Link> }
        })
        .head(),
        Column::field("status", |row: &ImportReport| {
            html! { <>{ status_badge(row) }if row.dry_run { { badge(Tone::Neutral, t!("试运行")) } }</> }
        }),
        Column::field("rows_total", count(|row| row.rows_total)).number(),
        Column::field("rows_imported", count(|row| row.rows_imported)).number(),
        Column::field("rows_updated", count(|row| row.rows_updated)).number(),
        Column::field("rows_unchanged", count(|row| row.rows_unchanged)).number(),
        Column::field("rows_failed", count(|row| row.rows_failed)).number(),
        Column::field("encoding", |row: &ImportReport| html! { &row.encoding }),
    ]
}
