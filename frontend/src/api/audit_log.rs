//! The audit log 操作日志.

use songjiao_types::{Page, audit_log::AuditEntryView};

use super::Get;
use crate::query::Query;

/// The filters that the audit log takes.
pub const FILTERS: &[&str] = &["entity", "entity_id", "user_id", "action", "from", "to"];

/// A page of the audit log, newest first.
pub fn list_audit_log(query: &Query) -> Get<Page<AuditEntryView>> {
    Get::list("/audit-log", query)
}
