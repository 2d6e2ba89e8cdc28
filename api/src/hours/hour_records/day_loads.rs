//! The hours that teachers have on each day, for many records at once.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Date, Integer, Text},
};
use songjiao_types::{
    Hours, TeacherId,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus},
    training::TrainingMode,
};

use super::{
    entry::{Content, Training},
    plausibility::{DailyShare, exceeds},
};
use crate::{
    db::{DbConnection, schema::hour_records, types::DbUuid},
    error::Result,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 5000;

/// The daily shares of the live records of some teachers in some calendar years. Each pair is loaded once, and what is
/// recorded afterwards is added: an import neither reads its own rows again nor keeps more of them than twelve bytes.
#[derive(Default)]
pub struct DayLoads(HashMap<(TeacherId, i32), Vec<DailyShare>>);

#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
struct Row {
    teacher_id: TeacherId,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    mode: TrainingMode,
}

/// Returns the calendar years of a share, one or two.
fn years(share: DailyShare) -> BTreeSet<i32> {
    share.dates().map(|day| day.year()).collect()
}

impl DayLoads {
    /// Loads what the given records are compared with, unless it is loaded.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load<'a>(&mut self, conn: &mut DbConnection, contents: impl Iterator<Item = &'a Content>) -> Result<()> {
        let mut wanted: HashMap<i32, BTreeSet<TeacherId>> = HashMap::new();
        for Content { teacher_id, training } in contents {
            for year in DailyShare::of_training(training).into_iter().flat_map(years) {
                if !self.0.contains_key(&(*teacher_id, year)) {
                    wanted.entry(year).or_default().insert(*teacher_id);
                }
            }
        }
        for (year, teachers) in wanted {
            self.0.extend(teachers.iter().map(|teacher| ((*teacher, year), Vec::new())));
            let teachers: Vec<TeacherId> = teachers.into_iter().collect();
            for chunk in teachers.chunks(CHUNK) {
                for Row { teacher_id, starts_on, ends_on, hours, mode } in rows(conn, chunk, year)? {
                    let share = DailyShare::of(mode, (starts_on, ends_on), hours);
                    self.0.entry((teacher_id, year)).or_default().extend(share);
                }
            }
        }
        Ok(())
    }

    /// Returns whether a training and the teacher's other records exceed the limit on one of its days.
    pub fn exceeds(&self, teacher: TeacherId, training: &Training, hours_per_day: Hours) -> bool {
        let Some(share) = DailyShare::of_training(training) else { return false };
        share.dates().any(|day| {
            let all = self.0.get(&(teacher, day.year())).into_iter().flatten().copied();
            let mut others = all.filter(|other| other.covers(day)).peekable();
            others.peek().is_some() && exceeds(others.chain([share]), day, hours_per_day)
        })
    }

    /// Adds a record that is about to be recorded.
    pub fn add(&mut self, teacher: TeacherId, training: &Training) {
        if let Some(share) = DailyShare::of_training(training) {
            for year in years(share) {
                self.0.entry((teacher, year)).or_default().push(share);
            }
        }
    }

    /// Removes a record that ends, as far as it is loaded.
    pub fn remove(&mut self, Content { teacher_id, training }: &Content) {
        let Some(share) = DailyShare::of_training(training) else { return };
        for year in years(share) {
            if let Some(shares) = self.0.get_mut(&(*teacher_id, year))
                && let Some(at) = shares.iter().position(|other| *other == share)
            {
                shares.swap_remove(at);
            }
        }
    }
}

/// Loads the live records of teachers that touch a calendar year, without online ones and suspected duplicates: one of a
/// group counts.
fn rows(conn: &mut DbConnection, teachers: &[TeacherId], year: i32) -> Result<Vec<Row>> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let (first, last) = (day(1, 1), day(12, 31));
    let suspected = HoldSet::bit(HourRecordHold::Suspected);
    Ok(match conn {
        // Each teacher by itself: see `existing_records`.
        DbConnection::Postgres(connection) => sql_query(
            "SELECT found.* FROM unnest($1) AS wanted (id) CROSS JOIN LATERAL ( \
                 SELECT teacher_id, starts_on, ends_on, hours, mode FROM hour_records \
                 WHERE teacher_id = wanted.id AND status IN ('pending', 'recognized') AND mode <> $2 \
                   AND ends_on >= $3 AND starts_on <= $4 AND holds & $5 = 0 OFFSET 0 \
             ) AS found",
        )
        .bind::<Array<DbUuid>, _>(teachers)
        .bind::<Text, _>(songjiao_types::WireEnum::as_str(TrainingMode::Online))
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Integer, _>(suspected)
        .load(connection)?,
        DbConnection::Sqlite(connection) => hour_records::table
            .filter(hour_records::teacher_id.eq_any(teachers))
            .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
            .filter(hour_records::mode.ne(TrainingMode::Online))
            .filter(hour_records::ends_on.ge(first).and(hour_records::starts_on.le(last)))
            .filter(sql::<Bool>("holds & ").bind::<Integer, _>(suspected).sql(" = 0"))
            .select(Row::as_select())
            .load(connection)?,
    })
}
