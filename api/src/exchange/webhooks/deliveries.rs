//! The log of messages 推送记录 and their redelivery by hand.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use serde_json::{Value, json};
use songjiao_types::{
    Id, Page, WebhookDeliveryId, WebhookId, WireEnum,
    webhooks::{DeliveryDetail, DeliveryStatus, DeliveryView, WebhookStatus},
};
use uuid::Uuid;

use super::{
    queue::{Body, NewDelivery},
    store::{self, FAILED},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, on_connection, schema::webhook_deliveries as deliveries, types::UtcTime},
    error::{ApiError, Result},
    http::listing::PageRequest,
};

/// The type of test messages.
const TEST: &str = "webhook.test";

#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct DeliveryRow {
    id: WebhookDeliveryId,
    seq: Option<i64>,
    #[diesel(column_name = type_)]
    kind: String,
    entity_id: Option<Id<()>>,
    status: DeliveryStatus,
    attempts: i32,
    next_attempt_at: Option<UtcTime>,
    last_attempt_at: Option<UtcTime>,
    response_status: Option<i32>,
    error: Option<String>,
    duration_ms: Option<i32>,
    created_at: UtcTime,
}

impl From<DeliveryRow> for DeliveryView {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            seq: row.seq,
            kind: row.kind,
            entity_id: row.entity_id.map(Id::uuid),
            status: row.status,
            attempts: row.attempts,
            // While a message is being sent, the column holds the end of its lease.
            next_attempt_at: row.next_attempt_at.filter(|_| row.status == DeliveryStatus::Pending).map(Into::into),
            last_attempt_at: row.last_attempt_at.map(Into::into),
            response_status: row.response_status,
            error: row.error,
            duration_ms: row.duration_ms,
            created_at: row.created_at.into(),
        }
    }
}

/// Lists the messages of a visible webhook, the latest first.
///
/// # Errors
/// 404; 422 if the cursor is invalid.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    webhook: WebhookId,
    status: Option<DeliveryStatus>,
    page: &PageRequest,
) -> Result<Page<DeliveryView>> {
    store::find(conn, user, webhook)?;
    let filtered = || {
        let rows = deliveries::table.filter(deliveries::webhook_id.eq(webhook)).into_boxed();
        match status {
            Some(DeliveryStatus::Failed) => rows.filter(sql::<Bool>(FAILED)),
            Some(status) => rows.filter(deliveries::status.eq(status)),
            None => rows,
        }
    };
    let views = |_: &mut DbConnection, rows: Vec<DeliveryRow>| Ok(rows.into_iter().map(DeliveryView::from).collect());
    latest_first!(conn, page, rows: filtered(), DeliveryRow, id: deliveries::id, WebhookDeliveryId, views: views)
}

/// Finds a message of a visible webhook.
///
/// # Errors
/// 404.
pub fn find(
    conn: &mut DbConnection,
    user: &CurrentUser,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<DeliveryDetail> {
    store::find(conn, user, webhook)?;
    let (row, body): (DeliveryRow, String) = deliveries::table
        .find(id)
        .filter(deliveries::webhook_id.eq(webhook))
        .select((DeliveryRow::as_select(), deliveries::body))
        .first(conn)?;
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    Ok(DeliveryDetail { delivery: row.into(), body })
}

/// The columns of a message that is due for its first attempt.
macro_rules! due_again {
    ($now:expr) => {
        (
            deliveries::status.eq(DeliveryStatus::Pending),
            deliveries::attempts.eq(0),
            deliveries::next_attempt_at.eq(Some($now)),
        )
    };
}

fn check_active(tx: &mut Tx<'_>, user: &CurrentUser, webhook: WebhookId) -> Result<()> {
    match store::find(tx.conn, user, webhook)?.status {
        WebhookStatus::Active => Ok(()),
        status => Err(ApiError::wrong_state(format!("该推送{}，请先启用", status.label()))),
    }
}

/// Queues a test message.
///
/// # Errors
/// 404; 409 if the webhook is not active.
pub fn test(tx: &mut Tx<'_>, user: &CurrentUser, webhook: WebhookId) -> Result<DeliveryView> {
    check_active(tx, user, webhook)?;
    let id = WebhookDeliveryId::from_uuid(Uuid::now_v7());
    let data = json!({ "message": "来自送教下乡培训管理平台的测试推送" });
    let body = Body { kind: TEST, timestamp: tx.now.into(), data: &data };
    let new = NewDelivery {
        id,
        webhook_id: webhook,
        seq: None,
        kind: TEST.to_owned(),
        entity_id: None,
        body: serde_json::to_string(&body).map_err(ApiError::internal)?,
        status: DeliveryStatus::Pending,
        attempts: 0,
        next_attempt_at: Some(tx.now),
        created_at: tx.now,
    };
    on_connection!(tx.conn, connection => {
        diesel::insert_into(deliveries::table).values(&new).execute(connection)?
    });
    Ok(find(tx.conn, user, webhook, id)?.delivery)
}

/// Queues a finished message again, under its id.
///
/// # Errors
/// 404; 409 if the message is still open or the webhook is not active.
pub fn redeliver(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<DeliveryView> {
    check_active(tx, user, webhook)?;
    let before = find(tx.conn, user, webhook, id)?.delivery;
    let again = deliveries::table
        .find(id)
        .filter(deliveries::status.eq_any([DeliveryStatus::Delivered, DeliveryStatus::Failed]));
    let due = due_again!(tx.now);
    if diesel::update(again).set(due).execute(tx.conn)? == 0 {
        return Err(ApiError::wrong_state("该消息正在等待送达，无需重新推送"));
    }
    let after = find(tx.conn, user, webhook, id)?.delivery;
    tx.audit("redeliver", "webhook_delivery", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Queues all failed messages again. Returns their number.
///
/// # Errors
/// 404; 409 if the webhook is not active.
pub fn redeliver_failed(tx: &mut Tx<'_>, user: &CurrentUser, webhook: WebhookId) -> Result<i64> {
    check_active(tx, user, webhook)?;
    let failed = deliveries::table.filter(deliveries::webhook_id.eq(webhook)).filter(sql::<Bool>(FAILED));
    let due = due_again!(tx.now);
    let count = i64::try_from(diesel::update(failed).set(due).execute(tx.conn)?).unwrap_or(i64::MAX);
    if count > 0 {
        tx.audit("redeliver", "webhook", webhook, None::<&()>, Some(&json!({ "redelivered": count })))?;
    }
    Ok(count)
}
