//! The queue between the outbox and the receivers. A round of a webhook is one transaction: it stores the
//! receipts of the last messages, creates messages for further changes, and claims those to send next.
//! Whenever the process ends, a message is stored or created again, and one that may have arrived is sent
//! again under the same id.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count_star, min, sql},
    prelude::*,
    sql_query,
    sql_types::{Bool, Integer, Nullable, Text, Timestamp},
};
use serde::Serialize;
use songjiao_types::{
    Id, OrganizationId, Role, UserId, WebhookDeliveryId, WebhookId, WireEnum,
    changes::{ChangeEntity, ChangeType, ChangeView},
    webhooks::{DeliveryStatus, WebhookStatus},
};
use uuid::Uuid;

use super::rules::{self, Receipt, Retries};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx, on_connection, outbox,
        schema::{organizations, webhook_deliveries as deliveries, webhooks},
        types::{Code, DbUuid, UtcTime},
    },
    error::{ApiError, Result},
    exchange::changes::{self, Wanted},
};

/// The condition of the index on open messages. SQLite uses the index only if the statement has it
/// literally.
pub const OPEN: &str = "webhook_deliveries.status IN ('pending', 'sending')";
/// The most open messages of a webhook; further changes wait in the outbox.
const OPEN_LIMIT: i64 = 500;
/// The most changes that become messages in one round.
const CHANGES_PER_ROUND: i64 = 200;
/// The maximum number of messages sent in one round.
pub const MESSAGES_PER_ROUND: i64 = 32;
/// The maximum number of messages sent in one round to a failing receiver.
const MESSAGES_WHILE_FAILING: i64 = 4;
/// The days for which finished messages are kept.
const RETENTION_DAYS: i64 = 30;

/// The receiver of messages.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub id: WebhookId,
    pub url: String,
    /// The generations of the signing secrets.
    pub generations: Vec<i32>,
}

/// A message to be sent now.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    pub id: WebhookDeliveryId,
    pub body: String,
    /// The number of attempts, the coming one included.
    pub attempts: i32,
}

/// The result of an attempt to send a message.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub id: WebhookDeliveryId,
    pub attempts: i32,
    pub receipt: Receipt,
    pub response_status: Option<i32>,
    pub error: Option<String>,
    pub duration_ms: i32,
}

/// The settings of attempts.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    pub retries: Retries,
    /// The longest duration of a round; messages without a receipt by then are sent again.
    pub lease: chrono::TimeDelta,
}

/// The webhooks with work to do.
pub struct Due {
    /// Those with work to do now.
    pub webhooks: Vec<WebhookId>,
    /// When the next message is due.
    pub next: Option<UtcTime>,
}

/// Finds the webhooks with work to do.
///
/// # Errors
/// If the database fails.
pub fn due(conn: &mut DbConnection, now: UtcTime) -> Result<Due> {
    let active = || webhooks::table.filter(webhooks::status.eq(WebhookStatus::Active));
    let ids: Vec<(WebhookId, i64)> = active().select((webhooks::id, webhooks::position)).load(conn)?;
    if ids.is_empty() {
        return Ok(Due { webhooks: Vec::new(), next: None });
    }
    let head = outbox::head(conn)?;
    let open = || {
        deliveries::table.filter(deliveries::webhook_id.eq_any(active().select(webhooks::id))).filter(sql::<Bool>(OPEN))
    };
    let waiting: Vec<WebhookId> = open()
        .filter(deliveries::next_attempt_at.le(Some(now)))
        .select(deliveries::webhook_id)
        .distinct()
        .load(conn)?;
    let next = open()
        .filter(deliveries::next_attempt_at.gt(Some(now)))
        .select(min(deliveries::next_attempt_at))
        .first(conn)?;
    let full: Vec<WebhookId> = open()
        .group_by(deliveries::webhook_id)
        .having(count_star().ge(OPEN_LIMIT))
        .select(deliveries::webhook_id)
        .load(conn)?;
    let is_due = |(id, position): &(WebhookId, i64)| waiting.contains(id) || (*position < head && !full.contains(id));
    Ok(Due { webhooks: ids.into_iter().filter(is_due).map(|(id, _)| id).collect(), next })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhooks)]
