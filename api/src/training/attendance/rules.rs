use chrono::NaiveDate;
use songjiao_types::{
    Hours, attendance::AttendanceStatus, phases::PhaseStatus, policies::PolicyFigures, projects::ProjectStatus,
};

use crate::error::{ApiError, Result};

/// The policy on missed hours.
#[derive(Clone, Copy, Debug)]
pub struct AbsencePolicy {
    /// The share of the hours held that a participant may miss, `numerator / denominator`.
    pub numerator: i32,
    /// See `numerator`.
    pub denominator: i32,
    /// Whether leave misses the day.
    pub leave_counts: bool,
}

impl AbsencePolicy {
    /// Returns the figures of a policy.
    pub fn of(figures: &PolicyFigures) -> Self {
        Self {
            numerator: figures.absence_limit_numerator,
            denominator: figures.absence_limit_denominator,
            leave_counts: figures.leave_counts_as_missed,
        }
    }
}

/// The days of a project that concern a participant: from admission to withdrawal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first day; `None` if there is no limit.
    pub from: Option<NaiveDate>,
    /// The last day; `None` if there is no limit.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// Returns the days that concern a participant. Who is admitted by the project's first day is concerned by all that
    /// lies before it, too.
    pub fn of(project_starts_on: NaiveDate, admitted_on: Option<NaiveDate>, left_on: Option<NaiveDate>) -> Self {
        Self { from: mutate!(JoinerOwesAll, admitted_on.filter(|day| *day > project_starts_on), None), until: left_on }
    }

    /// Returns whether it contains a day.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The hours of the days that concern a participant and were held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub held: Hours,
    /// Those of the days attended.
    pub attended: Hours,
    /// Those of the days missed.
    pub missed: Hours,
}

impl Tally {
    /// Adds up the days held that concern a participant, each with its hours and the mark.
    pub fn of(days: impl IntoIterator<Item = (Hours, AttendanceStatus)>, policy: AbsencePolicy) -> Self {
        days.into_iter().fold(Self::default(), |mut sum, (hours, mark)| {
            sum.held += hours;
            if mark.earns() {
                sum.attended += hours;
            } else if mark.misses(mutate!(LeaveAttends, policy.leave_counts, false)) {
                sum.missed += hours;
            }
            sum
        })
    }

    /// Returns whether the participant completes 结业: something was held, and not more than the policy allows was missed
    /// (六(机制)-3).
    pub fn completes(&self, policy: AbsencePolicy) -> bool {
        let missed = self.missed.hundredths().saturating_mul(policy.denominator.into());
        let allowed = self.held.hundredths().saturating_mul(policy.numerator.into());
        self.held > Hours::ZERO && mutate!(LimitReachedFails, missed <= allowed, missed < allowed)
    }

    /// Returns why the participant does not complete 未结业.
    pub fn shortfall(&self, policy: AbsencePolicy) -> String {
        if self.held == Hours::ZERO {
            return "没有应参加的活动".to_owned();
        }
        let Self { held, missed, .. } = self;
        let AbsencePolicy { numerator, denominator, .. } = policy;
        format!("缺勤 {missed} 学时，应到 {held} 学时，超过 {numerator}/{denominator}")
    }
}

