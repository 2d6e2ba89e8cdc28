//! The limit on files in request bodies, and what to do with a body beyond it.

use std::time::Duration;

/// The largest file that a request may carry, in bytes before decompression.
pub const FILE_LIMIT: u64 = 256 * 1024 * 1024;

/// Stops reading a body that was refused. Actix drains a body whose reader is dropped, and closes the
/// connection of one that is no longer read, so the reader is kept until the response is sent.
pub fn stop_reading(payload: impl Sized + 'static) {
    actix_web::rt::spawn(async move {
        actix_web::rt::time::sleep(Duration::from_secs(2)).await;
        drop(payload);
    });
}
