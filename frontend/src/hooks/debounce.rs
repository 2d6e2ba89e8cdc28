//! Waiting until somebody has stopped typing.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// A callback that passes on the last value, `millis` after it came.
#[hook]
pub fn use_debounce<V: 'static>(millis: u32, then: Callback<V>) -> Callback<V> {
    let waiting = use_mut_ref(|| None::<Timeout>);
    let latest = use_mut_ref(|| then.clone());
    latest.replace(then);
    use_callback((), move |value: V, ()| {
        let latest = latest.clone();
        // Replacing the timeout drops, and thereby cancels, the one before.
        waiting.replace(Some(Timeout::new(millis, move || {
            let then = latest.borrow().clone();
            then.emit(value);
        })));
    })
}
