//! The day that this process has seen begin.

use std::sync::atomic::{AtomicI32, Ordering};

use chrono::{Datelike, NaiveDate};
use tokio::sync::{Mutex, MutexGuard};

/// The day that this process has seen begin.
#[derive(Default)]
pub(super) struct SeenDay {
    /// The number of the day; 0 before the first.
    day: AtomicI32,
    /// Held by the request that begins the day; others wait for it.
    beginning: Mutex<()>,
}

impl SeenDay {
    /// Waits until no other request begins a day.
    pub async fn wait(&self) -> MutexGuard<'_, ()> {
        self.beginning.lock().await
    }

    /// Returns whether the day, or a later one, has begun.
    pub fn is(&self, day: NaiveDate) -> bool {
        self.day.load(Ordering::Acquire) >= day.num_days_from_ce()
    }

    /// Remembers that the day has begun.
    pub fn set(&self, day: NaiveDate) {
        self.day.fetch_max(day.num_days_from_ce(), Ordering::AcqRel);
    }
}
