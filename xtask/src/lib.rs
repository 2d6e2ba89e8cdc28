//! What the developer commands share: running cargo and other programs, and providing what is not installed.
#![allow(clippy::print_stdout, reason = "progress on the terminal is what these commands are for")]

pub mod api;
pub mod apt;
pub mod background;
pub mod browser;
pub mod cleanup;
pub mod cmd;
pub mod npm;
pub mod postgres;
pub mod project;
pub mod steps;
pub mod toolchain;
mod wasm_fallback;
pub mod web;
