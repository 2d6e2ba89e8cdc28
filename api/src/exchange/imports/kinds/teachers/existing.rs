use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId};

use super::row::Row;
use crate::{
    auth::CurrentUser,
    db::{DbConnection, FoldedMap, schema::organizations},
    error::Result,
    people::{
        appointments::{
            batch::{Statements, statements_of},
            changes,
        },
        teachers::batch::{self, TeacherRow},
    },
};

/// The rows of the database that the rows of a batch refer to.
pub struct Existing {
    /// By code, with whether it is in the caller's scope.
    pub organizations: FoldedMap<(OrganizationId, bool)>,
    pub visible: HashSet<OrganizationId>,
    pub teachers: FoldedMap<TeacherRow>,
    pub statements: Statements,
}

impl Existing {
    /// Loads what the rows refer to, and locks the teachers if the rows will be written.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, rows: &[Row], lock: bool) -> Result<Self> {
        let places: Vec<(OrganizationId, String, String)> =
            organizations::table.select((organizations::id, organizations::code, organizations::path)).load(conn)?;
        let places: Vec<_> =
            places.into_iter().map(|(id, code, path)| (code, (id, user.scope.contains(&path)))).collect();
        let numbers: Vec<&str> = rows.iter().map(|row| row.teacher_no.as_str()).collect();
        let teachers = batch::by_numbers(conn, &numbers)?;
        let ids: Vec<TeacherId> = teachers.values().map(|teacher| teacher.id).collect();
        if lock {
            changes::lock(conn, &ids)?;
        }
        Ok(Self {
            visible: places.iter().filter(|(_, (_, visible))| *visible).map(|(_, (id, _))| *id).collect(),
            organizations: places.into_iter().collect(),
            teachers,
            statements: statements_of(conn, &ids)?,
        })
    }
}
