use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, Result};

/// How long a request waits for its turn at the database before it is told to come again.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// So many at once; who comes later waits in line.
pub struct Turns {
    free: Arc<Semaphore>,
    size: u32,
    waiting: AtomicU32,
}

/// How busy the turns are.
pub struct Taken {
    pub in_use: u32,
    pub waiting: u32,
}

impl Turns {
    pub fn new(size: u32) -> Self {
        Self { free: Arc::new(Semaphore::new(size as usize)), size, waiting: AtomicU32::new(0) }
    }

    /// Waits for a turn, which ends when it is dropped.
    pub async fn take(&self) -> Result<OwnedSemaphorePermit> {
        let _waiting = Waiting::among(&self.waiting);
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(ApiError::unavailable()),
        }
    }

    pub fn taken(&self) -> Taken {
        let free = u32::try_from(self.free.available_permits()).unwrap_or(u32::MAX);
        Taken { in_use: self.size.saturating_sub(free), waiting: self.waiting.load(Ordering::Relaxed) }
    }
}

/// Counted as long as it is there: whoever asked may go away while waiting.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn among(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
