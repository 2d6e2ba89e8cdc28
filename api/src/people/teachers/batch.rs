//! The rows of teachers, read and written as sets.

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    OrganizationId, TeacherId,
    changes::ChangeType,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};
use uuid::Uuid;

use super::identity::SealedIdNumber;
use crate::{
    db::{
        DbConnection, FoldedMap, Tx, folded, initials, on_connection, readings,
        schema::teachers,
        types::{UtcTime, lower},
    },
    error::Result,
    people::{
        appointments::{
            batch::{self as appointments, AppointmentRow, Statements},
            derived::Derived,
        },
        effects,
    },
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
    pub service_confirmed: bool,
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
            service_confirmed: false,
        }
    }

    /// Returns the teacher with the columns that all statements about their service give on a day.
    #[must_use]
    pub fn with_service(self, statements: &[AppointmentRow], today: NaiveDate) -> Self {
        let Self { organization_id, joined_on, left_on, status, service_confirmed, .. } = self;
        let stored = Derived { organization_id, joined_on, left_on, status, service_confirmed };
        let Derived { organization_id, joined_on, left_on, status, service_confirmed } =
            stored.following(statements, today);
        Self { organization_id, joined_on, left_on, status, service_confirmed, ..self }
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

/// Inserts new teachers with their appointments, from which organization, first and last day and ended statuses follow.
///
/// # Errors
/// 409 if a number is taken.
pub fn insert_with_appointments(tx: &mut Tx<'_>, rows: Vec<TeacherRow>, appointments: &[AppointmentRow]) -> Result<()> {
    let mut statements = Statements::with_capacity(rows.len());
    for row in appointments {
        statements.entry(row.teacher_id).or_default().push(row.clone());
    }
    let today = tx.now.local_date();
    let of = |row: &TeacherRow| statements.get(&row.id).map_or(&[][..], Vec::as_slice);
    let rows: Vec<TeacherRow> = rows.into_iter().map(|row| row.clone().with_service(of(&row), today)).collect();
    upsert(tx, &rows)?;
    appointments::insert(tx.conn, appointments)?;
    effects::service_changed(tx, &rows.iter().map(|row| row.id).collect::<Vec<_>>())
}

/// Inserts teachers and updates those that exist, all of a teacher but the number. Teachers of version 1 are published as
/// created, others as updated. The appointments are the caller's to write.
///
/// # Errors
/// 409 if a number is taken.
pub fn upsert(tx: &mut Tx<'_>, rows: &[TeacherRow]) -> Result<()> {
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
                    teachers::service_confirmed.eq(excluded(teachers::service_confirmed)),
                ))
                .execute(connection)?
        });
    }
    let (new, changed): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.version == 1);
    tx.publish(ChangeType::TeacherCreated, new.into_iter().map(|row| row.id));
    tx.publish(ChangeType::TeacherUpdated, changed.into_iter().map(|row| row.id));
    Ok(())
}
