use std::collections::HashMap;

use diesel::{
    dsl::{count_star, sql},
    helper_types::IntoBoxed,
    prelude::*,
    sql_types::Bool,
};
use songjiao_types::{
    OrganizationId, Page, UserId, WebhookId,
    webhooks::{CreateWebhook, IssuedWebhook, UpdateWebhook, WebhookStatus, WebhookView},
};
use uuid::Uuid;

use super::{addresses::check_url, courier::Courier, queue::OPEN, rules};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx, outbox,
        schema::{organizations, webhook_deliveries as deliveries, webhooks},
        types::UtcTime,
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::{organizations::organization_refs, users::user_names},
    visibility::{in_scope, visible_organization},
};

/// The condition of the index on failed messages; see [`OPEN`].
pub const FAILED: &str = "webhook_deliveries.status = 'failed'";

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhooks)]
struct WebhookRow {
    id: WebhookId,
    name: String,
    url: String,
    organization_id: OrganizationId,
    types: String,
    status: WebhookStatus,
    disabled_reason: Option<String>,
    failing_since: Option<UtcTime>,
    last_delivered_at: Option<UtcTime>,
    generation: i32,
    previous_secret_until: Option<UtcTime>,
    created_by: UserId,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

type Filtered<'a> = IntoBoxed<'a, webhooks::table, MultiBackend>;

/// Returns the webhooks of the organizations in scope.
fn visible<'a>(scope: &Scope) -> Filtered<'a> {
    let here = organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
    webhooks::table.filter(webhooks::organization_id.eq_any(here)).into_boxed()
}

/// Lists the visible webhooks, the latest first.
///
/// # Errors
/// 422 if the cursor is invalid.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, page: &PageRequest) -> Result<Page<WebhookView>> {
    let views = |conn: &mut DbConnection, rows| with_details(conn, user, rows);
    latest_first!(conn, page, rows: visible(&user.scope), WebhookRow, id: webhooks::id, WebhookId, views: views)
}

