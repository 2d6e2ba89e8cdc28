//! Which training years are closed 年度结账, for bureaus and for teachers. A closed year belongs to the bureau at or above the
//! organization to which a teacher's year belongs, the nearest one.

use std::collections::{HashMap, HashSet};

use diesel::{connection::SimpleConnection, prelude::*};
use songjiao_types::{TeacherId, organizations::OrganizationKind};

use crate::{
    db::{
        DbConnection,
        schema::{organizations, teacher_years, teachers, year_closings},
        types::UtcTime,
    },
    error::Result,
    people::effects::ClosedYear,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 5000;

/// The closings that hold.
#[derive(Default)]
pub struct ClosedYears {
    bureaus: Vec<String>,
    /// When each was closed, by path of the bureau and year.
    closed: HashMap<(String, i32), UtcTime>,
}

impl ClosedYears {
    /// Loads the closings.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection) -> Result<Self> {
        let closed: Vec<((String, i32), UtcTime)> = year_closings::table
            .inner_join(organizations::table)
            .filter(year_closings::reopened_at.is_null())
            .select(((organizations::path, year_closings::training_year), year_closings::closed_at))
            .load(conn)?;
        if closed.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { bureaus: bureau_paths(conn)?, closed: closed.into_iter().collect() })
    }

    /// Returns whether no year is closed for any bureau.
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty()
    }

    /// Returns whether a year is closed for the bureau at or above a path.
    pub fn covers(&self, path: &str, year: i32) -> bool {
        bureau_of(&self.bureaus, path).is_some_and(|bureau| self.closed.contains_key(&(bureau.to_owned(), year)))
    }

    /// Returns when a year was last closed for any bureau; `None` if it is open for all.
    pub fn last_closed(&self, year: i32) -> Option<UtcTime> {
        self.closed.iter().filter(|((_, closed), _)| *closed == year).map(|(_, at)| *at).max()
    }

    /// Returns which of the given years of teachers are closed. A year in which a teacher has neither service nor hours
    /// belongs to the bureau of the organization where the teacher serves now.
    ///
    /// # Errors
    /// If the database fails.
    pub fn of_teachers(
        &self,
        conn: &mut DbConnection,
        years: impl IntoIterator<Item = (TeacherId, i32)>,
    ) -> Result<HashSet<(TeacherId, i32)>> {
        let mut open: HashSet<(TeacherId, i32)> =
            years.into_iter().filter(|(_, year)| self.last_closed(*year).is_some()).collect();
        let mut closed = HashSet::new();
        let mut ids: Vec<TeacherId> = open.iter().map(|(teacher, _)| *teacher).collect();
        ids.sort_unstable();
        ids.dedup();
        for chunk in ids.chunks(CHUNK) {
            let rows: Vec<((TeacherId, i32), bool)> = teacher_years::table
                .filter(teacher_years::teacher_id.eq_any(chunk).and(teacher_years::organization_id.is_not_null()))
                .select((
                    (teacher_years::teacher_id, teacher_years::training_year),
                    teacher_years::closing_id.is_not_null().or(teacher_years::after_closing),
                ))
                .load(conn)?;
            closed.extend(rows.iter().filter(|(key, is_closed)| open.remove(key) && *is_closed).map(|(key, _)| *key));
        }
        let ids: Vec<TeacherId> = open.iter().map(|(teacher, _)| *teacher).collect();
        for chunk in ids.chunks(CHUNK) {
            let paths: HashMap<TeacherId, String> = teachers::table
                .inner_join(organizations::table)
                .filter(teachers::id.eq_any(chunk))
                .select((teachers::id, organizations::path))
                .load(conn)?
                .into_iter()
                .collect();
            let covered =
                |(teacher, year): &&(TeacherId, i32)| paths.get(teacher).is_some_and(|path| self.covers(path, *year));
            closed.extend(open.iter().filter(covered).copied());
        }
        Ok(closed)
    }

    /// Returns the closed years of the bureaus at a path, above and below it.
    pub fn around(&self, path: &str) -> Vec<ClosedYear> {
        let below = |path: &str, of: &str| path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
        let around = |(other, _): &&(String, i32)| other == path || below(other, path) || below(path, other);
        let years = self.closed.keys().filter(around);
        years.map(|(path, year)| ClosedYear { path: path.clone(), year: *year }).collect()
    }
}

/// Returns the paths of all bureaus.
///
/// # Errors
/// If the database fails.
pub fn bureau_paths(conn: &mut DbConnection) -> Result<Vec<String>> {
    let bureaus = organizations::table.filter(organizations::kind.eq(OrganizationKind::Bureau));
    Ok(bureaus.select(organizations::path).load(conn)?)
}

/// Returns the nearest bureau at or above a path.
pub fn bureau_of<'a>(bureaus: &'a [String], path: &str) -> Option<&'a str> {
    let at_or_above = |bureau: &&String| {
        path.strip_prefix(bureau.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    bureaus.iter().filter(at_or_above).max_by_key(|bureau| bureau.len()).map(String::as_str)
}

/// Keeps years from being closed until the end of the transaction, which changes hours. SQLite has a single writer anyway.
///
/// # Errors
/// If the database fails.
pub fn hold_open(conn: &mut DbConnection) -> Result<()> {
    lock(conn, "SELECT pg_advisory_xact_lock_shared(82, 2019)")
}

/// Waits for the transactions that change hours, and keeps others from changing any until the end of this one.
///
/// # Errors
/// If the database fails.
pub fn hold_ledger(conn: &mut DbConnection) -> Result<()> {
    lock(conn, "SELECT pg_advisory_xact_lock(82, 2019)")
}

fn lock(conn: &mut DbConnection, statement: &str) -> Result<()> {
    if let DbConnection::Postgres(connection) = conn {
        connection.batch_execute(statement)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_belongs_to_the_nearest_bureau() {
        let bureaus = ["22", "22/A", "22/AB"].map(str::to_owned);
        for (path, bureau) in [
            ("22", Some("22")),
            ("22/B", Some("22")),
            ("22/A", Some("22/A")),
            ("22/A/X", Some("22/A")),
            ("22/AB/X", Some("22/AB")),
            ("23", None),
        ] {
            assert_eq!(bureau_of(&bureaus, path), bureau, "{path}");
        }
    }
}
