use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use songjiao_types::{ActivityId, Hours, attendance::AttendanceStatus, phases::PhaseStatus, projects::ProjectStatus};

use crate::error::{ApiError, Result};

/// An activity that was held.
#[derive(Clone, Copy, Debug)]
pub struct HeldActivity {
    pub id: ActivityId,
    pub held_on: NaiveDate,
    pub days: i32,
    pub hours: Hours,
}

impl HeldActivity {
    fn last_day(&self) -> NaiveDate {
        self.held_on + Days::new(u64::try_from(self.days - 1).unwrap_or_default())
    }
}

/// The hours that a teacher earned, with their first and last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    pub hours: Hours,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// The share of activities that a participant may miss, `numerator / denominator` (policy).
#[derive(Clone, Copy, Debug)]
pub struct AbsenceLimit {
    pub numerator: i32,
    pub denominator: i32,
}

/// Checks that attendance is taken: while the phase is active or, in a project without phases, while
/// the project runs. Later its hours are issued.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_open(project: ProjectStatus, phase: Option<PhaseStatus>) -> Result<()> {
    match (project, phase) {
        (ProjectStatus::Running, None | Some(PhaseStatus::Active)) => Ok(()),
        (_, Some(PhaseStatus::Completed)) | (ProjectStatus::Completed | ProjectStatus::Archived, None) => {
            Err(ApiError::wrong_state("学时已核发，考勤不能再修改"))
        }
        (_, Some(PhaseStatus::Skipped)) => Err(ApiError::wrong_state("该阶段已跳过，不能登记考勤")),
        (ProjectStatus::Running, Some(PhaseStatus::Planned)) => {
            Err(ApiError::wrong_state("该阶段未开始，不能登记考勤"))
        }
        _ => Err(ApiError::wrong_state("项目不在实施中，不能登记考勤")),
    }
}

/// Returns the total hours of activities, or `None` if there are none.
fn sum<'a>(activities: impl Iterator<Item = &'a HeldActivity>) -> Option<Earned> {
    let sum = activities.fold(None, |sum: Option<Earned>, held| {
        Some(match sum {
            None => Earned { hours: held.hours, starts_on: held.held_on, ends_on: held.last_day() },
            Some(sum) => Earned {
                hours: sum.hours + held.hours,
                starts_on: sum.starts_on.min(held.held_on),
                ends_on: sum.ends_on.max(held.last_day()),
            },
        })
    });
    sum.filter(|earned| earned.hours > Hours::ZERO)
}

/// Returns what a participant earns: the hours of the activities attended (present or late), or nothing at all if the
/// absences (absent or left early) exceed the limit (六(机制)-3). Leave and unmarked activities earn nothing and do not
/// count as absence.
pub fn earned_by_participant(
    held: &[HeldActivity],
    marks: &HashMap<ActivityId, AttendanceStatus>,
    limit: AbsenceLimit,
) -> Option<Earned> {
    let mark = |activity: &HeldActivity| marks.get(&activity.id);
    let absences = held.iter().filter(|activity| mark(activity).is_some_and(|mark| mark.is_absence())).count();
    let share = |count: usize, times: i32| i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(times.into());
    if share(absences, limit.denominator) > share(held.len(), limit.numerator) {
        return None;
    }
    sum(held.iter().filter(|activity| mark(activity).is_some_and(|mark| mark.earns())))
}

/// Returns what a team member earns for delivering: the hours of the activities held until they
/// left the team.
pub fn earned_by_member(held: &[HeldActivity], left_on: Option<NaiveDate>) -> Option<Earned> {
    sum(held.iter().filter(|activity| left_on.is_none_or(|left_on| activity.held_on <= left_on)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use AttendanceStatus as S;

    const FIFTH: AbsenceLimit = AbsenceLimit { numerator: 1, denominator: 5 };

    fn held(number: usize) -> Vec<HeldActivity> {
        let first: NaiveDate = "2026-03-02".parse().expect("a date");
        (0..number)
            .map(|at| HeldActivity {
                id: ActivityId::from_uuid(Uuid::from_u128(at as u128)),
                held_on: first + Days::new(at as u64 * 7),
                days: 2,
                hours: Hours::from_hundredths(350),
            })
            .collect()
    }

    fn earned(marks: &[Option<S>]) -> Option<Hours> {
        let held = held(marks.len());
        let marks = held.iter().zip(marks).filter_map(|(held, mark)| mark.map(|mark| (held.id, mark))).collect();
        earned_by_participant(&held, &marks, FIFTH).map(|earned| earned.hours)
    }

    #[test]
    fn present_and_late_earn_and_nothing_else_does() {
        assert_eq!(earned(&[Some(S::Present), Some(S::Late)]), Some(Hours::whole(7)));
        assert_eq!(earned(&[Some(S::Present), Some(S::Leave)]), Some(Hours::from_hundredths(350)));
        assert_eq!(earned(&[Some(S::Present), None]), Some(Hours::from_hundredths(350)));
        assert_eq!(earned(&[Some(S::Leave)]), None);
    }

    #[test]
    fn absence_at_the_limit_costs_its_own_hours_and_beyond_it_all() {
        let mut marks = [Some(S::Present); 10];
        marks[0] = Some(S::Absent);
        marks[1] = Some(S::LeftEarly);
        assert_eq!(earned(&marks), Some(Hours::whole(28)), "2 of 10 are a fifth");
        marks[2] = Some(S::LeftEarly);
        assert_eq!(earned(&marks), None, "3 of 10 pass it");
        marks[2] = Some(S::Leave);
        assert_eq!(earned(&marks), Some(Hours::from_hundredths(2450)), "leave is no absence");
    }

    #[test]
    fn the_hours_are_dated_by_what_was_attended() {
        let held = held(3);
        let marks = [(held[1].id, S::Present), (held[2].id, S::Late)].into();
        let earned = earned_by_participant(&held, &marks, FIFTH).expect("hours");
        assert_eq!((earned.starts_on, earned.ends_on), (held[1].held_on, held[2].held_on + Days::new(1)));
    }

    #[test]
    fn a_member_earns_what_was_held_before_leaving() {
        let held = held(3);
        assert_eq!(earned_by_member(&held, None).map(|earned| earned.hours), Some(Hours::from_hundredths(1050)));
        let left = earned_by_member(&held, Some(held[1].held_on));
        assert_eq!(left.map(|earned| earned.hours), Some(Hours::whole(7)));
        assert_eq!(earned_by_member(&[], None), None);
    }
}
