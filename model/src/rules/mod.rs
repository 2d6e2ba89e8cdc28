//! The rules. Each answers for a day `today` and a county as recorded; [`crate::county::County::known_on`] gives the
//! county as it was known on a day.

pub mod bulk;
pub mod calendar;
pub mod closing;
pub mod credit;
pub mod day_hours;
pub mod duplicates;
pub mod entry;
pub mod explanation;
pub mod figures;
pub mod holds;
pub mod months;
pub mod place;
pub mod policies;
pub mod projects;
pub mod quota;
pub mod rounding;
pub mod service;
pub mod texts;
pub mod whose_year;
