//! Organizations 单位: a tree with the bureau (or a province, or a school) at its root.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Column, OrganizationId, Tabular, WireEnum, column, validate};

wire_enum! {
    /// What kind of party an organization is. The four that support 送教下乡 (六-1-2, 四位一体)
    /// are the university, the training school, the district's base school and the rural school.
    OrganizationKind {
        Bureau = "bureau", "教育局";
        TrainingSchool = "training_school", "教师进修学校" | "进修学校";
        District = "district", "学区";
        School = "school", "中小学" | "学校" | "小学" | "初中" | "高中" | "中学" | "九年一贯制学校";
        Kindergarten = "kindergarten", "幼儿园";
        University = "university", "高等学校" | "高校" | "大学";
    }
}

/// An organization as others refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationRef {
    pub id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub name: String,
    pub kind: OrganizationKind,
}

/// An organization 单位.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationView {
    pub id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub name: String,
    pub kind: OrganizationKind,
    /// `null` at the root of the installation.
    pub parent_id: Option<OrganizationId>,
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山学区"))]
    pub parent_name: Option<String>,
    /// The codes from the root down to this organization, joined by `/`.
    #[cfg_attr(feature = "openapi", schema(example = "220283/XQ01/SL-ZX-003"))]
    pub path: String,
    /// 乡村学校.
    pub rural: bool,
    /// 学区基地校.
    pub base_school: bool,
    /// Teachers in post here, its subtree not counted.
    pub teacher_count: i64,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new organization.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// Unique in the installation.
    #[validate(length(min = 1, max = 32), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "SL-ZX-003", min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub code: String,
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校", min_length = 1, max_length = 100))]
    pub name: String,
    pub kind: OrganizationKind,
    /// Without one, the caller's own organization.
    #[serde(default)]
    pub parent_id: Option<OrganizationId>,
    #[serde(default)]
    pub rural: bool,
    #[serde(default)]
    pub base_school: bool,
}

/// Changes of an organization; what is absent stays. Its code and its place in the tree are
/// for good: records of the past lean on them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateOrganization {
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校", min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganizationKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rural: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_school: Option<bool>,
}

wire_enum! {
    /// What a list of organizations is sorted by.
    OrganizationSort {
        Code = "code", "编号升序";
        CodeDesc = "-code", "编号降序";
        Name = "name", "名称升序";
        NameDesc = "-name", "名称降序";
    }
}

list_query! {
    /// What a list of organizations can be asked for.
    OrganizationQuery {
        /// Part of the code, of the name or of its 拼音首字母
        q: String,
        #[param(inline)]
        kind: OrganizationKind,
        /// The organizations right below this one
        #[param(value_type = Option<OrganizationId>)]
        parent_id: OrganizationId,
        /// 乡村学校
        rural: bool,
    }
    /// By default `code`
    sort: OrganizationSort
}

resource!(OrganizationView, "/organizations");

impl Tabular for OrganizationView {
    const NAME: &'static str = "单位";
    const FILE: &'static str = "organizations";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("code", "单位编号", 16, |row: &Self| row.code.as_str().into()),
            column("name", "单位名称", 30, |row: &Self| row.name.as_str().into()),
            column("kind", "单位类型", 14, |row: &Self| row.kind.label().into()),
            column("parent_code", "上级编号", 16, |row: &Self| parent_code(row).into()),
            column("rural", "乡村", 8, |row: &Self| row.rural.into()),
            column("base_school", "学区基地校", 12, |row: &Self| row.base_school.into()),
            column("parent_name", "上级名称", 30, |row: &Self| row.parent_name.as_deref().into()),
            column("teacher_count", "在职教师数", 12, |row: &Self| row.teacher_count.into()),
        ]
    }
}

/// The code before the last of the path; the root has none.
fn parent_code(row: &OrganizationView) -> Option<&str> {
    row.path.rsplit('/').nth(1)
}
