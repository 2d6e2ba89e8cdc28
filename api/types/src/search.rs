//! Search 搜索: one box for teachers, organizations and projects.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

wire_enum! {
    /// What was found.
    SearchKind {
        Teacher = "teacher", "教师";
        Organization = "organization", "单位";
        Project = "project", "培训项目";
    }
}

/// What a text finds, in the order in which people look for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchView {
    /// What begins with the text before what only contains it; of each kind a share, as far as
    /// there are any.
    pub items: Vec<SearchHit>,
}

/// A row that a text finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHit {
    pub kind: SearchKind,
    /// The teacher's, the organization's or the project's.
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub id: Uuid,
    /// The name, or the project's title.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub title: String,
    /// What tells it from others of the same name.
    #[cfg_attr(feature = "openapi", schema(example = "T0001 · 亮甲山中心小学"))]
    pub detail: String,
}

impl SearchView {
    /// Hits where the caller names no `limit`.
    pub const DEFAULT_LIMIT: i64 = 10;
    /// The most hits of an answer.
    pub const MAX_LIMIT: i64 = 50;
    /// The longest text that is looked for.
    pub const MAX_TEXT: usize = 64;
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// Part of a name, of its 拼音首字母 (`wf` finds 王芳), of a number or a code; without it nothing is found
    #[cfg_attr(feature = "openapi", param(max_length = 64, example = "wf"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Hits at most, by default 10
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}
