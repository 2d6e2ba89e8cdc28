//! What must hold when programs are killed. Run by `cargo xtask torture`, and for a few rounds by `cargo xtask test`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails, and says how it went")]

mod consumers;
mod imports;
mod server;
mod webhooks;
