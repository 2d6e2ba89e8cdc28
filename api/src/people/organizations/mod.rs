//! Organizations 单位: bureau, training school, districts, schools, kindergartens, universities. The kind tells
//! the four parties that support 送教下乡 (六-1-2, 四位一体).

pub mod batch;
mod routes;
mod store;

pub use routes::configure;
pub use store::{create_root, find_all, find_root, organization_refs, root_of, tree};
