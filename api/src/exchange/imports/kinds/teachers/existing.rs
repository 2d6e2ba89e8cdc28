use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId};

use super::row::Row;
use crate::{
    auth::CurrentUser,
    db::{DbConnection, FoldedMap, schema::organizations},
    error::Result,
    people::teachers::batch::{self, AppointmentRow, TeacherRow},
};

/// The rows of the database that the rows of a batch refer to.
pub struct Existing {
    /// By code, with whether it is in the caller's scope.
    pub organizations: FoldedMap<(OrganizationId, bool)>,
    pub visible: HashSet<OrganizationId>,
    pub teachers: FoldedMap<TeacherRow>,
    pub appointments: HashMap<TeacherId, Vec<AppointmentRow>>,
}

impl Existing {
    /// Loads what the rows refer to.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, rows: &[Row]) -> Result<Self> {
        let places: Vec<(OrganizationId, String, String)> =
            organizations::table.select((organizations::id, organizations::code, organizations::path)).load(conn)?;
        let places: Vec<_> =
            places.into_iter().map(|(id, code, path)| (code, (id, user.scope.contains(&path)))).collect();
        let numbers: Vec<&str> = rows.iter().map(|row| row.teacher_no.as_str()).collect();
        let teachers = batch::by_numbers(conn, &numbers)?;
        let ids: Vec<TeacherId> = teachers.values().map(|teacher| teacher.id).collect();
        Ok(Self {
            visible: places.iter().filter(|(_, (_, visible))| *visible).map(|(_, (id, _))| *id).collect(),
            organizations: places.into_iter().collect(),
            teachers,
            appointments: batch::appointments_of(conn, &ids)?,
        })
    }
}
