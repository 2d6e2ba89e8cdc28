//! Ending phases, projects and participation 结业: what it asks for, and the hours that follow from it (六(机制)-3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    ActivityId, EnrollmentId, Hours, TeacherId, attendance::AttendanceStatus, enrollments::EnrollmentStatus, validate,
};

/// The maximum number of participants whose hours one request lists.
pub const LISTED_AT_ONCE: u64 = 2_000;

wire_enum! {
    /// What becomes of days that were held and on which participants have no mark.
    Unmarked {
        Absent = "absent", "按缺勤登记";
    }
}

wire_enum! {
    /// What becomes of the hours that a project issued to participants who do not reach its end.
    IssuedHoursFate {
        /// They are recognised.
        Keep = "keep", "保留";
        /// Pending ones are rejected and recognised ones voided.
        Reject = "reject", "不计";
    }
}

wire_enum! {
    /// What was mended after hours were issued.
    MendingKind {
        ReopenProject = "reopen_project", "重新打开项目";
        ReopenPhase = "reopen_phase", "重新打开阶段";
        CorrectMark = "correct_mark", "更正考勤";
        EndService = "end_service", "任职结束";
    }
}

/// Why a completed project or phase is reopened, or a project settled.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MendingReason {
    /// The reason, kept with the hours that it ends.
    #[validate(length(min = 1, max = 400), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "补登遗漏的考勤表", min_length = 1, max_length = 400))]
    pub reason: String,
}

/// The correction of a participant's mark after hours were issued.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectMark {
    /// The participant's enrollment.
    pub enrollment_id: EnrollmentId,
    /// The day of the activity.
    pub day: NaiveDate,
    /// How the participant attended it.
    pub status: AttendanceStatus,
    /// Why the mark was wrong; the note of the corrected one.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "登记有误，当天已签到", min_length = 1, max_length = 200))]
    pub reason: String,
}

/// How to complete a phase.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompletePhase {
    /// Fills in missing marks; without it, missing marks are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmarked: Option<Unmarked>,
    /// Why missing marks are filled in; the note of these marks.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "签到表遗失，经核实未到", min_length = 1, max_length = 200))]
    pub reason: Option<String>,
}

/// The hours that a project without any activity held grants a participant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ListedHours {
    /// The participant's enrollment.
    pub enrollment_id: EnrollmentId,
    /// The hours, at most those planned; 0 if the participant does not complete 未结业.
    pub hours: Hours,
}

/// How to complete a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompleteProject {
    /// Fills in missing marks; without it, missing marks are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmarked: Option<Unmarked>,
    /// Why missing marks are filled in; the note of these marks.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "签到表遗失，经核实未到", min_length = 1, max_length = 200))]
    pub reason: Option<String>,
    /// The hours of each admitted participant, if no activity was held. A project that held activities takes none.
    #[validate(length(min = 1, max = "LISTED_AT_ONCE"), nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_items = 1,
            max_items = 2000,
            example = json!([{ "enrollment_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10", "hours": 30 }])
        )
    )]
    pub hours: Option<Vec<ListedHours>>,
}

/// The reason for withdrawing a teacher.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithdrawEnrollment {
    /// The reason, shown in the enrollment.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "因病不能参加", min_length = 1, max_length = 500))]
    pub reason: String,
    /// The last day that concerns the participant, not after today; by default today.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<NaiveDate>,
    /// Fills in missing marks until that day; without it, missing marks are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmarked: Option<Unmarked>,
}

/// The reason for disqualifying a participant.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisqualifyEnrollment {
    /// The reason, shown in the enrollment.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "多次缺课，取消参训资格", min_length = 1, max_length = 500))]
    pub reason: String,
    /// What becomes of the hours that the project issued to the participant; required if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_hours: Option<IssuedHoursFate>,
}

/// What completing a phase or a project asks for, and the hours that follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionView {
    /// The activities that lie ahead. They are to be cancelled, or held, first.
    pub ahead: Vec<ActivityAhead>,
    /// The days that were held and on which participants have no mark.
    pub missing: Vec<MissingMark>,
    /// Whether no activity was held, so that a project asks for an explicit list of hours.
    pub nothing_held: bool,
    /// The participants, by school and number.
    pub participants: Vec<ParticipantHours>,
    /// The members of the team who delivered activities, by number.
    pub deliverers: Vec<DelivererHours>,
}

/// An activity that lies ahead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityAhead {
    /// The activity.
    pub activity_id: ActivityId,
    /// The title.
    #[cfg_attr(feature = "openapi", schema(example = "总结会"))]
    pub title: String,
    /// The last day.
    pub ends_on: NaiveDate,
}

/// A day on which a participant has no mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingMark {
    /// The activity.
    pub activity_id: ActivityId,
    /// Its title.
    #[cfg_attr(feature = "openapi", schema(example = "总结会"))]
    pub title: String,
    /// The day.
    pub day: NaiveDate,
    /// The participant's enrollment.
    pub enrollment_id: EnrollmentId,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "李娜"))]
    pub teacher_name: String,
}

/// The hours of a participant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParticipantHours {
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "李娜"))]
    pub teacher_name: String,
    /// The status of the enrollment.
    pub status: EnrollmentStatus,
    /// The hours of the days that concern the participant and were held.
    pub held: Hours,
    /// Those attended.
    pub attended: Hours,
    /// Those missed.
    pub missed: Hours,
    /// Whether the participant would complete the project by the share missed so far.
    pub completes: bool,
    /// What is unusual, in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "缺勤 8 学时，应到 16 学时，超过 1/5"))]
    pub unusual: Option<String>,
}

/// The hours of a member of the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DelivererHours {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The hours of the activities that they delivered, at most the planned hours of the project.
    pub hours: Hours,
}
