use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use songjiao_types::{
    AppointmentId, ErrorCode, FieldError, TeacherId,
    appointments::{
        AppointmentView, ConfirmAppointment, ConfirmAppointments, CreateAppointment, CreateTransfers, EndReason,
        UpdateAppointment, WithdrawAppointment,
    },
};

use super::{
    changes::{Author, Changes, Pending, lock},
    listing,
    plan::{self, NewStatement},
    rules::Refusal,
    timeline::{End, Spell},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, Tx,
        schema::{appointments, teachers},
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    visibility::{organization_ids_in, visible_organization},
};

/// Returns which of the teachers serve in a scope, whose administrators may change their service.
fn serving(conn: &mut DbConnection, scope: &Scope, ids: &[TeacherId]) -> Result<BTreeSet<TeacherId>> {
    let found: Vec<TeacherId> = teachers::table
        .filter(teachers::id.eq_any(ids))
        .filter(teachers::organization_id.eq_any(organization_ids_in!(scope)))
        .select(teachers::id)
        .load(conn)?;
    Ok(found.into_iter().collect())
}

fn unknown_teacher(pointer: impl Into<String>) -> FieldError {
    FieldError::new(pointer, "unknown_teacher", "教师不存在或不在您的管理范围内")
}

/// Finds a statement about a teacher who serves in the caller's scope, and locks the teacher.
///
/// # Errors
/// 404 if there is none.
fn find_for_update(tx: &mut Tx<'_>, user: &CurrentUser, id: AppointmentId) -> Result<(TeacherId, AppointmentView)> {
    let teacher: TeacherId = appointments::table.find(id).select(appointments::teacher_id).first(tx.conn)?;
    if serving(tx.conn, &user.scope, &[teacher])?.is_empty() {
        return Err(ApiError::not_found());
    }
    lock(tx.conn, &[teacher])?;
    let view = listing::find_all(tx.conn, &[id])?.pop().ok_or_else(ApiError::not_found)?;
    Ok((teacher, view))
}

/// Writes the changes of one teacher and returns the statement that the act is about.
fn write_one(
    tx: &mut Tx<'_>,
    author: &Author,
    teacher: TeacherId,
    void_for: Option<&str>,
    plan: impl FnOnce(&Pending) -> Result<Changes, Refusal>,
) -> Result<AppointmentView> {
    let mut pending = Pending::load(tx.conn, &[teacher])?;
    let changes = plan(&pending)?;
    let main = changes.main;
    pending.add(teacher, changes, author);
    pending.write(tx, void_for)?;
    let views = listing::find_all(tx.conn, &main.into_iter().collect::<Vec<_>>())?;
    views.into_iter().next().ok_or_else(|| ApiError::internal("an act about no appointment"))
}

/// Returns the reason for which records that are left without service are voided, if they are to be.
fn void_for(void_records: bool, reason: &str) -> Option<&str> {
    void_records.then_some(reason)
}

/// Records a new spell.
///
/// # Errors
/// 409 `appointment_overlaps`, 409 `records_without_service`; 422 at a field.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateAppointment) -> Result<AppointmentView> {
    let teacher_id = new.teacher_id;
    if serving(tx.conn, &user.scope, &[teacher_id])?.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(vec![unknown_teacher("/teacher_id")]));
    }
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let end = match (new.ends_on, new.end_reason) {
        (Some(on), reason) => Some(End { on, reason: reason.unwrap_or(EndReason::Other) }),
        (None, Some(_)) => return Err(ApiError::invalid("/ends_on", "required", "填写离任原因须同时填写离任日期")),
        (None, None) => None,
    };
    lock(tx.conn, &[teacher_id])?;
    let (author, reason) = (Author::of(user, tx.now), new.reason.trim());
    let spell = Spell { organization_id: new.organization_id, starts_on: new.starts_on, end };
    let statement = NewStatement { teacher_id, spell, corrects: None, transfer: false, reason: Some(reason) };
    let void = void_for(new.void_records, reason);
    let view =
        write_one(tx, &author, teacher_id, void, |pending| plan::state(pending.rows(teacher_id), &author, &statement))?;
    listing::audit(tx, "create", None, Some(view.id))?;
    Ok(view)
}

