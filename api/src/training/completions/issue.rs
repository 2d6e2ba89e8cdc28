//! Issues the hours of a phase, or of a project without phases, to the ledger. They wait for the project's end.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use serde::Serialize;
use songjiao_types::{HourRecordId, Hours, PhaseId, TeacherId, enrollments::EnrollmentStatus};

use super::{
    blockers::{self, Filling},
    earnings,
    rules::{self, EarnedDay, Part},
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{organizations, project_endings},
    },
    error::Result,
    hours::hour_records::{
        entry::Training,
        issue::{self as ledger_issue, IssuedHours, IssuedRecord},
    },
    training::{activities::batch as activities, attendance::sheets::Sheets, projects::Project},
};

/// What the audit log records of an issue.
#[derive(Serialize)]
struct Issued {
    records: usize,
    recorded: usize,
}

/// Whom hours are issued to.
#[derive(Clone, Copy, Debug)]
pub enum Receivers<'a> {
    /// The participants and the members of the team.
    All,
    /// These participants.
    Participants(&'a HashSet<TeacherId>),
}

impl Receivers<'_> {
    fn include(self, teacher: TeacherId) -> bool {
        match self {
            Self::All => true,
            Self::Participants(teachers) => teachers.contains(&teacher),
        }
    }
}

/// Issues the hours of a phase to its participants and to the members of the team who delivered it. The project must be
/// locked.
///
/// # Errors
/// 409 `activities_ahead` or `marks_missing`.
pub fn issue_phase(tx: &mut Tx<'_>, project: &Project, phase: PhaseId, filling: Filling<'_>) -> Result<()> {
    let today = tx.now.local_date();
    let of_phase = |conn: &mut DbConnection| -> Result<Sheets> {
        let mut sheets = Sheets::load(conn, &[project.id])?;
        sheets.activities.retain(|activity| activity.phase_id == Some(phase));
        Ok(sheets)
    };
    let mut sheets = of_phase(tx.conn)?;
    blockers::check_nothing_ahead(&sheets, today)?;
    if blockers::fill_missing(tx, &sheets, today, filling)? {
        sheets = of_phase(tx.conn)?;
    }
    activities::hold_all(tx, project.id, Some(phase))?;
    issue(tx, project, &sheets, Some(phase), Receivers::All)
}

/// Issues the hours of a phase to some of those who earned them. Who has a record of the phase gets none, whatever became
/// of it, unless a mending ended it: issuing twice issues nothing, and what a person voided stays so.
///
/// # Errors
/// If the database fails.
pub fn issue(
    tx: &mut Tx<'_>,
    project: &Project,
    sheets: &Sheets,
    phase: Option<PhaseId>,
    receivers: Receivers<'_>,
) -> Result<()> {
    let existing = standing_records(tx.conn, project)?;
    let has_record = |teacher: TeacherId, delivered: bool| {
        let same = |record: &&IssuedRecord| (record.teacher_id, record.delivered) == (teacher, delivered);
        let mut records = existing.iter().filter(same).filter(|record| record.phase_id == phase);
        records.any(|record| mutate!(VoidedIssuedAnew, record.phase_id == phase, record.status.is_live()))
    };
    let mut earned: Vec<(TeacherId, bool, Vec<EarnedDay>)> = Vec::new();
    for participant in &sheets.participants {
        let teacher = participant.teacher_id;
        let takes_part = matches!(participant.status, EnrollmentStatus::Admitted | EnrollmentStatus::Withdrawn)
            || participant.status == EnrollmentStatus::Disqualified && matches!(receivers, Receivers::Participants(_));
        if takes_part && receivers.include(teacher) && !has_record(teacher, false) {
            earned.push((teacher, false, earnings::attended(sheets, project, participant, phase)));
        }
    }
    if matches!(receivers, Receivers::All) {
        let mut before: HashMap<TeacherId, Hours> = HashMap::new();
        for record in existing.iter().filter(|record| record.delivered && record.status.is_live()) {
            *before.entry(record.teacher_id).or_default() += record.hours;
        }
        for (teacher, days) in earnings::delivered(tx.conn, sheets, project, phase)? {
            if !has_record(teacher, true) {
                let left = project.planned_hours.saturating_sub(before.get(&teacher).copied().unwrap_or_default());
                earned.push((teacher, true, rules::at_most(days, left)));
            }
        }
    }
    let parts = earned.into_iter().flat_map(|(teacher, delivered, days)| {
        rules::parts(days).into_iter().enumerate().map(move |(at, part)| (teacher, delivered, at, part))
    });
    append(tx, project, phase, parts.collect())
}

/// Returns the records that a project issued, those aside that a mending ended.
///
/// # Errors
/// If the database fails.
pub fn standing_records(conn: &mut DbConnection, project: &Project) -> Result<Vec<IssuedRecord>> {
    let mut records = ledger_issue::issued_by(conn, project.id)?;
    let ids: Vec<HourRecordId> = records.iter().map(|record| record.id).collect();
    let mut mended = HashSet::new();
    for chunk in ids.chunks(5000) {
        let rows = project_endings::table
            .filter(project_endings::hour_record_id.eq_any(chunk).and(project_endings::mending_id.is_not_null()))
            .select(project_endings::hour_record_id);
        mended.extend(rows.load::<HourRecordId>(conn)?);
    }
    records.retain(|record| !mended.contains(&record.id));
    Ok(records)
}

/// Appends parts of hours to the ledger.
///
/// # Errors
/// If the database fails.
pub fn append(
    tx: &mut Tx<'_>,
    project: &Project,
    phase: Option<PhaseId>,
    parts: Vec<(TeacherId, bool, usize, Part)>,
) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let institution: String =
        organizations::table.find(project.owner_organization_id).select(organizations::name).first(tx.conn)?;
    let hours = |(teacher_id, delivered, part, stated): (TeacherId, bool, usize, Part)| IssuedHours {
        teacher_id,
        project_id: project.id,
        phase_id: phase,
        delivered,
        part,
        training: Training {
            training_year: project.training_year,
            starts_on: stated.starts_on,
            ends_on: stated.ends_on,
            hours: stated.hours,
            level: project.level,
            mode: project.mode,
            dimension: stated.dimension,
            title: project.title.clone(),
            institution: institution.clone(),
        },
    };
    let records = parts.len();
    let recorded = ledger_issue::issue(tx, parts.into_iter().map(hours).collect())?;
    let issued = Issued { records, recorded };
    match phase {
        Some(phase) => tx.audit("issue_hours", "phase", phase, None::<&()>, Some(&issued)),
        None => tx.audit("issue_hours", "project", project.id, None::<&()>, Some(&issued)),
    }
}
