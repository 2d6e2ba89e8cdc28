//! Hour records 学时记录: the append-only ledger. A record is recognised, rejected or voided with a
//! reason, never edited or deleted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Basis, Cell, Column, DuplicateGroupId, HourRecordId, Hours, ImportId, OrganizationId, PhaseId, ProjectId, Tabular,
    TeacherId, UserId, column,
    id_numbers::no_id_number,
    total_hours,
    training::{TrainingDimension, TrainingLevel, TrainingMode, TrainingTier},
    validate,
};

mod bulk;
mod holds;

pub use bulk::*;
pub use holds::{FlagSet, HoldSet, HourRecordFlag, HourRecordHold};

/// The source of a record that a person enters.
pub const MANUAL_SOURCE: &str = "manual";
/// The source of a record that a project issues; reserved.
pub const PROJECT_SOURCE: &str = "project";
/// The source of an imported record by default.
pub const IMPORT_SOURCE: &str = "import";

/// Returns the label of a source that the program reserves. Platforms are shown by their names.
pub fn source_label(source: &str) -> Option<&'static str> {
    match source {
        MANUAL_SOURCE => Some("手工录入"),
        PROJECT_SOURCE => Some("项目结业"),
        IMPORT_SOURCE => Some("批量导入"),
        _ => None,
    }
}

wire_enum! {
    /// The status of a record: pending → recognized, rejected, withdrawn or returned; recognized → voided.
    HourRecordStatus {
        Pending = "pending", "待认定";
        Recognized = "recognized", "已认定";
        Rejected = "rejected", "已驳回";
        /// Taken back by the user who submitted it.
        Withdrawn = "withdrawn", "已撤回";
        /// Returned for correction; the correction is a new record that names it.
        Returned = "returned", "已退回";
        Voided = "voided", "已作废";
    }
}

impl HourRecordStatus {
    /// Returns whether a record of this status counts or may still count. At most one live record has a
    /// given source and key.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Recognized)
    }
}

/// An hour record 学时记录.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HourRecordView {
    /// The record's id.
    pub id: HourRecordId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The teacher's name 姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The organization where the hours count: where the teacher served on `ends_on`. It follows later corrections of
    /// the service.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-06"))]
    pub starts_on: NaiveDate,
    /// The last day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-10"))]
    pub ends_on: NaiveDate,
    /// 获得学时.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub hours: Hours,
    /// 培训类别.
    pub level: TrainingLevel,
    /// 培训层级, which follows from the level.
    pub tier: TrainingTier,
    /// 培训方式.
    pub mode: TrainingMode,
    /// 三修; `null` if none is stated.
    pub dimension: Option<TrainingDimension>,
    /// 项目名称.
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送教下乡培训"))]
    pub title: String,
    /// 机构名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校"))]
    pub institution: String,
    /// The project that issued the hours or that the record names.
    pub project_id: Option<ProjectId>,
    /// The phase of the project.
    pub phase_id: Option<PhaseId>,
    /// Where the record comes from: `manual`, `project`, `import` or a platform's name.
    #[cfg_attr(feature = "openapi", schema(example = "manual"))]
    pub source: String,
    /// The record's id at its source.
    pub external_id: Option<String>,
    /// The group of suspected duplicates to which the record belongs until a person has decided it.
    pub duplicate_group_id: Option<DuplicateGroupId>,
    /// The status.
    pub status: HourRecordStatus,
    /// What a pending record waits for: the first of `holds`.
    pub hold: Option<HourRecordHold>,
    /// All that a pending record waits for, in the order of precedence.
    pub holds: HoldSet,
    /// What is implausible about the record.
    pub flags: FlagSet,
    /// The 来源 that a file stated when it was imported under another source.
    #[cfg_attr(feature = "openapi", schema(example = "jl-pei"))]
    pub origin: Option<String>,
    /// The import that entered the record.
    pub import_id: Option<ImportId>,
    /// The record that this one restores or corrects.
    pub former_id: Option<HourRecordId>,
    /// Why the record was rejected, returned or voided.
    pub status_reason: Option<String>,
    /// The user who decided on the record or withdrew it.
    pub decided_by: Option<UserId>,
    /// When the record was decided on or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    /// The user who entered the record.
    pub created_by: UserId,
    /// When the record was entered.
    pub created_at: DateTime<Utc>,
}

/// A new hour record.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateHourRecord {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// 培训年度, which does not follow from the dates.
    #[validate(custom(function = validate::plausible_year))]
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-06"))]
    pub starts_on: NaiveDate,
    /// The last day; not before the first.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-10"))]
    pub ends_on: NaiveDate,
    /// Above 0, at most 9999.99, at most two decimals.
    #[validate(custom(function = validate::positive_hours))]
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub hours: Hours,
    /// 培训类别.
    pub level: TrainingLevel,
    /// 培训方式.
    pub mode: TrainingMode,
    /// 三修.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<TrainingDimension>,
    /// 项目名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送教下乡培训", min_length = 1, max_length = 200))]
    pub title: String,
    /// 机构名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校", min_length = 1, max_length = 200))]
    pub institution: String,
    /// The project that the hours belong to; one that the caller runs.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// A phase of `project_id`.
    #[serde(default)]
    pub phase_id: Option<PhaseId>,
    /// `manual`, the default, `import`, or a source of the caller's organization; `project` is reserved for hours that
    /// projects issue.
    #[validate(length(min = 1, max = 64), custom(function = client_source))]
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "manual", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub source: Option<String>,
    /// The record's id at its source. At most one live record has a given source and external id; under `manual` and
    /// `import`, at most one of those that an organization enters.
    #[validate(length(min = 1, max = 128), custom(function = validate::not_blank), custom(function = no_id_number))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub external_id: Option<String>,
    /// The returned record of the teacher that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub former_id: Option<HourRecordId>,
    /// `pending` or, if the caller may recognise hours, `recognized`; defaults to `pending`.
    #[serde(default)]
    pub status: Option<HourRecordStatus>,
    /// The reason, required for `recognized` if the training year is closed: the hours become late hours 补录.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

