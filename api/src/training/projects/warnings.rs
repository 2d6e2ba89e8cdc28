//! Warnings about a project's plan: it should have the visits that the Ministry's guide to 送教下乡
//! asks for (4 a year of 2 days each, by policy), and its hours and dates should add up. A warning
//! never refuses anything.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use songjiao_types::{
    Hours,
    projects::{PhaseSummary, PlanWarning, ProjectKind, ProjectStatus},
};

/// What the warnings look at in an activity.
#[derive(Clone, Copy, Debug)]
pub struct PlannedActivity {
    /// The position of its phase; `None` in a project without phases.
    pub position: Option<i32>,
    pub held_on: NaiveDate,
    pub days: i32,
    /// Whether it names a school or a place.
    pub at_school: bool,
}

impl PlannedActivity {
    fn dates(self) -> impl Iterator<Item = NaiveDate> {
        self.held_on.iter_days().take(usize::try_from(self.days).unwrap_or_default())
    }
}

/// A project's plan.
pub struct Plan<'a> {
    pub kind: ProjectKind,
    pub status: ProjectStatus,
    pub planned_hours: Hours,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub has_team: bool,
    pub phases: &'a [PhaseSummary],
    pub activities: &'a [PlannedActivity],
    pub visits_per_year: i32,
    pub days_per_visit: i32,
}

/// Returns the length in days of each visit to schools in phases ② to ⑤. Consecutive days are one
/// visit.
fn visits(activities: &[PlannedActivity]) -> Vec<usize> {
    let at_school = |activity: &&PlannedActivity| activity.at_school && activity.position.is_some_and(|at| at >= 2);
    let dates: BTreeSet<NaiveDate> =
        activities.iter().filter(at_school).flat_map(|activity| activity.dates()).collect();
    let mut visits = Vec::new();
    let mut last: Option<NaiveDate> = None;
    for date in dates {
        match (visits.last_mut(), last.and_then(|last| last.succ_opt()) == Some(date)) {
            (Some(days), true) => *days += 1,
            _ => visits.push(1),
        }
        last = Some(date);
    }
    visits
}

/// Returns the warnings about a plan, in the order in which planners look for them. A project that
/// has ended has none.
pub fn plan_warnings(plan: &Plan<'_>) -> Vec<PlanWarning> {
    let mut found = Vec::new();
    let mut warn = |code: &str, message: String| found.push(PlanWarning { code: code.to_owned(), message });
    let ahead = matches!(plan.status, ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Running);
    if !ahead {
        return found;
    }
    if plan.kind == ProjectKind::SendTeaching {
        if !plan.has_team {
            warn("team_missing", "尚未指定送培团队".to_owned());
        }
        let visits = visits(plan.activities);
        let wanted = usize::try_from(plan.visits_per_year).unwrap_or_default();
        if visits.len() < wanted {
            warn("visits_short", format!("已安排入校 {} 次，指南要求每年不少于 {wanted} 次", visits.len()));
        }
        let days = usize::try_from(plan.days_per_visit).unwrap_or_default();
        let short = visits.iter().filter(|visit| **visit < days).count();
        if short > 0 {
            warn("visit_days_short", format!("有 {short} 次入校不足 {days} 天"));
        }
        let sum: Hours = plan.phases.iter().map(|phase| phase.planned_hours).sum();
        if sum != plan.planned_hours {
            warn(
                "phase_hours_mismatch",
                format!("各阶段计划学时合计 {sum}，与项目固定时长 {} 不一致", plan.planned_hours),
            );
        }
    }
    let outside = |date: NaiveDate| date < plan.starts_on || date > plan.ends_on;
    let phases = plan.phases.iter().flat_map(|phase| [phase.starts_on, phase.ends_on]).flatten();
    let last =
        |activity: &PlannedActivity| activity.held_on + Days::new(u64::try_from(activity.days - 1).unwrap_or_default());
    let activities = plan.activities.iter().flat_map(|activity| [activity.held_on, last(activity)]);
    if phases.chain(activities).any(outside) {
        warn("dates_outside_project", "有阶段或活动的日期不在项目起止日期之内".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(held_on: &str, days: i32, position: i32, at_school: bool) -> PlannedActivity {
        PlannedActivity { position: Some(position), held_on: held_on.parse().expect("a date"), days, at_school }
    }

    fn codes(activities: &[PlannedActivity]) -> Vec<String> {
        let plan = Plan {
            kind: ProjectKind::SendTeaching,
            status: ProjectStatus::Running,
            planned_hours: Hours::ZERO,
            starts_on: "2026-03-01".parse().expect("a date"),
            ends_on: "2026-12-31".parse().expect("a date"),
            has_team: true,
            phases: &[],
            activities,
            visits_per_year: 4,
            days_per_visit: 2,
        };
        plan_warnings(&plan).into_iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn four_visits_of_two_days_satisfy_the_guide() {
        let plan = ["2026-03-10", "2026-04-10", "2026-05-10", "2026-06-10"].map(|day| activity(day, 2, 2, true));
        assert_eq!(codes(&plan), [""; 0]);
        assert_eq!(codes(&plan[..3]), ["visits_short"]);
    }

    #[test]
    fn days_in_a_row_are_one_visit() {
        let plan = [activity("2026-03-10", 1, 2, true), activity("2026-03-11", 1, 3, true)];
        assert_eq!(visits(&plan), [2]);
    }

    #[test]
    fn intensive_study_in_town_is_no_visit() {
        let plan = [activity("2026-03-10", 2, 1, true), activity("2026-04-10", 2, 2, false)];
        assert_eq!(visits(&plan), [0; 0]);
    }

    #[test]
    fn a_short_visit_and_a_day_outside_are_named() {
        let plan = [activity("2026-12-31", 2, 2, true), activity("2026-05-10", 1, 2, true)];
        assert_eq!(codes(&plan), ["visits_short", "visit_days_short", "dates_outside_project"]);
    }
}
