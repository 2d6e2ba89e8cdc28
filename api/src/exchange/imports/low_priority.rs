//! Runs work at idle priority: an import would otherwise keep two processors busy, and readers would wait.

use std::{thread, time::Duration};

use crate::error::{ApiError, Result};

/// The longest time that a step at idle priority may take. No step takes as long on a processor that has a
/// little idle time, and other writers wait until the import is done.
pub const IDLE_STEP_LIMIT: Duration = Duration::from_secs(3);

/// Sets this thread to SCHED_IDLE on Linux. The change cannot be undone without privileges.
pub fn set_idle_priority() {
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

/// Runs work on a thread at idle priority and waits for it.
///
/// # Errors
/// The error of the work, or an internal error if it panics.
pub fn run_at_idle_priority<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let worked = thread::scope(|scope| {
        let worker = scope.spawn(|| {
            set_idle_priority();
            work()
        });
        worker.join()
    });
    worked.map_err(|_| ApiError::internal("an import panicked")).flatten()
}