/// Corrects a statement. Returns the new one.
///
/// # Errors
/// 404 if the teacher does not serve in the scope; 409 if the statement does not stand, `appointment_overlaps` or
/// `records_without_service`; 412 if the version differs; 422 at a field.
pub fn correct(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: AppointmentId,
    version: IfMatch,
    changes: &UpdateAppointment,
) -> Result<AppointmentView> {
    let (teacher_id, before) = find_for_update(tx, user, id)?;
    version.check(before.version)?;
    if let Some(organization) = changes.organization_id {
        visible_organization(tx.conn, &user.scope, organization, "/organization_id")?;
    }
    let starts_on = changes.starts_on.unwrap_or(before.starts_on);
    let end = changes.ends_on.unwrap_or(before.ends_on).map(|on| {
        let reason = changes.end_reason.or(before.end_reason).unwrap_or(EndReason::Other);
        End { on, reason }
    });
    match end {
        None if changes.end_reason.is_some() => {
            return Err(ApiError::invalid("/ends_on", "required", "填写离任原因须同时填写离任日期"));
        }
        Some(end) if end.on < starts_on => {
            return Err(ApiError::invalid("/ends_on", "ends_before_start", "离任日期不能早于任职日期"));
        }
        _ => {}
    }
    let organization_id = changes.organization_id.unwrap_or(before.organization.id);
    let (author, reason) = (Author::of(user, tx.now), changes.reason.trim());
    let spell = Spell { organization_id, starts_on, end };
    let statement = NewStatement { teacher_id, spell, corrects: Some(id), transfer: false, reason: Some(reason) };
    let void = void_for(changes.void_records, reason);
    let view = write_one(tx, &author, teacher_id, void, |pending| {
        plan::standing(pending.rows(teacher_id), id)?;
        plan::state(pending.rows(teacher_id), &author, &statement)
    })?;
    listing::audit(tx, "correct", Some(id), Some(view.id))?;
    Ok(view)
}

/// Takes a statement back.
///
/// # Errors
/// 403 if it is confirmed and the caller may not confirm; 404 if the teacher does not serve in the scope; 409 if it does
/// not stand, `appointment_overlaps` or `records_without_service`.
pub fn withdraw(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: AppointmentId,
    request: &WithdrawAppointment,
) -> Result<AppointmentView> {
    let (teacher_id, _) = find_for_update(tx, user, id)?;
    let (author, reason) = (Author::of(user, tx.now), request.reason.trim());
    let void = void_for(request.void_records, reason);
    let view = write_one(tx, &author, teacher_id, void, |pending| {
        plan::withdraw(pending.rows(teacher_id), &author, id, reason)
    })?;
    listing::audit(tx, "withdraw", None, Some(id))?;
    Ok(view)
}

/// Confirms a reported statement.
///
/// # Errors
/// 404 if the teacher does not serve in the scope; 409 if it is confirmed or does not stand, `appointment_overlaps` or
/// `records_without_service`.
pub fn confirm(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: AppointmentId,
    request: &ConfirmAppointment,
) -> Result<AppointmentView> {
    let (teacher_id, before) = find_for_update(tx, user, id)?;
    let author = Author::of(user, tx.now);
    let reason = request.reason.as_deref().or(before.reason.as_deref()).map_or(CONFIRMED, str::trim);
    let void = void_for(request.void_records, reason);
    let view =
        write_one(tx, &author, teacher_id, void, |pending| plan::confirm(pending.rows(teacher_id), &author, id))?;
    listing::audit(tx, "confirm", None, Some(view.id))?;
    Ok(view)
}

/// The reason for which records are voided if neither the request nor the statement gives one.
const CONFIRMED: &str = "任职变更经确认";

