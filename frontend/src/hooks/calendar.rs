//! The calendar: how years and cycles are cut, and what a year requires.

use songjiao_types::policies::{CalendarQuery, CalendarView};
use yew::prelude::*;

use super::{Load, use_query};
use crate::api::policies::find_calendar;

/// The calendar with the quotas of the user's own scope. [`crate::calendar::Calendar::of`] makes use of it.
#[hook]
pub fn use_calendar() -> Load<CalendarView> {
    use_query(Some(find_calendar(&CalendarQuery::default())))
}
