//! Bulk imports 批量导入: all rows of a file or none, with a report that names every fault.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Column, ImportId, Permission, Tabular, UserId, WireEnum, column,
    hour_records::{HourRecordHold, HourRecordStatus},
};

/// The maximum number of faults that a report lists.
pub const MAX_ERRORS: usize = 1000;

wire_enum! {
    /// What an import contains.
    ImportKind {
        /// Organizations.
        Organizations = "organizations", "单位";
        /// Teachers.
        Teachers = "teachers", "教师";
        /// Hour records.
        HourRecords = "hour_records", "学时记录";
        /// Participants of projects.
        Enrollments = "enrollments", "参培学员";
        /// Attendance of activities.
        Attendance = "attendance", "考勤";
        /// Lessons.
        Lessons = "lessons", "课例";
        /// Accounts of teachers.
        Accounts = "accounts", "教师账号";
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

    /// Returns the permission that an import of the kind requires besides [`Permission::ImportsWrite`].
    pub fn permission(self) -> Permission {
        match self {
            Self::Organizations => Permission::OrganizationsWrite,
            Self::Teachers => Permission::TeachersWrite,
            Self::HourRecords => Permission::HoursSubmit,
            Self::Enrollments => Permission::EnrollmentsNominate,
            Self::Attendance => Permission::AttendanceWrite,
            Self::Lessons => Permission::LessonsWrite,
            Self::Accounts => Permission::AccountsManage,
        }
    }
}

wire_enum! {
    /// The status of an import.
    ImportStatus {
        /// All rows were imported.
        Imported = "imported", "已导入";
        /// A dry run found no fault; nothing was written.
        Checked = "checked", "检查通过";
        /// The file has faults; nothing was written.
        Rejected = "rejected", "有错误，未导入";
        /// Waiting to run in the background (`Prefer: respond-async`).
        Queued = "queued", "排队中";
        /// Running; see `progress`.
        Running = "running", "导入中";
        /// Cancelled; nothing was written.
        Cancelled = "cancelled", "已取消";
        /// Failed because of an error on the server; nothing was written, and `message` gives the reason.
        Failed = "failed", "未完成";
    }
}

impl ImportStatus {
    /// Returns whether the import has ended.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

wire_enum! {
    /// The treatment of unknown columns.
    UnknownColumns {
        /// Unknown columns are faults.
        Reject = "reject", "报错";
        /// Unknown columns are ignored and reported.
        Ignore = "ignore", "忽略";
    }
}

wire_enum! {
    /// The treatment of an hour record that differs from the existing one under its key.
    OnConflict {
        /// The row or item is reported as faulty.
        Reject = "reject", "报错";
        /// The existing record is voided and the new one recorded.
        Supersede = "supersede", "作废旧记录后登记";
    }
}

wire_enum! {
    /// The treatment of implausible hours of years that are over.
    OnFlag {
        /// They wait as `flagged`.
        Hold = "hold", "待核对";
        /// They are recognised, with the flags and the reason; for callers who may recognise hours. Suspected duplicates wait
        /// nevertheless.
        Accept = "accept", "说明理由后认定";
    }
}

/// A fault of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportError {
    /// The spreadsheet's row number: the header is row 1.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub row: i64,
    /// The file's header of the column; `null` if the row as a whole is at fault.
    #[cfg_attr(feature = "openapi", schema(example = "获得学时"))]
    pub column: Option<String>,
    /// The cell's content.
    #[cfg_attr(feature = "openapi", schema(example = "0.005"))]
    pub value: Option<String>,
    /// The stable code of the fault.
    #[cfg_attr(feature = "openapi", schema(example = "bad_hours"))]
    pub code: String,
    /// The description of the fault.
    #[cfg_attr(feature = "openapi", schema(example = "学时最多两位小数"))]
    pub message: String,
}

/// The preview of a file in a dry run: its first rows and its first faulty rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreview {
    /// The spreadsheet's row number of the header.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub header_row: i64,
    /// The file's header, the first 50 columns.
    #[cfg_attr(feature = "openapi", schema(example = json!(["教师编号", "姓名"])))]
    pub columns: Vec<String>,
    /// The first 20 rows and the first 200 faulty ones.
    pub rows: Vec<ImportPreviewRow>,
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPreviewRow {
    /// The spreadsheet's row number.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub row: i64,
    /// The cells, one for each column. Long ones are truncated, ID numbers masked.
    #[cfg_attr(feature = "openapi", schema(example = json!(["T0001", "王秀兰"])))]
    pub cells: Vec<String>,
}

/// The progress of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportProgress {
    /// The number of processed rows.
    pub rows: i64,
    /// The processed part of the file, in per cent.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub percent: i32,
}

/// Hour records of an import that wait for the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldRows {
    /// The first of the records' holds.
    pub hold: HourRecordHold,
    /// The number of records.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub rows: i64,
}

