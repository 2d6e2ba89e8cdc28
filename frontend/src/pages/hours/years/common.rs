//! Shared by the page of years and the closing dialog.

use songjiao_types::{
    WireEnum,
    years::{OpenMatters, YearMatterKind},
};
use yew::prelude::*;

use crate::{components::Link, route::Route};

/// The open matters, each with a link to the list that shows them.
pub(super) fn matters(open: &[OpenMatters]) -> Html {
    if open.is_empty() {
        return html! { <span class="muted">{ t!("没有") }</span> };
    }
    let item = |matters: &OpenMatters| {
        let query = matters.list.split_once('?').map_or("", |(_, query)| query).to_owned();
        let text = t!("{matters}：{count} 项", matters = t!(matters.kind.label()), count = matters.count);
        html! { <div class="open-matter"><Link to={list_of(matters.kind)} {query}>{ text }</Link></div> }
    };
    // One element: on a phone each child of a cell takes a place of its own.
    html! { <div>{ for open.iter().map(item) }</div> }
}

fn list_of(kind: YearMatterKind) -> Route {
    match kind {
        YearMatterKind::HoursDecision
        | YearMatterKind::HoursServiceUnconfirmed
        | YearMatterKind::HoursOwn
        | YearMatterKind::HoursFlagged
        | YearMatterKind::HoursProjectEnd => Route::HourRecords,
        YearMatterKind::Suspected => Route::DuplicateGroups,
        YearMatterKind::Projects => Route::Projects,
        YearMatterKind::Appointments => Route::Appointments,
        YearMatterKind::Exemptions => Route::Exemptions,
    }
}
