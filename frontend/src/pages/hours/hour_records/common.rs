//! Shared by the pages of hour records.

use songjiao_types::{
    Page, WireEnum,
    hour_records::{HourRecordStatus, HourRecordView, IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE},
};
use yew::prelude::*;

use crate::{
    api::{Get, hour_records::list_hour_records},
    components::{Crumb, Exported, Link, Tone, badge},
    format,
    query::Query,
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

/// The status of a record, and whether it may be a duplicate.
pub fn status_badge(record: &HourRecordView) -> Html {
    let tone = match record.status {
        HourRecordStatus::Pending => Tone::Warning,
        HourRecordStatus::Recognized => Tone::Success,
        HourRecordStatus::Rejected => Tone::Danger,
        HourRecordStatus::Voided => Tone::Neutral,
    };
    html! {
        <>
            { badge(tone, t!(record.status.label())) }
            if record.status == HourRecordStatus::Pending && record.duplicate_of.is_some() {
                { badge(Tone::Danger, t!("疑似重复")) }
            }
        </>
    }
}

/// The label of a source.
pub fn source_label(source: &str) -> String {
    match source {
        MANUAL_SOURCE => t!("手工录入").to_owned(),
        PROJECT_SOURCE => t!("项目结业").to_owned(),
        IMPORT_SOURCE => t!("批量导入").to_owned(),
        platform => platform.to_owned(),
    }
}

impl Exported for HourRecordView {
    fn list(query: &Query) -> Get<Page<Self>> {
        list_hour_records(query)
    }

    fn headings(_: &[Self]) -> Vec<String> {
        let headings = [
            t!("教师编号"),
            t!("姓名"),
            t!("任职单位"),
            t!("培训年度"),
            t!("培训类别"),
            t!("项目名称"),
            t!("机构名称"),
            t!("培训方式"),
            t!("获得学时"),
            t!("开始日期"),
            t!("结束日期"),
            t!("来源"),
            t!("来源编号"),
            t!("状态"),
            t!("原因"),
        ];
        headings.map(str::to_owned).to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.teacher_no.clone(),
            self.teacher_name.clone(),
            self.organization_name.clone(),
            self.training_year.to_string(),
            t!(self.level.label()).to_owned(),
            self.title.clone(),
            self.institution.clone(),
            t!(self.mode.label()).to_owned(),
            self.hours.to_string(),
            format::date(self.starts_on),
            format::date(self.ends_on),
            source_label(&self.source),
            self.external_id.clone().unwrap_or_default(),
            t!(self.status.label()).to_owned(),
            self.status_reason.clone().unwrap_or_default(),
        ]
    }
}
