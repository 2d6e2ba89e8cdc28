//! Shared by the pages of users.

use chrono::{DateTime, Utc};
use songjiao_types::users::UserView;
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

/// Whether the user can sign in.
pub fn status_badge(user: &UserView) -> Html {
    let locked = user.locked_until.is_some_and(|until| until > Utc::now());
    match (user.disabled, locked) {
        (true, _) => badge(Tone::Danger, t!("已停用")),
        (false, true) => badge(Tone::Warning, t!("暂时锁定")),
        (false, false) => badge(Tone::Success, t!("正常")),
    }
}

/// The time of the user's last sign-in.
pub fn last_login(at: Option<DateTime<Utc>>) -> Html {
    match at {
        Some(at) => html! { format::date_time(at) },
        None => html! { <span class="muted">{ t!("从未登录") }</span> },
    }
}
