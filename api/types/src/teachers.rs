//! Teachers 教师.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, OrganizationId, Patch, Tabular, TeacherId, column, double_option, id_numbers::possible_id_number,
    organizations::OrganizationRef, training::Stage, validate,
};

wire_enum! {
    /// The employment status of a teacher. `retired` and `left` follow from the appointments.
    TeacherStatus {
        Active = "active", "在职" | "在岗";
        OnLeave = "on_leave", "休假";
        Retired = "retired", "退休" | "离退休";
        Left = "left", "离任" | "离职" | "辞职" | "调出";
    }
}

impl TeacherStatus {
    /// Returns whether the status is one of ended service, which requires a last day in post.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Retired | Self::Left)
    }
}

wire_enum! {
    /// The gender 性别.
    Gender {
        Male = "male", "男", "1";
        Female = "female", "女", "2";
    }
}

/// A reference to a teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherRef {
    /// The teacher.
    pub id: TeacherId,
    /// The number.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
}

/// A teacher 教师.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherView {
    /// The teacher.
    pub id: TeacherId,
    /// The number, unique in the installation.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// The gender.
    pub gender: Option<Gender>,
    /// The organization where the teacher serves today; without a spell today that of the next spell, else that of the
    /// last.
    pub organization: OrganizationRef,
    /// The subject 学科.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    /// The stage 学段 at which the teacher teaches.
    pub stage: Stage,
    /// The professional title 职称.
    #[cfg_attr(feature = "openapi", schema(example = "一级教师"))]
    pub title: Option<String>,
    /// The first day in post.
    #[cfg_attr(feature = "openapi", schema(example = "2010-08-01"))]
    pub joined_on: NaiveDate,
    /// The day from which the teacher serves at the organization.
    #[cfg_attr(feature = "openapi", schema(example = "2018-09-01"))]
    pub appointed_on: NaiveDate,
    /// The last day in post; `null` if none is known.
    pub left_on: Option<NaiveDate>,
    /// The employment status.
    pub status: TeacherStatus,
    /// Whether a spell of the teacher is confirmed. Otherwise the service is only reported: the teacher counts in no
    /// figure, and their hours wait.
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub service_confirmed: bool,
    /// The number of reported statements about the teacher's service that wait for confirmation.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub appointments_waiting: i64,
    /// Whether the teacher is a backbone teacher 骨干教师.
    pub backbone: bool,
    /// The masked ID number 身份证号, of which the last two characters are shown.
    #[cfg_attr(feature = "openapi", schema(example = "****************34"))]
    pub id_number: Option<String>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the teacher was created.
    pub created_at: DateTime<Utc>,
    /// When the teacher was last updated.
    pub updated_at: DateTime<Utc>,
}

/// A new teacher. The first appointment begins with `joined_on`; it is confirmed at once if the caller may confirm.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTeacher {
    /// The number, unique in the installation.
    #[validate(length(min = 1, max = 32), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "220283000123", min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub teacher_no: String,
    /// The name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: String,
    /// The gender.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// The organization where the teacher serves.
    pub organization_id: OrganizationId,
    /// The subject 学科.
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 32))]
    pub subject: String,
    /// The stage 学段 at which the teacher teaches.
    pub stage: Stage,
    /// The professional title 职称.
    #[validate(length(max = 32))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "一级教师", max_length = 32))]
    pub title: Option<String>,
    /// The first day in post.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2010-08-01"))]
    pub joined_on: NaiveDate,
    /// The last day in post; required for the statuses `retired` and `left`.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default)]
    pub left_on: Option<NaiveDate>,
    /// The status; defaults to `active`. A status of ended service says why it ended.
    #[serde(default)]
    pub status: Option<TeacherStatus>,
    /// Whether the teacher is a backbone teacher 骨干教师.
    #[serde(default)]
    pub backbone: bool,
    /// The ID number 身份证号: 18 characters with a valid checksum; stored encrypted.
    #[validate(custom(function = possible_id_number))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "11010519491231002X", min_length = 18, max_length = 18))]
    pub id_number: Option<String>,
}

