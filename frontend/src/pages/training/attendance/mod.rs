//! Attendance 考勤: the sheet of an activity, made to be filled in at the door with a phone.

mod marks;
mod print;
mod sheet;

pub use sheet::SheetPage;
