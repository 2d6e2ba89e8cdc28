//! Changes of statements: who makes them, what they add and retire, and the one way in which they are written.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{AppointmentId, Permission, TeacherId, UserId};

use super::{
    batch::{self, AppointmentRow, Statements},
    derived::{self, Refreshed},
    service::Service,
    timeline::{self, Spell, Timeline},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::teachers, types::UtcTime},
    error::Result,
    people::effects::{self, ServiceChange},
};

/// Who changes statements, and when.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// When.
    pub at: UtcTime,
    /// The user; `None` for the program.
    pub by: Option<UserId>,
    /// Whether what they enter is confirmed at once.
    pub confirms: bool,
}

impl Author {
    /// Returns the caller as an author.
    pub fn of(user: &CurrentUser, at: UtcTime) -> Self {
        Self { at, by: Some(user.id), confirms: user.allows(Permission::AppointmentsConfirm) }
    }

    /// Returns the timeline that the author's changes apply to: the confirmed one, or with what is reported.
    pub fn timeline(&self, rows: &[AppointmentRow]) -> Timeline {
        if self.confirms { timeline::confirmed(rows) } else { timeline::reported(rows).timeline }
    }

    /// Returns a new statement of the author.
    pub fn statement(&self, teacher: TeacherId, spell: Spell) -> AppointmentRow {
        let row = AppointmentRow::new(teacher, spell.organization_id, spell.starts_on, self.at)
            .ending(spell.end.map(|end| (end.on, end.reason)));
        let row = AppointmentRow { recorded_by: self.by, ..row };
        if self.confirms { row.confirmed_by(self.by) } else { row }
    }
}

/// Changes of the statements about one teacher.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Statements that no longer stand, each with the reason.
    pub retired: Vec<(AppointmentId, String)>,
    /// Reported statements that become confirmed.
    pub confirmed: Vec<AppointmentId>,
    /// New statements.
    pub inserted: Vec<AppointmentRow>,
    /// The statement that the act is about.
    pub main: Option<AppointmentId>,
}

impl Changes {
    /// Returns whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.retired.is_empty() && self.confirmed.is_empty() && self.inserted.is_empty()
    }

    /// Adds later changes of the same act. What the act itself has added is amended in place, since it was never recorded.
    pub fn append(&mut self, later: Self) {
        let mut dropped: HashMap<AppointmentId, Option<AppointmentId>> = HashMap::new();
        for (id, reason) in later.retired {
            match self.inserted.iter().position(|row| row.id == id) {
                Some(at) => {
                    dropped.insert(id, self.inserted.remove(at).corrects_id);
                }
                None => self.retired.push((id, reason)),
            }
        }
        for mut row in later.inserted {
            while let Some(former) = row.corrects_id.and_then(|id| dropped.get(&id)) {
                row.corrects_id = *former;
            }
            self.inserted.push(row);
        }
        self.confirmed.extend(later.confirmed);
        self.main = later.main.or(self.main);
    }

    /// Returns the statements after the changes.
    #[must_use]
    pub fn applied(&self, rows: &[AppointmentRow], author: &Author) -> Vec<AppointmentRow> {
        let change = |row: &AppointmentRow| {
            let mut row = row.clone();
            if let Some((_, reason)) = self.retired.iter().find(|(id, _)| *id == row.id) {
                row.retired_at = Some(author.at);
                row.retired_by = author.by;
                row.retired_reason = Some(reason.clone());
            }
            if self.confirmed.contains(&row.id) {
                row.confirmed_at = Some(author.at);
                row.confirmed_by = author.by;
            }
            row
        };
        let mut after: Vec<AppointmentRow> = rows.iter().map(change).chain(self.inserted.iter().cloned()).collect();
        after.sort_by_key(|row| (row.starts_on, row.id));
        after
    }
}

/// The statements about some teachers, and what changes of them.
#[derive(Default)]
pub struct Pending {
    /// The statements before.
    pub before: Statements,
    /// The statements after.
    pub after: Statements,
    changes: Vec<Changes>,
}