/// An update of a teacher; absent fields stay unchanged. The number is permanent, and the organization changes by a
/// transfer. First and last day and the statuses of ended service correct the appointments: what a caller enters who may
/// not confirm is reported and changes nothing until it is confirmed.
#[derive(Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTeacher {
    /// The name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// The gender; `null` clears it.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Gender>))]
    pub gender: Patch<Gender>,
    /// The subject 学科.
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    /// The stage 学段 at which the teacher teaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The professional title 职称; `null` clears it.
    #[validate(length(max = 32))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "高级教师", max_length = 32))]
    pub title: Patch<String>,
    /// The first day in post.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_on: Option<NaiveDate>,
    /// The last day in post; `null` clears it.
    #[validate(custom(function = plausible_leaving))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub left_on: Patch<NaiveDate>,
    /// The employment status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TeacherStatus>,
    /// Whether the teacher is a backbone teacher 骨干教师.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backbone: Option<bool>,
    /// The ID number 身份证号; `null` clears it.
    #[validate(custom(function = possible_new_id_number))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "11010519491231002X", min_length = 18, max_length = 18))]
    pub id_number: Patch<String>,
    /// Why service is corrected; kept with the former statement.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
    /// Whether to void the hour records that are left without service, for that reason, which is required then.
    #[serde(default)]
    pub void_records: bool,
}

/// A transfer 调动: the spell that covers the day ends on the day before, and another begins.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTransfer {
    /// The new organization.
    pub organization_id: OrganizationId,
    /// The first day there, in the past, today or in the future.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-09-01"))]
    pub starts_on: NaiveDate,
    /// Why the teacher is transferred; required if the transfer replaces a spell with the same first day.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn plausible_leaving(left_on: &Patch<NaiveDate>) -> Result<(), ValidationError> {
    left_on.as_ref().and_then(Option::as_ref).map_or(Ok(()), validate::plausible_date)
}

#[allow(clippy::ref_option, reason = "the validator's signature")]
fn possible_new_id_number(number: &Patch<String>) -> Result<(), ValidationError> {
    number.as_ref().and_then(Option::as_ref).map_or(Ok(()), |number| possible_id_number(number))
}

wire_enum! {
    /// The orders of a list of teachers.
    TeacherSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        Name = "name", "姓名升序";
        NameDesc = "-name", "姓名降序";
    }
}

list_query! {
    /// The parameters of a list of teachers.
    TeacherQuery {
        /// Part of the name, its pinyin initials or the number; never the ID number
        q: String,
        /// Teachers who serve in this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// The subject 学科
        subject: String,
        /// The stage 学段
        #[param(inline)]
        stage: Stage,
        /// Teachers with this employment status
        #[param(inline)]
        status: TeacherStatus,
        /// With `true`, only teachers who are in post today; with `false`, only others
        in_post: bool,
        /// With `true`, only backbone teachers 骨干教师; with `false`, only others
        backbone: bool,
        /// With `true`, only teachers whose ID number 身份证号 another teacher in scope has, too; with `false`, all. Needs
        /// `teachers.write` and `audit.read`; every use is audited, and a user has 20 of them in an hour
        shared_id_number: bool,
    }
    /// Defaults to `teacher_no`
    sort: TeacherSort
}

resource!(TeacherView, "/teachers");

impl Tabular for TeacherView {
    const NAME: &'static str = "教师";
    const FILE: &'static str = "teachers";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("name", "姓名", 12, |row: &Self| row.name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_str().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.into()),
            column("joined_on", "入职日期", 12, |row: &Self| row.joined_on.into()),
            column("gender", "性别", 8, |row: &Self| row.gender.into()),
            column("title", "职称", 14, |row: &Self| row.title.as_deref().into()),
            column("backbone", "骨干", 8, |row: &Self| row.backbone.into()),
            column("appointed_on", "任职日期", 12, |row: &Self| row.appointed_on.into()),
            column("left_on", "离任日期", 12, |row: &Self| row.left_on.into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("id_number", "身份证号（掩码）", 22, |row: &Self| row.id_number.as_deref().into()),
        ]
    }
}
