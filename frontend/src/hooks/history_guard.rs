//! Back and forward navigation, handled before the router. The target of `popstate` is the window itself, whose
//! listeners run in the order of registration: one that is added after the router's finds the page changed already.

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

/// Registers the listener. To be called before the router exists.
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
    // Lives as long as the page.
    listener.forget();
}

/// Calls `then` on each step back or forward before the page changes. Stopping the event keeps the page.
#[hook]
pub fn use_popstate(then: impl Fn(&PopStateEvent) + 'static) {
    use_effect_with((), move |()| {
        let number = NEXT.get();
        NEXT.set(number.wrapping_add(1));
        LISTENERS.with_borrow_mut(|listeners| listeners.push((number, Rc::new(then))));
        move || LISTENERS.with_borrow_mut(|listeners| listeners.retain(|(other, _)| *other != number))
    });
}
