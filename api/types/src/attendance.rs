//! Attendance 考勤: who was at an activity, sheet by sheet (六(机制)-3).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{ActivityId, EnrollmentId, Hours, OrganizationId, PhaseId, ProjectId, TeacherId};

/// The most entries of one request.
pub const ATTENDANCE_AT_ONCE: u64 = 2_000;

wire_enum! {
    /// How a participant attended. Present and late earn the activity's hours; absent and left
    /// early count towards the limit of absence.
    AttendanceStatus {
        Present = "present", "出勤" | "到" | "已到" | "签到" | "已签到" | "出席" | "正常" | "√";
        Late = "late", "迟到";
        LeftEarly = "left_early", "擅自返校" | "早退";
        Leave = "leave", "请假" | "事假" | "病假" | "公假";
        Absent = "absent", "缺勤" | "缺课" | "旷课" | "缺席" | "未到" | "×";
    }
}

impl AttendanceStatus {
    /// Whether it earns the activity's hours.
    pub fn earns(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }

    /// Whether it counts towards the limit of absence (六(机制)-3: 缺课旷课、擅自返校).
    pub fn is_absence(self) -> bool {
        matches!(self, Self::LeftEarly | Self::Absent)
    }
}

/// The attendance sheet of an activity: a row for each admitted participant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceSheet {
    pub activity_id: ActivityId,
    pub project_id: ProjectId,
    pub project_title: String,
    pub phase_id: Option<PhaseId>,
    pub title: String,
    pub held_on: NaiveDate,
    pub hours: Hours,
    /// Whether entries are taken: while the phase runs, and for the caller to make.
    pub open: bool,
    /// By school and teacher's number.
    pub entries: Vec<AttendanceRow>,
    /// The activity's version; the ETag is made of it.
    pub version: i32,
}

/// A participant on an attendance sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceRow {
    pub enrollment_id: EnrollmentId,
    pub teacher_id: TeacherId,
    pub teacher_no: String,
    pub teacher_name: String,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    /// `null` while nobody has marked it.
    pub status: Option<AttendanceStatus>,
    pub note: Option<String>,
    pub recorded_at: Option<DateTime<Utc>>,
}

/// Entries of an attendance sheet.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordAttendance {
    #[validate(length(max = "ATTENDANCE_AT_ONCE"), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 2000))]
    pub entries: Vec<AttendanceEntry>,
}

/// How one participant attended.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AttendanceEntry {
    pub enrollment_id: EnrollmentId,
    pub status: AttendanceStatus,
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub note: Option<String>,
}

impl crate::Versioned for AttendanceSheet {
    fn version(&self) -> i32 {
        self.version
    }
}
