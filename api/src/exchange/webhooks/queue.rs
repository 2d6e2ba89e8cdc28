//! The messages of webhooks between the outbox and their receivers. All that one round of a webhook
//! changes is one transaction: what the last messages came to, new ones for further changes, and which
//! are sent next. Whatever moment the program ends at, a message is there or is made again, and one
//! that may have arrived is sent again under the same id.

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

use super::rules::{self, Answer, Retries};
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

/// The condition of the index on messages that wait. SQLite takes it only where it stands in the
/// statement as it stands in the index.
pub const OPEN: &str = "webhook_deliveries.status IN ('pending', 'sending')";
/// Messages that wait at most: while a receiver takes none, further changes wait in the outbox.
const WINDOW: i64 = 500;
/// Changes that become messages in one round.
const MADE_AT_ONCE: i64 = 200;
/// Messages sent in one round, and to a receiver that has taken none of late.
pub const SENT_AT_ONCE: i64 = 32;
const SENT_TO_FAILING: i64 = 4;
/// Days for which messages that are done with are kept.
const KEPT_DAYS: i64 = 30;

/// Where messages go.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub id: WebhookId,
    pub url: String,
    /// Of the secrets that sign.
    pub generations: Vec<i32>,
}

/// A message that is to be sent now.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: WebhookDeliveryId,
    pub body: String,
    /// With the one to come.
    pub attempts: i32,
}

/// What sending a message came to.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub id: WebhookDeliveryId,
    pub attempts: i32,
    pub answer: Answer,
    pub response_status: Option<i32>,
    pub error: Option<String>,
    pub duration_ms: i32,
}

/// How messages are attempted.
#[derive(Clone, Debug)]
pub struct Manner {
    pub retries: Retries,
    /// How long a round may take: what was not settled by then is sent again.
    pub lease: chrono::TimeDelta,
}

/// The webhooks that have something to do now, and when there is more to do.
pub struct Due {
    pub webhooks: Vec<WebhookId>,
    pub next: Option<UtcTime>,
}

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
        .having(count_star().ge(WINDOW))
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

/// One round of a webhook; nothing where it is there no more or not active, or is not to `go_on`.
pub fn step(
    tx: &mut Tx<'_>,
    manner: &Manner,
    id: WebhookId,
    attempts: &[Attempt],
    go_on: bool,
) -> Result<Option<(Recipient, Vec<Claimed>)>> {
    let found = match tx.conn {
        // Processes beside each other take turns.
        DbConnection::Postgres(conn) => {
            webhooks::table.find(id).select(Row::as_select()).for_no_key_update().first(conn).optional()?
        }
        DbConnection::Sqlite(conn) => webhooks::table.find(id).select(Row::as_select()).first(conn).optional()?,
    };
    let Some(mut row) = found else { return Ok(None) };
    settle(tx, manner, &mut row, attempts)?;
    if row.status != WebhookStatus::Active || !go_on {
        return Ok(None);
    }
    make_messages(tx, &row)?;
    let claimed = claim(tx, manner, &row)?;
    let mut generations = vec![row.generation];
    if row.previous_secret_until.is_some_and(|until| until > tx.now) {
        generations.push(row.generation - 1);
    }
    Ok(Some((Recipient { id: row.id, url: row.url, generations }, claimed)))
}