impl Pending {
    /// Loads the statements about teachers.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<Self> {
        let before = batch::statements_of(conn, teachers)?;
        Ok(Self { after: before.clone(), before, changes: Vec::new() })
    }

    /// Returns the statements about a teacher with the changes so far.
    pub fn rows(&self, teacher: TeacherId) -> &[AppointmentRow] {
        self.after.get(&teacher).map_or(&[][..], Vec::as_slice)
    }

    /// Adds a teacher with all statements so far, and the changes.
    pub fn add_teacher(&mut self, teacher: TeacherId, rows: &[AppointmentRow], changes: Changes, author: &Author) {
        self.before.insert(teacher, rows.to_vec());
        self.after.insert(teacher, rows.to_vec());
        self.add(teacher, changes, author);
    }

    /// Adds the changes of one teacher.
    pub fn add(&mut self, teacher: TeacherId, changes: Changes, author: &Author) {
        let after = changes.applied(self.rows(teacher), author);
        self.after.insert(teacher, after);
        self.changes.push(changes);
    }

    /// Returns the service of each teacher before and after.
    pub fn service_changes(&self) -> Vec<ServiceChange> {
        let none = Vec::new();
        let change = |(teacher, after): (&TeacherId, &Vec<AppointmentRow>)| ServiceChange {
            teacher_id: *teacher,
            before: Service::of(self.before.get(teacher).unwrap_or(&none)),
            after: Service::of(after),
        };
        self.after.iter().map(change).filter(|change| change.before != change.after).collect()
    }

    /// Writes the statements alone.
    ///
    /// # Errors
    /// 409 if a confirmed spell would overlap another.
    pub fn write_statements(&self, tx: &mut Tx<'_>) -> Result<()> {
        let retired: Vec<_> = self.changes.iter().flat_map(|changes| changes.retired.iter().cloned()).collect();
        let inserted: Vec<_> = self.changes.iter().flat_map(|changes| changes.inserted.iter().cloned()).collect();
        let confirmed: Vec<_> = self.changes.iter().flat_map(|changes| changes.confirmed.iter().copied()).collect();
        batch::retire(tx, &retired)?;
        batch::confirm(tx, &confirmed)?;
        batch::insert(tx.conn, &inserted)
    }

    /// Writes the statements, and everything that follows from them: the columns of the teachers, where their hour records
    /// count, and the figures. Returns the teachers whose columns changed. `void_for` is the reason for which records
    /// that are left without service are voided.
    ///
    /// # Errors
    /// 409 `records_without_service` if records are left without service and are not to be voided.
    pub fn write(&self, tx: &mut Tx<'_>, void_for: Option<&str>) -> Result<Vec<Refreshed>> {
        self.write_statements(tx)?;
        let refreshed = derived::refresh(tx, &self.after)?;
        self.follow(tx, void_for)?;
        Ok(refreshed)
    }

    /// Lets hour records and figures follow statements that are written already.
    ///
    /// # Errors
    /// As [`Pending::write`].
    pub fn follow(&self, tx: &mut Tx<'_>, void_for: Option<&str>) -> Result<()> {
        effects::follow_service(tx, &self.service_changes(), void_for)?;
        let mut teachers: Vec<TeacherId> = self.after.keys().copied().collect();
        teachers.sort_unstable();
        effects::service_changed(tx, &teachers)
    }
}

/// Locks teachers, and what follows from their rows, until the end of the transaction, in one order. SQLite has a single
/// writer anyway.
///
/// # Errors
/// If the database fails.
pub fn lock(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<()> {
    if let DbConnection::Postgres(connection) = conn {
        teachers::table
            .filter(teachers::id.eq_any(teachers))
            .order(teachers::id)
            .select(teachers::id)
            .for_no_key_update()
            .load::<TeacherId>(connection)?;
    }
    Ok(())
}
