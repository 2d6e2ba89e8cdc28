//! The rows of enrollments, read and written in sets: many teachers of many projects at once.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::{
    dsl::{count_star, exists},
    prelude::*,
};
use songjiao_types::{
    EnrollmentId, OrganizationId, ProjectId, TeacherId, UserId, changes::ChangeType, enrollments::EnrollmentStatus,
};
use uuid::Uuid;

use crate::{
    db::{
        DbConnection, Tx,
        schema::{activities, attendance, enrollments},
        types::UtcTime,
    },
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
    pub admitted_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
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
            admitted_on: None,
            left_on: None,
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
    pub admitted_on: Option<Option<NaiveDate>>,
    pub left_on: Option<Option<NaiveDate>>,
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
            admitted_on: Some(None),
            left_on: Some(None),
        };
        change(tx, &ids, &changes)?;
    }
    Ok(())
}

/// Returns the first day that concerns participants who are admitted today: today or, until attendance has been taken in
/// the project, its first day. Admissions are often entered late.
///
/// # Errors
/// If the database fails.
pub fn admission_day(
    conn: &mut DbConnection,
    project: ProjectId,
    starts_on: NaiveDate,
    today: NaiveDate,
) -> Result<NaiveDate> {
    let marks = attendance::table.inner_join(activities::table).filter(activities::project_id.eq(project));
    let marked: bool = diesel::select(exists(marks)).get_result(conn)?;
    Ok(if marked { today } else { starts_on.min(today) })
}

/// Admits participants, whom the project concerns from the given day on.
///
/// # Errors
/// If the database fails.
pub fn admit(tx: &mut Tx<'_>, ids: &[EnrollmentId], admitted_on: NaiveDate) -> Result<()> {
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Admitted),
        reason: Some(None),
        reviewed_by: Some(Some(tx.user_id()?)),
        reviewed_at: Some(Some(tx.now)),
        admitted_on: Some(Some(admitted_on)),
        left_on: Some(None),
        ..EnrollmentChanges::default()
    };
    change(tx, ids, &changes)
}

/// Moves days of admission back to the given days, if they lie later.
///
/// # Errors
/// If the database fails.
pub fn admitted_by(tx: &mut Tx<'_>, days: impl Iterator<Item = (EnrollmentId, NaiveDate)>) -> Result<()> {
    let mut first: HashMap<EnrollmentId, NaiveDate> = HashMap::new();
    for (id, day) in days {
        first.entry(id).and_modify(|first| *first = day.min(*first)).or_insert(day);
    }
    let mut by_day: BTreeMap<NaiveDate, Vec<EnrollmentId>> = BTreeMap::new();
    for (id, day) in first {
        by_day.entry(day).or_default().push(id);
    }
    for (day, ids) in by_day {
        let later = enrollments::table
            .filter(enrollments::id.eq_any(&ids).and(enrollments::admitted_on.gt(day)))
            .select(enrollments::id);
        let later: Vec<EnrollmentId> = later.load(tx.conn)?;
        if !later.is_empty() {
            let admitted_on = Some(Some(day));
            change(tx, &later, &EnrollmentChanges { admitted_on, ..EnrollmentChanges::default() })?;
        }
    }
    Ok(())
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

/// Admits again who completed a project or not, when it is reopened.
///
/// # Errors
/// If the database fails.
pub fn admit_again(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    let ids = ids_with_status(tx, project, &[EnrollmentStatus::Completed, EnrollmentStatus::NotCompleted])?;
    conclude(tx, &ids, EnrollmentStatus::Admitted, None)
}

/// Withdraws a participant after their last day.
///
/// # Errors
/// If the database fails.
pub fn withdraw(tx: &mut Tx<'_>, id: EnrollmentId, left_on: NaiveDate, reason: String) -> Result<()> {
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Withdrawn),
        reason: Some(Some(reason)),
        left_on: Some(Some(left_on)),
        ..EnrollmentChanges::default()
    };
    change(tx, &[id], &changes)?;
    tx.audit("withdraw", "enrollment", id, None::<&()>, Some(&left_on))
}

/// Cancels the participants of a project that is cancelled.
///
/// # Errors
/// If the database fails.
pub fn cancel_admitted(tx: &mut Tx<'_>, project: ProjectId, reason: &str) -> Result<()> {
    let ids = ids_with_status(tx, project, &[EnrollmentStatus::Admitted])?;
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Cancelled),
        reason: Some(Some(reason.to_owned())),
        ..EnrollmentChanges::default()
    };
    change(tx, &ids, &changes)
}

/// Writes with which status participants reach the end of a project, and why.
///
/// # Errors
/// If the database fails.
pub fn conclude(tx: &mut Tx<'_>, ids: &[EnrollmentId], status: EnrollmentStatus, reason: Option<String>) -> Result<()> {
    let (status, reason) = (Some(status), Some(reason));
    change(tx, ids, &EnrollmentChanges { status, reason, ..EnrollmentChanges::default() })
}
