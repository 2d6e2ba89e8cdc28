//! Bodies of requests: the largest file, and the end of one that is too large.

use std::time::Duration;

/// The largest file that a request may carry, in bytes as sent.
pub const FILE_LIMIT: u64 = 256 * 1024 * 1024;

/// Stops reading a body that was refused. Actix drains a body whose reader is dropped, and closes
/// the connection of one that is no longer read; so the reader is held until the response is out.
pub fn cut_off(payload: impl Sized + 'static) {
    actix_web::rt::spawn(async move {
        actix_web::rt::time::sleep(Duration::from_secs(2)).await;
        drop(payload);
    });
}
