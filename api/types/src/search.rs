//! Search 搜索: one box for teachers, organizations and projects.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

wire_enum! {
    /// The kind of a hit.
    SearchKind {
        Teacher = "teacher", "教师";
        Organization = "organization", "单位";
        Project = "project", "培训项目";
    }
}

/// The hits of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchView {
    /// Hits that begin with the text come first. Each kind gets an equal share, if it has enough hits.
    pub items: Vec<SearchHit>,
}

/// A teacher, organization or project that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHit {
    /// The kind.
    pub kind: SearchKind,
    /// The id of the teacher, organization or project.
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub id: Uuid,
    /// The name, or the project's title.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub title: String,
    /// What distinguishes the hit from others with the same name.
    #[cfg_attr(feature = "openapi", schema(example = "T0001 · 亮甲山中心小学"))]
    pub detail: String,
}

impl SearchView {
    /// The default number of hits in a response.
    pub const DEFAULT_LIMIT: i64 = 10;
    /// The maximum number of hits in a response.
    pub const MAX_LIMIT: i64 = 50;
    /// The maximum length of a search text, in characters.
    pub const MAX_TEXT: usize = 64;
}

query! {
    /// The parameters of a search.
    SearchQuery {
        /// Part of a name, of its pinyin initials (`wf` finds 王芳), of a number or of a code; without it there are no
        /// hits
        #[param(max_length = 64, example = "wf")]
        q: String,
        /// The maximum number of hits; defaults to 10
        #[param(minimum = 1, maximum = 50)]
        limit: i64,
    }
}
