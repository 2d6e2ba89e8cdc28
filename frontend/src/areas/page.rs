//! A page whose code may still be on its way.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::{
    JsFuture,
    js_sys::{Promise, Reflect},
    spawn_local,
};
use yew::prelude::*;

use super::Area;
use crate::{
    components::{Button, IconName, Notice, PageHeader, Skeleton, Tone},
    route::Route,
    session::SessionState,
};

/// How long the first page is left alone before what it can do without: milliseconds.
pub const CALM: u32 = 1_500;
/// From a drawing to the screen: a frame is painted after its callbacks, and shown two or three later.
const FRAMES: u32 = 5;

/// What [`AreaPage`] is given.
#[derive(Properties, PartialEq)]
pub struct AreaPageProps {
    pub route: Route,
    /// Where only a part of the page lies in an area of its own: which.
    #[prop_or_default]
    pub area: Option<Area>,
}

/// The page of a route: at once where its area is loaded, else as soon as it is.
#[component]
pub fn AreaPage(props: &AreaPageProps) -> Html {
    let update = use_force_update();
    let failed = use_state_eq(|| None);
    let attempt = use_state(|| 0_u32);
    let Some(area) = props.area.or_else(|| Area::of(&props.route)) else { return Html::default() };
    let retry = {
        let (failed, attempt) = (failed.clone(), attempt.clone());
        Callback::from(move |_: MouseEvent| {
            failed.set(None);
            attempt.set(*attempt + 1);
        })
    };
    let gave_up = *failed == Some(area);
    // As this render sees it: before the effect runs, somebody else may have loaded it.
    let loaded = area.loaded();
    let part = props.area.is_some();
    use_effect_with((area, *attempt), move |(area, _)| {
        let area = *area;
        if loaded.is_none() {
            spawn_local(async move {
                if part {
                    painted().await;
                }
                match area.load().await {
                    Ok(_) => update.force_update(),
                    Err(_) => failed.set(Some(area)),
                }
            });
        }
    });
    match loaded {
        Some(draw) => draw(&props.route),
        None if gave_up => html! { <Failed onretry={retry} /> },
        // It shows itself only after a moment, so that an area at hand does not make the page blink.
        None => html! { <div class="page-coming"><Skeleton lines=8 /></div> },
    }
}

/// Waits until what is drawn is on the screen: the head of a page comes before its parts are fetched.
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

/// Says that the page could not be fetched. After an update its file is gone for good, and only a
/// reload helps.
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

/// Fetches what will be asked for next: the page of the address while the sign-in is still being
/// taken up, then, once all is calm, whatever else this user may come to.
#[hook]
pub fn use_areas_ahead(state: &SessionState, route: &Route) {
    let area = match state {
        SessionState::Restoring => Area::of(route),
        SessionState::SignedOut { .. } => Some(Area::Login),
        _ => None,
    };
    use_effect_with(area, |area| {
        if let Some(area) = *area {
            spawn_local(async move { drop(area.load().await) });
        }
    });
    let next: Vec<Area> = match state {
        SessionState::SignedIn(me) => Area::ALL.iter().copied().filter(|area| area.is_for(me)).collect(),
        SessionState::SignedOut { .. } if *route == Route::Login => Area::of(&Route::Home).into_iter().collect(),
        _ => Vec::new(),
    };
    use_effect_with(next, |next| {
        let next = if saves_data() { Vec::new() } else { next.clone() };
        spawn_local(async move {
            TimeoutFuture::new(CALM).await;
            for area in next {
                // What fails now is fetched again when it is asked for.
                let _ = area.load().await;
            }
        });
    });
}

/// Whether the reader asked the browser to fetch no more than needed.
fn saves_data() -> bool {
    let connection = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"connection".into()).ok())
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()).ok());
    connection.is_some_and(|saves| saves.is_truthy())
}
