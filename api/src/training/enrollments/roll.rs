//! The lists of participants as sets: who stands on them, and what nominating and admitting write
//! and tell others of, for many teachers of many projects at once.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    EnrollmentId, OrganizationId, ProjectId, TeacherId, UserId, changes::ChangeType, enrollments::EnrollmentStatus,
};
use uuid::Uuid;

use super::checks::PLACED;
use crate::{
    db::{DbConnection, Tx, on_connection, schema::enrollments, types::UtcTime},
    error::Result,
};

/// Rows written by one statement.
const CHUNK: usize = 1000;

/// A participant who was not on the list.
#[derive(Insertable)]
#[diesel(table_name = enrollments, treat_none_as_default_value = false)]
pub struct NewEnrollment {
    pub id: EnrollmentId,
    project_id: ProjectId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    status: EnrollmentStatus,
    nominated_by: UserId,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

impl NewEnrollment {
    /// A teacher nominated by the school where they serve.
    pub fn nominated(
        project_id: ProjectId,
        teacher_id: TeacherId,
        organization_id: OrganizationId,
        nominated_by: UserId,
        now: UtcTime,
    ) -> Self {
        Self {
            id: EnrollmentId::from_uuid(Uuid::now_v7()),
            project_id,
            teacher_id,
            organization_id,
            status: EnrollmentStatus::Nominated,
            nominated_by,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Who of some teachers stands on the lists of some projects, and how.
pub fn listed(
    conn: &mut DbConnection,
    projects: &[ProjectId],
    teachers: &[TeacherId],
) -> Result<HashMap<(ProjectId, TeacherId), (EnrollmentId, EnrollmentStatus)>> {
    let rows: Vec<(ProjectId, TeacherId, EnrollmentId, EnrollmentStatus)> = enrollments::table
        .filter(enrollments::project_id.eq_any(projects).and(enrollments::teacher_id.eq_any(teachers)))
        .select((enrollments::project_id, enrollments::teacher_id, enrollments::id, enrollments::status))
        .load(conn)?;
    Ok(rows.into_iter().map(|(project, teacher, id, status)| ((project, teacher), (id, status))).collect())
}

/// How many places of projects are taken; a project of which none is, is absent.
pub fn places_taken(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<HashMap<ProjectId, i64>> {
    let rows = enrollments::table
        .filter(enrollments::project_id.eq_any(projects).and(enrollments::status.eq_any(PLACED)))
        .group_by(enrollments::project_id)
        .select((enrollments::project_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Puts teachers on the lists.
pub fn insert(tx: &mut Tx<'_>, new: &[NewEnrollment]) -> Result<()> {
    for chunk in new.chunks(CHUNK) {
        on_connection!(tx.conn, conn => diesel::insert_into(enrollments::table).values(chunk).execute(conn)?);
    }
    tx.publish(ChangeType::EnrollmentCreated, new.iter().map(|row| row.id));
    Ok(())
}

/// Nominates again who withdrew.
pub fn nominate_again(tx: &mut Tx<'_>, ids: &[EnrollmentId]) -> Result<()> {
    let nominated_by = tx.user_id()?;
    for chunk in ids.chunks(CHUNK) {
        diesel::update(enrollments::table.filter(enrollments::id.eq_any(chunk)))
            .set((
                enrollments::status.eq(EnrollmentStatus::Nominated),
                enrollments::reason.eq(None::<String>),
                enrollments::nominated_by.eq(nominated_by),
                enrollments::version.eq(enrollments::version + 1),
                enrollments::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    tx.publish(ChangeType::EnrollmentUpdated, ids.iter().copied());
    Ok(())
}

/// Gives participants their places.
pub fn admit(tx: &mut Tx<'_>, ids: &[EnrollmentId]) -> Result<()> {
    let reviewer = tx.user_id()?;
    for chunk in ids.chunks(CHUNK) {
        diesel::update(enrollments::table.filter(enrollments::id.eq_any(chunk)))
            .set((
                enrollments::status.eq(EnrollmentStatus::Admitted),
                enrollments::reason.eq(None::<String>),
                enrollments::reviewed_by.eq(Some(reviewer)),
                enrollments::reviewed_at.eq(Some(tx.now)),
                enrollments::version.eq(enrollments::version + 1),
                enrollments::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    tx.publish(ChangeType::EnrollmentUpdated, ids.iter().copied());
    Ok(())
}
