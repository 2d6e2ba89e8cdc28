//! Shared by the pages of hour records.

use songjiao_types::{
    WireEnum,
    hour_records::{self, HourRecordHold, HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("学时记录"), Route::HourRecords)
}

/// The title as a link to the record.
pub fn title_link(record: &HourRecordView) -> Html {
    html! { <Link to={Route::HourRecord { id: record.id }}>{ &record.title }</Link> }
}

/// The status of a record, and what keeps it from a decision.
pub fn status_badge(record: &HourRecordView) -> Html {
    let tone = match record.status {
        HourRecordStatus::Pending => Tone::Warning,
        HourRecordStatus::Recognized => Tone::Success,
        HourRecordStatus::Rejected | HourRecordStatus::Returned => Tone::Danger,
        HourRecordStatus::Withdrawn | HourRecordStatus::Voided => Tone::Neutral,
    };
    html! {
        <>
            { badge(tone, t!(record.status.label())) }
            { for record.holds.iter().filter(|hold| *hold != HourRecordHold::Decision).map(hold_badge) }
            { for record.flags.iter().map(|flag| badge(Tone::Neutral, t!(flag.label()))) }
        </>
    }
}

fn hold_badge(hold: HourRecordHold) -> Html {
    match hold {
        HourRecordHold::Suspected => badge(Tone::Danger, t!("疑似重复")),
        hold => badge(Tone::Warning, t!(hold.label())),
    }
}

/// The label of a source.
pub fn source_label(source: &str) -> String {
    hour_records::source_label(source).map_or(source, |label| t!(label)).to_owned()
}
