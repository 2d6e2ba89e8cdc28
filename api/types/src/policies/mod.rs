//! Policies 政策参数: the figures of the policy's clauses and those that they leave open, as dated rows of a bureau that
//! are never edited. A bureau's policies hold for it and all below it; the root's are the default.

mod calendar;
mod create;
mod figures;
mod preview;
mod view;

pub use calendar::{CalendarCycle, CalendarQuery, CalendarView, CalendarYear};
pub use create::CreatePolicy;
pub use figures::{DimensionMinimums, HoursPerCredit, MonthBasis, PolicyFigures, TierCaps};
pub use preview::{PolicyChange, PolicyCycleEffect, PolicyEffect, PolicyPreview, PolicyYearEffect};
pub use view::{PolicyQuery, PolicySort, PolicyStatus, PolicyView};
