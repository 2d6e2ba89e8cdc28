//! Organizations 单位: bureau, training school, districts, schools, kindergartens, universities. The kinds distinguish
//! the four parties that support 送教下乡 (六-1-2, 四位一体).

pub mod batch;
mod routes;
mod store;

pub(crate) use routes::configure;
pub(crate) use store::{create_root, find_all, find_root, organization_refs, root_of, tree};
