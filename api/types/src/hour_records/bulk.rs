//! Decisions on many records at once, and imports that are taken back.

use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{HourRecordHold, HourRecordQuery, HourRecordStatus};
use crate::{
    HourRecordId, Hours, ImportId, OrganizationId, ProjectId, TeacherId, total_hours,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
    validate,
};

wire_enum! {
    /// A decision on pending records.
    HourRecordDecision {
        Recognize = "recognize", "认定";
        Reject = "reject", "驳回";
        Return = "return", "退回";
    }
}

impl HourRecordDecision {
    /// Returns the status that the records take on.
    #[must_use]
    pub fn status(self) -> HourRecordStatus {
        match self {
            Self::Recognize => HourRecordStatus::Recognized,
            Self::Reject => HourRecordStatus::Rejected,
            Self::Return => HourRecordStatus::Returned,
        }
    }
}

/// Which records are decided on. The fields mean what they mean in the list of hour records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({ "training_year": 2026 })))]
#[serde(deny_unknown_fields, default)]
pub struct HourRecordFilter {
    /// Part of the title or the institution, or of the teacher's name, number or pinyin initials.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub q: Option<String>,
    /// Records of this teacher.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub teacher_id: Option<TeacherId>,
    /// Records earned in this organization or below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub organization_id: Option<OrganizationId>,
    /// Records of this 培训年度.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// Records of this 培训类别.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<TrainingLevel>,
    /// Records of this 培训方式.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<TrainingMode>,
    /// Records of this 三修.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<TrainingDimension>,
    /// Records from this source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub source: Option<String>,
    /// Records of this project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub project_id: Option<ProjectId>,
    /// Records that this import entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub import_id: Option<ImportId>,
}

impl HourRecordFilter {
    /// Returns the query of the pending records that match.
    #[must_use]
    pub fn pending(self) -> HourRecordQuery {
        HourRecordQuery {
            q: self.q,
            teacher_id: self.teacher_id,
            organization_id: self.organization_id,
            training_year: self.training_year,
            status: Some(HourRecordStatus::Pending),
            level: self.level,
            mode: self.mode,
            dimension: self.dimension,
            source: self.source,
            project_id: self.project_id,
            import_id: self.import_id,
            ..HourRecordQuery::default()
        }
    }
}

/// A decision on all pending records that a filter matches and that nothing but a decision keeps.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideHourRecords {
    /// The decision.
    pub decision: HourRecordDecision,
    /// The records.
    pub filter: HourRecordFilter,
    /// Required to reject or return records, and to recognise some of a closed year.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "材料齐全", min_length = 1, max_length = 500))]
    pub reason: Option<String>,
    /// Whether the records are only counted.
    #[serde(default)]
    pub dry_run: bool,
    /// The number of records that a dry run counted; 409 if it is another by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub expected: Option<i64>,
}

/// Records that a decision leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOutRecords {
    /// What they wait for; `own` also for those of the teacher that the caller is.
    pub hold: HourRecordHold,
    /// The number of records.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub records: i64,
}

/// The result of a decision on many records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedHourRecords {
    /// Whether the records were only counted.
    pub dry_run: bool,
    /// The number of records decided on.
    #[cfg_attr(feature = "openapi", schema(example = 120))]
    pub decided: i64,
    /// The sum of their hours.
    #[serde(deserialize_with = "total_hours")]
    pub hours: Hours,
    /// How many of them are of closed years, for which a reason is required.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub closed: i64,
    /// The matching records that the decision does not reach.
    pub left_out: Vec<LeftOutRecords>,
}

wire_enum! {
    /// Why a record stays when its import is taken back.
    KeptBecause {
        /// It is recognised for a closed year.
        Closed = "closed", "年度已结账";
        /// Another record has replaced it.
        Superseded = "superseded", "已被取代";
        /// A person has rejected, returned or voided it, or its submitter has withdrawn it.
        Ended = "ended", "已驳回、退回、撤回或作废";
        /// It is recognised, and of the teacher that the caller is.
        Own = "own", "本人已认定的学时";
        /// The caller does not see it.
        OutOfScope = "out_of_scope", "不在管理范围内";
    }
}

/// A record that stays when its import is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptRecord {
    /// The record.
    pub id: HourRecordId,
    /// Why it stays.
    pub because: KeptBecause,
}

/// The taking back of an import.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TakeBackImport {
    /// The reason, kept with the records.
    #[validate(length(min = 1, max = 400), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "导入了上一年度的文件", min_length = 1, max_length = 400))]
    pub reason: String,
    /// Whether the records are only counted.
    #[serde(default)]
    pub dry_run: bool,
}

/// The result of taking an import back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenBackImport {
    /// Whether the records were only counted.
    pub dry_run: bool,
    /// The number of recognised records that are voided.
    #[cfg_attr(feature = "openapi", schema(example = 80))]
    pub voided: i64,
    /// The number of pending records that are withdrawn, or rejected if somebody else submitted them.
    #[cfg_attr(feature = "openapi", schema(example = 4))]
    pub withdrawn: i64,
    /// The sum of the hours of both.
    #[serde(deserialize_with = "total_hours")]
    pub hours: Hours,
    /// The number of records that stay.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub kept_total: i64,
    /// The first 100 of them, in the order of entry.
    pub kept: Vec<KeptRecord>,
}
