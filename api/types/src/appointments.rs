//! Appointments 任职: dated spells of a teacher at organizations, each with the time when it held and the time when it
//! was recorded. Nothing recorded is overwritten: a correction retires a statement and adds another that names it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    AppointmentId, Column, OrganizationId, Patch, Tabular, TeacherId, UserId, column, double_option,
    organizations::OrganizationRef,
    teachers::{TeacherRef, TeacherStatus},
    validate,
};

/// The maximum number of teachers or appointments in one request.
pub const APPOINTMENTS_MAX: u64 = 500;

wire_enum! {
    /// Why a spell ended.
    EndReason {
        Transfer = "transfer", "调动" | "调离";
        Retired = "retired", "退休" | "离退休";
        Resigned = "resigned", "辞职";
        Dismissed = "dismissed", "辞退" | "解聘";
        ContractEnd = "contract_end", "聘期届满" | "合同期满";
        SecondmentEnd = "secondment_end", "支教或借调期满" | "支教期满" | "借调期满";
        Deceased = "deceased", "去世";
        Other = "other", "其他";
    }
}

impl EndReason {
    /// Returns the status of a teacher whose last spell ended for the reason.
    pub fn status(self) -> TeacherStatus {
        if self == Self::Retired { TeacherStatus::Retired } else { TeacherStatus::Left }
    }

    /// Returns the reason that a status of ended service gives.
    pub fn of(status: TeacherStatus) -> Self {
        if status == TeacherStatus::Retired { Self::Retired } else { Self::Other }
    }
}

/// A statement that a teacher served at an organization 任职.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppointmentView {
    /// The appointment.
    pub id: AppointmentId,
    /// The teacher.
    pub teacher: TeacherRef,
    /// The organization.
    pub organization: OrganizationRef,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(example = "2024-09-01"))]
    pub starts_on: NaiveDate,
    /// The last day; `null` if none is known.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub ends_on: Option<NaiveDate>,
    /// Why the spell ended; `null` without a last day.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub end_reason: Option<EndReason>,
    /// Why the statement was made.
    #[cfg_attr(feature = "openapi", schema(example = "秋季学期调入"))]
    pub reason: Option<String>,
    /// Whether the statement is confirmed. A statement that is only reported counts in no figure.
    pub confirmed: bool,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The user who confirmed it; `null` if the program did.
    pub confirmed_by: Option<UserId>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The user who recorded it; `null` if the program did.
    pub recorded_by: Option<UserId>,
    /// When it was corrected or taken back; `null` if the statement stands.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub retired_at: Option<DateTime<Utc>>,
    /// The user who corrected it or took it back.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub retired_by: Option<UserId>,
    /// Why it was corrected or taken back.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub retired_reason: Option<String>,
    /// The statement that this one corrects.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub corrects_id: Option<AppointmentId>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
}

/// A new spell.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateAppointment {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The first day. If another spell ends on it, that spell's last day moves to the day before; a spell with the same
    /// first day is replaced.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2024-09-01"))]
    pub starts_on: NaiveDate,
    /// The last day.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub ends_on: Option<NaiveDate>,
    /// Why the spell ended; defaults to `other` if `ends_on` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub end_reason: Option<EndReason>,
    /// Why the statement is made.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "支教期满返校", min_length = 1, max_length = 500))]
    pub reason: String,
    /// Whether to void the hour records that are left without service, for the same reason.
    #[serde(default)]
    pub void_records: bool,
}

fn in_order(new: &CreateAppointment) -> Result<(), ValidationError> {
    new.ends_on.map_or(Ok(()), |ends_on| validate::in_order(new.starts_on, ends_on))
}

/// A correction of a spell; absent fields stay as they are.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateAppointment {
    /// The organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The first day. The last day of a spell that ended with a transfer to this one follows.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2024-09-01"))]
    pub starts_on: Option<NaiveDate>,
    /// The last day; `null` clears it, with the reason of the end.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub ends_on: Patch<NaiveDate>,
    /// Why the spell ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// Why the statement is corrected.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "到任日期填写有误", min_length = 1, max_length = 500))]
    pub reason: String,
    /// Whether to void the hour records that are left without service, for the same reason.
    #[serde(default)]
    pub void_records: bool,
}

