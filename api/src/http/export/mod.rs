//! Exports 导出: every list as a file, in the format that `Accept` asks for. A file contains all matching
//! rows, read page by page while it is sent, so that its size costs no memory.

mod accept;
mod csv;
mod ndjson;
mod pages;
mod response;
mod xlsx;

pub use accept::{Accepted, Format};
pub use csv::escape_formula;
pub use response::{list, table};
