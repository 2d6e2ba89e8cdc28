//! The browser's back and forward buttons, heard before the router hears them. The event's target is the window itself,
//! whose listeners run in the order in which they came: whoever comes after the router finds the page changed already.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::PopStateEvent;
use yew::prelude::*;

type Listener = Rc<dyn Fn(&PopStateEvent)>;

thread_local! {
    static LISTENERS: RefCell<Vec<(u32, Listener)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// Begins to listen; before there is a router.
pub fn install_history_guard() {
    let listener = Closure::<dyn Fn(PopStateEvent)>::new(|event: PopStateEvent| {
        let listeners = LISTENERS.with_borrow(Clone::clone);
        for (_, listener) in listeners {
            listener(&event);
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback("popstate", listener.as_ref().unchecked_ref());
    }
    // As long as the page lives.
    listener.forget();
}

/// Hears of each step back or forward before the page changes; to stop the event is to keep the page.
#[hook]
pub fn use_popstate(then: impl Fn(&PopStateEvent) + 'static) {
    use_effect_with((), move |()| {
        let number = NEXT.get();
        NEXT.set(number.wrapping_add(1));
        LISTENERS.with_borrow_mut(|listeners| listeners.push((number, Rc::new(then))));
        move || LISTENERS.with_borrow_mut(|listeners| listeners.retain(|(other, _)| *other != number))
    });
}
