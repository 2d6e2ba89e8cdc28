//! The rows of appointments, read and written as sets.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{AppointmentId, OrganizationId, TeacherId, UserId, appointments::EndReason};
use uuid::Uuid;

use crate::{
    db::{DbConnection, Tx, on_connection, schema::appointments, types::UtcTime},
    error::Result,
};

/// Rows per statement: 16 columns each, and SQLite binds 32,766 values.
const CHUNK: usize = 1000;

/// A row of `appointments`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct AppointmentRow {
    pub id: AppointmentId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub end_reason: Option<EndReason>,
    pub reason: Option<String>,
    pub corrects_id: Option<AppointmentId>,
    pub confirmed_at: Option<UtcTime>,
    pub confirmed_by: Option<UserId>,
    pub recorded_at: UtcTime,
    pub recorded_by: Option<UserId>,
    pub retired_at: Option<UtcTime>,
    pub retired_by: Option<UserId>,
    pub retired_reason: Option<String>,
    pub version: i32,
}

impl AppointmentRow {
    /// Returns a new statement of a spell without an end, reported and not confirmed.
    pub fn new(teacher_id: TeacherId, organization_id: OrganizationId, starts_on: NaiveDate, now: UtcTime) -> Self {
        Self {
            id: AppointmentId::from_uuid(Uuid::now_v7()),
            teacher_id,
            organization_id,
            starts_on,
            ends_on: None,
            end_reason: None,
            reason: None,
            corrects_id: None,
            confirmed_at: None,
            confirmed_by: None,
            recorded_at: now,
            recorded_by: None,
            retired_at: None,
            retired_by: None,
            retired_reason: None,
            version: 1,
        }
    }

    /// Returns the statement with an end, if there is one.
    #[must_use]
    pub fn ending(self, end: Option<(NaiveDate, EndReason)>) -> Self {
        Self { ends_on: end.map(|(on, _)| on), end_reason: end.map(|(_, reason)| reason), ..self }
    }

    /// Returns the statement, confirmed when it was recorded.
    #[must_use]
    pub fn confirmed_by(self, user: Option<UserId>) -> Self {
        Self { confirmed_at: Some(self.recorded_at), confirmed_by: user, ..self }
    }

    /// Returns whether the statement stands.
    pub fn stands(&self) -> bool {
        self.retired_at.is_none()
    }

    /// Returns whether the statement is confirmed.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// The statements about each teacher, former ones included.
pub type Statements = HashMap<TeacherId, Vec<AppointmentRow>>;

/// Returns all statements about teachers, in order of their first days and, on one day, in order of recording.
///
/// # Errors
/// If the database fails.
pub fn statements_of(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<Statements> {
    let mut found = Statements::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<AppointmentRow> = appointments::table
            .filter(appointments::teacher_id.eq_any(chunk))
            .order((appointments::teacher_id, appointments::starts_on, appointments::id))
            .select(AppointmentRow::as_select())
            .load(conn)?;
        for row in rows {
            found.entry(row.teacher_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Inserts statements.
///
/// # Errors
/// 409 if a confirmed spell would overlap another.
pub fn insert(conn: &mut DbConnection, rows: &[AppointmentRow]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        on_connection!(conn, connection => {
            diesel::insert_into(appointments::table).values(chunk).execute(connection)?
        });
    }
    Ok(())
}

/// Retires statements, each with its reason.
///
/// # Errors
/// If the database fails.
pub fn retire(tx: &mut Tx<'_>, retired: &[(AppointmentId, String)]) -> Result<()> {
    let mut by_reason: BTreeMap<&str, Vec<AppointmentId>> = BTreeMap::new();
    for (id, reason) in retired {
        by_reason.entry(reason).or_default().push(*id);
    }
    let by = tx.actor.user_id;
    for (reason, ids) in by_reason {
        for chunk in ids.chunks(CHUNK) {
            diesel::update(appointments::table.filter(appointments::id.eq_any(chunk)))
                .set((
                    appointments::retired_at.eq(Some(tx.now)),
                    appointments::retired_by.eq(by),
                    appointments::retired_reason.eq(Some(reason)),
                    appointments::version.eq(appointments::version + 1),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

/// Confirms statements.
///
/// # Errors
/// 409 if a spell would overlap another.
pub fn confirm(tx: &mut Tx<'_>, ids: &[AppointmentId]) -> Result<()> {
    let by = tx.actor.user_id;
    for chunk in ids.chunks(CHUNK) {
        diesel::update(appointments::table.filter(appointments::id.eq_any(chunk)))
            .set((
                appointments::confirmed_at.eq(Some(tx.now)),
                appointments::confirmed_by.eq(by),
                appointments::version.eq(appointments::version + 1),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}
