//! What becomes of the hours of participants who do not reach the end of a project: they withdraw, are disqualified, or the
//! project is cancelled.

use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{
    EnrollmentId, HourRecordId, Hours, TeacherId, attendance::AttendanceStatus, completions::IssuedHoursFate,
    hour_records::HourRecordStatus,
};

use super::{
    blockers::{self, Filling},
    decide, issue,
};
use crate::{
    db::{Tx, on_connection, schema::project_endings},
    error::{ApiError, Result},
    hours::hour_records::ledger,
    training::{
        attendance::{participants::Participant, sheets::Sheets},
        projects::Project,
    },
};

/// Loads the sheets of a project with one participant alone.
fn sheets_of(tx: &mut Tx<'_>, project: &Project, id: EnrollmentId) -> Result<Sheets> {
    let mut sheets = Sheets::load(tx.conn, &[project.id])?;
    sheets.participants.retain(|participant| participant.id == id);
    Ok(sheets)
}

/// Decides on a participant who has withdrawn, by the share of hours missed until then. The enrollment is withdrawn already.
///
/// # Errors
/// 409 `marks_missing`.
pub fn conclude_withdrawn(tx: &mut Tx<'_>, project: &Project, id: EnrollmentId, filling: Filling<'_>) -> Result<()> {
    let today = tx.now.local_date();
    let mut sheets = sheets_of(tx, project, id)?;
    if blockers::fill_missing(tx, &sheets, today, filling)? {
        sheets = sheets_of(tx, project, id)?;
    }
    let participants: Vec<&Participant> = sheets.participants.iter().collect();
    decide::conclude(tx, project, &sheets, &participants).map(|_| ())
}

/// Decides on a participant who has withdrawn as by [`conclude_withdrawn`], unless marks are missing.
///
/// # Errors
/// If the database fails.
pub fn conclude_if_marked(tx: &mut Tx<'_>, project: &Project, id: EnrollmentId) -> Result<()> {
    let sheets = sheets_of(tx, project, id)?;
    if sheets.missing(tx.now.local_date()).next().is_some() {
        return Ok(());
    }
    let participants: Vec<&Participant> = sheets.participants.iter().collect();
    decide::conclude(tx, project, &sheets, &participants).map(|_| ())
}

/// Returns the error that asks what becomes of hours.
fn fate_required() -> ApiError {
    ApiError::invalid("/issued_hours", "required", "项目已发放学时，须说明保留（keep）还是不计（reject）")
}

/// Decides what becomes of the hours of a participant who is disqualified: what they attended until then is recognised, or
/// nothing is. The enrollment is disqualified already.
///
/// # Errors
/// 422 `required` at `/issued_hours` if there are hours and `fate` is `None`.
pub fn conclude_disqualified(
    tx: &mut Tx<'_>,
    project: &Project,
    id: EnrollmentId,
    fate: Option<IssuedHoursFate>,
    reason: &str,
) -> Result<()> {
    let sheets = sheets_of(tx, project, id)?;
    let Some(participant) = sheets.participants.first() else { return Ok(()) };
    let teachers = HashSet::from([participant.teacher_id]);
    let attended: Hours = sheets
        .days_of(participant)
        .filter(|day| day.mark.is_some_and(AttendanceStatus::earns))
        .map(|day| day.hours)
        .sum();
    if attended == Hours::ZERO && !has_live_hours(tx, project, Some(&teachers))? {
        return Ok(());
    }
    match fate.ok_or_else(fate_required)? {
        IssuedHoursFate::Keep => {
            let phases: HashSet<_> = sheets.activities.iter().map(|activity| activity.phase_id).collect();
            for phase in phases {
                issue::issue(tx, project, &sheets, phase, issue::Receivers::Participants(&teachers))?;
            }
            decide::recognize_pending(tx, project, |record| teachers.contains(&record.teacher_id) && !record.delivered)
        }
        IssuedHoursFate::Reject => reject_live(tx, project, Some(&teachers), reason),
    }
}

/// Decides what becomes of the hours that a project issued before it was cancelled.
///
/// # Errors
/// 422 `required` at `/issued_hours` if there are hours and `fate` is `None`.
pub fn conclude_cancelled(
    tx: &mut Tx<'_>,
    project: &Project,
    fate: Option<IssuedHoursFate>,
    reason: &str,
) -> Result<()> {
    if !has_live_hours(tx, project, None)? {
        return Ok(());
    }
    match fate.ok_or_else(fate_required)? {
        IssuedHoursFate::Keep => decide::recognize_pending(tx, project, |_| true),
        IssuedHoursFate::Reject => reject_live(tx, project, None, reason),
    }
}

fn has_live_hours(tx: &mut Tx<'_>, project: &Project, of: Option<&HashSet<TeacherId>>) -> Result<bool> {
    let records = issue::standing_records(tx.conn, project)?;
    Ok(records.iter().any(|record| {
        record.status.is_live() && of.is_none_or(|teachers| teachers.contains(&record.teacher_id) && !record.delivered)
    }))
}

/// Rejects and voids what a project issued, to all or to some participants.
fn reject_live(tx: &mut Tx<'_>, project: &Project, of: Option<&HashSet<TeacherId>>, reason: &str) -> Result<()> {
    let mut records = issue::standing_records(tx.conn, project)?;
    records.retain(|record| of.is_none_or(|teachers| teachers.contains(&record.teacher_id) && !record.delivered));
    let with =
        |status: HourRecordStatus| records.iter().filter(move |record| record.status == status).map(|record| record.id);
    let pending: Vec<HourRecordId> = with(HourRecordStatus::Pending).collect();
    let recognized: Vec<HourRecordId> = with(HourRecordStatus::Recognized).collect();
    ledger::decide(tx, &pending, HourRecordStatus::Rejected, Some(reason))?;
    ledger::decide(tx, &recognized, HourRecordStatus::Voided, Some(reason))?;
    let rows: Vec<_> = pending.iter().chain(&recognized).map(|id| project_endings::hour_record_id.eq(*id)).collect();
    on_connection!(tx.conn, connection => {
        diesel::insert_into(project_endings::table).values(&rows).execute(connection)?
    });
    Ok(())
}