struct Row {
    id: WebhookId,
    url: String,
    organization_id: OrganizationId,
    types: String,
    status: WebhookStatus,
    failing_since: Option<UtcTime>,
    position: i64,
    generation: i32,
    previous_secret_until: Option<UtcTime>,
    created_by: UserId,
}

/// Runs one round of a webhook. Returns `None` if it is deleted or not active, or if not to `continue_sending`.
///
/// # Errors
/// If the database fails.
pub fn run_round(
    tx: &mut Tx<'_>,
    settings: &DeliverySettings,
    id: WebhookId,
    attempts: &[Attempt],
    continue_sending: bool,
) -> Result<Option<(Recipient, Vec<ClaimedDelivery>)>> {
    let found = match tx.conn {
        // Concurrent processes take turns.
        DbConnection::Postgres(conn) => {
            webhooks::table.find(id).select(Row::as_select()).for_no_key_update().first(conn).optional()?
        }
        DbConnection::Sqlite(conn) => webhooks::table.find(id).select(Row::as_select()).first(conn).optional()?,
    };
    let Some(mut row) = found else { return Ok(None) };
    store_receipts(tx, settings, &mut row, attempts)?;
    if row.status != WebhookStatus::Active || !continue_sending {
        return Ok(None);
    }
    create_messages(tx, &row)?;
    let claimed = claim(tx, settings, &row)?;
    let mut generations = vec![row.generation];
    if row.previous_secret_until.is_some_and(|until| until > tx.now) {
        generations.push(row.generation - 1);
    }
    Ok(Some((Recipient { id: row.id, url: row.url, generations }, claimed)))
}

