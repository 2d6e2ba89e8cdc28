use std::collections::{HashMap, HashSet};

use songjiao_types::TeacherId;

use super::super::super::cells::{self, Cells};
use crate::{auth::scope::Scope, db::DbConnection, error::Result, visibility::visible_teachers_by_no};

/// The message for a teacher who does not exist or is out of scope.
pub const UNKNOWN_TEACHER: &str = "教师编号不存在或不在您的管理范围内";

/// Reads a teacher's number.
pub fn teacher_no(cells: &mut Cells<'_>) -> Option<String> {
    cells.required("teacher_no", cells::key(32))
}

/// The teachers that rows refer to.
#[derive(Default)]
pub struct Teachers {
    by_number: HashMap<String, Option<TeacherId>>,
}

impl Teachers {
    /// Looks up the teachers of new numbers who serve in the scope.
    ///
    /// # Errors
    /// If the database fails.
    pub fn look_up<'a>(
        &mut self,
        conn: &mut DbConnection,
        scope: &Scope,
        numbers: impl Iterator<Item = &'a str>,
    ) -> Result<()> {
        let wanted: HashSet<&str> = numbers.filter(|number| !self.by_number.contains_key(*number)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let found = visible_teachers_by_no(conn, scope, wanted.iter().copied().collect())?;
        self.by_number.extend(wanted.into_iter().map(|number| (number.to_owned(), found.get(number).copied())));
        Ok(())
    }

    /// Returns the teacher of a number that was looked up.
    pub fn find(&self, number: &str) -> Option<TeacherId> {
        self.by_number.get(number).copied().flatten()
    }
}
