//! Shared by the pages of API keys.

use songjiao_types::{
    WireEnum,
    api_keys::{ApiKeyStatus, ApiKeyView},
};
use yew::prelude::*;

use crate::{
    components::{Tone, badge},
    format,
};

/// The status of a key, and whether it has two secrets at present.
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

/// The expiry of a key.
pub fn expiry(key: &ApiKeyView) -> Html {
    match key.expires_at {
        Some(end) => html! { format::date_time(end) },
        None => html! { <span class="muted">{ t!("不过期") }</span> },
    }
}
