//! Work that lets everybody else go first: an import would keep two processors busy for as long as it
//! takes, and whoever reads meanwhile would wait for one of them.

use std::{thread, time::Duration};

use crate::error::{ApiError, Result};

/// What a batch may take behind everybody else. It is longer than any takes on processors that have a
/// little time for it, and an import keeps other writers waiting until it is through.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// Leaves this thread only the time that no other asks for: what has stood back once may not come forward
/// again. On Linux; elsewhere it goes on as it is.
pub fn stand_back() {
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{
            NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
            thread_native_id,
        };
        let idle = ThreadSchedulePolicy::Normal(Idle);
        if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
            tracing::warn!(?error, "an import keeps its priority");
        }
    }
}

/// Does something behind everybody else, on a thread of its own, and waits for it.
///
/// # Errors
/// As the work, and where it panics.
pub fn behind<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let worked = thread::scope(|scope| {
        let worker = scope.spawn(|| {
            stand_back();
            work()
        });
        worker.join()
    });
    worked.map_err(|_| ApiError::internal("an import panicked")).flatten()
}
