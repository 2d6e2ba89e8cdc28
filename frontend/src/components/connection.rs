//! A banner that says that the server cannot be reached and that no input is lost.

use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;
use yew::prelude::*;

use super::{Button, IconName, use_toasts};
use crate::{
    hooks::use_window_event,
    session::{SessionState, use_session},
};

/// Interval between two checks of the connection, in milliseconds.
const CHECK_INTERVAL_MS: u32 = 3_000;

/// The banner above every page, shown while the connection is lost.
#[component]
pub fn ConnectionBanner() -> Html {
    let session = use_session();
    let toasts = use_toasts();
    let check = {
        let client = session.client.clone();
        use_callback((), move |(), ()| {
            let client = client.clone();
            spawn_local(async move { client.check_connection().await });
        })
    };
    {
        let check = check.clone();
        use_window_event("online", move |_: Event| check.emit(()));
    }
    {
        let (check, was) = (check.clone(), use_mut_ref(|| true));
        use_effect_with(session.connected, move |connected| {
            if *connected && !was.replace(*connected) {
                toasts.success(t!("已重新连接服务器"));
            }
            was.replace(*connected);
            let asking = (!connected).then(|| Interval::new(CHECK_INTERVAL_MS, move || check.emit(())));
            move || drop(asking)
        });
    }
    // While the session cannot be restored, the page itself says so.
    if session.connected || matches!(session.state, SessionState::Unreachable(_)) {
        return Html::default();
    }
    html! {
        <div class="connection" role="alert">
            { IconName::Alert.draw() }
            <p><strong>{ t!("与服务器的连接中断。") }</strong>{ t!("已填写的内容仍在页面上，恢复后可以继续。正在自动重试…") }</p>
            <Button icon={IconName::Refresh} onclick={check.reform(|_| ())}>{ t!("立即重试") }</Button>
        </div>
    }
}
