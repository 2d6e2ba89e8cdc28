//! Decisions on single and on selected records.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{HourRecordId, Hours, total_hours, validate};

/// Why a record is rejected, returned, voided or restored.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HourRecordReason {
    /// The reason, kept with the record.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "与国培平台记录重复", min_length = 1, max_length = 500))]
    pub reason: String,
}

/// Records to be recognised together, all or none.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecognizeHourRecords {
    /// The records' ids.
    #[validate(length(min = 1, max = 500))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub ids: Vec<HourRecordId>,
    /// The reason, required if one of the records is of a closed year.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// The recognition of an hour record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecognizeHourRecord {
    /// The reason, required if the record's training year is closed: its hours become late hours 补录.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "结账后补交结业证书", min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// The withdrawal of an hour record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithdrawHourRecord {
    /// The reason, kept with the record.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "学时填写有误", min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// The result of recognising several records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecognizedHourRecords {
    /// The number of recognised records.
    pub recognized: i64,
    /// The sum of their hours.
    #[serde(deserialize_with = "total_hours")]
    pub hours: Hours,
}
