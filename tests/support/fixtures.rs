use std::sync::atomic::{AtomicU32, Ordering};

/// The password of every user in the tests.
pub const PASSWORD: &str = "horse-battery-staple";

/// A name that nothing else in this run has.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
