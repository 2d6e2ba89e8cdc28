//! Debouncing: waiting until the user has stopped typing.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// A callback that passes the last value on, `millis` after it came.
#[hook]
pub fn use_debounce<V: 'static>(millis: u32, then: Callback<V>) -> Callback<V> {
    let waiting = use_mut_ref(|| None::<Timeout>);
    let latest = use_mut_ref(|| then.clone());
    latest.replace(then);
    use_callback((), move |value: V, ()| {
        let latest = latest.clone();
        // Replacing the timeout drops and thereby cancels the previous one.
        waiting.replace(Some(Timeout::new(millis, move || {
            let then = latest.borrow().clone();
            then.emit(value);
        })));
    })
}
