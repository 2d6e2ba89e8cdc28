//! Users 用户: who may sign in, as what, and how far they see.

mod detail;
mod form;
mod list;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;

use chrono::{DateTime, Utc};
use songjiao_types::users::UserView;
use yew::prelude::*;

use crate::{
    components::{Badge, Crumb, Tone},
    format,
    route::Route,
};

/// The list, above every other page of the slice.
fn list_crumb() -> Crumb {
    Crumb::to(t!("用户管理"), Route::Users)
}

/// Whether the user can sign in.
fn status_badge(user: &UserView) -> Html {
    let locked = user.locked_until.is_some_and(|until| until > Utc::now());
    match (user.disabled, locked) {
        (true, _) => html! { <Badge tone={Tone::Danger}>{ t!("已停用") }</Badge> },
        (false, true) => html! { <Badge tone={Tone::Warning}>{ t!("暂时锁定") }</Badge> },
        (false, false) => html! { <Badge tone={Tone::Success}>{ t!("正常") }</Badge> },
    }
}

/// When the user last signed in.
fn last_login(at: Option<DateTime<Utc>>) -> Html {
    match at {
        Some(at) => html! { format::date_time(at) },
        None => html! { <span class="muted">{ t!("从未登录") }</span> },
    }
}
