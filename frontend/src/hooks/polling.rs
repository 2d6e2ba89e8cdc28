//! Polling of what is about to change.

use chrono::{DateTime, Utc};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::Load;

/// The shortest polling interval, in milliseconds …
const MIN_INTERVAL_MS: i64 = 3_000;
/// … and the longest.
const MAX_INTERVAL_MS: i64 = 60_000;

/// Emits `read` every few seconds once something is `due`, until nothing is due any more: only while the page is
/// visible, and never before the last answer has come. The returned `load` does not report these reads as loading.
#[hook]
pub fn use_polling<T>(load: &Load<T>, due: Option<DateTime<Utc>>, read: Callback<()>) -> Load<T> {
    let polled = use_mut_ref(|| false);
    {
        let polled = polled.clone();
        use_effect_with(load.loading, move |loading| {
            if !*loading {
                polled.replace(false);
            }
        });
    }
    {
        let polled = polled.clone();
        // Each answer restarts the interval.
        use_effect_with((due.filter(|_| !load.loading), read), move |(due, read)| {
            let read = read.clone();
            let ticking = due.map(|due| {
                Interval::new(interval(due, Utc::now()), move || {
                    if is_visible() {
                        polled.replace(true);
                        read.emit(());
                    }
                })
            });
            move || drop(ticking)
        });
    }
    let loading = load.loading && !*polled.borrow();
    Load { loading, ..load.clone() }
}

fn interval(due: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    u32::try_from((due - now).num_milliseconds().clamp(MIN_INTERVAL_MS, MAX_INTERVAL_MS)).unwrap_or(u32::MAX)
}

fn is_visible() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|page| !page.hidden())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn messages_due_soon_are_polled_soon_but_never_without_pause() {
        let now: DateTime<Utc> = "2026-03-08T16:05:59Z".parse().expect("an instant");
        let waits = [-7200, 0, 20, 7200].map(|seconds| interval(now + TimeDelta::seconds(seconds), now));
        assert_eq!(waits, [3_000, 3_000, 20_000, 60_000]);
    }
}
