//! What the pages of api keys share.

use songjiao_types::{
    WireEnum,
    api_keys::{ApiKeyStatus, ApiKeyView},
};
use yew::prelude::*;

use crate::{
    components::{Tone, badge},
    format,
};

/// Whether the key opens anything, and whether it has two secrets for now.
pub fn status_badge(key: &ApiKeyView) -> Html {
    let tone = match key.status {
        ApiKeyStatus::Active => Tone::Success,
        ApiKeyStatus::Expired => Tone::Warning,
        ApiKeyStatus::Revoked => Tone::Neutral,
    };
    html! {
        <>
            { badge(tone, t!(key.status.label())) }
            if key.secrets.len() > 1 { { badge(Tone::Info, t!("轮换中")) } }
        </>
    }
}

/// When the key ends by itself.
pub fn expiry(key: &ApiKeyView) -> Html {
    match key.expires_at {
        Some(end) => html! { format::date_time(end) },
        None => html! { <span class="muted">{ t!("不过期") }</span> },
    }
}
