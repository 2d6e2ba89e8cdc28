//! The rows of `teacher_years`: what a teacher's training year asks, and the totals of its hours.

use std::collections::{HashMap, HashSet};

use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable, SingleValue},
};
use songjiao_types::{Hours, OrganizationId, TeacherId};

use crate::{
    db::{
        DbConnection, on_connection,
        schema::teacher_years,
        types::{DbUuid, HundredthHours},
    },
    error::Result,
};

/// Rows written by one statement.
const CHUNK: usize = 2000;

/// A new row of `teacher_years`.
#[derive(Insertable)]
#[diesel(table_name = teacher_years, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct NewTeacherYear {
    pub teacher_id: TeacherId,
    pub training_year: i32,
    #[diesel(embed)]
    pub standing: Standing,
    pub recognized_hours: Hours,
    pub pending_hours: Hours,
}

/// What a training year asks of a teacher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = teacher_years, treat_none_as_default_value = false)]
pub struct Standing {
    /// The organization to which the year belongs; none without any service.
    pub organization_id: Option<OrganizationId>,
    /// Whether the teacher serves in the year.
    pub serves: bool,
    /// The months that are owed, a bit for each: [`super::months::OwedMonths`].
    pub owed_months: i32,
    /// What a full year asks.
    pub annual_hours: Hours,
    /// What a full cycle asks.
    pub cycle_hours: Hours,
    /// What the year requires.
    pub required_hours: Hours,
    /// What the year adds to the requirement of its cycle.
    pub credit_hours: Hours,
    /// Whether the year came to a bureau after the bureau had closed it: no snapshot has it.
    pub after_closing: bool,
}

/// The hours of a teacher's training year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = teacher_years)]
pub struct YearHours {
    /// The recognised hours.
    pub recognized_hours: Hours,
    /// The hours that await a decision.
    pub pending_hours: Hours,
    /// What counts of the recognised hours, where the policy caps tiers.
    pub counted_hours: Option<Hours>,
    /// Whether a dimension 三修 lacks the hours that the policy asks for.
    pub minimum_missed: bool,
    /// The recognised hours of the snapshot, if the year is closed.
    pub closed_recognized_hours: Option<Hours>,
}

impl YearHours {
    /// Returns the recognised hours of the snapshot, none of a year that came to its bureau after the closing; `None` if
    /// the year is not closed.
    pub fn closed(&self, standing: &Standing) -> Option<Hours> {
        self.closed_recognized_hours.or(standing.after_closing.then_some(Hours::ZERO))
    }

    /// Returns what counts of the recognised hours.
    pub fn counted(&self) -> Hours {
        self.counted_hours.unwrap_or(self.recognized_hours)
    }
}

/// A teacher's training year: what it asks, and its hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = teacher_years)]
pub struct TeacherYear {
    /// What it asks.
    #[diesel(embed)]
    pub standing: Standing,
    /// Its hours.
    #[diesel(embed)]
    pub hours: YearHours,
}

/// Returns the stored standings by teacher and year.
pub fn standings_of(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, HashMap<i32, Standing>>> {
    let rows: Vec<(TeacherId, i32, Standing)> = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(ids))
        .select((teacher_years::teacher_id, teacher_years::training_year, Standing::as_select()))
        .load(conn)?;
    let mut standings: HashMap<TeacherId, HashMap<i32, Standing>> = HashMap::new();
    for (teacher, year, standing) in rows {
        standings.entry(teacher).or_default().insert(year, standing);
    }
    Ok(standings)
}

/// The condition of [`super::figures::LISTED`] on the columns of `teacher_years`.
macro_rules! is_listed {
    () => {{
        use $crate::db::schema::teacher_years as y;
        let has_hours =
            y::recognized_hours.gt(songjiao_types::Hours::ZERO).or(y::pending_hours.gt(songjiao_types::Hours::ZERO));
        y::closing_id.is_not_null().or(y::after_closing.eq(false).and(y::serves.or(has_hours)))
    }};
}
pub(crate) use is_listed;

/// Returns which of the teachers' years are in the snapshot of a closing: their standings stay.
pub fn frozen_years(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashSet<(TeacherId, i32)>> {
    let rows = teacher_years::table
        .filter(teacher_years::closing_id.is_not_null().and(teacher_years::teacher_id.eq_any(ids)))
        .select((teacher_years::teacher_id, teacher_years::training_year));
    Ok(rows.load(conn)?.into_iter().collect())
}

/// Returns the new value of a column, or the old one if a snapshot has the row: a closing may have come in between.
fn unless_frozen<T: SingleValue>(column: &str) -> SqlLiteral<T> {
    sql(&format!("CASE WHEN teacher_years.closing_id IS NULL THEN excluded.{column} ELSE teacher_years.{column} END"))
}

/// Sets standings of years that are in no snapshot and leaves the totals as they are.
pub fn set_standings(conn: &mut DbConnection, standings: &[(TeacherId, i32, Standing)]) -> Result<()> {
    for chunk in standings.chunks(CHUNK) {
        let row = |(teacher_id, training_year, standing): &(TeacherId, i32, Standing)| NewTeacherYear {
            teacher_id: *teacher_id,
            training_year: *training_year,
            standing: *standing,
            recognized_hours: Hours::ZERO,
            pending_hours: Hours::ZERO,
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_connection!(conn, connection => {
            diesel::insert_into(teacher_years::table)
                .values(&rows)
                .on_conflict((teacher_years::teacher_id, teacher_years::training_year))
                .do_update()
                .set((
                    teacher_years::organization_id.eq(unless_frozen::<Nullable<DbUuid>>("organization_id")),
                    teacher_years::serves.eq(unless_frozen::<Bool>("serves")),
                    teacher_years::owed_months.eq(unless_frozen::<Integer>("owed_months")),
                    teacher_years::annual_hours.eq(unless_frozen::<HundredthHours>("annual_hours")),
                    teacher_years::cycle_hours.eq(unless_frozen::<HundredthHours>("cycle_hours")),
                    teacher_years::required_hours.eq(unless_frozen::<HundredthHours>("required_hours")),
                    teacher_years::credit_hours.eq(unless_frozen::<HundredthHours>("credit_hours")),
                    teacher_years::after_closing.eq(unless_frozen::<Bool>("after_closing")),
                ))
                .execute(connection)?
        });
    }
    Ok(())
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
        "INSERT INTO teacher_years (teacher_id, training_year, recognized_hours, pending_hours) \
         SELECT teacher_id, training_year, {BY_STATUS} FROM hour_records WHERE true \
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
