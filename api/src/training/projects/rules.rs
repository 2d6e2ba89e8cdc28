use chrono::{Days, NaiveDate};
use songjiao_types::{
    ErrorCode, FieldError, WireEnum,
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectStatus, UpdateProject},
};

use super::batch::Project;
use crate::error::{ApiError, Result};

/// The days after which a project that is over but neither completed nor cancelled is listed for its owner.
const OVERDUE_AFTER: Days = Days::new(30);

/// Returns the latest last day of the projects that are overdue on a day.
pub fn overdue_since(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(OVERDUE_AFTER).unwrap_or(today)
}

/// Checks that a project's status leads to another.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_step(from: ProjectStatus, to: ProjectStatus) -> Result<()> {
    use ProjectStatus as S;
    let allowed = match to {
        S::Published => from == S::Draft,
        S::Running => from == S::Published,
        S::Completed => from == S::Running,
        S::Archived => from == S::Completed,
        S::Cancelled => is_open(from),
        S::Draft => false,
    };
    if allowed { Ok(()) } else { Err(ApiError::wrong_state(format!("项目{}，不能进行此操作", from.label()))) }
}

/// Returns whether a project still lies ahead or runs, so that its plan may yet be mended.
pub fn is_open(status: ProjectStatus) -> bool {
    matches!(status, ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Running)
}

/// Checks that every phase of a project is completed or skipped. Phases come as their position,
/// kind and status.
///
/// # Errors
/// 409 `wrong_state` with an error for each phase that is not.
pub fn check_phases_done(phases: &[(i32, PhaseKind, PhaseStatus)]) -> Result<()> {
    let open = phases.iter().filter(|(_, _, status)| !status.is_done());
    let errors: Vec<_> = open
        .map(|(position, kind, status)| {
            let message = format!("{}{}", kind.label(), status.label());
            FieldError::new(format!("/phases/{position}"), "phase_not_done", message)
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::WrongState).detail("还有阶段没有完成").errors(errors))
}

/// Checks that a project in its present status may be changed so. A running project has
/// participants who were selected by its conditions and rely on its dates, so these stay. `admitted`
/// is the number of places taken.
///
/// # Errors
/// 409 `wrong_state` with an error for each field that stays, or 422 at a field whose new value is
/// wrong and at `/reason` if planned hours are raised without one.
pub fn check_changes(before: &Project, admitted: i64, changes: &UpdateProject) -> Result<()> {
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
    if changes.capacity.is_some_and(|capacity| i64::from(capacity) < admitted) {
        let message = format!("已录取 {admitted} 人，固定人数不能更少");
        return Err(ApiError::invalid("/capacity", "below_admitted", message));
    }
    Ok(())
}

fn check_running(before: &Project, changes: &UpdateProject) -> Result<()> {
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
        ("/planned_hours", changes.planned_hours.is_some_and(|hours| hours < before.planned_hours)),
        ("/starts_on", changes.starts_on.is_some_and(|date| date != before.starts_on)),
        ("/capacity", changes.capacity.is_some_and(|capacity| capacity < before.capacity)),
        ("/ends_on", changes.ends_on.is_some_and(|date| date < before.ends_on)),
    ];
    let faults: Vec<_> = fixed
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(pointer, _)| FieldError::new(pointer, "fixed_while_running", "项目实施中，此项不能这样修改"))
        .collect();
    if !faults.is_empty() {
        let detail = "项目实施中，只能延期、扩大人数、增加固定时长、更换团队或地点、修改主题";
        return Err(ApiError::wrong_state(detail).errors(faults));
    }
    if changes.planned_hours.is_some_and(|hours| hours > before.planned_hours) && changes.reason.is_none() {
        return Err(ApiError::invalid("/reason", "reason_required", "项目实施中增加固定时长须填写理由"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
