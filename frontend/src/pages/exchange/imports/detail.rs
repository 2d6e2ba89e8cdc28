//! One import with its report.

use gloo_timers::callback::Interval;
use songjiao_types::{ImportId, WireEnum, imports::ImportReport};
use yew::prelude::*;

use super::{common::status_badge, report::ReportView, take_back::TakeBack};
use crate::{
    api::imports::find_import,
    components::{Crumb, IdProps, PageHeader, Section, Tone, badge, loaded},
    format,
    hooks::use_query,
    pages::hours::hour_records::source_label,
    route::Route,
};

/// Polling interval of a running import, in milliseconds.
const POLL_INTERVAL_MS: u32 = 1000;

/// The page of an import.
#[component]
pub fn DetailPage(props: &IdProps<ImportId>) -> Html {
    let load = use_query(Some(find_import(props.id)));
    let at_work = load.value().is_some_and(|report| !report.status.is_final());
    {
        let reload = load.reload.clone();
        use_effect_with(at_work, move |at_work| {
            let asking = at_work.then(|| Interval::new(POLL_INTERVAL_MS, move || reload.emit(())));
            move || drop(asking)
        });
    }
    let onchanged = load.reload.clone();
    loaded(&load, |report| detail(report, &onchanged))
}

fn detail(report: &ImportReport, onchanged: &Callback<()>) -> Html {
    let beside = html! { <>{ status_badge(report) }if report.dry_run { { badge(Tone::Neutral, t!("试运行")) } }</> };
    let source =
        report.source.as_deref().map(|source| t!("，来源 {source}", source = source_label(source))).unwrap_or_default();
    let file = report.file_name.as_deref().map(|file| t!("，文件 {file}", file)).unwrap_or_default();
    html! {
        <>
            <PageHeader title={t!("导入{kind}", kind = t!(report.kind.label()))} crumbs={vec![Crumb::to(t!("批量导入"), Route::Imports)]} {beside}
                subtitle={html! { format!("{}{source}{file}", format::date_time(report.created_at)) }} />
            <Section>
                <ReportView report={report.clone()} />
                <TakeBack report={report.clone()} {onchanged} />
            </Section>
        </>
    }
}
