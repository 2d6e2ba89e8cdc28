//! The rows of enrollments, read and written in sets: many teachers of many projects at once.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    EnrollmentId, OrganizationId, ProjectId, TeacherId, UserId, changes::ChangeType, enrollments::EnrollmentStatus,
};
use uuid::Uuid;

use crate::{
    db::{DbConnection, Tx, schema::enrollments, types::UtcTime},
    error::Result,
    training::rows::insert_rows,
};

/// Ids that one statement names.
const CHUNK: usize = 1000;

/// An enrollment's row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = enrollments, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Enrollment {
    pub id: EnrollmentId,
    pub project_id: ProjectId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub status: EnrollmentStatus,
    pub reason: Option<String>,
    pub replaces_id: Option<EnrollmentId>,
    pub nominated_by: UserId,
    pub reviewed_by: Option<UserId>,
    pub reviewed_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

impl Enrollment {
    /// Returns the enrollment of a teacher nominated by the school where they serve.
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
            reason: None,
            replaces_id: None,
            nominated_by,
            reviewed_by: None,
            reviewed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// The new values of some columns; `None` keeps the old one.
#[derive(Default, AsChangeset)]
#[diesel(table_name = enrollments)]
pub(super) struct EnrollmentChanges {
    pub organization_id: Option<OrganizationId>,
    pub status: Option<EnrollmentStatus>,
    pub reason: Option<Option<String>>,
    pub nominated_by: Option<UserId>,
    pub reviewed_by: Option<Option<UserId>>,
    pub reviewed_at: Option<Option<UtcTime>>,
}

/// Returns the enrollments of the given teachers in the given projects, with their statuses.
///
/// # Errors
/// If the database fails.
pub fn find_enrolled(
    conn: &mut DbConnection,
    projects: &[ProjectId],
    teachers: &[TeacherId],
) -> Result<HashMap<(ProjectId, TeacherId), (EnrollmentId, EnrollmentStatus)>> {
    let rows = enrollments::table
        .filter(enrollments::project_id.eq_any(projects).and(enrollments::teacher_id.eq_any(teachers)))
        .select(((enrollments::project_id, enrollments::teacher_id), (enrollments::id, enrollments::status)))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Returns the number of places taken in each project. A project without any is absent.
///
/// # Errors
/// If the database fails.
pub fn places_taken(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<HashMap<ProjectId, i64>> {
    let rows = enrollments::table
        .filter(enrollments::project_id.eq_any(projects))
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
        .group_by(enrollments::project_id)
        .select((enrollments::project_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Inserts enrollments and publishes their creation.
///
/// # Errors
/// 409 if a teacher is enrolled in the project already.
pub fn insert(tx: &mut Tx<'_>, rows: &[Enrollment]) -> Result<()> {
    insert_rows!(tx.conn, enrollments, rows);
    tx.publish(ChangeType::EnrollmentCreated, rows.iter().map(|row| row.id));
    Ok(())
}

/// Writes the same changes of many enrollments and publishes them.
pub(super) fn change(tx: &mut Tx<'_>, ids: &[EnrollmentId], changes: &EnrollmentChanges) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        diesel::update(enrollments::table.filter(enrollments::id.eq_any(chunk)))
            .set((changes, enrollments::version.eq(enrollments::version + 1), enrollments::updated_at.eq(tx.now)))
            .execute(tx.conn)?;
    }
    tx.publish(ChangeType::EnrollmentUpdated, ids.iter().copied());
    Ok(())
}

/// Nominates again teachers who had withdrawn. Their enrollments become those of the given
/// organizations, where they serve now.
pub(super) fn nominate_again(tx: &mut Tx<'_>, again: &[(EnrollmentId, OrganizationId)]) -> Result<()> {
    let nominated_by = Some(tx.user_id()?);
    let mut by_organization: HashMap<OrganizationId, Vec<EnrollmentId>> = HashMap::new();
    for (id, organization) in again {
        by_organization.entry(*organization).or_default().push(*id);
    }
    for (organization, ids) in by_organization {
        let changes = EnrollmentChanges {
            organization_id: Some(organization),
            status: Some(EnrollmentStatus::Nominated),
            reason: Some(None),
            nominated_by,
            reviewed_by: Some(None),
            reviewed_at: Some(None),
        };
        change(tx, &ids, &changes)?;
    }
    Ok(())
}

/// Admits participants.
///
/// # Errors
/// If the database fails.
pub fn admit(tx: &mut Tx<'_>, ids: &[EnrollmentId]) -> Result<()> {
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Admitted),
        reason: Some(None),
        reviewed_by: Some(Some(tx.user_id()?)),
        reviewed_at: Some(Some(tx.now)),
        ..EnrollmentChanges::default()
    };
    change(tx, ids, &changes)
}

/// Returns the ids of a project's enrollments with one of the given statuses.
fn ids_with_status(tx: &mut Tx<'_>, project: ProjectId, statuses: &[EnrollmentStatus]) -> Result<Vec<EnrollmentId>> {
    let rows = enrollments::table
        .filter(enrollments::project_id.eq(project))
        .filter(enrollments::status.eq_any(statuses))
        .order(enrollments::id)
        .select(enrollments::id);
    Ok(rows.load(tx.conn)?)
}

/// Cancels the nominations of a project that has ended before they were decided on.
///
/// # Errors
/// If the database fails.
pub fn cancel_undecided(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    let ids = ids_with_status(tx, project, &EnrollmentStatus::UNDECIDED)?;
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Cancelled),
        reason: Some(Some("项目已结束".to_owned())),
        ..EnrollmentChanges::default()
    };
    change(tx, &ids, &changes)
}

/// Completes every admitted participant of a project.
///
/// # Errors
/// If the database fails.
pub fn complete_admitted(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    let ids = ids_with_status(tx, project, &[EnrollmentStatus::Admitted])?;
    let status = Some(EnrollmentStatus::Completed);
    change(tx, &ids, &EnrollmentChanges { status, ..EnrollmentChanges::default() })
}
