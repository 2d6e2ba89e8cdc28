//! The totals of hours in `teacher_years`, which change in the transaction that changes the records.

use std::{collections::BTreeMap, iter};

use diesel::{dsl::sql, prelude::*, sql_query, sql_types::Integer};
use songjiao_types::{Hours, TeacherId, hour_records::HourRecordStatus};

use super::{
    standing,
    teacher_years::{NewTeacherYear, Standing},
};
use crate::{
    db::{
        DbConnection, MultiBackend, Tx, on_connection,
        schema::teacher_years,
        types::{DbUuid, HundredthHours},
    },
    error::{ApiError, Result},
};

/// Rows written by one statement.
const CHUNK: usize = 2000;

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
            HourRecordStatus::Rejected
            | HourRecordStatus::Withdrawn
            | HourRecordStatus::Returned
            | HourRecordStatus::Voided => {}
        }
    }

    /// Writes all changes.
    ///
    /// # Errors
    /// If the database fails.
    pub fn apply(mut self, tx: &mut Tx<'_>) -> Result<()> {
        while self.apply_some(tx)? {}
        Ok(())
    }

    /// Writes as many changes as one statement takes and returns whether more are left.
    ///
    /// # Errors
    /// If the database fails.
    pub fn apply_some(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        let some: Vec<_> = iter::from_fn(|| self.0.pop_first()).take(CHUNK).collect();
        let changed: Vec<(TeacherId, i32)> = some.iter().map(|(key, _)| *key).collect();
        // An upsert with negative hours would fail the table's CHECK, even if the row exists.
        let (up, down): (Vec<_>, Vec<_>) =
            some.into_iter().partition(|(_, delta)| delta.recognized >= 0 && delta.pending >= 0);
        if !up.is_empty() {
            raise(tx.conn, &up)?;
        }
        if !down.is_empty() {
            change(tx.conn, &down)?;
        }
        standing::hours_changed(tx, &changed)?;
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
            standing: Standing::default(),
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
