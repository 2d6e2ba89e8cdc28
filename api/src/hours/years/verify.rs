//! Checks the snapshots of closed years: against the ledger's decisions, against the frozen figures, and against the hash
//! in the audit log.

use std::{collections::HashMap, fmt};

use diesel::prelude::*;
use serde_json::Value;
use songjiao_types::{Hours, OrganizationId, TeacherId, YearClosingId, hour_records::HourRecordStatus};

use super::rules::{self, SealedRow};
use crate::{
    db::{
        DbConnection,
        schema::{audit_log, closed_teacher_years, hour_records, teacher_years, year_closings},
        types::{UtcTime, sum_hours},
    },
    error::Result,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 5000;

/// What is wrong with a closed year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClosingFault {
    /// The snapshot has another hash than the closing or its entry in the audit log.
    Hash {
        /// The closing.
        closing: YearClosingId,
        /// The training year 培训年度.
        year: i32,
    },
    /// The recognised hours of the snapshot are not those of the decisions until the closing.
    Decisions {
        /// The teacher.
        teacher: TeacherId,
        /// The training year.
        year: i32,
        /// The recognised hours of the snapshot.
        snapshot: Hours,
        /// Those of the decisions.
        decided: Hours,
    },
    /// The figures that the lists show are not those of the snapshot.
    Figures {
        /// The teacher.
        teacher: TeacherId,
        /// The training year.
        year: i32,
    },
}

impl fmt::Display for ClosingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash { closing, year } => {
                write!(f, "closing {closing} of {year}: the snapshot's hash is not the one in the audit log")
            }
            Self::Decisions { teacher, year, snapshot, decided } => write!(
                f,
                "teacher {teacher} in {year}: recognised {snapshot} in the snapshot, {decided} by the decisions until the closing"
            ),
            Self::Figures { teacher, year } => {
                write!(f, "teacher {teacher} in {year}: the frozen figures are not the snapshot's")
            }
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = closed_teacher_years)]
struct SnapshotRow {
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    organization_path: String,
    organization_name: String,
    required_hours: Hours,
    recognized_hours: Hours,
    pending_hours: Hours,
    counted_hours: Hours,
    minimum_missed: bool,
    status: String,
}

impl SnapshotRow {
    fn sealed(&self) -> SealedRow<'_> {
        SealedRow {
            teacher_id: self.teacher_id,
            organization_id: self.organization_id,
            organization_path: &self.organization_path,
            organization_name: &self.organization_name,
            hours: [self.required_hours, self.recognized_hours, self.pending_hours, self.counted_hours],
            minimum_missed: self.minimum_missed,
            status: &self.status,
        }
    }

    fn frozen(&self) -> Frozen {
        Frozen {
            organization_id: Some(self.organization_id),
            required_hours: self.required_hours,
            closed_recognized_hours: Some(self.recognized_hours),
            closed_counted_hours: Some(self.counted_hours),
            closed_missed: Some(self.minimum_missed),
        }
    }
}

/// What a closing freezes in `teacher_years`.
#[derive(PartialEq, Queryable, Selectable)]
#[diesel(table_name = teacher_years)]
struct Frozen {
    organization_id: Option<OrganizationId>,
    required_hours: Hours,
    closed_recognized_hours: Option<Hours>,
    closed_counted_hours: Option<Hours>,
    closed_missed: Option<bool>,
}

/// Checks every closing that holds.
///
/// # Errors
/// If the database fails.
pub fn verify_closings(conn: &mut DbConnection) -> Result<Vec<ClosingFault>> {
    let closings: Vec<(YearClosingId, OrganizationId, i32, UtcTime, String)> = year_closings::table
        .filter(year_closings::reopened_at.is_null())
        .order(year_closings::id)
        .select((
            year_closings::id,
            year_closings::organization_id,
            year_closings::training_year,
            year_closings::closed_at,
            year_closings::content_hash,
        ))
        .load(conn)?;
    let mut faults = Vec::new();
    for (closing, bureau, year, closed_at, hash) in closings {
        let snapshot: Vec<SnapshotRow> = closed_teacher_years::table
            .filter(closed_teacher_years::closing_id.eq(closing))
            .order(closed_teacher_years::teacher_id)
            .select(SnapshotRow::as_select())
            .load(conn)?;
        let computed = rules::content_hash(bureau, year, snapshot.iter().map(SnapshotRow::sealed));
        if computed != hash || audited_hash(conn, closing)?.as_deref() != Some(&*hash) {
            faults.push(ClosingFault::Hash { closing, year });
        }
        let mut frozen: HashMap<TeacherId, Frozen> = teacher_years::table
            .filter(teacher_years::closing_id.eq(closing))
            .select((teacher_years::teacher_id, Frozen::as_select()))
            .load(conn)?
            .into_iter()
            .collect();
        let decided = decided_until(conn, &snapshot, year, closed_at)?;
        for row in &snapshot {
            let (teacher, recognized) = (row.teacher_id, row.recognized_hours);
            let decided = decided.get(&teacher).copied().unwrap_or_default();
            if decided != recognized {
                faults.push(ClosingFault::Decisions { teacher, year, snapshot: recognized, decided });
            }
            if frozen.remove(&teacher) != Some(row.frozen()) {
                faults.push(ClosingFault::Figures { teacher, year });
            }
        }
        let mut others: Vec<TeacherId> = frozen.into_keys().collect();
        others.sort_unstable();
        faults.extend(others.into_iter().map(|teacher| ClosingFault::Figures { teacher, year }));
    }
    Ok(faults)
}

/// Returns the hash that the audit log has of a closing.
fn audited_hash(conn: &mut DbConnection, closing: YearClosingId) -> Result<Option<String>> {
    let entry: Option<Option<String>> = audit_log::table
        .filter(audit_log::entity.eq("year_closing").and(audit_log::entity_id.eq(closing.to_string())))
        .filter(audit_log::action.eq("close"))
        .select(audit_log::after)
        .first(conn)
        .optional()?;
    let after = entry.flatten().and_then(|after| serde_json::from_str::<Value>(&after).ok());
    Ok(after.and_then(|after| after["content_hash"].as_str().map(str::to_owned)))
}

/// Returns the hours that were recognised at an instant, by teacher.
fn decided_until(
    conn: &mut DbConnection,
    snapshot: &[SnapshotRow],
    year: i32,
    at: UtcTime,
) -> Result<HashMap<TeacherId, Hours>> {
    let ids: Vec<TeacherId> = snapshot.iter().map(|row| row.teacher_id).collect();
    let mut decided = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let still = hour_records::status.eq(HourRecordStatus::Recognized).or(hour_records::status
            .eq(HourRecordStatus::Voided)
            .and(hour_records::decided_at.gt(at).assume_not_null()));
        let rows: Vec<(TeacherId, Option<i64>)> = hour_records::table
            .filter(hour_records::training_year.eq(year).and(hour_records::teacher_id.eq_any(chunk)))
            .filter(hour_records::recognized_at.le(at))
            .filter(still)
            .group_by(hour_records::teacher_id)
            .select((hour_records::teacher_id, sum_hours(hour_records::hours)))
            .load(conn)?;
        let hours =
            |(teacher, sum): (TeacherId, Option<i64>)| (teacher, Hours::from_hundredths(sum.unwrap_or_default()));
        decided.extend(rows.into_iter().map(hours));
    }
    Ok(decided)
}