/// Checks that attendance is taken: while the phase is active or, in a project without phases, while
/// the project runs. Later its hours are issued.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_open(project: ProjectStatus, phase: Option<PhaseStatus>, cancelled: bool) -> Result<()> {
    match (project, phase) {
        (ProjectStatus::Running, None | Some(PhaseStatus::Active)) if cancelled => {
            Err(ApiError::wrong_state("该活动已取消，不能登记考勤"))
        }
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

/// Returns whether the hours of an activity were issued and its project has not been archived or cancelled since, so that
/// marks may be corrected.
pub fn is_issued(project: ProjectStatus, phase: Option<PhaseStatus>) -> bool {
    match phase {
        Some(phase) => {
            phase == PhaseStatus::Completed && matches!(project, ProjectStatus::Running | ProjectStatus::Completed)
        }
        None => project == ProjectStatus::Completed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AttendanceStatus as S;

    const FIFTH: AbsencePolicy = AbsencePolicy { numerator: 1, denominator: 5, leave_counts: true };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// Adds up marks, each for as many days of as many hours.
    fn tally(marks: &[(usize, i64, S)], policy: AbsencePolicy) -> Tally {
        let days = marks.iter().flat_map(|(days, hours, mark)| vec![(Hours::whole(*hours), *mark); *days]);
        Tally::of(days, policy)
    }

    /// Returns the hours attended, and whether the participant completes.
    fn outcome(marks: &[(usize, i64, S)]) -> (i64, bool) {
        let tally = tally(marks, FIFTH);
        (tally.attended.hundredths() / 100, tally.completes(FIFTH))
    }

    #[test]
    fn present_and_late_attend_and_leave_misses_by_policy() {
        let marks = [(4, 2, S::Present), (1, 2, S::Late), (1, 2, S::Leave), (1, 2, S::LeftEarly), (1, 2, S::Absent)];
        let strict = tally(&marks, FIFTH);
        assert_eq!(
            (strict.held, strict.attended, strict.missed),
            (Hours::whole(16), Hours::whole(10), Hours::whole(6))
        );
        let lenient = tally(&marks, AbsencePolicy { leave_counts: false, ..FIFTH });
        assert_eq!((lenient.attended, lenient.missed), (Hours::whole(10), Hours::whole(4)));
    }

    /// Case A6.
    #[test]
    fn a_missed_activity_costs_its_own_hours_alone() {
        assert_eq!(outcome(&[(19, 2, S::Present), (1, 2, S::Absent)]), (38, true));
    }

    /// Case A7.
    #[test]
    fn hours_and_not_activities_are_counted_against_the_limit() {
        let (attended, completes) = outcome(&[(5, 8, S::Absent), (25, 1, S::Present)]);
        assert_eq!((attended, completes), (25, false));
        assert_eq!(outcome(&[(5, 1, S::Absent), (5, 8, S::Present)]), (40, true));
    }

    /// Cases A5 to A9.
    #[test]
    fn missing_the_limit_completes_and_more_or_nothing_held_does_not() {
        assert_eq!(outcome(&[(4, 8, S::Present), (1, 8, S::LeftEarly)]), (32, true));
        assert_eq!(outcome(&[(3, 4, S::Present), (1, 4, S::Absent)]), (12, false));
        assert_eq!(outcome(&[(4, 4, S::Absent)]), (0, false));
        assert_eq!(outcome(&[]), (0, false));
        let missed = tally(&[(3, 4, S::Present), (1, 4, S::Absent)], FIFTH);
        assert_eq!(missed.shortfall(FIFTH), "缺勤 4 学时，应到 16 学时，超过 1/5");
    }

    /// Case A27.
    #[test]
    fn leaving_early_on_the_fifth_day_misses_that_day() {
        let tally = tally(&[(4, 8, S::Present), (1, 8, S::LeftEarly)], FIFTH);
        assert_eq!((tally.attended, tally.missed, tally.held), (Hours::whole(32), Hours::whole(8), Hours::whole(40)));
        assert!(tally.completes(FIFTH));
    }

    /// Cases A10 and A28.
    #[test]
    fn what_lies_before_admission_and_after_withdrawal_does_not_concern_a_participant() {
        let starts_on = day("2026-03-02");
        let late = Span::of(starts_on, Some(day("2026-05-01")), None);
        assert!(!late.contains(day("2026-04-30")) && late.contains(day("2026-05-01")));
        let left = Span::of(starts_on, Some(starts_on), Some(day("2026-10-31")));
        assert!(left.contains(day("2026-10-31")) && !left.contains(day("2026-11-01")));
        assert!(left.contains(day("2026-03-01")), "admitted by the first day");
    }
}
