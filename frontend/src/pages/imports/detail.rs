//! One import, with its report.

use songjiao_types::{ImportId, WireEnum, imports::ImportReport};
use yew::prelude::*;

use super::{report::ReportView, status_badge};
use crate::{
    api::imports::find_import,
    components::{Badge, Crumb, PageHeader, Section, loaded},
    format,
    hooks::use_query,
    route::Route,
};

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct DetailPageProps {
    pub id: ImportId,
}

/// The page of an import.
#[component]
pub fn DetailPage(props: &DetailPageProps) -> Html {
    let load = use_query(Some(find_import(props.id)));
    loaded(&load, detail)
}

fn detail(report: &ImportReport) -> Html {
    let beside = html! { <>{ status_badge(report) }if report.dry_run { <Badge>{ t!("试运行") }</Badge> }</> };
    let source = report.source.as_deref().map(|source| t!("，来源 {source}", source)).unwrap_or_default();
    html! {
        <>
            <PageHeader title={t!("导入{kind}", kind = t!(report.kind.label()))} crumbs={vec![Crumb::to(t!("批量导入"), Route::Imports)]} {beside}
                subtitle={html! { format!("{}{source}", format::date_time(report.created_at)) }} />
            <Section><ReportView report={report.clone()} /></Section>
        </>
    }
}
