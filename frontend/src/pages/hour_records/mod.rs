//! Hour records 学时记录: what was earned, who told of it, and who recognised it. Append-only:
//! what was wrong is voided with a reason and stays in sight.

mod decisions;
mod detail;
mod form;
mod list;

pub use detail::DetailPage;
pub use form::CreatePage;
pub use list::ListPage;

use songjiao_types::{
    WireEnum,
    hour_records::{HourRecordStatus, HourRecordView, IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE},
};
use yew::prelude::*;

use crate::{
    components::{Badge, Crumb, Link, Tone},
    route::Route,
};

/// The list, above every other page of the slice.
fn list_crumb() -> Crumb {
    Crumb::to("学时记录", Route::HourRecords)
}

/// The title, as a link to the page.
pub(super) fn title_link(record: &HourRecordView) -> Html {
    html! { <Link to={Route::HourRecord { id: record.id }}>{ &record.title }</Link> }
}

/// Where a record stands, and whether it may be told twice.
pub(super) fn status_badge(record: &HourRecordView) -> Html {
    let tone = match record.status {
        HourRecordStatus::Pending => Tone::Warning,
        HourRecordStatus::Recognized => Tone::Success,
        HourRecordStatus::Rejected => Tone::Danger,
        HourRecordStatus::Voided => Tone::Neutral,
    };
    html! {
        <>
            <Badge {tone}>{ record.status.label() }</Badge>
            if record.status.is_live() && record.duplicate_of.is_some() {
                <Badge tone={Tone::Danger}>{ "疑似重复" }</Badge>
            }
        </>
    }
}

/// Who tells of a record.
fn source_label(source: &str) -> String {
    match source {
        MANUAL_SOURCE => "手工录入".to_owned(),
        PROJECT_SOURCE => "项目结业".to_owned(),
        IMPORT_SOURCE => "批量导入".to_owned(),
        platform => platform.to_owned(),
    }
}
