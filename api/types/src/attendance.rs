//! Attendance 考勤: how participants attended each activity (六(机制)-3).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{ActivityId, Column, EnrollmentId, Hours, OrganizationId, PhaseId, ProjectId, Tabular, TeacherId, column};

/// The maximum number of entries in one request.
pub const ATTENDANCE_AT_ONCE: u64 = 2_000;

wire_enum! {
    /// How a participant attended a day of an activity. Present and late earn the day's hours; absent and left early,
    /// and leave by policy, miss them (六(机制)-3).
    AttendanceStatus {
        Present = "present", "出勤" | "到" | "已到" | "签到" | "已签到" | "出席" | "正常" | "√";
        Late = "late", "迟到";
        LeftEarly = "left_early", "擅自返校" | "早退";
        Leave = "leave", "请假" | "事假" | "病假" | "公假";
        Absent = "absent", "缺勤" | "缺课" | "旷课" | "缺席" | "未到" | "×";
    }
}

impl AttendanceStatus {
    /// Returns whether the mark earns the day's hours.
    pub fn earns(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }

    /// Returns whether the mark misses the day's hours (六(机制)-3: 缺课旷课、擅自返校); leave does if the policy says so.
    pub fn misses(self, leave_counts: bool) -> bool {
        match self {
            Self::Present | Self::Late => false,
            Self::LeftEarly | Self::Absent => true,
            Self::Leave => leave_counts,
        }
    }
}

/// The attendance sheet of an activity, with a row for each participant whom one of its days concerns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceSheet {
    /// The activity.
    pub activity_id: ActivityId,
    /// The project.
    pub project_id: ProjectId,
    /// The project's title.
    pub project_title: String,
    /// The phase; `null` in a project without phases.
    pub phase_id: Option<PhaseId>,
    /// The activity's title.
    pub title: String,
    /// The activity's first day.
    pub held_on: NaiveDate,
    /// The hours that a participant earns by attending every day.
    pub hours: Hours,
    /// The days, in order.
    pub days: Vec<SheetDay>,
    /// Whether the caller may record entries now, for the days that have come.
    pub open: bool,
    /// Whether the caller may correct single marks, because the hours were issued.
    pub correctable: bool,
    /// The participants whom the activity concerns and the caller sees, ordered by school and teacher number.
    pub entries: Vec<AttendanceRow>,
    /// The activity's version; the ETag is derived from it.
    pub version: i32,
}

/// A day of an attendance sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetDay {
    /// The day.
    pub day: NaiveDate,
    /// The hours that a participant earns by attending it.
    pub hours: Hours,
    /// Whether it has come, so that marks are taken.
    pub begun: bool,
}

/// The mark of a participant for a day that concerns them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayMark {
    /// The day.
    pub day: NaiveDate,
    /// How the participant attended; `null` until marked.
    pub status: Option<AttendanceStatus>,
    /// A note, such as the reason for a leave.
    pub note: Option<String>,
    /// When it was marked.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// A participant on an attendance sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceRow {
    /// The participant's enrollment.
    pub enrollment_id: EnrollmentId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    pub teacher_no: String,
    /// The teacher's name.
    pub teacher_name: String,
    /// The school that nominated the teacher.
    pub organization_id: OrganizationId,
    /// The name of that school.
    pub organization_name: String,
    /// How the participant attended; `null` until marked, and if the marks of several days differ.
    pub status: Option<AttendanceStatus>,
    /// The note of the first mark, such as the reason for a leave.
    pub note: Option<String>,
    /// When the first mark was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The days that concern the participant, in order, with their marks.
    pub marks: Vec<DayMark>,
}

/// Entries of an attendance sheet.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordAttendance {
    /// The day that the entries mark; by default every day of the activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<NaiveDate>,
    /// The entries, one per participant.
    #[validate(length(max = "ATTENDANCE_AT_ONCE"), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 2000))]
    pub entries: Vec<AttendanceEntry>,
}

/// The mark of one participant.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AttendanceEntry {
    /// The participant's enrollment.
    pub enrollment_id: EnrollmentId,
    /// How the participant attended.
    pub status: AttendanceStatus,
    /// A note, such as the reason for a leave.
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

impl Tabular for AttendanceRow {
    const NAME: &'static str = "考勤表";
    const FILE: &'static str = "attendance";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("status", "考勤", 10, |row: &Self| row.status.into()),
            column("note", "备注", 24, |row: &Self| row.note.as_deref().into()),
            column("recorded_at", "登记时间", 20, |row: &Self| row.recorded_at.into()),
        ]
    }
}
