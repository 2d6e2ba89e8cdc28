//! Turns the SPA's compiled module into a folder that any web server can serve: splits the module into bundles, packs
//! them into few files, generates the JavaScript glue, names every file by the hash of its content and compresses it.
#![allow(clippy::print_stdout, reason = "the sizes on the terminal are part of what this program is for")]

#[cfg(feature = "release")]
pub mod compress;
pub mod dist;
mod files;
mod glue;
mod inputs;
mod loader;
#[cfg(feature = "release")]
mod minify;
#[cfg(not(feature = "release"))]
#[path = "verbatim.rs"]
mod minify;
mod pack;
mod page;
pub mod routes;
mod split;