/// Confirms several reported statements, all or none, in the order of recording, and returns how many there were.
///
/// # Errors
/// 409 as [`confirm`]; 422 at `/ids/…` or `/organization_id`.
pub fn confirm_all(tx: &mut Tx<'_>, user: &CurrentUser, request: &ConfirmAppointments) -> Result<usize> {
    let waiting = appointments::confirmed_at.is_null().and(appointments::retired_at.is_null());
    let mut found: Vec<(AppointmentId, TeacherId)> = match (&request.ids, request.organization_id) {
        (Some(ids), _) => {
            let rows = appointments::table.filter(appointments::id.eq_any(ids));
            rows.select((appointments::id, appointments::teacher_id)).load(tx.conn)?
        }
        (None, Some(organization)) => {
            let scope = Scope::new(visible_organization(tx.conn, &user.scope, organization, "/organization_id")?);
            let rows = appointments::table
                .filter(waiting)
                .filter(appointments::organization_id.eq_any(organization_ids_in!(scope)));
            rows.select((appointments::id, appointments::teacher_id)).load(tx.conn)?
        }
        (None, None) => Vec::new(),
    };
    let teachers: Vec<TeacherId> =
        found.iter().map(|(_, teacher)| *teacher).collect::<BTreeSet<_>>().into_iter().collect();
    let ours = serving(tx.conn, &user.scope, &teachers)?;
    found.retain(|(_, teacher)| ours.contains(teacher));
    if let Some(ids) = &request.ids {
        let unknown = ids.iter().enumerate().filter(|(_, id)| !found.iter().any(|(found, _)| found == *id));
        let errors = unknown.map(|(index, _)| {
            FieldError::new(format!("/ids/{index}"), "unknown_appointment", "任职不存在或不在您的管理范围内")
        });
        ApiError::check(ErrorCode::Invalid, errors.collect())?;
    }
    found.sort_unstable();
    lock(tx.conn, &ours.iter().copied().collect::<Vec<_>>())?;
    let author = Author::of(user, tx.now);
    let mut pending = Pending::load(tx.conn, &ours.iter().copied().collect::<Vec<_>>())?;
    let mut all: BTreeMap<TeacherId, Changes> = BTreeMap::new();
    for (id, teacher) in &found {
        let before = all.entry(*teacher).or_default();
        let rows = before.applied(pending.rows(*teacher), &author);
        // A confirmation may settle other statements about the same spell.
        if request.ids.is_none() && plan::standing(&rows, *id).is_err() {
            continue;
        }
        let changes = plan::confirm(&rows, &author, *id).map_err(|refusal| {
            let index = request.ids.as_ref().and_then(|ids| ids.iter().position(|named| named == id));
            index.map_or_else(|| refusal.into(), |index| refusal.at(format!("/ids/{index}")))
        });
        before.append(changes?);
    }
    for (teacher, changes) in all {
        pending.add(teacher, changes, &author);
    }
    let reason = request.reason.as_deref().map_or(CONFIRMED, str::trim);
    pending.write(tx, void_for(request.void_records, reason))?;
    let ids: Vec<AppointmentId> = found.iter().map(|(id, _)| *id).collect();
    listing::audit_all(tx, "confirm", &ids).map(|views| views.len())
}

/// Transfers teachers, all or none, and returns their new spells in the order of the request.
///
/// # Errors
/// 409 or 422 at `/teacher_ids/…`; 422 at `/organization_id`.
pub fn transfer_all(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateTransfers) -> Result<Vec<AppointmentView>> {
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let ours = serving(tx.conn, &user.scope, &new.teacher_ids)?;
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, id) in new.teacher_ids.iter().enumerate() {
        let pointer = format!("/teacher_ids/{index}");
        if !ours.contains(id) {
            errors.push(unknown_teacher(pointer));
        } else if !seen.insert(*id) {
            errors.push(FieldError::new(pointer, "duplicate", "重复"));
        }
    }
    ApiError::check(ErrorCode::Invalid, errors)?;
    lock(tx.conn, &new.teacher_ids)?;
    let (author, reason) = (Author::of(user, tx.now), new.reason.trim());
    let mut pending = Pending::load(tx.conn, &new.teacher_ids)?;
    let mut mains = Vec::with_capacity(new.teacher_ids.len());
    for (index, teacher) in new.teacher_ids.iter().enumerate() {
        let to = (new.organization_id, new.starts_on);
        let changes = plan::transfer(pending.rows(*teacher), &author, *teacher, to, Some(reason))
            .map_err(|refusal| refusal.at(format!("/teacher_ids/{index}")))?;
        mains.extend(changes.main);
        pending.add(*teacher, changes, &author);
    }
    pending.write(tx, None)?;
    listing::audit_all(tx, "transfer", &mains)
}
