//! Access to the search from every page: a button in the top bar, Ctrl+K, and `/`. The dialog is a bundle of its own,
//! which the first page does not need.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use super::IconName;
use crate::{
    bundles::Bundle,
    hooks::{set_to, use_window_event},
    route::Route,
};

/// Closes the search; provided to the dialog as a context.
#[derive(Clone, PartialEq)]
pub struct CloseSearch(pub Callback<()>);

/// The button, and the dialog while it is open.
#[component]
pub fn SearchButton() -> Html {
    let open = use_state_eq(|| false);
    let update = use_force_update();
    {
        let open = open.clone();
        use_window_event("keydown", move |event: KeyboardEvent| {
            if asks_for_search(&event) {
                event.prevent_default();
                open.set(true);
            }
        });
    }
    let loaded = Bundle::Search.loaded();
    {
        let open = open.clone();
        use_effect_with(*open, move |opened| {
            if *opened && loaded.is_none() {
                spawn_local(async move {
                    match Bundle::Search.load().await {
                        Some(_) => update.force_update(),
                        // The next click tries again.
                        None => open.set(false),
                    }
                });
            }
        });
    }
    let onclick = set_to(&open, true);
    let close = use_callback((), {
        let open = open.clone();
        move |(), ()| open.set(false)
    });
    html! {
        <>
            <button type="button" class="search-button" {onclick} aria-label={t!("搜索教师、单位、项目")} aria-haspopup="dialog"
                aria-keyshortcuts="Control+K /" aria-busy={(*open && loaded.is_none()).then_some("true")}>
                { IconName::Search.draw() }
                <span class="search-button__words">{ t!("搜索教师、单位、项目") }</span>
                // Filled by the style sheet, as it is not part of the button's name.
                <span class="search-button__key" aria-hidden="true" />
            </button>
            if let (true, Some(draw)) = (*open, loaded) {
                <ContextProvider<CloseSearch> context={CloseSearch(close)}>{ draw(&Route::Home) }</ContextProvider<CloseSearch>>
            }
        </>
    }
}

/// Ctrl+K anywhere, `/` unless the user is typing; neither while a dialog is open.
fn asks_for_search(event: &KeyboardEvent) -> bool {
    let within_dialog = || {
        let document = web_sys::window().and_then(|window| window.document());
        document.and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some()
    };
    let (control, alt) = (event.ctrl_key() || event.meta_key(), event.alt_key());
    match event.key().as_str() {
        "k" | "K" => control && !alt && !event.shift_key() && !within_dialog(),
        "/" => !control && !alt && !event.is_composing() && !is_typing(event) && !within_dialog(),
        _ => false,
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
