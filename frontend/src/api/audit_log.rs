//! The audit log 操作日志.

use songjiao_types::{
    Page,
    audit_log::{AuditEntryView, AuditLogQuery},
};

use super::Get;

/// Lists the entries of the audit log, newest first, a page at a time.
pub fn list_audit_log(query: &AuditLogQuery) -> Get<Page<AuditEntryView>> {
    Get::list("/audit-log", query)
}
