//! Cancels planned activities and takes that back.

use diesel::prelude::*;
use songjiao_types::{
    ActivityId, ErrorCode,
    activities::{ActivityStatus, ActivityView},
};

use super::{
    plan, rules,
    store::{find, lock_open},
};
use crate::{
    auth::CurrentUser,
    db::{
        Tx,
        schema::{activities, attendance},
    },
    error::{ApiError, Result},
};

/// Writes the status of an activity and records the change under `action`.
fn change(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    (status, reason): (ActivityStatus, Option<&str>),
    action: &'static str,
) -> Result<ActivityView> {
    let before = find(tx.conn, user, id)?;
    diesel::update(activities::table.find(id))
        .set((
            activities::status.eq(status),
            activities::status_reason.eq(reason),
            activities::version.eq(activities::version + 1),
            activities::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.audit(action, "activity", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Cancels an activity that will not be held.
///
/// # Errors
/// As [`lock_open`]; 409 `wrong_state` if it is cancelled already, 409 `in_use` if it has marks.
pub fn cancel(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId, reason: &str) -> Result<ActivityView> {
    let (_, activity) = lock_open(tx, user, id, None)?;
    if activity.status == ActivityStatus::Cancelled {
        return Err(ApiError::wrong_state("该活动已取消"));
    }
    let marked: bool = diesel::select(diesel::dsl::exists(attendance::table.filter(attendance::activity_id.eq(id))))
        .get_result(tx.conn)?;
    if marked {
        return Err(ApiError::new(ErrorCode::InUse).detail("该活动已登记考勤，须先清空考勤再取消"));
    }
    change(tx, user, id, (ActivityStatus::Cancelled, Some(reason.trim())), "cancel")
}

/// Takes back that an activity was cancelled.
///
/// # Errors
/// As [`lock_open`]; 409 `wrong_state` if it is not cancelled, 409 `hours_above_plan`.
pub fn reinstate(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId) -> Result<ActivityView> {
    let (project, activity) = lock_open(tx, user, id, None)?;
    if activity.status != ActivityStatus::Cancelled {
        return Err(ApiError::wrong_state("只有已取消的活动可以恢复"));
    }
    let before = plan::most_hours(tx.conn, project.id)?;
    let view = change(tx, user, id, (ActivityStatus::Planned, None), "reinstate")?;
    rules::check_plan(project.planned_hours, before, plan::most_hours(tx.conn, project.id)?)?;
    Ok(view)
}
