//! Polling of what is about to change.

use chrono::{DateTime, Utc};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::Load;

/// The shortest polling interval, in milliseconds …
const SOON: i64 = 3_000;
/// … and the longest.
const LATE: i64 = 60_000;

/// Emits `read` every few seconds once something is `due`, until nothing is due any more: only while the page is
/// visible, and never before the last answer has come. The returned `load` does not report these reads as loading.
#[hook]
pub fn use_polling<T>(load: &Load<T>, due: Option<DateTime<Utc>>, read: Callback<()>) -> Load<T> {
    let unasked = use_mut_ref(|| false);
    {
        let unasked = unasked.clone();
        use_effect_with(load.loading, move |loading| {
            if !*loading {
                unasked.replace(false);
            }
        });
    }
    {
        let unasked = unasked.clone();
        // Each answer restarts the interval.
        use_effect_with((due.filter(|_| !load.loading), read), move |(due, read)| {
            let read = read.clone();
            let ticking = due.map(|due| {
                Interval::new(wait(due, Utc::now()), move || {
                    if is_in_sight() {
                        unasked.replace(true);
                        read.emit(());
                    }
                })
            });
            move || drop(ticking)
        });
    }
    let loading = load.loading && !*unasked.borrow();
    Load { loading, ..load.clone() }
}

fn wait(due: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    u32::try_from((due - now).num_milliseconds().clamp(SOON, LATE)).unwrap_or(u32::MAX)
}

fn is_in_sight() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|page| !page.hidden())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn what_is_due_soon_is_read_soon_and_nothing_is_read_without_pause() {
        let now: DateTime<Utc> = "2026-03-08T16:05:59Z".parse().expect("an instant");
        let waits = [-7200, 0, 20, 7200].map(|seconds| wait(now + TimeDelta::seconds(seconds), now));
        assert_eq!(waits, [3_000, 3_000, 20_000, 60_000]);
    }
}
