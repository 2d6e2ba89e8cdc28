//! Webhooks 事件推送: which other systems are told of changes as they happen, and what became of each message.

mod actions;
mod delivery;
mod detail;
mod form;
mod list;
mod log;
mod rotate;
mod types_field;
mod words;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;

use songjiao_types::{
    WireEnum,
    webhooks::{IssuedWebhook, WebhookStatus, WebhookView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, SecretDialog, Tone, badge},
    route::Route,
};

/// The list, above every other page of the slice.
fn list_crumb() -> Crumb {
    Crumb::to(t!("事件推送"), Route::Webhooks)
}

/// Whether the webhook is sent anything, and whether that arrives.
fn status_badge(webhook: &WebhookView) -> Html {
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

/// Whether it is tried in vain.
fn is_failing(webhook: &WebhookView) -> bool {
    webhook.status == WebhookStatus::Active && webhook.failing_since.is_some()
}

/// The secret of a new webhook, or of one that was given another.
fn secret(issued: Option<&IssuedWebhook>, onclose: Callback<()>) -> Html {
    let title = issued.map(|issued| t!("“{name}”的签名密钥", name = issued.webhook.name)).unwrap_or_default();
    let secret = issued.and_then(|issued| issued.secret.clone()).map(AttrValue::from);
    html! {
        <SecretDialog open={issued.is_some()} {title} {secret} {onclose}>
            <p class="muted">{ t!("把它交给接收方：每条消息都用它签名，接收方据此确认消息确实来自本平台、途中没有被改动。") }</p>
        </SecretDialog>
    }
}