fn in_order(new: &CreateHourRecord) -> Result<(), ValidationError> {
    validate::in_order(new.starts_on, new.ends_on)
}

/// Checks a source that a client names: a plain code other than `project`.
///
/// # Errors
/// `reserved_source`, `bad_code` or `id_number_not_allowed`.
pub fn client_source(source: &str) -> Result<(), ValidationError> {
    if source.eq_ignore_ascii_case(PROJECT_SOURCE) {
        return Err(ValidationError::new("reserved_source").with_message("该来源仅供项目结业发放学时使用".into()));
    }
    validate::plain_code(source)
}

/// Checks the name of a platform's source: a plain code that the program does not reserve.
///
/// # Errors
/// `reserved_source`, `length` if it is longer than 64 bytes, `bad_code` or `id_number_not_allowed`.
pub fn platform_source(source: &str) -> Result<(), ValidationError> {
    if [MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE].iter().any(|reserved| source.eq_ignore_ascii_case(reserved)) {
        return Err(ValidationError::new("reserved_source").with_message("该来源名称由系统保留".into()));
    }
    if source.len() > 64 {
        return Err(ValidationError::new("length").with_message("最多 64 个字符".into()));
    }
    validate::plain_code(source)
}

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

wire_enum! {
    /// The orders of a list of hour records.
    HourRecordSort {
        CreatedDesc = "-created", "登记时间降序";
        Created = "created", "登记时间升序";
        TrainingYearDesc = "-training_year", "培训年度降序";
        TrainingYear = "training_year", "培训年度升序";
        EndsOnDesc = "-ends_on", "结束日期降序";
        EndsOn = "ends_on", "结束日期升序";
    }
}

list_query! {
    /// The parameters of a list of hour records.
    HourRecordQuery {
        /// Part of the title or the institution, or of the teacher's name, number or pinyin initials
        q: String,
        /// Records of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Records earned in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Records of this 培训年度
        training_year: i32,
        /// Records with this status
        #[param(inline)]
        status: HourRecordStatus,
        /// Pending records whose first hold is this
        #[param(inline)]
        hold: HourRecordHold,
        /// Records with this flag
        #[param(inline)]
        flag: HourRecordFlag,
        /// Records of this 培训类别
        #[param(inline)]
        level: TrainingLevel,
        /// Records of this 培训方式
        #[param(inline)]
        mode: TrainingMode,
        /// Records of this 三修
        #[param(inline)]
        dimension: TrainingDimension,
        /// Records from this source
        source: String,
        /// Records of this project
        #[param(value_type = Option<ProjectId>)]
        project_id: ProjectId,
        /// Records that this import entered
        #[param(value_type = Option<ImportId>)]
        import_id: ImportId,
        /// With `true`, only records that wait for the decision on a group of duplicates; with `false`, only others
        suspected: bool,
    }
    /// Defaults to `-created`
    sort: HourRecordSort
}

/// The parameters of an annual return.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AnnualReturnQuery {
    /// The 培训年度
    #[cfg_attr(feature = "openapi", param(example = 2026))]
    pub training_year: i32,
    /// Hours earned in this organization or below; defaults to all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

impl Tabular for HourRecordView {
    const NAME: &'static str = "学时记录";
    const FILE: &'static str = "hour-records";
    const BASIS: Option<Basis> = Some(Basis::Place);

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("level", "培训类别", 12, |row: &Self| row.level.into()),
            column("title", "项目名称", 36, |row: &Self| row.title.as_str().into()),
            column("institution", "机构名称", 30, |row: &Self| row.institution.as_str().into()),
            column("mode", "培训方式", 12, |row: &Self| row.mode.into()),
            column("dimension", "三修", 14, |row: &Self| row.dimension.into()),
            column("hours", "获得学时", 10, |row: &Self| row.hours.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("external_id", "来源编号", 24, |row: &Self| row.external_id.as_deref().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("tier", "培训层级", 14, |row: &Self| row.tier.into()),
            column("source", "来源", 14, |row: &Self| {
                source_label(&row.source).map_or_else(|| row.source.as_str().into(), Cell::Label)
            }),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("hold", "等待事项", 18, |row: &Self| row.hold.into()),
            column("holds", "全部等待事项", 24, |row: &Self| row.holds.into()),
            column("flags", "异常情况", 24, |row: &Self| row.flags.into()),
            column("origin", "原来源", 14, |row: &Self| row.origin.as_deref().into()),
            column("status_reason", "状态说明", 24, |row: &Self| row.status_reason.as_deref().into()),
            column("decided_at", "认定时间", 20, |row: &Self| row.decided_at.into()),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
