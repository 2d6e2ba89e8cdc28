//! Writes `teacher_years`: the reduced months of a teacher's training year, and the totals of its
//! hours, which change in the transaction that changes the records.

use std::{collections::BTreeMap, iter};

use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer},
    upsert::excluded,
};
use songjiao_types::{Hours, TeacherId, hour_records::HourRecordStatus};

use crate::{
    db::{
        DbConnection, MultiBackend, on_connection,
        schema::teacher_years,
        types::{DbUuid, HundredthHours},
    },
    error::{ApiError, Result},
};

/// Rows written by one statement.
const CHUNK: usize = 2000;

#[derive(Insertable)]
#[diesel(table_name = teacher_years, treat_none_as_default_value = false)]
struct NewTeacherYear {
    teacher_id: TeacherId,
    training_year: i32,
    reduced_months: i32,
    recognized_hours: Hours,
    pending_hours: Hours,
}

/// The reduced months of a teacher's training year.
pub struct Reduction {
    pub teacher_id: TeacherId,
    pub training_year: i32,
    pub months: i32,
}

/// Sets the reduced months and leaves the totals as they are.
pub fn set_reduced_months(conn: &mut DbConnection, reductions: &[Reduction]) -> Result<()> {
    for chunk in reductions.chunks(CHUNK) {
        let row = |reduction: &Reduction| NewTeacherYear {
            teacher_id: reduction.teacher_id,
            training_year: reduction.training_year,
            reduced_months: reduction.months,
            recognized_hours: Hours::ZERO,
            pending_hours: Hours::ZERO,
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_connection!(conn, connection => {
            diesel::insert_into(teacher_years::table)
                .values(&rows)
                .on_conflict((teacher_years::teacher_id, teacher_years::training_year))
                .do_update()
                .set(teacher_years::reduced_months.eq(excluded(teacher_years::reduced_months)))
                .execute(connection)?
        });
    }
    Ok(())
}

/// A change of recognised and pending hours, in hundredths.
#[derive(Clone, Copy, Default)]
struct Delta {
    recognized: i64,
    pending: i64,
}

/// Changes of totals by teacher and year, in the one order in which rows are locked.
#[derive(Default)]
pub struct HourDeltas(BTreeMap<(TeacherId, i32), Delta>);

impl HourDeltas {
    /// Adds hours that enter a status.
    pub fn enter(&mut self, teacher: TeacherId, year: i32, status: HourRecordStatus, hours: Hours) {
        self.change(teacher, year, status, hours.hundredths());
    }

    /// Subtracts hours that leave a status.
    pub fn leave(&mut self, teacher: TeacherId, year: i32, status: HourRecordStatus, hours: Hours) {
        self.change(teacher, year, status, -hours.hundredths());
    }

    fn change(&mut self, teacher: TeacherId, year: i32, status: HourRecordStatus, hundredths: i64) {
        let delta = self.0.entry((teacher, year)).or_default();
        match status {
            HourRecordStatus::Recognized => delta.recognized += hundredths,
            HourRecordStatus::Pending => delta.pending += hundredths,
            HourRecordStatus::Rejected | HourRecordStatus::Voided => {}
        }
    }

    /// Writes all changes.
    pub fn apply(mut self, conn: &mut DbConnection) -> Result<()> {
        while self.apply_some(conn)? {}
        Ok(())
    }

    /// Writes as many changes as one statement takes and returns whether more are left.
    pub fn apply_some(&mut self, conn: &mut DbConnection) -> Result<bool> {
        let some = iter::from_fn(|| self.0.pop_first()).take(CHUNK);
        // An upsert with negative hours would fail the table's CHECK, even if the row exists.
        let (up, down): (Vec<_>, Vec<_>) = some.partition(|(_, delta)| delta.recognized >= 0 && delta.pending >= 0);
        if !up.is_empty() {
            raise(conn, &up)?;
        }
        if !down.is_empty() {
            change(conn, &down)?;
        }
        Ok(!self.0.is_empty())
    }
}

type Changes<'a> = &'a [((TeacherId, i32), Delta)];

/// Adds hours to rows that may not exist yet.
fn raise(conn: &mut DbConnection, deltas: Changes<'_>) -> Result<()> {
    let rows: Vec<_> = deltas
        .iter()
        .map(|((teacher_id, training_year), delta)| NewTeacherYear {
            teacher_id: *teacher_id,
            training_year: *training_year,
            reduced_months: 0,
            recognized_hours: Hours::from_hundredths(delta.recognized),
            pending_hours: Hours::from_hundredths(delta.pending),
        })
        .collect();
    let sum = |column: &str| sql::<HundredthHours>(&format!("teacher_years.{column} + excluded.{column}"));
    on_connection!(conn, connection => {
        diesel::insert_into(teacher_years::table)
            .values(&rows)
            .on_conflict((teacher_years::teacher_id, teacher_years::training_year))
            .do_update()
            .set((
                teacher_years::recognized_hours.eq(sum("recognized_hours")),
                teacher_years::pending_hours.eq(sum("pending_hours")),
            ))
            .execute(connection)?
    });
    Ok(())
}

/// Changes hours in existing rows: what is subtracted was once added.
fn change(conn: &mut DbConnection, deltas: Changes<'_>) -> Result<()> {
    let rows: Vec<String> = (0..deltas.len())
        .map(|row| format!("(${}, ${}, ${}, ${})", row * 4 + 1, row * 4 + 2, row * 4 + 3, row * 4 + 4))
        .collect();
    let mut query = sql_query(format!(
        "WITH deltas (teacher_id, training_year, recognized, pending) AS (VALUES {}) \
         UPDATE teacher_years SET recognized_hours = recognized_hours + deltas.recognized, \
                                  pending_hours = pending_hours + deltas.pending \
         FROM deltas \
         WHERE teacher_years.teacher_id = deltas.teacher_id AND teacher_years.training_year = deltas.training_year",
        rows.join(", ")
    ))
    .into_boxed::<MultiBackend>();
    for ((teacher_id, training_year), delta) in deltas {
        query = query
            .bind::<DbUuid, _>(*teacher_id)
            .bind::<Integer, _>(*training_year)
            .bind::<HundredthHours, _>(Hours::from_hundredths(delta.recognized))
            .bind::<HundredthHours, _>(Hours::from_hundredths(delta.pending));
    }
    let changed = query.execute(conn)?;
    if changed == deltas.len() { Ok(()) } else { Err(ApiError::internal("a teacher's year has no totals")) }
}

const BY_STATUS: &str = "SUM(CASE WHEN status = 'recognized' THEN hours ELSE 0 END) AS recognized, \
                         SUM(CASE WHEN status = 'pending' THEN hours ELSE 0 END) AS pending";

/// Recomputes every total from the ledger.
///
/// # Errors
/// If the database fails.
pub fn rebuild_totals(conn: &mut DbConnection) -> Result<()> {
    sql_query("UPDATE teacher_years SET recognized_hours = 0, pending_hours = 0").execute(conn)?;
    sql_query(format!(
        "INSERT INTO teacher_years (teacher_id, training_year, reduced_months, recognized_hours, pending_hours) \
         SELECT teacher_id, training_year, 0, {BY_STATUS} FROM hour_records WHERE true \
         GROUP BY teacher_id, training_year \
         ON CONFLICT (teacher_id, training_year) DO UPDATE \
         SET recognized_hours = excluded.recognized_hours, pending_hours = excluded.pending_hours"
    ))
    .execute(conn)?;
    Ok(())
}

/// A total that differs from the sum of its records.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct TotalsDifference {
    /// The teacher.
    #[diesel(sql_type = DbUuid)]
    pub teacher_id: TeacherId,
    /// The training year 培训年度.
    #[diesel(sql_type = Integer)]
    pub training_year: i32,
    /// The stored total of recognised hours, in hundredths of an hour.
    #[diesel(sql_type = BigInt)]
    pub kept_recognized: i64,
    /// The stored total of pending hours, in hundredths of an hour.
    #[diesel(sql_type = BigInt)]
    pub kept_pending: i64,
    /// The sum of the recognised records, in hundredths of an hour.
    #[diesel(sql_type = BigInt)]
    pub recognized: i64,
    /// The sum of the pending records, in hundredths of an hour.
    #[diesel(sql_type = BigInt)]
    pub pending: i64,
}

/// Returns the totals that differ from the ledger.
///
/// # Errors
/// If the database fails.
pub fn verify_totals(conn: &mut DbConnection) -> Result<Vec<TotalsDifference>> {
    Ok(sql_query(
        "SELECT teacher_id, training_year, SUM(kept_recognized) AS kept_recognized, SUM(kept_pending) AS kept_pending, \
                SUM(recognized) AS recognized, SUM(pending) AS pending \
         FROM (SELECT teacher_id, training_year, recognized_hours AS kept_recognized, pending_hours AS kept_pending, \
                      0 AS recognized, 0 AS pending FROM teacher_years \
               UNION ALL \
               SELECT teacher_id, training_year, 0, 0, \
                      CASE WHEN status = 'recognized' THEN hours ELSE 0 END, \
                      CASE WHEN status = 'pending' THEN hours ELSE 0 END FROM hour_records) AS both_sides \
         GROUP BY teacher_id, training_year \
         HAVING SUM(kept_recognized) <> SUM(recognized) OR SUM(kept_pending) <> SUM(pending) \
         ORDER BY teacher_id, training_year",
    )
    .load(conn)?)
}
