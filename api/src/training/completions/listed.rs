//! Explicit lists of hours, for projects in which no activity was held: workshops, online training.

use std::collections::HashMap;

use songjiao_types::{
    EnrollmentId, ErrorCode, FieldError, Hours, completions::ListedHours, enrollments::EnrollmentStatus,
};

use super::{
    issue,
    rules::{Outcomes, Part},
};
use crate::{
    db::Tx,
    error::{ApiError, Result},
    training::{attendance::participants::Participant, projects::Project},
};

/// Issues the hours that a list grants, and returns who completes.
///
/// # Errors
/// 422 at each entry that names no admitted participant or one already named, or grants more than the planned hours; 422
/// `participants_missing` at `/hours` if the list leaves participants out; 409 `wrong_state` before the project's first day.
pub fn issue(tx: &mut Tx<'_>, project: &Project, admitted: &[&Participant], list: &[ListedHours]) -> Result<Outcomes> {
    let today = tx.now.local_date();
    if project.starts_on > today {
        return Err(ApiError::wrong_state("项目尚未开始，不能结业"));
    }
    let mut left: HashMap<EnrollmentId, &Participant> =
        admitted.iter().map(|participant| (participant.id, *participant)).collect();
    let (mut errors, mut parts, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, ListedHours { enrollment_id, hours }) in list.iter().enumerate() {
        let Some(participant) = left.remove(enrollment_id) else {
            let pointer = format!("/hours/{index}/enrollment_id");
            errors.push(FieldError::new(pointer, "not_a_participant", "不是本项目已录取的学员，或重复列出"));
            continue;
        };
        if *hours > project.planned_hours {
            let message = format!("不能超过固定时长 {} 学时", project.planned_hours);
            errors.push(FieldError::new(format!("/hours/{index}/hours"), "hours_above_plan", message));
        }
        if *hours == Hours::ZERO {
            outcomes.push((*enrollment_id, EnrollmentStatus::NotCompleted, Some("未列学时".to_owned())));
            continue;
        }
        outcomes.push((*enrollment_id, EnrollmentStatus::Completed, None));
        let ends_on = project.ends_on.min(today);
        let part = Part { starts_on: project.starts_on, ends_on, hours: *hours, dimension: project.dimension };
        parts.push((participant.teacher_id, false, 0, part));
    }
    ApiError::check(ErrorCode::Invalid, errors)?;
    if !left.is_empty() {
        let mut names: Vec<&str> = left.values().map(|participant| participant.teacher_name.as_str()).collect();
        names.sort_unstable();
        let message = format!("还须列明：{}", names.join("、"));
        return Err(ApiError::invalid("/hours", "participants_missing", message));
    }
    issue::append(tx, project, None, parts)?;
    Ok(outcomes)
}
