//! The hours of a year by level, mode, dimension and status. Of a closed year they are those of the closing; what was recognised or
//! voided afterwards 补录 is summed up beside.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use songjiao_types::{
    TeacherId,
    hour_records::HourRecordStatus,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

use super::{
    breakdown::{Kind, LateSum, Sum},
    figures,
    sql_conditions::{Conditions, TeacherFilter},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection,
        schema::hour_records,
        types::{Code, sum_hours},
    },
    error::Result,
    visibility::by_assignment_only,
};

#[derive(QueryableByName)]
struct EarnedRow {
    #[diesel(sql_type = Code)]
    level: TrainingLevel,
    #[diesel(sql_type = Code)]
    mode: TrainingMode,
    #[diesel(sql_type = Nullable<Code>)]
    dimension: Option<TrainingDimension>,
    #[diesel(sql_type = Code)]
    status: HourRecordStatus,
    #[diesel(sql_type = BigInt)]
    hours: i64,
    /// What the hours have gained since the closing of their years, or lost.
    #[diesel(sql_type = BigInt)]
    late: i64,
    /// How many of the records are of closed years.
    #[diesel(sql_type = BigInt)]
    closed: i64,
}

impl EarnedRow {
    fn kind(&self) -> Kind {
        (self.level, self.mode, self.dimension)
    }
}

/// Hours by level, mode, dimension and status, and the late hours 补录 that they leave out.
pub struct Earned {
    pub sums: Vec<Sum>,
    pub late: Vec<LateSum>,
}

/// The records of a year as `h` with their teachers as `t`, the teachers' years as `y` and the closings of these as `c`.
const RECORDS: &str = "hour_records h JOIN teacher_years y ON y.teacher_id = h.teacher_id AND y.training_year = h.training_year \
                       JOIN teachers t ON t.id = h.teacher_id LEFT JOIN year_closings c ON c.id = y.closing_id";

/// The hours that a record adds to those of the closing.
const LATE: &str = "CASE WHEN h.status = 'recognized' AND (y.after_closing OR h.recognized_at > c.closed_at) THEN h.hours \
                    WHEN h.status = 'voided' AND h.recognized_at <= c.closed_at AND h.decided_at > c.closed_at THEN -h.hours \
                    ELSE 0 END";

/// Sums up the hours of a year of the records that conditions select. `organization` is the column of the organization that
/// they are counted for, `o` in the conditions.
fn sum_up(conn: &mut DbConnection, mut conditions: Conditions, year: i32, organization: &str) -> Result<Earned> {
    let sql = format!(
        "SELECT h.level AS level, h.mode AS mode, h.dimension AS dimension, h.status AS status, CAST(SUM(h.hours) AS BIGINT) AS hours, \
                {} AS late, {} AS closed \
         FROM {RECORDS} JOIN organizations o ON o.id = {organization} \
         WHERE h.training_year = {year} AND {} GROUP BY h.level, h.mode, h.dimension, h.status",
        figures::sum(LATE),
        figures::count("y.after_closing OR c.id IS NOT NULL"),
        conditions.take_texts()
    );
    let rows: Vec<EarnedRow> = conditions.query(sql).load(conn)?;
    let now = rows.iter().map(|row| (row.kind(), row.status, Some(row.hours)));
    // Late hours are taken off the recognised ones; what has been voided since had been recognised.
    let closed = rows.iter().filter(|row| row.closed > 0);
    let taken_off = closed.clone().map(|row| (row.kind(), HourRecordStatus::Recognized, Some(-row.late)));
    let late = closed.map(|row| (row.kind(), row.late)).collect();
    Ok(Earned { sums: now.chain(taken_off).collect(), late })
}

/// Sums up the hours of a year of the teachers that conditions select, wherever they were earned.
///
/// # Errors
/// If the database fails.
pub fn earned_of_listed(conn: &mut DbConnection, mut conditions: Conditions, year: i32) -> Result<Earned> {
    conditions.add("NOT y.after_closing".to_owned());
    sum_up(conn, conditions, year, "y.organization_id")
}

/// Sums up the hours earned in a scope in a year. A record counts where its teacher served when it was earned. Users who see
/// by assignment alone see the sums of their own hours.
///
/// # Errors
/// If the database fails.
pub fn earned(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, year: i32) -> Result<Earned> {
    if by_assignment_only(user) {
        return Ok(Earned { sums: earned_by(conn, user.teacher_id, year)?, late: Vec::new() });
    }
    sum_up(conn, Conditions::visible(user, scope, &TeacherFilter::default()), year, "h.organization_id")
}

/// Sums up the hours of a teacher's year, late ones among them.
///
/// # Errors
/// If the database fails.
pub fn earned_by(conn: &mut DbConnection, teacher: Option<TeacherId>, year: i32) -> Result<Vec<Sum>> {
    Ok(hour_records::table
        .filter(hour_records::training_year.eq(year).and(hour_records::teacher_id.nullable().eq(teacher)))
        .group_by((hour_records::level, hour_records::mode, hour_records::dimension, hour_records::status))
        .select((
            (hour_records::level, hour_records::mode, hour_records::dimension),
            hour_records::status,
            sum_hours(hour_records::hours),
        ))
        .load(conn)?)
}
