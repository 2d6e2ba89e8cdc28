//! The window: its events and its media.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, MediaQueryList};
use yew::prelude::*;

/// Evaluates a media query. `None` where the browser does not support that.
pub fn media(query: &str) -> Option<MediaQueryList> {
    web_sys::window()?.match_media(query).ok().flatten()
}

/// Listens for an event of the window in the capture phase, before any element gets it.
#[hook]
pub fn use_window_event<E: JsCast + 'static>(name: &'static str, then: impl Fn(E) + 'static) {
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Ok(event) = event.dyn_into::<E>() {
                then(event);
            }
        });
        let window = web_sys::window();
        let function = listener.as_ref().unchecked_ref();
        if let Some(window) = &window {
            let _ = window.add_event_listener_with_callback_and_bool(name, function, true);
        }
        move || {
            if let Some(window) = window {
                let function = listener.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback_and_bool(name, function, true);
            }
        }
    });
}
