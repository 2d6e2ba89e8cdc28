//! Organizations 单位: bureau, training school, districts, schools, kindergartens, universities;
//! the four parties that support 送教下乡 (六-1-2, 四位一体) are visible as such.

pub mod batch;
mod routes;
mod store;

pub use routes::configure;
pub use store::{find_all, organization_refs, root_of, tree};