/// Counts the messages of webhooks that meet the condition of an index.
fn counts(conn: &mut DbConnection, ids: &[WebhookId], condition: &str) -> Result<HashMap<WebhookId, i64>> {
    let found: Vec<(WebhookId, i64)> = deliveries::table
        .filter(deliveries::webhook_id.eq_any(ids))
        .filter(sql::<Bool>(condition))
        .group_by(deliveries::webhook_id)
        .select((deliveries::webhook_id, count_star()))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Adds names and counts with one query each.
fn with_details(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<WebhookRow>) -> Result<Vec<WebhookView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let (pending, failed) = (counts(conn, &ids, OPEN)?, counts(conn, &ids, FAILED)?);
    let places = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let makers = user_names(conn, rows.iter().map(|row| row.created_by).collect())?;
    let now = user.now;
    let view = |row: WebhookRow| {
        let organization = places.get(&row.organization_id).cloned();
        Ok(WebhookView {
            organization: organization.ok_or_else(|| ApiError::internal("a webhook without organization"))?,
            types: rules::read_types(&row.types),
            pending: pending.get(&row.id).copied().unwrap_or_default(),
            failed: failed.get(&row.id).copied().unwrap_or_default(),
            previous_secret_until: row.previous_secret_until.filter(|until| *until > now).map(Into::into),
            created_by_name: makers.get(&row.created_by).cloned().unwrap_or_default(),
            id: row.id,
            name: row.name,
            url: row.url,
            status: row.status,
            disabled_reason: row.disabled_reason,
            failing_since: row.failing_since.map(Into::into),
            last_delivered_at: row.last_delivered_at.map(Into::into),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    };
    rows.into_iter().map(view).collect()
}

fn find_row(conn: &mut DbConnection, scope: &Scope, id: WebhookId) -> Result<WebhookRow> {
    Ok(visible(scope).filter(webhooks::id.eq(id)).select(WebhookRow::as_select()).first(conn)?)
}

/// Finds a visible webhook.
///
/// # Errors
/// 404.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: WebhookId) -> Result<WebhookView> {
    let row = find_row(conn, &user.scope, id)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Locks a webhook so that changes and rounds of its queue do not overlap.
fn lock(tx: &mut Tx<'_>, id: WebhookId) -> Result<()> {
    if let DbConnection::Postgres(conn) = tx.conn {
        webhooks::table.find(id).select(webhooks::id).for_no_key_update().first::<WebhookId>(conn)?;
    }
    Ok(())
}

/// Creates a webhook that receives the changes from now on.
///
/// # Errors
/// 403 if the caller may not read a type, 422 if the URL or the organization is invalid.
pub fn create(tx: &mut Tx<'_>, courier: &Courier, user: &CurrentUser, new: &CreateWebhook) -> Result<IssuedWebhook> {
    let url = check_url(&new.url, courier.allow_private, "/url")?;
    rules::check_types(user, &new.types)?;
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let id = WebhookId::from_uuid(Uuid::now_v7());
    // Under the lock, changes committed before are left out, and none committed later is missed.
    tx.order_commits()?;
    let position = outbox::head(tx.conn)?;
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(id),
            webhooks::name.eq(new.name.trim()),
            webhooks::url.eq(url.as_str()),
            webhooks::organization_id.eq(new.organization_id),
            webhooks::types.eq(rules::write_types(&new.types)),
            webhooks::status.eq(WebhookStatus::Active),
            webhooks::position.eq(position),
            webhooks::generation.eq(1),
            webhooks::created_by.eq(user.id),
            webhooks::version.eq(1),
            webhooks::created_at.eq(tx.now),
            webhooks::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let webhook = find(tx.conn, user, id)?;
    tx.created("webhook", id, &webhook)?;
    Ok(IssuedWebhook { webhook, secret: Some(courier.keys.shown(id, 1)) })
}

#[derive(AsChangeset)]
#[diesel(table_name = webhooks)]
struct WebhookChanges<'a> {
    name: Option<&'a str>,
    url: Option<&'a str>,
    types: Option<String>,
    status: Option<WebhookStatus>,
    disabled_reason: Option<Option<&'a str>>,
    failing_since: Option<Option<UtcTime>>,
    version: i32,
    updated_at: UtcTime,
}

/// Updates a webhook.
///
/// # Errors
/// 403 if the caller may not read a type, 404, 412, 422 if the URL is invalid.
pub fn update(
    tx: &mut Tx<'_>,
    courier: &Courier,
    user: &CurrentUser,
    id: WebhookId,
    version: IfMatch,
    changes: &UpdateWebhook,
) -> Result<WebhookView> {
    lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    let url = changes.url.as_deref().map(|url| check_url(url, courier.allow_private, "/url")).transpose()?;
    if let Some(types) = &changes.types {
        rules::check_types(user, types)?;
    }
    // Switching a webhook clears its failures, which could disable it again.
    let cleared = changes.active.is_some();
    let changed = diesel::update(webhooks::table.find(id).filter(webhooks::version.eq(before.version)))
        .set(WebhookChanges {
            name: changes.name.as_deref().map(str::trim),
            url: url.as_ref().map(url::Url::as_str),
            types: changes.types.as_deref().map(rules::write_types),
            status: changes.active.map(rules::switched),
            disabled_reason: cleared.then_some(None),
            failing_since: cleared.then_some(None),
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    if changes.active == Some(true) {
        // Failed messages are attempted again now.
        diesel::update(deliveries::table)
            .filter(deliveries::webhook_id.eq(id))
            .filter(sql::<Bool>("webhook_deliveries.status = 'pending'"))
            .set(deliveries::next_attempt_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    let after = find(tx.conn, user, id)?;
    tx.updated("webhook", id, &before, &after)?;
    Ok(after)
}

/// Gives a webhook a new secret; for the overlap, messages are signed with the previous one, too.
///
/// # Errors
/// 404, 412.
pub fn rotate(
    tx: &mut Tx<'_>,
    courier: &Courier,
    user: &CurrentUser,
    id: WebhookId,
    version: IfMatch,
    overlap_hours: i64,
) -> Result<IssuedWebhook> {
    lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    let generation = find_row(tx.conn, &user.scope, id)?.generation + 1;
    let until = tx.now.after(chrono::TimeDelta::hours(overlap_hours));
    diesel::update(webhooks::table.find(id))
        .set((
            webhooks::generation.eq(generation),
            webhooks::previous_secret_until.eq(Some(until)),
            webhooks::version.eq(before.version + 1),
            webhooks::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let webhook = find(tx.conn, user, id)?;
    tx.audit("rotate", "webhook", id, Some(&before), Some(&webhook))?;
    Ok(IssuedWebhook { webhook, secret: Some(courier.keys.shown(id, generation)) })
}

/// Deletes a webhook with its messages.
///
/// # Errors
/// 404, 412.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: WebhookId, version: IfMatch) -> Result<()> {
    lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    diesel::delete(deliveries::table.filter(deliveries::webhook_id.eq(id))).execute(tx.conn)?;
    diesel::delete(webhooks::table.find(id)).execute(tx.conn)?;
    tx.deleted("webhook", id, &before)
}
