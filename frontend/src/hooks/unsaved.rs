//! A guard against losing input: leaving with unsaved changes asks first, whether by a link, the back button, a reload
//! or closing the tab.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BeforeUnloadEvent, Element, MouseEvent, PopStateEvent, Window};
use yew::prelude::*;

use super::{use_popstate, use_window_event};

/// Asks before the page is left while there are `unsaved` changes. `onleave` is called when the user discards them.
#[hook]
pub fn use_unsaved_guard(unsaved: bool, question: &'static str, onleave: Callback<()>) {
    // The listeners are registered once and read this cell.
    let state = use_memo((), |()| Cell::new(false));
    state.set(unsaved);
    // The page with the changes. Another query string of the same path is the same page.
    let here = use_mut_ref(|| (String::new(), String::new()));
    if let Some(location) = web_sys::window().map(|window| window.location()) {
        here.replace((location.pathname().unwrap_or_default(), location.href().unwrap_or_default()));
    }
    {
        let state = state.clone();
        use_window_event("beforeunload", move |event: BeforeUnloadEvent| {
            if state.get() {
                event.prevent_default();
                event.set_return_value(question);
            }
        });
    }
    {
        let (state, onleave) = (state.clone(), onleave.clone());
        use_window_event("click", move |event: MouseEvent| {
            let plain = !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
            if state.get()
                && plain
                && event.button() == 0
                && leaves_page(&event)
                && !confirm_leaving(&state, question, &onleave)
            {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
    }
    use_popstate(move |event: &PopStateEvent| {
        let Some(window) = web_sys::window() else { return };
        let (path, url) = here.borrow().clone();
        let same = window.location().pathname().is_ok_and(|now| now == path);
        if state.get() && !same && !confirm_leaving(&state, question, &onleave) {
            // The browser has changed the URL already: go back to the page with the changes.
            event.stop_immediate_propagation();
            let _ = window.history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&url)));
        }
    });
}

/// Whether a click is on a link to another page in this tab.
fn leaves_page(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    link.is_some_and(|link| {
        let href = link.get_attribute("href").unwrap_or_default();
        !href.starts_with('#') && link.get_attribute("target").is_none_or(|target| target != "_blank")
    })
}

/// Whether the user discards the changes. After one confirmation further links are not guarded.
fn confirm_leaving(state: &Rc<Cell<bool>>, question: &str, onleave: &Callback<()>) -> bool {
    let gives_up =
        web_sys::window().as_ref().is_none_or(|window: &Window| window.confirm_with_message(question).unwrap_or(true));
    if gives_up {
        state.set(false);
        onleave.emit(());
    }
    gives_up
}
