use chrono::{Days, NaiveDate};
use songjiao_types::{ErrorCode, Hours};

use crate::{
    auth::scope::Scope,
    error::{ApiError, Result},
};

/// Returns the last day of an activity.
pub fn last_day(held_on: NaiveDate, days: i32) -> NaiveDate {
    held_on + Days::new(u64::try_from(days - 1).unwrap_or_default())
}

/// Returns the days of an activity, each with the hours that it earns: an even share, and the remainder on the last day.
pub fn days_with_hours(held_on: NaiveDate, days: i32, hours: Hours) -> Vec<(NaiveDate, Hours)> {
    let number = i64::from(days.max(1));
    let share = hours.hundredths() / number;
    let last = hours.hundredths() - share * (number - 1);
    let hours_of = |at: i64| Hours::from_hundredths(if at + 1 == number { last } else { share });
    (0..number).zip(held_on.iter_days()).map(|(at, day)| (day, hours_of(at))).collect()
}

/// Returns whether an activity concerns the participants of a school. `schools` are the paths that it names; none stands
/// for all.
pub fn concerns(schools: &[String], path: &str) -> bool {
    schools.is_empty() || schools.iter().any(|school| Scope::new(school.as_str()).contains(path))
}

/// Returns the most hours that activities add up to for the participants of one school. Activities come as the paths of
/// the schools that they name, and their hours.
pub fn most_hours(activities: &[(&[String], Hours)]) -> Hours {
    let sum = |path: &str| {
        activities
            .iter()
            .filter(|(schools, _)| mutate!(PlanOfAllSchools, concerns(schools, path), true))
            .map(|(_, hours)| *hours)
            .sum()
    };
    let for_all = activities.iter().filter(|(schools, _)| schools.is_empty()).map(|(_, hours)| *hours).sum();
    let named = activities.iter().flat_map(|(schools, _)| *schools);
    named.map(|path| sum(path)).max().map_or(for_all, |most: Hours| most.max(for_all))
}

/// Checks that activities do not exceed the planned hours of their project for the participants of any school. What
/// exceeded them before may stay, but not grow.
///
/// # Errors
/// 409 `hours_above_plan`.
pub fn check_plan(planned: Hours, before: Hours, after: Hours) -> Result<()> {
    if after <= planned || after <= before {
        return Ok(());
    }
    let detail = format!("每名学员参加的活动合计不能超过固定时长 {planned} 学时，现为 {after} 学时");
    Err(ApiError::new(ErrorCode::HoursAbovePlan).detail(detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_hours_of_a_day_are_an_even_share_and_the_last_takes_the_remainder() {
        let hours = |days, hundredths| {
            let split = days_with_hours(day("2026-03-10"), days, Hours::from_hundredths(hundredths));
            split.iter().map(|(_, hours)| hours.hundredths()).collect::<Vec<_>>()
        };
        assert_eq!(hours(1, 450), [450]);
        assert_eq!(hours(5, 4000), [800; 5]);
        assert_eq!(hours(3, 1000), [333, 333, 334]);
        assert_eq!(hours(3, 1), [0, 0, 1]);
        let days = days_with_hours(day("2026-02-27"), 3, Hours::ZERO);
        assert_eq!(days.last().map(|(day, _)| *day), Some(day("2026-03-01")));
        assert_eq!(last_day(day("2026-02-27"), 3), day("2026-03-01"));
    }

    /// Case A26.
    #[test]
    fn activities_at_several_schools_count_once_for_each_participant() {
        fn eight(schools: &[String]) -> (&[String], Hours) {
            (schools, Hours::whole(8))
        }
        let school = |number: i32| vec![format!("SL/A{number}")];
        let schools: Vec<Vec<String>> = (1..=4).map(school).collect();
        let mut activities: Vec<(&[String], Hours)> = vec![eight(&[]); 3];
        for school in &schools {
            activities.extend([eight(school.as_slice()); 2]);
        }
        assert_eq!(most_hours(&activities), Hours::whole(40));
        let district = ["SL".to_owned()];
        activities.push((district.as_slice(), Hours::whole(1)));
        assert_eq!(most_hours(&activities), Hours::whole(41));
        assert_eq!(most_hours(&[]), Hours::ZERO);
        assert!(!concerns(&schools[0], "SL/A10"), "no prefix of a name");
    }

    #[test]
    fn what_exceeds_the_plan_already_may_shrink_and_not_grow() {
        let check = |before, after| check_plan(Hours::whole(40), Hours::whole(before), Hours::whole(after)).is_ok();
        assert!(check(0, 40) && check(60, 50));
        assert!(!check(0, 41) && !check(60, 61));
    }
}
