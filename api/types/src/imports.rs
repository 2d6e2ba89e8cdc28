//! Bulk imports 批量导入: all rows or none, with a report that names every fault.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ImportId, Permission, UserId};

/// Faults that a report lists; `rows_failed` counts the rows of all.
pub const MAX_ERRORS: usize = 1000;

wire_enum! {
    /// What an import holds.
    ImportKind {
        Organizations = "organizations", "单位";
        Teachers = "teachers", "教师";
        HourRecords = "hour_records", "学时记录";
        Enrollments = "enrollments", "参培学员";
        Attendance = "attendance", "考勤";
        Lessons = "lessons", "课例";
    }
}

impl ImportKind {
    /// What somebody needs besides [`Permission::ImportsWrite`]: what one of the kind asks for,
    /// many do.
    pub fn permission(self) -> Permission {
        match self {
            Self::Organizations => Permission::OrganizationsWrite,
            Self::Teachers => Permission::TeachersWrite,
            Self::HourRecords => Permission::HoursSubmit,
            Self::Enrollments => Permission::EnrollmentsNominate,
            Self::Attendance => Permission::AttendanceWrite,
            Self::Lessons => Permission::LessonsWrite,
        }
    }
}

wire_enum! {
    /// What came of an import.
    ImportStatus {
        /// Every row is in.
        Imported = "imported", "已导入";
        /// A dry run found nothing wrong; nothing was written.
        Checked = "checked", "检查通过";
        /// There are faults; nothing was written.
        Rejected = "rejected", "有错误，未导入";
        /// Taken for later (`Prefer: respond-async`); it waits for its turn.
        Queued = "queued", "排队中";
        /// Being read; `progress` tells how far it is.
        Running = "running", "导入中";
        /// Called off; nothing was written.
        Cancelled = "cancelled", "已取消";
        /// Broken off by the platform; nothing was written, and `message` says why.
        Failed = "failed", "未完成";
    }
}

impl ImportStatus {
    /// Whether nothing more will come of the import.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

wire_enum! {
    /// What to do with columns that the kind does not know.
    UnknownColumns {
        /// They are faults.
        Reject = "reject", "报错";
        /// They are passed over, and reported.
        Ignore = "ignore", "忽略";
    }
}

wire_enum! {
    /// What to do with an hour record that differs from the one there under its key.
    OnConflict {
        /// The row is a fault.
        Reject = "reject", "报错";
        /// The old record is voided and the new one recorded.
        Supersede = "supersede", "作废旧记录后登记";
    }
}

/// A fault in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportError {
    /// As the spreadsheet counts: the header is row 1.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub row: i64,
    /// The column, as the file's header names it; `null` where the row as a whole is at fault.
    #[cfg_attr(feature = "openapi", schema(example = "获得学时"))]
    pub column: Option<String>,
    /// What stands there.
    #[cfg_attr(feature = "openapi", schema(example = "0.05"))]
    pub value: Option<String>,
    /// The stable code of the fault.
    #[cfg_attr(feature = "openapi", schema(example = "bad_hours"))]
    pub code: String,
    /// What is wrong with it, for people.
    #[cfg_attr(feature = "openapi", schema(example = "学时最多一位小数"))]
    pub message: String,
}

/// What stands in a file, as far as a dry run shows it: its first rows, and those at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreview {
    /// Where the header stands, as the spreadsheet counts.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub header_row: i64,
    /// The header, as the file has it; the first 50 columns.
    #[cfg_attr(feature = "openapi", schema(example = json!(["教师编号", "姓名"])))]
    pub columns: Vec<String>,
    /// The first 20 rows, and the first 200 of those at fault.
    pub rows: Vec<ImportPreviewRow>,
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreviewRow {
    /// As the spreadsheet counts.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub row: i64,
    /// A cell for each column, long ones cut. ID numbers are masked.
    #[cfg_attr(feature = "openapi", schema(example = json!(["T0001", "王秀兰"])))]
    pub cells: Vec<String>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportProgress {
    /// Rows checked, and where nothing was wrong so far, written.
    pub rows: i64,
    /// Of the file, in per cent.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub percent: i32,
}

/// The report of an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    pub id: ImportId,
    pub kind: ImportKind,
    pub status: ImportStatus,
    /// The file's name, where the sender told it.
    pub file_name: Option<String>,
    /// `csv` or `xlsx`, as found.
    #[cfg_attr(feature = "openapi", schema(example = "csv"))]
    pub format: String,
    /// `UTF-8`, `UTF-16` or `GB18030`, as found.
    #[cfg_attr(feature = "openapi", schema(example = "UTF-8"))]
    pub encoding: String,
    /// The records' source, of hour records.
    pub source: Option<String>,
    pub dry_run: bool,
    /// Rows with data: the header and blank lines apart.
    pub rows_total: i64,
    /// New; of a dry run, what would be. None of a rejected file.
    pub rows_imported: i64,
    /// Changed; of hour records, superseded.
    pub rows_updated: i64,
    /// There already, and equal.
    pub rows_unchanged: i64,
    /// With at least one fault. `GET /imports/{id}/errors.csv` has them, to be mended.
    pub rows_failed: i64,
    /// All faults, of which `errors` lists the first.
    pub errors_total: i64,
    /// Columns that were passed over, with `unknown_columns=ignore`.
    #[serde(default)]
    pub unknown_columns: Vec<String>,
    /// While it runs.
    pub progress: Option<ImportProgress>,
    /// Why it was broken off.
    pub message: Option<String>,
    /// In the order of the rows; the first 1,000. In a list, left out.
    #[serde(default)]
    pub errors: Vec<ImportError>,
    /// Of a dry run; in a list, left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<ImportPreview>,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
    /// When it ended; `null` while it waits or runs.
    pub finished_at: Option<DateTime<Utc>>,
}
