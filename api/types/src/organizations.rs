//! Organizations 单位, a tree whose root is usually the bureau.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Column, OrganizationId, Tabular, column, validate};

wire_enum! {
    /// The kind of an organization. The four parties that support 送教下乡 (六-1-2, 四位一体) are the university, the
    /// training school, the district's base school and the rural school.
    OrganizationKind {
        Bureau = "bureau", "教育局";
        TrainingSchool = "training_school", "教师进修学校" | "进修学校";
        District = "district", "学区";
        School = "school", "中小学" | "学校" | "小学" | "初中" | "高中" | "中学" | "九年一贯制学校";
        Kindergarten = "kindergarten", "幼儿园";
        University = "university", "高等学校" | "高校" | "大学";
    }
}

/// A reference to an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationRef {
    /// The organization.
    pub id: OrganizationId,
    /// The code.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    /// The name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
}

/// An organization 单位.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationView {
    /// The organization.
    pub id: OrganizationId,
    /// The code, unique in the installation.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    /// The name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The parent; `null` for the root of the installation.
    pub parent_id: Option<OrganizationId>,
    /// The parent's name.
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山学区"))]
    pub parent_name: Option<String>,
    /// The codes from the root down to the organization, joined by `/`.
    #[cfg_attr(feature = "openapi", schema(example = "220283/XQ01/SL-ZX-003"))]
    pub path: String,
    /// Whether it is a rural school 乡村学校.
    pub rural: bool,
    /// Whether it is the base school of its district 学区基地校.
    pub base_school: bool,
    /// Teachers in post at the organization itself, without those below it.
    pub teacher_count: i64,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last updated.
    pub updated_at: DateTime<Utc>,
}

/// A new organization.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// The code, unique in the installation.
    #[validate(length(min = 1, max = 32), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "SL-ZX-003", min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub code: String,
    /// The name.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校", min_length = 1, max_length = 100))]
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The parent; defaults to the caller's organization.
    #[serde(default)]
    pub parent_id: Option<OrganizationId>,
    /// Whether it is a rural school 乡村学校.
    #[serde(default)]
    pub rural: bool,
    /// Whether it is the base school of its district 学区基地校.
    #[serde(default)]
    pub base_school: bool,
}

/// An update of an organization; absent fields stay unchanged. The code and the position in the tree are permanent,
/// because past records depend on them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateOrganization {
    /// The name.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校", min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// The kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganizationKind>,
    /// Whether it is a rural school 乡村学校.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rural: Option<bool>,
    /// Whether it is the base school of its district 学区基地校.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_school: Option<bool>,
}

wire_enum! {
    /// The orders of a list of organizations.
    OrganizationSort {
        Code = "code", "编号升序";
        CodeDesc = "-code", "编号降序";
        Name = "name", "名称升序";
        NameDesc = "-name", "名称降序";
    }
}

list_query! {
    /// The parameters of a list of organizations.
    OrganizationQuery {
        /// Part of the code, the name or its pinyin initials
        q: String,
        /// Organizations of this kind
        #[param(inline)]
        kind: OrganizationKind,
        /// Organizations directly below this one
        #[param(value_type = Option<OrganizationId>)]
        parent_id: OrganizationId,
        /// With `true`, only rural schools 乡村学校; with `false`, only others
        rural: bool,
    }
    /// Defaults to `code`
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
            column("kind", "单位类型", 14, |row: &Self| row.kind.into()),
            column("parent_code", "上级编号", 16, |row: &Self| parent_code(row).into()),
            column("rural", "乡村", 8, |row: &Self| row.rural.into()),
            column("base_school", "学区基地校", 12, |row: &Self| row.base_school.into()),
            column("parent_name", "上级名称", 30, |row: &Self| row.parent_name.as_deref().into()),
            column("teacher_count", "在职教师数", 12, |row: &Self| row.teacher_count.into()),
        ]
    }
}

/// Returns the code of the parent, the second last in the path; the root has none.
fn parent_code(row: &OrganizationView) -> Option<&str> {
    row.path.rsplit('/').nth(1)
}
