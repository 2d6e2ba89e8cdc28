//! Closing a training year 年度结账: the figures of a year that is over are frozen for its county.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{OrganizationId, UserId, YearClosingId, organizations::OrganizationRef, validate};

wire_enum! {
    /// What may still be open in a year that is to be closed.
    YearMatterKind {
        /// Pending hour records that wait for a decision.
        HoursDecision = "hours_decision", "待认定的学时记录";
        /// Pending hour records whose teachers' service waits for confirmation.
        HoursServiceUnconfirmed = "hours_service_unconfirmed", "任职待确认的学时记录";
        /// Pending hour records of users who are the teacher themselves.
        HoursOwn = "hours_own", "本人登记、待他人认定的学时记录";
        /// Groups of suspected duplicates that nobody has decided.
        Suspected = "suspected", "未裁定的疑似重复";
        /// Pending hour records with implausible hours or dates.
        HoursFlagged = "hours_flagged", "异常待核对的学时记录";
        /// Pending hour records whose projects have not ended.
        HoursProjectEnd = "hours_project_end", "待项目结业的学时记录";
        /// Projects of the year that are neither completed nor cancelled.
        Projects = "projects", "未完成的培训项目";
        /// Reported spells that touch the year.
        Appointments = "appointments", "待确认的任职";
        /// Reported exemptions that touch the year.
        Exemptions = "exemptions", "待确认的减免";
    }
}

/// A kind of open matters of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenMatters {
    /// The kind.
    pub kind: YearMatterKind,
    /// How many there are, at least one.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub count: i64,
    /// The path and query of the list that shows them.
    #[cfg_attr(feature = "openapi", schema(example = "/hour-records?training_year=2025&status=pending&hold=decision"))]
    pub list: String,
}

/// A kind of open matters that was waived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaivedMatters {
    /// The kind.
    pub kind: YearMatterKind,
    /// How many there were.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub count: i64,
    /// Why the year was closed nevertheless.
    #[cfg_attr(feature = "openapi", schema(example = "国培项目六月结束，届时补录"))]
    pub reason: String,
}

/// A closing of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearClosingView {
    /// The closing.
    pub id: YearClosingId,
    /// The bureau.
    pub organization_id: OrganizationId,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2025))]
    pub training_year: i32,
    /// When the year was closed. What was recognised until then is in the snapshot.
    pub closed_at: DateTime<Utc>,
    /// Who closed it.
    pub closed_by: UserId,
    /// The name of who closed it.
    #[cfg_attr(feature = "openapi", schema(example = "管理员"))]
    pub closed_by_name: String,
    /// The open matters that were waived.
    pub waived: Vec<WaivedMatters>,
    /// A note.
    pub note: Option<String>,
    /// The SHA-256 of the snapshot.
    pub content_hash: String,
    /// When the year was reopened.
    pub reopened_at: Option<DateTime<Utc>>,
    /// Who reopened it.
    pub reopened_by: Option<UserId>,
    /// Why it was reopened.
    pub reopen_reason: Option<String>,
}

/// A training year of a bureau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearView {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2025))]
    pub training_year: i32,
    /// The year's first day.
    pub starts_on: NaiveDate,
    /// The year's last day.
    pub ends_on: NaiveDate,
    /// Whether the year is over.
    pub over: bool,
    /// Teachers whose year belongs to the bureau; 0 for those whose scope lies below it.
    #[cfg_attr(feature = "openapi", schema(example = 3938))]
    pub teachers: i64,
    /// The closing that holds; `null` if the year is open.
    pub closing: Option<YearClosingView>,
    /// The kinds of open matters, without those that have none. Only callers whose scope contains the bureau see them.
    pub open_matters: Vec<OpenMatters>,
}

/// The training years of a bureau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearsView {
    /// The bureau.
    pub organization: OrganizationRef,
    /// The years from the first policy's to the current one, the latest first.
    pub years: Vec<YearView>,
}

/// A training year of a bureau with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearDetailView {
    /// The bureau.
    pub organization: OrganizationRef,
    /// The year.
    #[serde(flatten)]
    pub year: YearView,
    /// All closings, also those that were reopened, the latest first.
    pub closings: Vec<YearClosingView>,
}

/// A kind of open matters to be waived.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WaiveMatters {
    /// The kind.
    pub kind: YearMatterKind,
    /// Why the year is closed nevertheless.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "国培项目六月结束，届时补录", min_length = 1, max_length = 500))]
    pub reason: String,
}

/// A closing to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[validate(schema(function = "distinct_kinds"))]
#[serde(deny_unknown_fields)]
pub struct CloseYear {
    /// The kinds of open matters to be waived, each with a reason.
    #[validate(nested)]
    #[serde(default)]
    pub waive: Vec<WaiveMatters>,
    /// A note.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "局务会审定", min_length = 1, max_length = 500))]
    pub note: Option<String>,
}

fn distinct_kinds(close: &CloseYear) -> Result<(), ValidationError> {
    let repeated = |(index, waived): (usize, &WaiveMatters)| {
        close.waive.iter().take(index).any(|earlier| earlier.kind == waived.kind)
    };
    if close.waive.iter().enumerate().any(repeated) {
        return Err(ValidationError::new("repeated").with_message("同一类事项只能列出一次".into()));
    }
    Ok(())
}

/// The reopening of a closed year.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReopenYear {
    /// Why the year is reopened.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "省厅复核发现学时登记有误", min_length = 1, max_length = 500))]
    pub reason: String,
}

query! {
    /// The parameters of the training years.
    YearQuery {
        /// The bureau; defaults to the bureau at or above the root of the caller's scope
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}
