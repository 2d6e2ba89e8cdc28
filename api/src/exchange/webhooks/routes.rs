use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    Page, WebhookDeliveryId, WebhookId,
    webhooks::{
        CreateWebhook, DeliveryDetail, DeliveryQuery, DeliveryView, IssuedWebhook, OVERLAP_DEFAULT, Redelivered,
        RotateWebhook, UpdateWebhook, WebhookQuery, WebhookView,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{courier::Courier, deliveries, store};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection, Tx},
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, PathIds, ValidJson, ValidQuery},
        idempotency::{ShownOnce, WithSecret},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_webhooks)
        .service(create_webhook)
        .service(find_webhook)
        .service(update_webhook)
        .service(delete_webhook)
        .service(rotate_webhook)
        .service(test_webhook)
        .service(redeliver_failed)
        .service(list_deliveries)
        .service(find_delivery)
        .service(redeliver);
}

impl WithSecret for IssuedWebhook {
    fn without_secret(&self) -> Self {
        Self { webhook: self.webhook.clone(), secret: None }
    }
}

/// List webhooks
///
/// Returns the webhooks of the organizations in scope, latest first.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(WebhookQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<WebhookView>, extensions(("x-files" = json!(true)))))
)]
#[get("/webhooks")]
pub async fn list_webhooks(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<WebhookQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, page)).await
}

/// Create a webhook
///
/// The secret is shown in this response only. Messages are sent by `POST` as JSON `{"type", "timestamp", "data"}`,
/// where `data` is a change as in `/changes`, signed according to the Standard Webhooks specification (`webhook-id`,
/// `webhook-timestamp`, `webhook-signature`). A message is retried with the same `webhook-id` until the receiver
/// answers 2xx or the attempts run out. The webhook is disabled by a 410 and by five days without a success.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    request_body = CreateWebhook,
    responses((status = 201, description = "Created, with its secret; its version is the ETag", body = IssuedWebhook, extensions(("x-etag" = json!(true)))))
)]
#[post("/webhooks")]
pub async fn create_webhook(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateWebhook>,
) -> Result<ShownOnce<IssuedWebhook>> {
    db.write(user.actor(), move |tx| store::create(tx, &courier, &user, &new)).await.map(Tagged::created).map(ShownOnce)
}

/// Get a webhook
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    responses((status = 200, description = "The webhook; its version is the ETag", body = WebhookView, extensions(("x-etag" = json!(true)))))
)]
#[get("/webhooks/{id}")]
pub async fn find_webhook(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
) -> Result<Tagged<WebhookView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update a webhook
///
/// Updates, pauses or activates the webhook. Once reactivated, it receives the changes that it missed, in order.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    request_body = UpdateWebhook,
    responses((status = 200, description = "Updated; its version is the ETag", body = WebhookView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/webhooks/{id}")]
pub async fn update_webhook(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateWebhook>,
) -> Result<Tagged<WebhookView>> {
    let (shared, actor) = (courier.clone(), user.actor());
    let update = move |tx: &mut Tx<'_>| store::update(tx, &shared, &user, id, version, &changes);
    let changed = db.write(actor, update).await?;
    wake(&db, courier);
    Ok(changed.into())
}

/// Delete a webhook
///
/// Its message log is deleted as well.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/webhooks/{id}")]
pub async fn delete_webhook(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Rotate a webhook's secret
///
/// During the overlap messages have two signatures, so that the receiver can change secrets without a gap.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    request_body = RotateWebhook,
    responses((status = 200, description = "The webhook with its new secret; its version is the ETag", body = IssuedWebhook, extensions(("x-etag" = json!(true)))))
)]
#[post("/webhooks/{id}/rotate")]
pub async fn rotate_webhook(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
    version: IfMatch,
    ValidJson(RotateWebhook { overlap_hours }): ValidJson<RotateWebhook>,
) -> Result<ShownOnce<IssuedWebhook>> {
    let overlap = overlap_hours.unwrap_or(OVERLAP_DEFAULT);
    db.write(user.actor(), move |tx| store::rotate(tx, &courier, &user, id, version, overlap))
        .await
        .map(Tagged::from)
        .map(ShownOnce)
}

/// Send a test message
///
/// Its type is `webhook.test`; the log shows the result.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    responses((status = 202, description = "The message is queued", body = DeliveryView))
)]
#[post("/webhooks/{id}/test")]
pub async fn test_webhook(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
) -> Result<HttpResponse> {
    let message = db.write(user.actor(), move |tx| deliveries::test(tx, &user, id)).await?;
    wake(&db, courier);
    Ok(HttpResponse::Accepted().json(message))
}

/// Redeliver failed messages
///
/// Queues all messages of the webhook whose delivery was given up.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path)),
    responses((status = 202, description = "The messages are queued", body = Redelivered))
)]
#[post("/webhooks/{id}/redeliver-failed")]
pub async fn redeliver_failed(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
) -> Result<HttpResponse> {
    let redelivered = db.write(user.actor(), move |tx| deliveries::redeliver_failed(tx, &user, id)).await?;
    wake(&db, courier);
    Ok(HttpResponse::Accepted().json(Redelivered { redelivered }))
}

/// List the messages of a webhook
///
/// Returns the messages, latest first. Delivered and failed messages are kept for 30 days.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path), DeliveryQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<DeliveryView>, extensions(("x-files" = json!(true)))))
)]
#[get("/webhooks/{id}/deliveries")]
pub async fn list_deliveries(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<WebhookId>,
    ValidQuery(query): ValidQuery<DeliveryQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    let list = move |conn: &mut DbConnection, page: &PageRequest| deliveries::list(conn, &user, id, query.status, page);
    export::list(&db, accepted, page, list).await
}

/// Get a message
///
/// Returns the message with its body.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path), ("delivery_id" = WebhookDeliveryId, Path)),
    responses((status = 200, description = "The message", body = DeliveryDetail))
)]
#[get("/webhooks/{id}/deliveries/{delivery_id}")]
pub async fn find_delivery(
    db: web::Data<Database>,
    user: CurrentUser,
    PathIds(webhook, id): PathIds<WebhookId, WebhookDeliveryId>,
) -> Result<web::Json<DeliveryDetail>> {
    db.read(move |conn| deliveries::find(conn, &user, webhook, id)).await.map(web::Json)
}

/// Redeliver a message
///
/// Its `webhook-id` stays the same, so that the receiver can recognise it.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = ["webhooks.manage"])),
    params(("id" = WebhookId, Path), ("delivery_id" = WebhookDeliveryId, Path)),
    responses((status = 202, description = "The message is queued", body = DeliveryView))
)]
#[post("/webhooks/{id}/deliveries/{delivery_id}/redeliver")]
pub async fn redeliver(
    db: web::Data<Database>,
    courier: web::Data<Courier>,
    user: CurrentUser,
    PathIds(webhook, id): PathIds<WebhookId, WebhookDeliveryId>,
) -> Result<HttpResponse> {
    let message = db.write(user.actor(), move |tx| deliveries::redeliver(tx, &user, webhook, id)).await?;
    wake(&db, courier);
    Ok(HttpResponse::Accepted().json(message))
}

/// Wakes the courier as soon as the change is committed.
fn wake(db: &Database, courier: web::Data<Courier>) {
    db.after_commit(move || courier.wake());
}