/// Stores the receipts of attempts in the messages and the webhook.
fn store_receipts(tx: &mut Tx<'_>, settings: &DeliverySettings, row: &mut Row, attempts: &[Attempt]) -> Result<()> {
    if attempts.is_empty() {
        return Ok(());
    }
    update_messages(tx, settings, attempts)?;
    let delivered = attempts.iter().any(|attempt| attempt.receipt == Receipt::Delivered);
    let recovered = delivered && row.failing_since.is_some();
    row.failing_since = if delivered { None } else { row.failing_since.or(Some(tx.now)) };
    diesel::update(webhooks::table.find(row.id)).set(webhooks::failing_since.eq(row.failing_since)).execute(tx.conn)?;
    if delivered {
        let last_delivered_at = webhooks::last_delivered_at.eq(Some(tx.now));
        diesel::update(webhooks::table.find(row.id)).set(last_delivered_at).execute(tx.conn)?;
    }
    if recovered {
        // A recovered receiver gets the failed messages now, not at their next planned attempts.
        diesel::update(deliveries::table)
            .filter(deliveries::webhook_id.eq(row.id))
            .filter(sql::<Bool>(OPEN))
            .filter(deliveries::status.eq(DeliveryStatus::Pending))
            .set(deliveries::next_attempt_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    let gone = attempts.iter().any(|attempt| attempt.receipt == Receipt::Gone);
    if gone {
        disable(tx, row, "接收方答复 410：该地址已不再接收推送")?;
    } else if rules::has_failed_too_long(row.failing_since, tx.now) {
        disable(tx, row, "接收方连续 5 天没有成功接收任何推送")?;
    }
    Ok(())
}

fn disable(tx: &mut Tx<'_>, row: &mut Row, reason: &str) -> Result<()> {
    if row.status != WebhookStatus::Active {
        return Ok(());
    }
    row.status = WebhookStatus::Disabled;
    diesel::update(webhooks::table.find(row.id))
        .set((
            webhooks::status.eq(WebhookStatus::Disabled),
            webhooks::disabled_reason.eq(Some(reason)),
            webhooks::version.eq(webhooks::version + 1),
            webhooks::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.audit("disable", "webhook", row.id, None::<&()>, Some(&serde_json::json!({ "reason": reason })))
}

/// Updates the messages of a round in one statement.
fn update_messages(tx: &mut Tx<'_>, settings: &DeliverySettings, attempts: &[Attempt]) -> Result<()> {
    let rows: Vec<String> = (0..attempts.len())
        .map(|row| {
            let columns: Vec<_> = (1..=6).map(|column| format!("${}", row * 6 + column)).collect();
            format!("({})", columns.join(", "))
        })
        .collect();
    let mut query = sql_query(format!(
        "WITH receipt (id, status, next_attempt_at, response_status, error, duration_ms) AS (VALUES {}) \
         UPDATE webhook_deliveries SET status = receipt.status, next_attempt_at = receipt.next_attempt_at, \
                response_status = receipt.response_status, error = receipt.error, duration_ms = receipt.duration_ms \
         FROM receipt WHERE webhook_deliveries.id = receipt.id AND webhook_deliveries.status = 'sending'",
        rows.join(", ")
    ))
    .into_boxed::<MultiBackend>();
    for attempt in attempts {
        let (status, next) = match &attempt.receipt {
            Receipt::Delivered => (DeliveryStatus::Delivered, None),
            Receipt::Gone => (DeliveryStatus::Failed, None),
            Receipt::Failed { retry_after } => match settings.retries.next(attempt.attempts, tx.now, *retry_after) {
                Some(next) => (DeliveryStatus::Pending, Some(next)),
                None => (DeliveryStatus::Failed, None),
            },
        };
        query = query
            .bind::<DbUuid, _>(attempt.id)
            .bind::<Code, _>(status)
            .bind::<Nullable<Timestamp>, _>(next)
            .bind::<Nullable<Integer>, _>(attempt.response_status)
            .bind::<Nullable<Text>, _>(attempt.error.clone())
            .bind::<Integer, _>(attempt.duration_ms);
    }
    query.execute(tx.conn)?;
    Ok(())
}

/// A row of `webhook_deliveries`.
#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub struct NewDelivery {
    pub id: WebhookDeliveryId,
    pub webhook_id: WebhookId,
    pub seq: Option<i64>,
    #[diesel(column_name = type_)]
    pub kind: String,
    pub entity_id: Option<Id<()>>,
    pub body: String,
    pub status: DeliveryStatus,
    pub attempts: i32,
    pub next_attempt_at: Option<UtcTime>,
    pub created_at: UtcTime,
}

/// The body of a message.
#[derive(Serialize)]
pub struct Body<'a, T> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub timestamp: DateTime<Utc>,
    pub data: &'a T,
}

/// Creates messages for the next changes unless too many are open.
fn create_messages(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    let open: i64 = deliveries::table
        .filter(deliveries::webhook_id.eq(row.id))
        .filter(sql::<Bool>(OPEN))
        .select(count_star())
        .first(tx.conn)?;
    if open >= OPEN_LIMIT {
        return Ok(());
    }
    let types = match rules::read_types(&row.types) {
        types if types.is_empty() => ChangeType::ALL.to_vec(),
        types => types,
    };
    let reader = reader(tx.conn, row, tx.now)?;
    let page = changes::read(tx.conn, &reader, &Wanted { after: row.position, types, limit: CHANGES_PER_ROUND })?;
    let messages: Vec<NewDelivery> =
        page.items.iter().map(|change| message(row.id, change, tx.now)).collect::<Result<_>>()?;
    if !messages.is_empty() {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(deliveries::table).values(&messages).execute(connection)?
        });
    }
    if page.next_after > row.position {
        let position = webhooks::position.eq(page.next_after);
        diesel::update(webhooks::table.find(row.id)).set(position).execute(tx.conn)?;
    }
    Ok(())
}

