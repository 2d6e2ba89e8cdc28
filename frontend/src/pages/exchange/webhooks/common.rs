//! Shared by the pages of webhooks.

use songjiao_types::{
    WireEnum,
    webhooks::{DeliveryStatus, DeliveryView, IssuedWebhook, WebhookStatus, WebhookView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, SecretDialog, Tone, badge},
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("事件推送"), Route::Webhooks)
}

/// The status of a webhook, and whether its messages fail.
pub fn status_badge(webhook: &WebhookView) -> Html {
    let tone = match webhook.status {
        WebhookStatus::Active => Tone::Success,
        WebhookStatus::Paused => Tone::Neutral,
        WebhookStatus::Disabled => Tone::Danger,
    };
    html! {
        <>
            { badge(tone, t!(webhook.status.label())) }
            if is_failing(webhook) { { badge(Tone::Warning, t!("连续失败")) } }
        </>
    }
}

/// Whether the messages of an active webhook fail.
pub fn is_failing(webhook: &WebhookView) -> bool {
    webhook.status == WebhookStatus::Active && webhook.failing_since.is_some()
}

/// The dialog with the secret of a new or rotated webhook.
pub fn secret(issued: Option<&IssuedWebhook>, onclose: Callback<()>) -> Html {
    let title = issued.map(|issued| t!("“{name}”的签名密钥", name = issued.webhook.name)).unwrap_or_default();
    let secret = issued.and_then(|issued| issued.secret.clone()).map(AttrValue::from);
    html! {
        <SecretDialog open={issued.is_some()} {title} {secret} {onclose}>
            <p class="muted">{ t!("把它交给接收方：每条消息都用它签名，接收方据此确认消息确实来自本平台、途中没有被改动。") }</p>
        </SecretDialog>
    }
}

/// The status of a message. One that is retried looks different from one that waits for its first attempt.
pub fn delivery_badge(delivery: &DeliveryView) -> Html {
    let tone = match delivery.status {
        DeliveryStatus::Pending if delivery.attempts > 0 => Tone::Warning,
        DeliveryStatus::Pending => Tone::Neutral,
        DeliveryStatus::Sending => Tone::Info,
        DeliveryStatus::Delivered => Tone::Success,
        DeliveryStatus::Failed => Tone::Danger,
    };
    badge(tone, t!(delivery.status.label()))
}

#[cfg(test)]
pub mod samples {
    use super::*;

    /// A message that waits for its first attempt.
    pub fn waiting(next: &str) -> DeliveryView {
        DeliveryView {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            seq: None,
            kind: "webhook.test".into(),
            entity_id: None,
            status: DeliveryStatus::Pending,
            attempts: 0,
            next_attempt_at: next.parse().ok(),
            last_attempt_at: None,
            response_status: None,
            error: None,
            duration_ms: None,
            created_at: "2026-03-08T16:05:59Z".parse().expect("an instant"),
        }
    }
}
