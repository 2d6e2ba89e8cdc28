use std::collections::BTreeMap;

use chrono::NaiveDate;
use songjiao_types::{
    EnrollmentId, ErrorCode, FieldError, Hours, OrganizationId, enrollments::EnrollmentStatus,
    training::TrainingDimension,
};

use crate::error::{ApiError, Result};

/// Faults that an error names.
const NAMED: usize = 200;

/// Who completes, and why the others do not.
pub type Outcomes = Vec<(EnrollmentId, EnrollmentStatus, Option<String>)>;

/// A day for which a teacher earns hours.
#[derive(Clone, Copy, Debug)]
pub struct EarnedDay {
    /// The day.
    pub day: NaiveDate,
    /// The hours of the day.
    pub hours: Hours,
    /// Where the teacher served on the day.
    pub place: Option<OrganizationId>,
    /// The dimension 三修 that the activity serves.
    pub dimension: Option<TrainingDimension>,
}

/// What one record states of the days earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The hours.
    pub hours: Hours,
    /// The dimension 三修.
    pub dimension: Option<TrainingDimension>,
}

/// Returns the records into which the days earned are divided: one for each place where the teacher served, and for each
/// dimension, by their first days.
pub fn parts(days: impl IntoIterator<Item = EarnedDay>) -> Vec<Part> {
    let mut found: BTreeMap<(Option<OrganizationId>, Option<&'static str>), Part> = BTreeMap::new();
    for EarnedDay { day, hours, place, dimension } in days {
        let key = (mutate!(OnePartForAllPlaces, place, None), dimension.map(songjiao_types::WireEnum::as_str));
        let part = found.entry(key).or_insert(Part { starts_on: day, ends_on: day, hours: Hours::ZERO, dimension });
        part.starts_on = part.starts_on.min(day);
        part.ends_on = part.ends_on.max(day);
        part.hours += hours;
    }
    let mut parts: Vec<Part> = found.into_values().filter(|part| part.hours > Hours::ZERO).collect();
    parts.sort_by_key(|part| (part.starts_on, part.ends_on));
    parts
}

/// Cuts days earned at a number of hours.
pub fn at_most(days: Vec<EarnedDay>, mut left: Hours) -> Vec<EarnedDay> {
    let cut = |day: EarnedDay| {
        let hours = day.hours.min(left);
        left = left.saturating_sub(hours);
        EarnedDay { hours, ..day }
    };
    days.into_iter().map(cut).filter(|day| day.hours > Hours::ZERO).collect()
}

/// Returns an error with some of its faults.
fn refusal(code: ErrorCode, detail: String, faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(code).detail(detail).errors(faults.into_iter().take(NAMED).collect()))
}

/// Checks that no activity lies ahead. Activities come as pointer, title and last day.
///
/// # Errors
/// 409 `activities_ahead`, naming each.
pub fn check_nothing_ahead(ahead: &[(String, String, NaiveDate)]) -> Result<()> {
    let faults = ahead.iter().map(|(pointer, title, ends_on)| {
        FieldError::new(
            pointer.clone(),
            "activity_ahead",
            format!("“{title}”到 {ends_on} 才结束；不再开展的，请先取消"),
        )
    });
    refusal(ErrorCode::ActivitiesAhead, format!("还有 {} 场活动没有开展", ahead.len()), faults.collect())
}

/// Checks that no mark is missing. Marks come as pointer, title, day and the teacher's name.
///
/// # Errors
/// 409 `marks_missing`, naming each.
pub fn check_all_marked(missing: &[(String, String, NaiveDate, String)]) -> Result<()> {
    let faults = missing.iter().map(|(pointer, title, day, name)| {
        FieldError::new(pointer.clone(), "mark_missing", format!("{name} {day} “{title}”没有登记考勤"))
    });
    refusal(ErrorCode::MarksMissing, format!("还有 {} 人次没有登记考勤", missing.len()), faults.collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn earned(date: &str, hours: i64, place: u128) -> EarnedDay {
        let place = Some(OrganizationId::from_uuid(Uuid::from_u128(place)));
        EarnedDay { day: day(date), hours: Hours::whole(hours), place, dimension: None }
    }

    /// Case A19.
    #[test]
    fn days_are_recorded_for_each_place_where_the_teacher_served() {
        let days = [earned("2026-10-10", 8, 2), earned("2026-03-10", 8, 1), earned("2026-03-11", 4, 1)];
        let found = parts(days);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].starts_on, found[0].ends_on), (day("2026-03-10"), day("2026-03-11")));
        assert_eq!((found[0].hours, found[1].hours), (Hours::whole(12), Hours::whole(8)));
        let skill = EarnedDay { dimension: Some(TrainingDimension::Skill), ..days[2] };
        assert_eq!(parts([days[1], skill]).len(), 2, "and for each dimension");
        assert!(parts([earned("2026-03-10", 0, 1)]).is_empty());
    }

    #[test]
    fn deliverers_earn_the_planned_hours_at_most() {
        let days = vec![earned("2026-03-10", 8, 1), earned("2026-03-11", 8, 1), earned("2026-03-12", 8, 1)];
        let hours: Hours = at_most(days, Hours::whole(12)).iter().map(|day| day.hours).sum();
        assert_eq!(hours, Hours::whole(12));
    }
}
