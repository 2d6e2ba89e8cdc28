//! The audit log 审计日志: who changed what, when and from where.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Column, Tabular, UserId, column};

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntryView {
    /// The position in the hash chain, which has no gaps.
    pub seq: i64,
    /// When the change was made.
    pub at: DateTime<Utc>,
    /// The user who made the change; `null` if the program made it.
    pub user_id: Option<UserId>,
    /// The user's name, or `system`.
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub username: String,
    /// The action, such as `create` or `recognize`.
    #[cfg_attr(feature = "openapi", schema(example = "update"))]
    pub action: String,
    /// The type of the changed entity, such as `lesson`.
    #[cfg_attr(feature = "openapi", schema(example = "organization"))]
    pub entity: String,
    /// The id of the changed entity.
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub entity_id: String,
    /// The state before the change, if any: an entity or a list of entities.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub before: Option<Value>,
    /// The state after the change, if any.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub after: Option<Value>,
    /// The client's address.
    #[cfg_attr(feature = "openapi", schema(example = "10.20.3.4"))]
    pub ip: String,
    /// The id of the request.
    pub request_id: String,
    /// SHA-256 over this entry and the hash of the previous one.
    pub hash: String,
}

list_query! {
    /// The parameters of the audit log.
    AuditLogQuery {
        /// The type of the changed entity, such as `lesson`
        entity: String,
        /// The id of the changed entity
        entity_id: String,
        /// Changes by this user
        #[param(value_type = Option<UserId>)]
        user_id: UserId,
        /// The action, such as `grade`
        action: String,
        /// Changes from this day on, in Asia/Shanghai
        from: NaiveDate,
        /// Changes up to and including this day, in Asia/Shanghai
        to: NaiveDate,
    }
}

impl Tabular for AuditEntryView {
    const NAME: &'static str = "审计日志";
    const FILE: &'static str = "audit-log";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("seq", "序号", 10, |row: &Self| row.seq.into()),
            column("at", "时间", 20, |row: &Self| row.at.into()),
            column("username", "用户名", 16, |row: &Self| row.username.as_str().into()),
            column("action", "操作", 14, |row: &Self| row.action.as_str().into()),
            column("entity", "对象", 18, |row: &Self| row.entity.as_str().into()),
            column("entity_id", "对象标识", 38, |row: &Self| row.entity_id.as_str().into()),
            column("before", "变更前", 40, |row: &Self| row.before.as_ref().map(ToString::to_string).into()),
            column("after", "变更后", 40, |row: &Self| row.after.as_ref().map(ToString::to_string).into()),
            column("ip", "来源地址", 18, |row: &Self| row.ip.as_str().into()),
            column("request_id", "请求编号", 36, |row: &Self| row.request_id.as_str().into()),
            column("hash", "校验值", 66, |row: &Self| row.hash.as_str().into()),
        ]
    }
}
