use chrono::{Days, NaiveDate};
use songjiao_types::{
    FieldError, Hours, WireEnum,
    phases::{PhaseKind, Responsible},
    projects::{ProjectStatus, ProjectView, UpdateProject},
};

use crate::error::{ApiError, Result};

/// A phase as a project is born with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhasePlan {
    pub kind: PhaseKind,
    pub position: i32,
    pub planned_hours: Hours,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub responsible: Responsible,
}

/// The five phases, in order (二). Their hours are a fifth each but three tenths for ③ and one
/// for ⑤, their dates one after another; both are a proposal that the plan then corrects.
/// ③ is the school's to run, the others the team's (六-2, 六-3-3).
pub fn five_phases(hours: Hours, starts_on: NaiveDate, ends_on: NaiveDate) -> [PhasePlan; 5] {
    let tenths = hours.tenths();
    let shares = [2, 2, 3, 2, 1].map(|share| tenths * share / 10);
    // What rounding leaves over goes to ③, the longest.
    let left_over = tenths - shares.iter().sum::<i64>();
    let days = (ends_on - starts_on).num_days() + 1;
    let mut position = 0_u8;
    PHASES.map(|kind| {
        let at = i64::from(position);
        let first = starts_on + days_from(days * at / 5);
        let last = starts_on + days_from((days * (at + 1) / 5 - 1).max(days * at / 5));
        let extra = if kind == PhaseKind::LessonPolishing { left_over } else { 0 };
        position += 1;
        PhasePlan {
            kind,
            position: i32::from(position),
            planned_hours: Hours::from_tenths(shares[usize::from(position) - 1] + extra),
            starts_on: first.min(ends_on),
            ends_on: last.min(ends_on),
            responsible: match kind {
                PhaseKind::LessonPolishing => Responsible::School,
                _ => Responsible::Team,
            },
        }
    })
}

const PHASES: [PhaseKind; 5] = [
    PhaseKind::IntensiveStudy,
    PhaseKind::DiagnosisDemonstration,
    PhaseKind::LessonPolishing,
    PhaseKind::OutcomeShowcase,
    PhaseKind::SummaryImprovement,
];

fn days_from(days: i64) -> Days {
    Days::new(u64::try_from(days).unwrap_or_default())
}

/// Whether a project goes on from one status to another (design 3).
///
/// # Errors
/// 409 where it does not.
pub fn check_step(from: ProjectStatus, to: ProjectStatus) -> Result<()> {
    use ProjectStatus as S;
    let allowed = match to {
        S::Published => from == S::Draft,
        S::Running => from == S::Published,
        S::Completed => from == S::Running,
        S::Archived => from == S::Completed,
        S::Cancelled => matches!(from, S::Draft | S::Published | S::Running),
        S::Draft => false,
    };
    if allowed { Ok(()) } else { Err(ApiError::wrong_state(format!("项目{}，不能进行此操作", from.label()))) }
}

/// Whether a project in its status takes the changes. A running one has participants who were
/// selected by its conditions and plan by its dates: what they leaned on stays.
///
/// # Errors
/// 409 naming the fields that stay, 422 where one is wrong by itself.
pub fn check_changes(before: &ProjectView, changes: &UpdateProject) -> Result<()> {
    match before.status {
        ProjectStatus::Draft | ProjectStatus::Published => {}
        ProjectStatus::Running => check_running(before, changes)?,
        ProjectStatus::Completed | ProjectStatus::Archived | ProjectStatus::Cancelled => {
            return Err(ApiError::wrong_state(format!("项目{}，不能修改", before.status.label())));
        }
    }
    let (starts_on, ends_on) =
        (changes.starts_on.unwrap_or(before.starts_on), changes.ends_on.unwrap_or(before.ends_on));
    if ends_on < starts_on {
        return Err(ApiError::invalid("/ends_on", "ends_before_start", "结束日期不能早于开始日期"));
    }
    if changes.capacity.is_some_and(|capacity| i64::from(capacity) < before.counts.admitted) {
        let message = format!("已录取 {} 人，固定人数不能更少", before.counts.admitted);
        return Err(ApiError::invalid("/capacity", "below_admitted", message));
    }
    Ok(())
}

fn check_running(before: &ProjectView, changes: &UpdateProject) -> Result<()> {
    let fixed = [
        ("/title", changes.title.as_ref().is_some_and(|title| *title != before.title)),
        ("/training_year", changes.training_year.is_some_and(|year| year != before.training_year)),
        ("/level", changes.level.is_some_and(|level| level != before.level)),
        ("/mode", changes.mode.is_some_and(|mode| mode != before.mode)),
        ("/subject", changes.subject.as_ref().is_some_and(|subject| *subject != before.subject)),
        ("/stage", changes.stage.is_some_and(|stage| stage != before.stage)),
        ("/conditions", changes.conditions.as_ref().is_some_and(|text| *text != before.conditions)),
        ("/requires_rural", changes.requires_rural.is_some_and(|rural| rural != before.requires_rural)),
        ("/look_back_years", changes.look_back_years.is_some_and(|years| years != before.look_back_years)),
        ("/planned_hours", changes.planned_hours.is_some_and(|hours| hours != before.planned_hours)),
        ("/starts_on", changes.starts_on.is_some_and(|date| date != before.starts_on)),
        ("/capacity", changes.capacity.is_some_and(|capacity| capacity < before.capacity)),
        ("/ends_on", changes.ends_on.is_some_and(|date| date < before.ends_on)),
    ];
    let faults: Vec<_> = fixed
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(pointer, _)| FieldError::new(pointer, "fixed_while_running", "项目实施中，此项不能这样修改"))
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::wrong_state("项目实施中，只能延期、扩大人数、更换团队或地点、修改主题").errors(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_phases_share_the_hours_and_the_days_without_a_rest() {
        let phases = five_phases(Hours::from_tenths(723), day("2026-03-02"), day("2026-03-11"));
        assert_eq!(phases.map(|phase| phase.planned_hours.tenths()), [144, 144, 219, 144, 72]);
        assert_eq!(phases.map(|phase| phase.position), [1, 2, 3, 4, 5]);
        assert_eq!((phases[0].starts_on, phases[0].ends_on), (day("2026-03-02"), day("2026-03-03")));
        assert_eq!((phases[4].starts_on, phases[4].ends_on), (day("2026-03-10"), day("2026-03-11")));
        assert_eq!(phases[2].responsible, Responsible::School);
    }

    #[test]
    fn phases_of_a_single_day_lie_on_it() {
        let phases = five_phases(Hours::whole(8), day("2026-03-02"), day("2026-03-02"));
        assert!(phases.iter().all(|phase| (phase.starts_on, phase.ends_on) == (day("2026-03-02"), day("2026-03-02"))));
    }

    #[test]
    fn a_status_goes_on_to_the_next_and_to_cancelled_from_the_first_three() {
        use ProjectStatus as S;
        let order = [S::Draft, S::Published, S::Running, S::Completed, S::Archived];
        for from in S::ALL {
            for to in S::ALL {
                let next = order.windows(2).any(|pair| pair == [*from, *to]);
                let cancels = *to == S::Cancelled && matches!(from, S::Draft | S::Published | S::Running);
                assert_eq!(check_step(*from, *to).is_ok(), next || cancels, "{from} → {to}");
            }
        }
    }
}
