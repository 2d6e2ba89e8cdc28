use std::collections::{HashMap, HashSet};

use songjiao_types::TeacherId;

use super::super::super::columns::{self, Cells};
use crate::{auth::scope::Scope, db::DbConnection, error::Result, visibility::visible_teachers_by_no};

/// What a row is told that names a teacher whom the caller does not answer for.
pub const UNKNOWN_TEACHER: &str = "教师编号不存在或不在您的管理范围内";

/// A teacher's number, as it stands in a row.
pub fn teacher_no(cells: &mut Cells<'_>) -> Option<String> {
    cells.required("teacher_no", |cell| columns::text(32)(&columns::narrow(cell)))
}

/// Teachers by their numbers.
#[derive(Default)]
pub struct Teachers {
    known: HashMap<String, Option<TeacherId>>,
}

impl Teachers {
    /// Finds the teachers of these numbers who serve in the scope.
    pub fn look_up<'a>(
        &mut self,
        conn: &mut DbConnection,
        scope: &Scope,
        numbers: impl Iterator<Item = &'a str>,
    ) -> Result<()> {
        let wanted: HashSet<&str> = numbers.filter(|number| !self.known.contains_key(*number)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let found = visible_teachers_by_no(conn, scope, wanted.iter().copied().collect())?;
        self.known.extend(wanted.into_iter().map(|number| (number.to_owned(), None)));
        self.known.extend(found.into_iter().map(|(number, id)| (number, Some(id))));
        Ok(())
    }

    /// The teacher of a number that was looked up.
    pub fn find(&self, number: &str) -> Option<TeacherId> {
        self.known.get(number).copied().flatten()
    }
}
