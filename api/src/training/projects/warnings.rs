//! Warnings about a project's plan: it should have the visits that the Ministry's guide to 送教下乡
//! asks for (4 a year of 2 days each, by policy), and its hours and dates should add up. A warning
//! never refuses anything.

use chrono::{Days, NaiveDate};
use songjiao_types::{
    Hours,
    projects::{PhaseSummary, PlanWarning, ProjectKind, ProjectStatus},
};

use super::{rules::is_open, visits::DistrictVisits};

/// What the warnings look at in an activity.
#[derive(Clone, Copy, Debug)]
pub struct PlannedActivity {
    pub held_on: NaiveDate,
    pub days: i32,
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
    pub visits: &'a [DistrictVisits],
    pub visits_per_year: i32,
    pub days_per_visit: i32,
}

fn describe(visits: &DistrictVisits) -> String {
    format!("{} {} 次", visits.district, visits.count)
}

/// Returns the warnings about a plan, in the order in which planners look for them. A project that
/// has ended has none.
pub fn plan_warnings(plan: &Plan<'_>) -> Vec<PlanWarning> {
    let mut found = Vec::new();
    let mut warn = |code: &str, message: String| found.push(PlanWarning { code: code.to_owned(), message });
    if !is_open(plan.status) {
        return found;
    }
    if plan.kind == ProjectKind::SendTeaching {
        if !plan.has_team {
            warn("team_missing", "尚未指定送培团队".to_owned());
        }
        let wanted = usize::try_from(plan.visits_per_year).unwrap_or_default();
        let few: Vec<String> = plan.visits.iter().filter(|visits| visits.count < wanted).map(describe).collect();
        if plan.visits.is_empty() && wanted > 0 {
            warn(
                "visits_short",
                format!("尚未安排到学校开展的活动，指南要求同一学区同一学科每年不少于 {wanted} 次入校"),
            );
        } else if !few.is_empty() {
            let message = format!("全年已安排入校：{}，指南要求同一学区同一学科每年不少于 {wanted} 次", few.join("、"));
            warn("visits_short", message);
        }
        let days = usize::try_from(plan.days_per_visit).unwrap_or_default();
        let short = plan.visits.iter().flat_map(|visits| &visits.own_days).filter(|visit| **visit < days).count();
        if short > 0 {
            warn("visit_days_short", format!("有 {short} 次入校在同一学区不足 {days} 天"));
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

    fn activity(held_on: &str, days: i32) -> PlannedActivity {
        PlannedActivity { held_on: held_on.parse().expect("a date"), days }
    }

    fn visits(count: usize, own_days: &[usize]) -> DistrictVisits {
        DistrictVisits { district: "法特学区".to_owned(), count, own_days: own_days.to_vec() }
    }

    fn codes(activities: &[PlannedActivity], visits: &[DistrictVisits]) -> Vec<String> {
        let plan = Plan {
            kind: ProjectKind::SendTeaching,
            status: ProjectStatus::Running,
            planned_hours: Hours::ZERO,
            starts_on: "2026-03-01".parse().expect("a date"),
            ends_on: "2026-12-31".parse().expect("a date"),
            has_team: true,
            phases: &[],
            activities,
            visits,
            visits_per_year: 4,
            days_per_visit: 2,
        };
        plan_warnings(&plan).into_iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn each_district_should_have_four_visits_of_two_days() {
        assert_eq!(codes(&[], &[visits(4, &[2, 2, 2, 2])]), [""; 0]);
        assert_eq!(codes(&[], &[visits(4, &[2]), visits(3, &[2])]), ["visits_short"]);
        assert_eq!(codes(&[], &[visits(4, &[2, 2, 2, 1])]), ["visit_days_short"]);
        assert_eq!(codes(&[], &[]), ["visits_short"]);
    }

    #[test]
    fn a_short_visit_and_a_day_outside_are_named() {
        let plan = [activity("2026-12-31", 2), activity("2026-05-10", 1)];
        assert_eq!(codes(&plan, &[visits(2, &[1, 2])]), ["visits_short", "visit_days_short", "dates_outside_project"]);
    }
}
