//! Webhooks 事件推送, and the log of what they were sent.

use songjiao_types::{
    Page, WebhookDeliveryId, WebhookId,
    webhooks::{
        CreateWebhook, DeliveryDetail, DeliveryView, IssuedWebhook, Redelivered, RotateWebhook, UpdateWebhook,
        WebhookView,
    },
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// The filters that the list of webhooks takes: there are few of them.
pub const FILTERS: &[&str] = &[];
/// The filters that the log of messages takes.
pub const LOG_FILTERS: &[&str] = &["status"];

/// A page of the webhooks in scope.
pub fn list_webhooks(query: &Query) -> Get<Page<WebhookView>> {
    Get::list("/webhooks", query)
}

/// One webhook.
pub fn find_webhook(id: WebhookId) -> Get<WebhookView> {
    Get::new(format!("/webhooks/{id}"))
}

/// Makes a webhook; the answer has its secret.
pub async fn create_webhook(client: &Client, body: &CreateWebhook) -> ApiResult<Fetched<IssuedWebhook>> {
    client.post("/webhooks", body).await
}

/// Changes a webhook, pauses it or switches it on.
pub async fn update_webhook(
    client: &Client,
    id: WebhookId,
    etag: &str,
    body: &UpdateWebhook,
) -> ApiResult<Fetched<WebhookView>> {
    client.patch(&format!("/webhooks/{id}"), etag, body).await
}

/// Deletes a webhook, with its log.
pub async fn delete_webhook(client: &Client, id: WebhookId, etag: &str) -> ApiResult<()> {
    client.delete(&format!("/webhooks/{id}"), etag).await
}

/// Gives a webhook another secret; the answer has it.
pub async fn rotate_webhook(client: &Client, id: WebhookId, body: &RotateWebhook) -> ApiResult<Fetched<IssuedWebhook>> {
    client.post(&format!("/webhooks/{id}/rotate"), body).await
}

/// Has a message sent that tells of nothing.
pub async fn test_webhook(client: &Client, id: WebhookId) -> ApiResult<Fetched<DeliveryView>> {
    client.post(&format!("/webhooks/{id}/test"), &()).await
}

/// A page of the messages of a webhook.
pub fn list_deliveries(id: WebhookId, query: &Query) -> Get<Page<DeliveryView>> {
    Get::list(&format!("/webhooks/{id}/deliveries"), query)
}

/// One message, with what it says.
pub fn find_delivery(webhook: WebhookId, id: WebhookDeliveryId) -> Get<DeliveryDetail> {
    Get::new(format!("/webhooks/{webhook}/deliveries/{id}"))
}

/// Has a message sent again.
pub async fn redeliver(client: &Client, webhook: WebhookId, id: WebhookDeliveryId) -> ApiResult<Fetched<DeliveryView>> {
    client.post(&format!("/webhooks/{webhook}/deliveries/{id}/redeliver"), &()).await
}

/// Has all messages sent again that were given up.
pub async fn redeliver_failed(client: &Client, webhook: WebhookId) -> ApiResult<Fetched<Redelivered>> {
    client.post(&format!("/webhooks/{webhook}/redeliver-failed"), &()).await
}