/// Notes what attempts came to, of the messages and of the webhook.
fn settle(tx: &mut Tx<'_>, manner: &Manner, row: &mut Row, attempts: &[Attempt]) -> Result<()> {
    if attempts.is_empty() {
        return Ok(());
    }
    note_attempts(tx, manner, attempts)?;
    let taken = attempts.iter().any(|attempt| attempt.answer == Answer::Taken);
    let recovered = taken && row.failing_since.is_some();
    row.failing_since = if taken { None } else { row.failing_since.or(Some(tx.now)) };
    diesel::update(webhooks::table.find(row.id)).set(webhooks::failing_since.eq(row.failing_since)).execute(tx.conn)?;
    if taken {
        let delivered = webhooks::last_delivered_at.eq(Some(tx.now));
        diesel::update(webhooks::table.find(row.id)).set(delivered).execute(tx.conn)?;
    }
    if recovered {
        // Who is back gets what failed meanwhile now, not when it would have been tried next.
        diesel::update(deliveries::table)
            .filter(deliveries::webhook_id.eq(row.id))
            .filter(sql::<Bool>(OPEN))
            .filter(deliveries::status.eq(DeliveryStatus::Pending))
            .set(deliveries::next_attempt_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    let gone = attempts.iter().any(|attempt| attempt.answer == Answer::Gone);
    if gone {
        disable(tx, row, "接收方答复 410：该地址已不再接收推送")?;
    } else if rules::is_lasting(row.failing_since, tx.now) {
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

/// All messages of a round by one statement.
fn note_attempts(tx: &mut Tx<'_>, manner: &Manner, attempts: &[Attempt]) -> Result<()> {
    let rows: Vec<String> = (0..attempts.len())
        .map(|row| {
            let columns: Vec<_> = (1..=6).map(|column| format!("${}", row * 6 + column)).collect();
            format!("({})", columns.join(", "))
        })
        .collect();
    let mut query = sql_query(format!(
        "WITH settled (id, status, next_attempt_at, response_status, error, duration_ms) AS (VALUES {}) \
         UPDATE webhook_deliveries SET status = settled.status, next_attempt_at = settled.next_attempt_at, \
                response_status = settled.response_status, error = settled.error, duration_ms = settled.duration_ms \
         FROM settled WHERE webhook_deliveries.id = settled.id AND webhook_deliveries.status = 'sending'",
        rows.join(", ")
    ))
    .into_boxed::<MultiBackend>();
    for attempt in attempts {
        let (status, next) = match &attempt.answer {
            Answer::Taken => (DeliveryStatus::Delivered, None),
            Answer::Gone => (DeliveryStatus::Failed, None),
            Answer::Refused { wait_seconds } => match manner.retries.next(attempt.attempts, tx.now, *wait_seconds) {
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

/// What is posted.
#[derive(Serialize)]
pub struct Body<'a, T> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub timestamp: DateTime<Utc>,
    pub data: &'a T,
}

/// Makes messages of the changes that follow, as long as few wait.
fn make_messages(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    let open: i64 = deliveries::table
        .filter(deliveries::webhook_id.eq(row.id))
        .filter(sql::<Bool>(OPEN))
        .select(count_star())
        .first(tx.conn)?;
    if open >= WINDOW {
        return Ok(());
    }
    let types = match rules::read_types(&row.types) {
        types if types.is_empty() => ChangeType::ALL.to_vec(),
        types => types,
    };
    let reader = reader(tx.conn, row, tx.now)?;
    let page = changes::read(tx.conn, &reader, &Wanted { after: row.position, types, limit: MADE_AT_ONCE })?;
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

/// A webhook reads as an API key of its organization would, that may read all of it: its maker was let
/// choose its types.
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
        ip: String::new(),
        request_id: String::new(),
        now,
    })
}

/// The messages that are due, as being sent from now on.
fn claim(tx: &mut Tx<'_>, manner: &Manner, row: &Row) -> Result<Vec<Claimed>> {
    let limit = if row.failing_since.is_some() { SENT_TO_FAILING } else { SENT_AT_ONCE };
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
            deliveries::next_attempt_at.eq(Some(tx.now.after(manner.lease))),
            deliveries::instance.eq(tx.instance),
        ))
        .execute(tx.conn)?;
    Ok(rows.into_iter().map(|(id, body, attempts)| Claimed { id, body, attempts: attempts + 1 }).collect())
}

/// Frees what was being sent by a process that is gone: on SQLite all, when the program starts.
pub fn free(tx: &mut Tx<'_>) -> Result<()> {
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
    // Without a number there is no other process.
    diesel::update(deliveries::table)
        .filter(sql::<Bool>(OPEN))
        .filter(deliveries::status.eq(DeliveryStatus::Sending))
        .filter(deliveries::instance.is_null().or(deliveries::instance.eq_any(gone)))
        .set((deliveries::status.eq(DeliveryStatus::Pending), deliveries::next_attempt_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Removes messages that were done with long ago.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<usize> {
    let before = tx.now.after(chrono::TimeDelta::days(-KEPT_DAYS));
    Ok(diesel::delete(deliveries::table)
        .filter(sql::<Bool>("webhook_deliveries.status IN ('delivered', 'failed')"))
        .filter(deliveries::created_at.lt(before))
        .execute(tx.conn)?)
}