/// Why a statement is taken back.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithdrawAppointment {
    /// The reason, kept with the statement.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "登记错人", min_length = 1, max_length = 500))]
    pub reason: String,
    /// Whether to void the hour records that are left without service, for the same reason.
    #[serde(default)]
    pub void_records: bool,
}

/// The confirmation of a reported statement.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmAppointment {
    /// Whether to void the hour records that are left without service.
    #[serde(default)]
    pub void_records: bool,
    /// Why records are voided; defaults to the reason of the statement.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// The confirmation of several reported statements, all or none: either those with the given ids or all of an
/// organization and below.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = one_choice))]
pub struct ConfirmAppointments {
    /// The appointments' ids.
    #[validate(length(min = 1, max = APPOINTMENTS_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub ids: Option<Vec<AppointmentId>>,
    /// The organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub organization_id: Option<OrganizationId>,
    /// Whether to void the hour records that are left without service.
    #[serde(default)]
    pub void_records: bool,
    /// Why records are voided; defaults to the reason of each statement.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

fn one_choice(request: &ConfirmAppointments) -> Result<(), ValidationError> {
    if request.ids.is_some() == request.organization_id.is_some() {
        return Err(ValidationError::new("one_of_both").with_message("须填写任职或单位中的一项".into()));
    }
    Ok(())
}

/// The result of confirming several statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmedAppointments {
    /// The number of confirmed statements.
    pub confirmed: i64,
}

/// A transfer 调动 of several teachers, all or none, on a day in the past, today or in the future. The spell of each that
/// covers the day ends on the day before.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTransfers {
    /// The teachers.
    #[validate(length(min = 1, max = APPOINTMENTS_MAX))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub teacher_ids: Vec<TeacherId>,
    /// The new organization.
    pub organization_id: OrganizationId,
    /// The first day there.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-09-01"))]
    pub starts_on: NaiveDate,
    /// Why the teachers are transferred.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "学校布局调整", min_length = 1, max_length = 500))]
    pub reason: String,
}

/// The new spells of a transfer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Transfers {
    /// The new spell of each teacher, in the order of the request.
    pub items: Vec<AppointmentView>,
}

wire_enum! {
    /// The orders of a list of appointments.
    AppointmentSort {
        StartsOnDesc = "-starts_on", "开始日期降序";
        StartsOn = "starts_on", "开始日期升序";
        RecordedDesc = "-recorded", "登记时间降序";
        Recorded = "recorded", "登记时间升序";
    }
}

list_query! {
    /// The parameters of a list of appointments.
    AppointmentQuery {
        /// Part of the teacher's name, number or pinyin initials
        q: String,
        /// Appointments of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Appointments at this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// With `true`, only confirmed statements; with `false`, only reported ones that wait
        confirmed: bool,
        /// Spells that cover this day
        on: NaiveDate,
        /// With `true`, the default, statements that stand; with `false`, those that were corrected or taken back
        standing: bool,
    }
    /// Defaults to `-starts_on`
    sort: AppointmentSort
}

resource!(AppointmentView, "/appointments");

impl Tabular for AppointmentView {
    const NAME: &'static str = "任职";
    const FILE: &'static str = "appointments";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher.name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("starts_on", "任职日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "离任日期", 12, |row: &Self| row.ends_on.into()),
            column("end_reason", "离任原因", 14, |row: &Self| row.end_reason.into()),
            column("confirmed", "已确认", 10, |row: &Self| row.confirmed.into()),
            column("reason", "说明", 30, |row: &Self| row.reason.as_deref().into()),
            column("recorded_at", "登记时间", 20, |row: &Self| row.recorded_at.into()),
            column("retired_at", "更正或撤回时间", 20, |row: &Self| row.retired_at.into()),
            column("retired_reason", "更正或撤回原因", 30, |row: &Self| row.retired_reason.as_deref().into()),
        ]
    }
}
