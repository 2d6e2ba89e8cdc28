//! Exemptions 减免: times for which a teacher owes no hours. Each whole calendar month takes a
//! twelfth off the year; it is never a pseudo-hour.

mod form;
mod list;
mod table;

pub use list::ListPage;
pub use table::OfTeacher;