fn message(webhook_id: WebhookId, change: &ChangeView, now: UtcTime) -> Result<NewDelivery> {
    let body = Body { kind: change.kind.as_str(), timestamp: change.at, data: change };
    Ok(NewDelivery {
        id: WebhookDeliveryId::from_uuid(Uuid::now_v7()),
        webhook_id,
        seq: Some(change.seq),
        kind: change.kind.as_str().to_owned(),
        entity_id: Some(Id::from_uuid(change.id)),
        body: serde_json::to_string(&body).map_err(ApiError::internal)?,
        status: DeliveryStatus::Pending,
        attempts: 0,
        next_attempt_at: Some(now),
        created_at: now,
    })
}

/// Returns the reader of a webhook's changes: like an API key of its organization that may read everything.
/// The rights of its maker were checked when the types were chosen.
fn reader(conn: &mut DbConnection, row: &Row, now: UtcTime) -> Result<CurrentUser> {
    let path: String = organizations::table.find(row.organization_id).select(organizations::path).first(conn)?;
    Ok(CurrentUser {
        id: row.created_by,
        username: "webhook".to_owned(),
        role: Role::Auditor,
        organization_id: row.organization_id,
        organization_path: path.clone(),
        scope: Scope::new(path),
        teacher_id: None,
        session_id: None,
        scopes: Some(ChangeEntity::ALL.iter().map(|entity| entity.permission()).collect()),
        must_change_password: false,
        ip: String::new(),
        request_id: String::new(),
        now,
    })
}

/// Claims the due messages: they are being sent from now on.
fn claim(tx: &mut Tx<'_>, settings: &DeliverySettings, row: &Row) -> Result<Vec<ClaimedDelivery>> {
    let limit = if row.failing_since.is_some() { MESSAGES_WHILE_FAILING } else { MESSAGES_PER_ROUND };
    let rows: Vec<(WebhookDeliveryId, String, i32)> = deliveries::table
        .filter(deliveries::webhook_id.eq(row.id))
        .filter(sql::<Bool>(OPEN))
        .filter(deliveries::next_attempt_at.le(Some(tx.now)))
        .order((deliveries::next_attempt_at, deliveries::id))
        .limit(limit)
        .select((deliveries::id, deliveries::body, deliveries::attempts))
        .load(tx.conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|(id, ..)| *id).collect();
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
        .set((
            deliveries::status.eq(DeliveryStatus::Sending),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::last_attempt_at.eq(Some(tx.now)),
            deliveries::next_attempt_at.eq(Some(tx.now.after(settings.lease))),
            deliveries::instance.eq(tx.instance),
        ))
        .execute(tx.conn)?;
    Ok(rows.into_iter().map(|(id, body, attempts)| ClaimedDelivery { id, body, attempts: attempts + 1 }).collect())
}

/// Releases messages claimed by processes that have ended; on SQLite all, at the start.
///
/// # Errors
/// If the database fails.
pub fn release_orphans(tx: &mut Tx<'_>) -> Result<()> {
    let senders: Vec<Option<i32>> = deliveries::table
        .filter(sql::<Bool>(OPEN))
        .filter(deliveries::status.eq(DeliveryStatus::Sending))
        .select(deliveries::instance)
        .distinct()
        .load(tx.conn)?;
    let mut gone = Vec::new();
    for sender in senders {
        if tx.is_gone(sender)? {
            gone.extend(sender);
        }
    }
    // A message without an instance was claimed on SQLite, which has no other process.
    diesel::update(deliveries::table)
        .filter(sql::<Bool>(OPEN))
        .filter(deliveries::status.eq(DeliveryStatus::Sending))
        .filter(deliveries::instance.is_null().or(deliveries::instance.eq_any(gone)))
        .set((deliveries::status.eq(DeliveryStatus::Pending), deliveries::next_attempt_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes messages that were finished long ago.
///
/// # Errors
/// If the database fails.
pub fn delete_old(tx: &mut Tx<'_>) -> Result<usize> {
    let before = tx.now.after(chrono::TimeDelta::days(-RETENTION_DAYS));
    Ok(diesel::delete(deliveries::table)
        .filter(sql::<Bool>("webhook_deliveries.status IN ('delivered', 'failed')"))
        .filter(deliveries::created_at.lt(before))
        .execute(tx.conn)?)
}
