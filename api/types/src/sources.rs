//! Sources 学时来源: platforms that push hour records under keys of their own.

use serde::{Deserialize, Serialize};

use crate::{FieldError, HourRecordId, TeacherId, hour_records::HourRecordStatus, imports::OnConflict};

/// Items that one request may push.
pub const MAX_ITEMS: usize = 5000;

wire_enum! {
    /// What became of a pushed item.
    PushOutcome {
        /// It is recorded.
        Created = "created", "已登记";
        /// The source has told of it before, in the same words.
        Unchanged = "unchanged", "无变化";
        /// The record that was there has ended, and this one is recorded in its place.
        Superseded = "superseded", "已取代";
        /// It is recorded and waits for a person: another source tells of what seems the same training.
        DuplicateSuspected = "duplicate_suspected", "疑似重复";
        /// The record that was there has ended.
        Withdrawn = "withdrawn", "已撤回";
        /// It is at fault; nothing was done about it.
        Rejected = "rejected", "未接收";
    }
}

/// An hour record as a source tells of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushedHourRecord {
    /// The record's id at its source, by which it is known when it comes again.
    #[cfg_attr(feature = "openapi", schema(example = "GP-2026-000123", min_length = 1, max_length = 128))]
    pub external_id: String,
    /// True takes back what was pushed under this id; nothing else is read then.
    #[serde(default)]
    pub withdrawn: Option<bool>,
    /// Required unless there is a `teacher_id`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "220283000123", max_length = 32))]
    pub teacher_no: Option<String>,
    /// In place of `teacher_no`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub teacher_id: Option<TeacherId>,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: Option<i32>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date, example = "2026-07-06"))]
    pub starts_on: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date, example = "2026-07-10"))]
    pub ends_on: Option<String>,
    /// Above 0, at most 9999.9, at most one decimal.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub hours: Option<f64>,
    /// 培训类别, as identifier, label or national code: `national`, `国培` or `10`.
    #[cfg_attr(feature = "openapi", schema(example = "国培"))]
    pub level: Option<String>,
    /// 培训方式, as identifier, label or national code: `online`, `网络研修` or `3`.
    #[cfg_attr(feature = "openapi", schema(example = "网络研修"))]
    pub mode: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "国培计划（2026）小学语文", max_length = 200))]
    pub title: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学", max_length = 200))]
    pub institution: Option<String>,
}

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushResult {
    /// Its place in the request, from 0.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub index: i64,
    /// `null` where the item has none that can be read.
    #[cfg_attr(feature = "openapi", schema(example = "GP-2026-000123"))]
    pub external_id: Option<String>,
    pub outcome: PushOutcome,
    /// The record that there is now; of what is withdrawn, the one that has ended.
    pub id: Option<HourRecordId>,
    /// Why it was rejected; pointers into the item.
    #[cfg_attr(feature = "openapi", schema(example = json!([])))]
    pub errors: Vec<FieldError>,
}

/// How many items came to which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushCounts {
    pub created: i64,
    pub unchanged: i64,
    pub superseded: i64,
    pub duplicate_suspected: i64,
    pub withdrawn: i64,
    pub rejected: i64,
}

impl PushCounts {
    /// Counts one more.
    pub fn add(&mut self, outcome: PushOutcome) {
        *match outcome {
            PushOutcome::Created => &mut self.created,
            PushOutcome::Unchanged => &mut self.unchanged,
            PushOutcome::Superseded => &mut self.superseded,
            PushOutcome::DuplicateSuspected => &mut self.duplicate_suspected,
            PushOutcome::Withdrawn => &mut self.withdrawn,
            PushOutcome::Rejected => &mut self.rejected,
        } += 1;
    }
}

/// What became of all items, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushReport {
    #[cfg_attr(feature = "openapi", schema(example = "province"))]
    pub source: String,
    pub counts: PushCounts,
    pub items: Vec<PushResult>,
}

/// How pushed records are to be taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PushOptions {
    /// `pending` holds back what would be recognised at once
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<HourRecordStatus>,
    /// Of a record that is there and differs; by default `supersede`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
}
