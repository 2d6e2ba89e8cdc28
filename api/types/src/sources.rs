//! Sources 学时来源: names under which platforms and organizations record hours, each owned by an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Column, FieldError, HourRecordId, OrganizationId, SourceId, Tabular, TeacherId, column,
    hour_records::HourRecordStatus, imports::OnConflict, organizations::OrganizationRef,
};

/// The maximum number of items in a request.
pub const MAX_ITEMS: usize = 5000;

/// A source 学时来源.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceView {
    /// The source's id.
    pub id: SourceId,
    /// The name, unique without regard to case and never given again.
    #[cfg_attr(feature = "openapi", schema(example = "province"))]
    pub name: String,
    /// The organization that owns the source.
    pub organization: OrganizationRef,
    /// The number of API keys made for the source that are not revoked.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub keys: i64,
    /// When a record was last written under the source; `null` if none was.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-20T02:00:00Z"))]
    pub last_record_at: Option<DateTime<Utc>>,
    /// When the source was created.
    pub created_at: DateTime<Utc>,
}

wire_enum! {
    /// The order of a list of sources.
    SourceSort {
        /// By name, ascending.
        Name = "name", "名称升序";
        /// By name, descending.
        NameDesc = "-name", "名称降序";
    }
}

list_query! {
    /// The parameters of the list of sources.
    SourceQuery {
        /// Part of the name
        q: String,
        /// Sources of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
    /// Defaults to `name`
    sort: SourceSort
}

impl Tabular for SourceView {
    const NAME: &'static str = "学时来源";
    const FILE: &'static str = "sources";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("name", "名称", 20, |row: &Self| row.name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("keys", "密钥数", 10, |row: &Self| row.keys.into()),
            column("last_record_at", "最近登记", 20, |row: &Self| row.last_record_at.into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}

wire_enum! {
    /// The outcome of a pushed item.
    PushOutcome {
        /// Recorded.
        Created = "created", "已登记";
        /// Pushed before with the same content.
        Unchanged = "unchanged", "无变化";
        /// A person has ended the record with this content; their decision stays.
        Decided = "decided", "已有人工决定";
        /// Recorded in place of an existing record, which has ended.
        Superseded = "superseded", "已取代";
        /// Recorded as pending: another source has recorded what seems the same training.
        DuplicateSuspected = "duplicate_suspected", "疑似重复";
        /// The existing record has ended.
        Withdrawn = "withdrawn", "已撤回";
        /// Faulty; nothing was changed.
        Rejected = "rejected", "未接收";
    }
}

/// An hour record as pushed by a source.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushedHourRecord {
    /// The record's id at its source, which identifies it when it is pushed again.
    #[cfg_attr(feature = "openapi", schema(example = "GP-2026-000123", min_length = 1, max_length = 128))]
    pub external_id: String,
    /// `true` withdraws the record with this id; all other fields are then ignored.
    #[serde(default)]
    pub withdrawn: Option<bool>,
    /// The teacher's number; required without `teacher_id`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "220283000123", max_length = 32))]
    pub teacher_no: Option<String>,
    /// The teacher's id, in place of `teacher_no`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub teacher_id: Option<TeacherId>,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: Option<i32>,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date, example = "2026-07-06"))]
    pub starts_on: Option<String>,
    /// The last day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date, example = "2026-07-10"))]
    pub ends_on: Option<String>,
    /// The hours earned: above 0, at most 9999.99, at most two decimals.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub hours: Option<f64>,
    /// 培训类别, as identifier, label or national code: `national`, `国培` or `10`.
    #[cfg_attr(feature = "openapi", schema(example = "国培"))]
    pub level: Option<String>,
    /// 培训方式, as identifier, label or national code: `online`, `网络研修` or `3`.
    #[cfg_attr(feature = "openapi", schema(example = "网络研修"))]
    pub mode: Option<String>,
    /// 三修, as identifier or label: `ethics` or `专业理念与师德`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "专业能力"))]
    pub dimension: Option<String>,
    /// The title of the training.
    #[cfg_attr(feature = "openapi", schema(example = "国培计划（2026）小学语文", max_length = 200))]
    pub title: Option<String>,
    /// The institution that gave the training.
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学", max_length = 200))]
    pub institution: Option<String>,
}

/// The result of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushResult {
    /// The item's position in the request, from 0.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub index: i64,
    /// The item's `external_id`; `null` if it is missing or invalid.
    #[cfg_attr(feature = "openapi", schema(example = "GP-2026-000123"))]
    pub external_id: Option<String>,
    /// The outcome of the item.
    pub outcome: PushOutcome,
    /// The live record; for a withdrawn or decided item, the one that has ended.
    pub id: Option<HourRecordId>,
    /// The faults of a rejected item, with pointers into it.
    #[cfg_attr(feature = "openapi", schema(example = json!([])))]
    pub errors: Vec<FieldError>,
}

/// The number of items by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushCounts {
    /// Recorded.
    pub created: i64,
    /// Unchanged.
    pub unchanged: i64,
    /// Left as a person has decided.
    #[serde(default)]
    pub decided: i64,
    /// Recorded in place of existing records.
    pub superseded: i64,
    /// Recorded as suspected duplicates.
    pub duplicate_suspected: i64,
    /// Withdrawn.
    pub withdrawn: i64,
    /// Rejected.
    pub rejected: i64,
}

impl PushCounts {
    /// Adds an outcome.
    pub fn add(&mut self, outcome: PushOutcome) {
        *match outcome {
            PushOutcome::Created => &mut self.created,
            PushOutcome::Unchanged => &mut self.unchanged,
            PushOutcome::Decided => &mut self.decided,
            PushOutcome::Superseded => &mut self.superseded,
            PushOutcome::DuplicateSuspected => &mut self.duplicate_suspected,
            PushOutcome::Withdrawn => &mut self.withdrawn,
            PushOutcome::Rejected => &mut self.rejected,
        } += 1;
    }
}

/// The results of all items, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushReport {
    /// The source.
    #[cfg_attr(feature = "openapi", schema(example = "province"))]
    pub source: String,
    /// The number of items by outcome.
    pub counts: PushCounts,
    /// The results, in the order of the items.
    pub items: Vec<PushResult>,
}

/// The parameters of a push.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PushOptions {
    /// The status of new records; defaults to `recognized` if the caller may recognise hours, otherwise to `pending`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<HourRecordStatus>,
    /// The treatment of existing records that differ; defaults to `supersede`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
}
