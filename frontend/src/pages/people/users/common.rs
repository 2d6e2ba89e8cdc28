//! Shared by the pages of users.

use chrono::{DateTime, Utc};
use songjiao_types::{WireEnum, accounts::AccountState, users::UserView};
use yew::prelude::*;

use crate::{
    components::{Crumb, Tone, badge},
    format,
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("用户管理"), Route::Users)
}

/// The state of the user's account, or that it is locked for a while.
pub fn status_badge(user: &UserView) -> Html {
    let locked = user.locked_until.is_some_and(|until| until > Utc::now());
    match user.state {
        AccountState::Active | AccountState::NeverSignedIn if locked => badge(Tone::Warning, t!("暂时锁定")),
        state => state_badge(state),
    }
}

/// The state of an account.
pub fn state_badge(state: AccountState) -> Html {
    let tone = match state {
        AccountState::Active => Tone::Success,
        AccountState::Missing | AccountState::Ended => Tone::Neutral,
        AccountState::NotActivated | AccountState::NeverSignedIn => Tone::Warning,
        AccountState::Disabled => Tone::Danger,
    };
    badge(tone, t!(state.label()))
}

/// The time of the user's last sign-in.
pub fn last_login(at: Option<DateTime<Utc>>) -> Html {
    match at {
        Some(at) => html! { format::date_time(at) },
        None => html! { <span class="muted">{ t!("从未登录") }</span> },
    }
}
