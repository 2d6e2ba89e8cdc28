//! What must hold when processes are killed. `cargo xtask torture` runs many rounds, `cargo xtask test` a few.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails, and says how it went")]

mod consumers;
mod imports;
mod server;
mod webhooks;
