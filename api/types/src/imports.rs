//! Bulk imports 批量导入: all rows or none, with a report that names every fault.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Column, ImportId, Permission, Tabular, UserId, WireEnum, column, hour_records::HourRecordStatus};

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
    /// Returns the kind's name in paths, in kebab case.
    pub fn slug(self) -> &'static str {
        match self {
            Self::HourRecords => "hour-records",
            kind => kind.as_str(),
        }
    }

    /// Returns the permission that an import of the kind needs besides [`Permission::ImportsWrite`].
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

list_query! {
    /// What a list of imports can be asked for.
    ImportQuery {
        #[param(inline)]
        kind: ImportKind,
    }
}

/// How a file of hour records is to be taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HourImportOptions {
    /// Check only
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Of columns that the kind does not know; by default faults
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_columns: Option<UnknownColumns>,
    /// Who tells of the records, by default `import`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `pending` holds back what would be recognised at once
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<HourRecordStatus>,
    /// Of a record that is there and differs; by default a fault
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
}

/// How a file is to be taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// Check only
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Of columns that the kind does not know; by default faults
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_columns: Option<UnknownColumns>,
}

impl Tabular for ImportReport {
    const NAME: &'static str = "导入记录";
    const FILE: &'static str = "imports";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("created_at", "导入时间", 20, |row: &Self| row.created_at.into()),
            column("kind", "内容", 14, |row: &Self| row.kind.label().into()),
            column("file_name", "文件名", 36, |row: &Self| row.file_name.as_deref().into()),
            column("format", "格式", 8, |row: &Self| row.format.as_str().into()),
            column("encoding", "编码", 10, |row: &Self| row.encoding.as_str().into()),
            column("source", "来源", 14, |row: &Self| row.source.as_deref().into()),
            column("dry_run", "试运行", 8, |row: &Self| row.dry_run.into()),
            column("status", "状态", 12, |row: &Self| row.status.label().into()),
            column("rows_total", "数据行", 10, |row: &Self| row.rows_total.into()),
            column("rows_imported", "新增", 10, |row: &Self| row.rows_imported.into()),
            column("rows_updated", "更新", 10, |row: &Self| row.rows_updated.into()),
            column("rows_unchanged", "相同", 10, |row: &Self| row.rows_unchanged.into()),
            column("rows_failed", "错误行", 10, |row: &Self| row.rows_failed.into()),
            column("errors_total", "错误数", 10, |row: &Self| row.errors_total.into()),
            column("message", "中断原因", 30, |row: &Self| row.message.as_deref().into()),
            column("finished_at", "结束时间", 20, |row: &Self| row.finished_at.into()),
            column("id", "导入 ID", 38, |row: &Self| row.id.to_string().into()),
        ]
    }
}
