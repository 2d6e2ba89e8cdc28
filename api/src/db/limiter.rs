use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, Result};

/// How long a caller waits for a connection before it gets 503 Service Unavailable.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// Limits concurrent queries; further callers queue.
pub struct ConnectionLimiter {
    permits: Arc<Semaphore>,
    size: u32,
    waiting: AtomicU32,
}

/// How busy a limiter is.
pub struct Usage {
    /// Permits taken.
    pub in_use: u32,
    /// Callers in the queue.
    pub waiting: u32,
}

impl ConnectionLimiter {
    /// Returns a limiter that lets `size` queries run at once.
    pub fn new(size: u32) -> Self {
        Self { permits: Arc::new(Semaphore::new(size as usize)), size, waiting: AtomicU32::new(0) }
    }

    /// Waits for a permit, which is returned when dropped.
    ///
    /// # Errors
    /// 503 after [`ACQUIRE_TIMEOUT`].
    pub async fn acquire(&self) -> Result<OwnedSemaphorePermit> {
        let _waiting = Waiting::among(&self.waiting);
        match tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(ApiError::unavailable()),
        }
    }

    /// Returns how busy the limiter is now.
    pub fn usage(&self) -> Usage {
        let free = u32::try_from(self.permits.available_permits()).unwrap_or(u32::MAX);
        Usage { in_use: self.size.saturating_sub(free), waiting: self.waiting.load(Ordering::Relaxed) }
    }
}

/// Counts a waiting caller until it is dropped, also when its request is cancelled.
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
