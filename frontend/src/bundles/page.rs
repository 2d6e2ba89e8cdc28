//! A page whose code may still be loading.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::{
    JsFuture,
    js_sys::{Promise, Reflect},
    spawn_local,
};
use yew::prelude::*;

use super::bundle::Bundle;
use crate::{
    components::{Button, IconName, Notice, PageHeader, Skeleton, Tone},
    route::Route,
    session::SessionState,
};

/// Delay after the first page before anything that it does not need is fetched or rendered, in milliseconds.
pub const IDLE_DELAY_MS: u32 = 1_500;
/// Frames from a render until it is on the screen: a frame is painted after its callbacks, and shown two or three later.
const FRAMES: u32 = 5;

/// Properties of [`BundlePage`].
#[derive(Properties, PartialEq)]
pub struct BundlePageProps {
    pub route: Route,
    /// The bundle to render, where it is only a part of the page and not the bundle of the route.
    #[prop_or_default]
    pub bundle: Option<Bundle>,
}

/// The page of a route, rendered as soon as its bundle is loaded.
#[component]
pub fn BundlePage(props: &BundlePageProps) -> Html {
    let update = use_force_update();
    let failed = use_state_eq(|| None);
    let attempt = use_state(|| 0_u32);
    let Some(bundle) = props.bundle.or_else(|| Bundle::of(&props.route)) else { return Html::default() };
    let retry = {
        let (failed, attempt) = (failed.clone(), attempt.clone());
        Callback::from(move |_: MouseEvent| {
            failed.set(None);
            attempt.set(*attempt + 1);
        })
    };
    let gave_up = *failed == Some(bundle);
    // As of this render: the prefetch may load it before the effect runs.
    let loaded = bundle.loaded();
    let is_part = props.bundle.is_some();
    use_effect_with((bundle, *attempt), move |(bundle, _)| {
        let bundle = *bundle;
        if loaded.is_none() {
            spawn_local(async move {
                if is_part {
                    painted().await;
                }
                match bundle.load().await {
                    Some(_) => update.force_update(),
                    None => failed.set(Some(bundle)),
                }
            });
        }
    });
    match loaded {
        Some(render) => render(&props.route),
        None if gave_up => html! { <Failed onretry={retry} /> },
        // Visible only after a moment, so that a bundle at hand does not make the page flicker.
        None => html! { <div class="page-coming"><Skeleton lines=8 /></div> },
    }
}

/// Waits until the last render is on the screen, so that the head of a page is shown before its parts are fetched.
async fn painted() {
    for _ in 0..FRAMES {
        let frame = Promise::new(&mut |done, _| {
            if let Some(window) = web_sys::window() {
                let _ = window.request_animation_frame(&done);
            }
        });
        let _ = JsFuture::from(frame).await;
    }
    TimeoutFuture::new(0).await;
}

#[derive(Properties, PartialEq)]
struct FailedProps {
    onretry: Callback<MouseEvent>,
}

/// Reports that the page could not be fetched. After an update of the server its file is gone, and only a reload helps.
#[component]
fn Failed(props: &FailedProps) -> Html {
    let reload = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    html! {
        <>
            <PageHeader title={t!("页面未能打开")} />
            <div role="alert">
                <Notice tone={Tone::Danger} title={t!("页面没有加载完整")}>
                    <p>{ t!("可能是网络中断，也可能是平台刚刚更新。请先重试；若仍不行，请刷新页面。") }</p>
                    <div class="form__actions">
                        <Button icon={IconName::Refresh} onclick={props.onretry.clone()}>{ t!("重试") }</Button>
                        <Button onclick={reload}>{ t!("刷新页面") }</Button>
                    </div>
                </Notice>
            </div>
        </>
    }
}

/// Fetches the bundle of the current address while the session is being restored, and later, when the page is idle, the
/// other bundles that the user may open.
#[hook]
pub fn use_bundle_prefetch(state: &SessionState, route: &Route) {
    let first = match state {
        SessionState::Restoring => Bundle::of(route),
        SessionState::SignedOut { .. } => Some(Bundle::Login),
        _ => None,
    };
    use_effect_with(first, |first| {
        if let Some(bundle) = *first {
            spawn_local(async move {
                let _ = bundle.load().await;
            });
        }
    });
    let next: Vec<Bundle> = match state {
        SessionState::SignedIn(me) => Bundle::ALL.iter().copied().filter(|bundle| bundle.is_for(me)).collect(),
        SessionState::SignedOut { .. } if *route == Route::Login => Bundle::of(&Route::Home).into_iter().collect(),
        _ => Vec::new(),
    };
    use_effect_with(next, |next| {
        let next = if saves_data() { Vec::new() } else { next.clone() };
        spawn_local(async move {
            TimeoutFuture::new(IDLE_DELAY_MS).await;
            for bundle in next {
                // A bundle that fails is fetched again when one of its pages is opened.
                let _ = bundle.load().await;
            }
        });
    });
}

/// Whether the user asked the browser to save data.
fn saves_data() -> bool {
    let connection = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"connection".into()).ok())
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()).ok());
    connection.is_some_and(|saves| saves.is_truthy())
}
