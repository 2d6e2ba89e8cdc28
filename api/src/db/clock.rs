//! The clock of the whole program. Tests start it at a time of their own.

use std::{fmt, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use super::types::UtcTime;

/// Tells the time. Clones share it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// Returns the machine's clock.
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    /// Returns a clock that runs on from the given instant.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        let offset = start - Utc::now();
        Self::new(move || Utc::now() + offset)
    }

    /// Returns a clock that reads the time from a function.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the present instant, to the microsecond.
    pub fn now(&self) -> UtcTime {
        (self.0)().into()
    }

    /// Returns today's date in the county.
    pub fn today(&self) -> NaiveDate {
        self.now().local_date()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
