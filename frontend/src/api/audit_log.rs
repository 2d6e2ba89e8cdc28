//! The audit log 操作日志.

use songjiao_types::{Page, audit_log::AuditEntryView};

use super::Get;
use crate::query::Query;

/// The filters of the audit log.
pub const FILTERS: &[&str] = &["entity", "entity_id", "user_id", "action", "from", "to"];

/// Lists the entries of the audit log, newest first, a page at a time.
pub fn list_audit_log(query: &Query) -> Get<Page<AuditEntryView>> {
    Get::list("/audit-log", query)
}
