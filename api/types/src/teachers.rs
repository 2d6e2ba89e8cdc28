//! Teachers 教师 and their appointments 任职.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    AppointmentId, Column, OrganizationId, Patch, Tabular, TeacherId, WireEnum, column, double_option,
    organizations::OrganizationRef, training::Stage, validate,
};

wire_enum! {
    /// Whether a teacher is in post.
    TeacherStatus {
        Active = "active", "在职" | "在岗";
        OnLeave = "on_leave", "休假";
        Retired = "retired", "退休" | "离退休";
        Left = "left", "离职" | "辞职" | "调出";
    }
}

impl TeacherStatus {
    /// Whether the status says that the teacher's time in post has an end.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Retired | Self::Left)
    }
}

wire_enum! {
    /// 性别.
    Gender {
        Male = "male", "男", "1";
        Female = "female", "女", "2";
    }
}

/// A teacher as others refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherRef {
    pub id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
}

/// A teacher 教师.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherView {
    pub id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    pub gender: Option<Gender>,
    /// Where the teacher serves now.
    pub organization: OrganizationRef,
    /// 学科.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    pub stage: Stage,
    /// 职称.
    #[cfg_attr(feature = "openapi", schema(example = "一级教师"))]
    pub title: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "2010-08-01"))]
    pub joined_on: NaiveDate,
    /// The last day in post.
    pub left_on: Option<NaiveDate>,
    pub status: TeacherStatus,
    /// 骨干教师.
    pub backbone: bool,
    /// Masked: the number itself never leaves.
    #[cfg_attr(feature = "openapi", schema(example = "220***********1234"))]
    pub id_number: Option<String>,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new teacher. The first appointment begins with `joined_on`.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTeacher {
    /// Unique in the installation.
    #[validate(length(min = 1, max = 32), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "220283000123", min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub teacher_no: String,
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: String,
    #[serde(default)]
    pub gender: Option<Gender>,
    pub organization_id: OrganizationId,
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 32))]
    pub subject: String,
    pub stage: Stage,
    #[validate(length(max = 32))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "一级教师", max_length = 32))]
    pub title: Option<String>,
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2010-08-01"))]
    pub joined_on: NaiveDate,
    /// The last day in post; required of who retired or left.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default)]
    pub left_on: Option<NaiveDate>,
    /// By default `active`.
    #[serde(default)]
    pub status: Option<TeacherStatus>,
    #[serde(default)]
    pub backbone: bool,
    /// 18 characters with a right checksum; kept encrypted.
    #[validate(custom(function = possible_id_number))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "11010519491231002X", min_length = 18, max_length = 18))]
    pub id_number: Option<String>,
}

/// Changes of a teacher; what is absent stays. The number is for good, and the organization
/// changes by a transfer.
#[derive(Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTeacher {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Gender>))]
    pub gender: Patch<Gender>,
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[validate(length(max = 32))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "高级教师", max_length = 32))]
    pub title: Patch<String>,
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_on: Option<NaiveDate>,
    #[validate(custom(function = plausible_leaving))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub left_on: Patch<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TeacherStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backbone: Option<bool>,
    #[validate(custom(function = possible_new_id_number))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "11010519491231002X", min_length = 18, max_length = 18))]
    pub id_number: Patch<String>,
}

/// An appointment 任职: where a teacher served, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppointmentView {
    pub id: AppointmentId,
    pub organization: OrganizationRef,
    pub starts_on: NaiveDate,
    /// The last day; `null` of the present one.
    pub ends_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// A transfer 调动: ends the present appointment and begins another.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTransfer {
    /// Where the teacher goes.
    pub organization_id: OrganizationId,
    /// The first day there: after the present appointment's first, not in the future.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-09-01"))]
    pub starts_on: NaiveDate,
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the validator passes fields so")]
fn plausible_leaving(left_on: &Patch<NaiveDate>) -> Result<(), ValidationError> {
    left_on.as_ref().and_then(Option::as_ref).map_or(Ok(()), validate::plausible_date)
}

#[allow(clippy::ref_option, reason = "the validator passes fields so")]
fn possible_new_id_number(number: &Patch<String>) -> Result<(), ValidationError> {
    number.as_ref().and_then(Option::as_ref).map_or(Ok(()), |number| possible_id_number(number))
}

wire_enum! {
    /// What a list of teachers is sorted by.
    TeacherSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        Name = "name", "姓名升序";
        NameDesc = "-name", "姓名降序";
    }
}

/// A citizen's number 公民身份号码 (GB 11643): 17 digits with a possible date of birth, and a
/// check character.
pub fn possible_id_number(number: &str) -> Result<(), ValidationError> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let refuse = || Err(ValidationError::new("bad_id_number").with_message("身份证号不正确".into()));
    let bytes = number.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return refuse();
    }
    if NaiveDate::parse_from_str(&number[6..14], "%Y%m%d").is_err() {
        return refuse();
    }
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if CHECKS[(sum % 11) as usize] == bytes[17].to_ascii_uppercase() { Ok(()) } else { refuse() }
}

list_query! {
    /// What a list of teachers can be asked for.
    TeacherQuery {
        /// Part of the name, of its 拼音首字母 or of the number; for who may change teachers, also a whole 身份证号
        q: String,
        /// Teachers who serve in this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        subject: String,
        #[param(inline)]
        stage: Stage,
        #[param(inline)]
        status: TeacherStatus,
        /// 骨干教师
        backbone: bool,
    }
    /// By default `teacher_no`
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
            column("stage", "学段", 10, |row: &Self| row.stage.label().into()),
            column("joined_on", "入职日期", 12, |row: &Self| row.joined_on.into()),
            column("gender", "性别", 8, |row: &Self| row.gender.map(WireEnum::label).into()),
            column("title", "职称", 14, |row: &Self| row.title.as_deref().into()),
            column("backbone", "骨干", 8, |row: &Self| row.backbone.into()),
            column("left_on", "离任日期", 12, |row: &Self| row.left_on.into()),
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("id_number", "身份证号（掩码）", 22, |row: &Self| row.id_number.as_deref().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_number_has_a_date_and_a_checksum() {
        assert!(possible_id_number("11010519491231002X").is_ok());
        assert!(possible_id_number("11010519491231002x").is_ok());
        for bad in
            ["110105194912310021", "11010519491331002X", "1101051949123100", "", "一二三四五六", "11010519491231002X0"]
        {
            assert!(possible_id_number(bad).is_err(), "{bad}");
        }
    }
}
