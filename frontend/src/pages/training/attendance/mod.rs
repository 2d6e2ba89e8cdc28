//! Attendance 考勤: the sheet of an activity, designed for a phone at the door.

mod correction;
mod marks;
mod print;
mod sheet;

pub use sheet::SheetPage;
