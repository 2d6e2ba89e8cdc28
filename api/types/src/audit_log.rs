//! The audit log 审计日志: who changed what, when, from where.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Column, Tabular, UserId, column};

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

list_query! {
    /// What the audit log can be asked for.
    AuditLogQuery {
        /// Such as `lesson`
        entity: String,
        entity_id: String,
        #[param(value_type = Option<UserId>)]
        user_id: UserId,
        /// Such as `grade`
        action: String,
        /// From this day on, in Asia/Shanghai
        from: NaiveDate,
        /// Up to and with this day, in Asia/Shanghai
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
            column("entity_id", "对象编号", 38, |row: &Self| row.entity_id.as_str().into()),
            column("before", "变更前", 40, |row: &Self| row.before.as_ref().map(ToString::to_string).into()),
            column("after", "变更后", 40, |row: &Self| row.after.as_ref().map(ToString::to_string).into()),
            column("ip", "来源地址", 18, |row: &Self| row.ip.as_str().into()),
            column("request_id", "请求编号", 36, |row: &Self| row.request_id.as_str().into()),
            column("hash", "校验值", 66, |row: &Self| row.hash.as_str().into()),
        ]
    }
}
