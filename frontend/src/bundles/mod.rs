//! Bundles: the parts of the program that the browser fetches as files of their own, when one of their pages is first
//! opened or earlier while the browser is idle. [`crate::route_table`] says which page belongs to which bundle.

mod bundle;
mod page;
mod render;

pub use bundle::{Bundle, remember_desk};
pub use page::{BundlePage, IDLE_DELAY_MS, use_bundle_prefetch};
pub use render::install;
