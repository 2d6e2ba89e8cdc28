use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    holds::{FlagSet, HoldSet, HourRecordHold},
    sources::source_label,
    status::HourRecordStatus,
};
use crate::{
    Basis, Cell, Column, DuplicateGroupId, HourRecordId, Hours, ImportId, OrganizationId, PhaseId, ProjectId, Tabular,
    TeacherId, UserId, column,
    training::{TrainingDimension, TrainingLevel, TrainingMode, TrainingTier},
};

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
