use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use serde_json::Value;
use songjiao_types::{
    Page, Permission, UserId,
    audit_log::{AuditEntryView, AuditLogQuery},
};

use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend,
        schema::{audit_log, organizations, users},
        types::UtcTime,
    },
    error::Result,
    http::listing::PageRequest,
    visibility::in_scope,
};

/// The only order of the list, which cursors name.
const SORT: &str = "-seq";

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct EntryRow {
    seq: i64,
    at: UtcTime,
    user_id: Option<UserId>,
    username: String,
    action: String,
    entity: String,
    entity_id: String,
    before: Option<String>,
    after: Option<String>,
    ip: String,
    request_id: String,
    hash: String,
}

type Filtered<'a> = IntoBoxed<'a, audit_log::table, MultiBackend>;

fn filtered<'a>(scope: &Scope, query: &AuditLogQuery) -> Filtered<'a> {
    let mut rows = audit_log::table.into_boxed();
    // The root sees the entries of the program itself, too.
    if !scope.is_everything() {
        let in_scope = organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
        // What users of a wider scope did concerns rows beyond the caller's.
        let users = users::table.filter(users::scope_organization_id.eq_any(in_scope)).select(users::id.nullable());
        rows = rows.filter(audit_log::user_id.eq_any(users));
    }
    if let Some(entity) = &query.entity {
        rows = rows.filter(audit_log::entity.eq(entity.clone()));
    }
    if let Some(id) = &query.entity_id {
        rows = rows.filter(audit_log::entity_id.eq(id.clone()));
    }
    if let Some(user) = query.user_id {
        rows = rows.filter(audit_log::user_id.eq(user));
    }
    if let Some(action) = &query.action {
        rows = rows.filter(audit_log::action.eq(action.clone()));
    }
    if let Some(from) = query.from {
        rows = rows.filter(audit_log::at.ge(start_of_day(from)));
    }
    if let Some(day_after) = query.to.and_then(|to| to.succ_opt()) {
        rows = rows.filter(audit_log::at.lt(start_of_day(day_after)));
    }
    rows
}

/// Returns the start of a day in Asia/Shanghai, which has no daylight saving time.
fn start_of_day(day: NaiveDate) -> UtcTime {
    let midnight = day.and_time(NaiveTime::MIN);
    midnight.checked_sub_signed(TimeDelta::hours(8)).unwrap_or(midnight).and_utc().into()
}

/// Lists entries, newest first.
///
/// # Errors
/// 422 at `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &AuditLogQuery,
    page: &PageRequest,
) -> Result<Page<AuditEntryView>> {
    let mut rows = filtered(&user.scope, query);
    if let Some(seq) = page.after::<i64>(SORT)? {
        rows = rows.filter(audit_log::seq.lt(seq));
    }
    let rows = rows.order(audit_log::seq.desc()).limit(page.fetch()).select(EntryRow::as_select()).load(conn)?;
    let total =
        if page.with_total { Some(filtered(&user.scope, query).select(count_star()).first(conn)?) } else { None };
    let with_exemptions = user.allows(Permission::ExemptionsRead);
    let views = rows.into_iter().map(|row| view(row, with_exemptions)).collect();
    page.page(SORT, views, |view: &AuditEntryView| view.seq, total)
}

/// Returns the view of an entry. The content of an exemption is only for those who may read it.
fn view(mut row: EntryRow, with_exemptions: bool) -> AuditEntryView {
    if row.entity == "exemption" && !with_exemptions {
        (row.before, row.after) = (None, None);
    }
    let json = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
    AuditEntryView {
        seq: row.seq,
        at: row.at.into(),
        user_id: row.user_id,
        username: row.username,
        action: row.action,
        entity: row.entity,
        entity_id: row.entity_id,
        before: row.before.map(json),
        after: row.after.map(json),
        ip: row.ip,
        request_id: row.request_id,
        hash: row.hash,
    }
}