/// The report of an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// The import's id.
    pub id: ImportId,
    /// What the import contains.
    pub kind: ImportKind,
    /// The current status.
    pub status: ImportStatus,
    /// The file's name, if the client sent it.
    pub file_name: Option<String>,
    /// The detected format: `csv` or `xlsx`.
    #[cfg_attr(feature = "openapi", schema(example = "csv"))]
    pub format: String,
    /// The detected encoding: `UTF-8`, `UTF-16` or `GB18030`.
    #[cfg_attr(feature = "openapi", schema(example = "UTF-8"))]
    pub encoding: String,
    /// The source of hour records.
    pub source: Option<String>,
    /// Whether the file was only checked.
    pub dry_run: bool,
    /// The number of rows with data, without the header and blank lines.
    pub rows_total: i64,
    /// The number of new rows, or in a dry run the number to be added; 0 for a rejected file.
    pub rows_imported: i64,
    /// The number of updated rows; for hour records, of superseded ones.
    pub rows_updated: i64,
    /// The number of rows that transfer a teacher to another organization, which are among the updated ones.
    #[serde(default)]
    pub rows_transferred: i64,
    /// The number of rows that equal existing records.
    pub rows_unchanged: i64,
    /// The number of rows whose hours a person has rejected, returned or voided; the decision stays.
    #[serde(default)]
    pub rows_decided: i64,
    /// The number of rows that say in 状态 that their record has ended; they are passed over.
    #[serde(default)]
    pub rows_passed_over: i64,
    /// How many of the new hour records wait, by what they wait for first.
    #[serde(default)]
    pub held: Vec<HeldRows>,
    /// The number of rows with at least one fault; see `GET /imports/{id}/errors.csv`.
    pub rows_failed: i64,
    /// The number of all faults, of which `errors` lists the first.
    pub errors_total: i64,
    /// The columns that were ignored, with `unknown_columns=ignore`.
    #[serde(default)]
    pub unknown_columns: Vec<String>,
    /// The progress of a running import.
    pub progress: Option<ImportProgress>,
    /// The reason why the import failed.
    pub message: Option<String>,
    /// The first 1,000 faults, in row order; left out in lists.
    #[serde(default)]
    pub errors: Vec<ImportError>,
    /// The preview of a dry run; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<ImportPreview>,
    /// The user who sent the file.
    pub created_by: UserId,
    /// When the file was received.
    pub created_at: DateTime<Utc>,
    /// When the import ended; `null` while it waits or runs.
    pub finished_at: Option<DateTime<Utc>>,
    /// When its hour records were taken back.
    #[serde(default)]
    pub taken_back_at: Option<DateTime<Utc>>,
    /// The user who took them back.
    #[serde(default)]
    pub taken_back_by: Option<UserId>,
    /// Why they were taken back.
    #[serde(default)]
    pub take_back_reason: Option<String>,
}

list_query! {
    /// The parameters of the list of imports.
    ImportQuery {
        /// Imports of this kind
        #[param(inline)]
        kind: ImportKind,
    }
}

/// The parameters of an import of hour records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HourImportOptions {
    /// Check the file without importing it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The treatment of unknown columns; defaults to `reject`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_columns: Option<UnknownColumns>,
    /// The source of the records; defaults to `import`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The status of new records; defaults to `recognized` if the caller may recognise hours, otherwise to `pending`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<HourRecordStatus>,
    /// The treatment of existing records that differ; defaults to `reject`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
    /// The treatment of implausible rows of years that are over; defaults to `hold`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_flag: Option<OnFlag>,
    /// Why implausible rows are accepted; required with `on_flag=accept` and kept with their records
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the rows without faults are imported although others have some; by default all are imported or none
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_valid: Option<bool>,
}

/// The parameters of an import of teachers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TeacherImportOptions {
    /// Check the file without importing it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The treatment of unknown columns; defaults to `reject`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_columns: Option<UnknownColumns>,
    /// Whether a row that names another organization, without the day from which it holds, transfers the teacher as of
    /// today; otherwise such a row is a fault
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_transfers: Option<bool>,
}

/// The parameters of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// Check the file without importing it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The treatment of unknown columns; defaults to `reject`
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
            column("kind", "内容", 14, |row: &Self| row.kind.into()),
            column("file_name", "文件名", 36, |row: &Self| row.file_name.as_deref().into()),
            column("format", "格式", 8, |row: &Self| row.format.as_str().into()),
            column("encoding", "编码", 10, |row: &Self| row.encoding.as_str().into()),
            column("source", "来源", 14, |row: &Self| row.source.as_deref().into()),
            column("dry_run", "试运行", 8, |row: &Self| row.dry_run.into()),
            column("status", "状态", 12, |row: &Self| row.status.into()),
            column("rows_total", "数据行", 10, |row: &Self| row.rows_total.into()),
            column("rows_imported", "新增", 10, |row: &Self| row.rows_imported.into()),
            column("rows_updated", "更新", 10, |row: &Self| row.rows_updated.into()),
            column("rows_transferred", "其中调动", 10, |row: &Self| row.rows_transferred.into()),
            column("rows_unchanged", "相同", 10, |row: &Self| row.rows_unchanged.into()),
            column("rows_decided", "已有决定", 10, |row: &Self| row.rows_decided.into()),
            column("rows_passed_over", "略过", 10, |row: &Self| row.rows_passed_over.into()),
            column("rows_failed", "错误行", 10, |row: &Self| row.rows_failed.into()),
            column("errors_total", "错误数", 10, |row: &Self| row.errors_total.into()),
            column("message", "中断原因", 30, |row: &Self| row.message.as_deref().into()),
            column("finished_at", "结束时间", 20, |row: &Self| row.finished_at.into()),
            column("id", "导入 ID", 38, |row: &Self| row.id.to_string().into()),
        ]
    }
}
