//! The rows of teachers and their appointments, read and written as sets.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    AppointmentId, OrganizationId, TeacherId,
    changes::ChangeType,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};
use uuid::Uuid;

use super::identity::SealedIdNumber;
use crate::{
    db::{
        DbConnection, FoldedMap, Tx, folded, initials, on_connection, readings,
        schema::{appointments, teachers},
        types::{UtcTime, lower},
    },
    error::Result,
    people::effects,
};

/// Rows per statement.
const CHUNK: usize = 1000;

/// A row of `teachers`.
#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = teachers, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct TeacherRow {
    pub id: TeacherId,
    pub teacher_no: String,
    pub name: String,
    pub gender: Option<Gender>,
    pub organization_id: OrganizationId,
    pub subject: String,
    pub stage: Stage,
    pub title: Option<String>,
    pub joined_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub status: TeacherStatus,
    pub backbone: bool,
    pub id_number_sealed: Option<String>,
    pub id_number_hmac: Option<String>,
    pub id_number_mask: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub initials: Option<String>,
    pub sort_key: Option<String>,
}

/// A row of `appointments`.
#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct AppointmentRow {
    pub id: AppointmentId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub created_at: UtcTime,
}

impl TeacherRow {
    /// Returns a new teacher.
    pub fn new(
        teacher_no: String,
        name: &str,
        organization_id: OrganizationId,
        subject: &str,
        stage: Stage,
        joined_on: NaiveDate,
        now: UtcTime,
    ) -> Self {
        Self {
            id: TeacherId::from_uuid(Uuid::now_v7()),
            teacher_no,
            name: name.to_owned(),
            gender: None,
            organization_id,
            subject: subject.to_owned(),
            stage,
            title: None,
            joined_on,
            left_on: None,
            status: TeacherStatus::Active,
            backbone: false,
            id_number_sealed: None,
            id_number_hmac: None,
            id_number_mask: None,
            version: 1,
            created_at: now,
            updated_at: now,
            initials: Some(initials::of_person(name)),
            sort_key: Some(readings::sort_key(name)),
        }
    }

    /// Returns the teacher with an ID number. Sealing the same number gives another ciphertext each time: a
    /// number with the HMAC that is there changes nothing.
    #[must_use]
    pub fn with_id_number(self, number: Option<SealedIdNumber>) -> Self {
        match number.filter(|number| self.id_number_hmac.as_ref() != Some(&number.hmac)) {
            Some(SealedIdNumber { sealed, hmac, mask, .. }) => {
                Self { id_number_sealed: Some(sealed), id_number_hmac: Some(hmac), id_number_mask: Some(mask), ..self }
            }
            None => self,
        }
    }
}

impl TeacherRow {
    /// Returns whether another row of the teacher has the same content, apart from the ID number.
    pub fn differs_in_id_number_only(&self, other: &Self) -> bool {
        let Self { id_number_sealed, id_number_hmac, id_number_mask, .. } = self.clone();
        *self == Self { id_number_sealed, id_number_hmac, id_number_mask, ..other.clone() }
    }
}

impl AppointmentRow {
    /// Returns a new appointment without an end.
    pub fn new(teacher_id: TeacherId, organization_id: OrganizationId, starts_on: NaiveDate, now: UtcTime) -> Self {
        let id = AppointmentId::from_uuid(Uuid::now_v7());
        Self { id, teacher_id, organization_id, starts_on, ends_on: None, created_at: now }
    }
}

/// Returns the teachers with the given numbers, by number, without regard to case.
///
/// # Errors
/// If the database fails.
pub fn by_numbers(conn: &mut DbConnection, numbers: &[&str]) -> Result<FoldedMap<TeacherRow>> {
    let numbers: Vec<_> = numbers.iter().map(|number| folded(number)).collect();
    let mut found = FoldedMap::default();
    for chunk in numbers.chunks(CHUNK) {
        let rows: Vec<TeacherRow> = teachers::table
            .filter(lower(teachers::teacher_no).eq_any(chunk))
            .order(teachers::id)
            .select(TeacherRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.teacher_no.clone(), row)));
    }
    Ok(found)
}

/// Returns the appointments of teachers, in order of their first days.
///
/// # Errors
/// If the database fails.
pub fn appointments_of(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, Vec<AppointmentRow>>> {
    let mut found: HashMap<TeacherId, Vec<AppointmentRow>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<AppointmentRow> = appointments::table
            .filter(appointments::teacher_id.eq_any(chunk))
            .order(appointments::starts_on)
            .select(AppointmentRow::as_select())
            .load(conn)?;
        for row in rows {
            found.entry(row.teacher_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Inserts teachers and appointments and updates those that exist: all of a teacher but the number,
/// place and dates of an appointment. Teachers of version 1 are published as created, others as
/// updated.
///
/// # Errors
/// 409 if a number is taken.
pub fn upsert(tx: &mut Tx<'_>, rows: &[TeacherRow], appointments: Vec<AppointmentRow>) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(teachers::table)
                .values(chunk)
                .on_conflict(teachers::id)
                .do_update()
                .set((
                    teachers::name.eq(excluded(teachers::name)),
                    teachers::initials.eq(excluded(teachers::initials)),
                    teachers::sort_key.eq(excluded(teachers::sort_key)),
                    teachers::gender.eq(excluded(teachers::gender)),
                    teachers::organization_id.eq(excluded(teachers::organization_id)),
                    teachers::subject.eq(excluded(teachers::subject)),
                    teachers::stage.eq(excluded(teachers::stage)),
                    teachers::title.eq(excluded(teachers::title)),
                    teachers::joined_on.eq(excluded(teachers::joined_on)),
                    teachers::left_on.eq(excluded(teachers::left_on)),
                    teachers::status.eq(excluded(teachers::status)),
                    teachers::backbone.eq(excluded(teachers::backbone)),
                    teachers::id_number_sealed.eq(excluded(teachers::id_number_sealed)),
                    teachers::id_number_hmac.eq(excluded(teachers::id_number_hmac)),
                    teachers::id_number_mask.eq(excluded(teachers::id_number_mask)),
                    teachers::version.eq(excluded(teachers::version)),
                    teachers::updated_at.eq(excluded(teachers::updated_at)),
                ))
                .execute(connection)?
        });
    }
    upsert_appointments(tx, appointments)?;
    let (new, changed): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.version == 1);
    tx.publish(ChangeType::TeacherCreated, new.into_iter().map(|row| row.id));
    tx.publish(ChangeType::TeacherUpdated, changed.into_iter().map(|row| row.id));
    effects::service_changed(tx, &rows.iter().map(|row| row.id).collect::<Vec<_>>())
}

/// Inserts appointments and updates place and dates of those that exist.
///
/// # Errors
/// If the database fails.
pub fn upsert_appointments(tx: &mut Tx<'_>, mut appointments: Vec<AppointmentRow>) -> Result<()> {
    // Only one appointment of a teacher may be open: those that end come before those that begin.
    appointments.sort_by_key(|row| row.ends_on.is_none());
    for chunk in appointments.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(appointments::table)
                .values(chunk)
                .on_conflict(appointments::id)
                .do_update()
                .set((
                    appointments::organization_id.eq(excluded(appointments::organization_id)),
                    appointments::starts_on.eq(excluded(appointments::starts_on)),
                    appointments::ends_on.eq(excluded(appointments::ends_on)),
                ))
                .execute(connection)?
        });
    }
    Ok(())
}
