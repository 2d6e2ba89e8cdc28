//! Exemptions 减免: periods for which a teacher owes no hours. Each whole month reduces the year's requirement
//! by a twelfth; no hours are made up for it.

mod form;
mod list;
mod table;

pub use list::ListPage;
pub use table::TeacherExemptions;
