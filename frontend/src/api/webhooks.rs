//! Webhooks 事件推送 and the log of their messages.

use songjiao_types::{
    Page, WebhookDeliveryId, WebhookId,
    webhooks::{
        CreateWebhook, DeliveryDetail, DeliveryQuery, DeliveryView, IssuedWebhook, Redelivered, RotateWebhook,
        UpdateWebhook, WebhookQuery, WebhookView,
    },
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the webhooks in scope, a page at a time.
pub fn list_webhooks(query: &WebhookQuery) -> Get<Page<WebhookView>> {
    Get::list("/webhooks", query)
}

/// One webhook.
pub fn find_webhook(id: WebhookId) -> Get<WebhookView> {
    Get::new(format!("/webhooks/{id}"))
}

/// Creates a webhook. The answer holds its secret.
pub async fn create_webhook(client: &Client, body: &CreateWebhook) -> ApiResult<Fetched<IssuedWebhook>> {
    client.post("/webhooks", body).await
}

/// Changes, pauses or resumes a webhook.
pub async fn update_webhook(
    client: &Client,
    id: WebhookId,
    etag: &str,
    body: &UpdateWebhook,
) -> ApiResult<Fetched<WebhookView>> {
    client.patch(&format!("/webhooks/{id}"), etag, body).await
}

/// Deletes a webhook with its log.
pub async fn delete_webhook(client: &Client, id: WebhookId, etag: &str) -> ApiResult<()> {
    client.delete(&format!("/webhooks/{id}"), etag).await
}

/// Rotates the secret of a webhook. The answer holds the new one.
pub async fn rotate_webhook(
    client: &Client,
    id: WebhookId,
    etag: &str,
    body: &RotateWebhook,
) -> ApiResult<Fetched<IssuedWebhook>> {
    client.post_to(&format!("/webhooks/{id}/rotate"), etag, body).await
}

/// Sends a test message.
pub async fn test_webhook(client: &Client, id: WebhookId) -> ApiResult<Fetched<DeliveryView>> {
    client.post(&format!("/webhooks/{id}/test"), &()).await
}

/// Lists the messages of a webhook, a page at a time.
pub fn list_deliveries(id: WebhookId, query: &DeliveryQuery) -> Get<Page<DeliveryView>> {
    Get::list(&format!("/webhooks/{id}/deliveries"), query)
}

/// One message with its body.
pub fn find_delivery(webhook: WebhookId, id: WebhookDeliveryId) -> Get<DeliveryDetail> {
    Get::new(format!("/webhooks/{webhook}/deliveries/{id}"))
}

/// Sends a message again.
pub async fn redeliver(client: &Client, webhook: WebhookId, id: WebhookDeliveryId) -> ApiResult<Fetched<DeliveryView>> {
    client.post(&format!("/webhooks/{webhook}/deliveries/{id}/redeliver"), &()).await
}

/// Sends all failed messages again.
pub async fn redeliver_failed(client: &Client, webhook: WebhookId) -> ApiResult<Fetched<Redelivered>> {
    client.post(&format!("/webhooks/{webhook}/redeliver-failed"), &()).await
}
