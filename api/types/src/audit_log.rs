//! The audit log 审计日志: who changed what, when, from where.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::UserId;

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntryView {
    /// Its place in the chain, without gaps.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// `null` for what the program does by itself.
    pub user_id: Option<UserId>,
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub username: String,
    #[cfg_attr(feature = "openapi", schema(example = "update"))]
    pub action: String,
    #[cfg_attr(feature = "openapi", schema(example = "organization"))]
    pub entity: String,
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub entity_id: String,
    /// What it was before the change, where there was something: an entity, or a list of them.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub before: Option<Value>,
    /// What it is after the change, where there is something.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub after: Option<Value>,
    #[cfg_attr(feature = "openapi", schema(example = "10.20.3.4"))]
    pub ip: String,
    pub request_id: String,
    /// SHA-256 over this entry and the hash of the one before.
    pub hash: String,
}
