use std::collections::HashMap;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    DeliverableId, EnrollmentId, OrganizationId, Page, PhaseId, ProjectId, TeacherId,
    deliverables::{CreateDeliverable, DeliverableQuery, DeliverableView, UpdateDeliverable},
    enrollments::EnrollmentStatus,
};
use uuid::Uuid;

use super::{
    batch::{self, Deliverable},
    rules,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{deliverables, enrollments, organizations, teachers},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::{organizations::organization_refs, users::user_names},
    training::{
        phases as phase_store,
        projects::{
            Project,
            access::{self, Access},
            check_place,
        },
        rows::{trimmed, trimmed_patch},
    },
    visibility::{organizations_in_scope, scope_organization_ids, visible_organization},
};

type Deliverables = IntoBoxed<'static, deliverables::table, MultiBackend>;
type Enrollments = IntoBoxed<'static, enrollments::table, MultiBackend>;

/// Returns the deliverables that the caller sees of a project: all with access to the whole of it,
/// otherwise those of their school, those about themselves and those they submitted.
fn visible(user: &CurrentUser, access: Access) -> Deliverables {
    let rows = deliverables::table.into_boxed();
    if access.whole {
        return rows;
    }
    let own = deliverables::submitted_by.eq(user.id).or(deliverables::teacher_id.eq(user.teacher_id));
    let in_scope = scope_organization_ids!(user).select(organizations::id.nullable());
    rows.filter(own.or(deliverables::organization_id.eq_any(in_scope)))
}

/// Returns a page of the deliverables that the caller sees of a phase, in the order of submission.
///
/// # Errors
/// 404 if the caller does not see the project, 422 for a bad cursor.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    phase: PhaseId,
    query: &DeliverableQuery,
    page: &PageRequest,
) -> Result<Page<DeliverableView>> {
    let project = phase_store::find_row(conn, user, phase)?.project_id;
    let access = access::find(conn, user, project)?;
    let filtered = || {
        let rows = visible(user, access).filter(deliverables::phase_id.eq(phase));
        match query.kind {
            Some(kind) => rows.filter(deliverables::kind.eq(kind)),
            None => rows,
        }
    };
    // Ids are UUIDv7, so ordering by id is ordering by submission.
    listing!(conn, page, "id", rows: filtered(), Deliverable, id: deliverables::id, DeliverableId,
        views: with_details, asc deliverables::id, DeliverableId, |view: &DeliverableView| view.id)
}

/// Adds the names of schools, teachers and users, in one query each.
///
/// # Errors
/// If the database fails.
pub fn with_details(conn: &mut DbConnection, rows: Vec<Deliverable>) -> Result<Vec<DeliverableView>> {
    let schools = organization_refs(conn, rows.iter().filter_map(|row| row.organization_id).collect())?;
    let teacher_ids: Vec<TeacherId> = rows.iter().filter_map(|row| row.teacher_id).collect();
    let names: HashMap<TeacherId, String> = teachers::table
        .filter(teachers::id.eq_any(teacher_ids))
        .select((teachers::id, teachers::name))
        .load(conn)?
        .into_iter()
        .collect();
    let submitters = user_names(conn, rows.iter().map(|row| row.submitted_by).collect())?;
    let view = |row: Deliverable| DeliverableView {
        organization_name: row.organization_id.and_then(|id| schools.get(&id).map(|school| school.name.clone())),
        teacher_name: row.teacher_id.and_then(|id| names.get(&id).cloned()),
        submitted_by_name: submitters.get(&row.submitted_by).cloned().unwrap_or_default(),
        id: row.id,
        project_id: row.project_id,
        phase_id: row.phase_id,
        kind: row.kind,
        title: row.title,
        method: row.method,
        content: row.content,
        url: row.url,
        organization_id: row.organization_id,
        teacher_id: row.teacher_id,
        submitted_by: row.submitted_by,
        version: row.version,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    };
    Ok(rows.into_iter().map(view).collect())
}

fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: DeliverableId) -> Result<Deliverable> {
    let project: ProjectId = deliverables::table.find(id).select(deliverables::project_id).first(conn)?;
    let access = access::find(conn, user, project)?;
    Ok(visible(user, access).filter(deliverables::id.eq(id)).select(Deliverable::as_select()).first(conn)?)
}

/// Returns a deliverable.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: DeliverableId) -> Result<DeliverableView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Checks that the caller may write deliverables of a project: who runs it writes all of them, a
/// school that takes part its own.
///
/// # Errors
/// 404 if the caller does not see the project, 403 if they may not write its deliverables.
fn check_writer(conn: &mut DbConnection, user: &CurrentUser, project: ProjectId) -> Result<Access> {
    let access = access::find(conn, user, project)?;
    if access.run {
        return Ok(access);
    }
    // The host sees the whole project; other schools take part through their teachers.
    let of_schools = participants(project).filter(enrollments::organization_id.eq_any(scope_organization_ids!(user)));
    let takes_part =
        access.whole || of_schools.select(enrollments::id).first::<EnrollmentId>(conn).optional()?.is_some();
    if takes_part { Ok(access) } else { Err(ApiError::forbidden()) }
}

/// Returns the enrollments of those who have a place in a project.
fn participants(project: ProjectId) -> Enrollments {
    enrollments::table
        .filter(enrollments::project_id.eq(project))
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
        .into_boxed()
}

/// Checks the school and the teacher that a deliverable names.
///
/// # Errors
/// 422 at the field.
fn check_references(
    conn: &mut DbConnection,
    user: &CurrentUser,
    access: Access,
    project: &Project,
    school: Option<OrganizationId>,
    teacher: Option<TeacherId>,
) -> Result<()> {
    if let Some(school) = school {
        if access.run {
            check_place(conn, user, project, school, "/organization_id")?;
        } else {
            visible_organization(conn, &user.scope, school, "/organization_id")?;
        }
    }
    let Some(teacher) = teacher else { return Ok(()) };
    let mut enrolled = participants(project.id).filter(enrollments::teacher_id.eq(teacher));
    if !access.run {
        enrolled = enrolled.filter(enrollments::organization_id.eq_any(scope_organization_ids!(user)));
    }
    enrolled
        .select(enrollments::id)
        .first::<EnrollmentId>(conn)
        .optional()?
        .map(|_| ())
        .ok_or_else(|| ApiError::invalid("/teacher_id", "not_a_participant", "该教师不是本项目的参培学员"))
}

/// Creates a deliverable.
///
/// # Errors
/// 404 or 403 as by [`check_writer`], 409 `wrong_state` if the phase takes no changes, 422 as by
/// [`rules::check_phase`], [`rules::check_content`] and [`check_references`].
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, phase: PhaseId, new: &CreateDeliverable) -> Result<DeliverableView> {
    let project_id = phase_store::find_row(tx.conn, user, phase)?.project_id;
    let access = check_writer(tx.conn, user, project_id)?;
    let (project, phase) = phase_store::lock_open(tx, user, phase)?;
    rules::check_phase(new.kind, phase.kind)?;
    // A school's deliverable belongs to the school.
    let school = if access.run { new.organization_id } else { new.organization_id.or(Some(user.organization_id)) };
    rules::check_content(new.kind, new.method, school, new.teacher_id)?;
    check_references(tx.conn, user, access, &project, school, new.teacher_id)?;
    let id = DeliverableId::from_uuid(Uuid::now_v7());
    let deliverable = Deliverable {
        id,
        project_id,
        phase_id: phase.id,
        kind: new.kind,
        title: new.title.trim().to_owned(),
        method: new.method,
        content: trimmed(new.content.as_ref()),
        url: trimmed(new.url.as_ref()),
        organization_id: school,
        teacher_id: new.teacher_id,
        submitted_by: user.id,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    batch::insert(tx, &[deliverable])?;
    let view = find(tx.conn, user, id)?;
    tx.created("deliverable", id, &view)?;
    Ok(view)
}

/// Locks the project of a deliverable that the caller may change, and returns it with the caller's
/// access and the deliverable's row.
///
/// # Errors
/// 404 if the caller does not see the deliverable, 403 if they may not change it, 412 if it has another
/// version, 409 `wrong_state` if its phase takes no changes.
fn lock(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: DeliverableId,
    version: IfMatch,
) -> Result<(Project, Access, Deliverable)> {
    let seen = find_row(tx.conn, user, id)?;
    let access = check_writer(tx.conn, user, seen.project_id)?;
    let (project, _) = phase_store::lock_open(tx, user, seen.phase_id)?;
    let row = find_row(tx.conn, user, id)?;
    if !access.run {
        // A school changes only its own deliverables.
        let school = row.organization_id.ok_or_else(ApiError::forbidden)?;
        if organizations_in_scope(tx.conn, user, &[school])?.is_empty() {
            return Err(ApiError::forbidden());
        }
    }
    version.check(row.version)?;
    Ok((project, access, row))
}

/// Changes a deliverable.
///
/// # Errors
/// As [`lock`]; 422 as by [`rules::check_content`] and [`check_references`].
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: DeliverableId,
    version: IfMatch,
    changes: &UpdateDeliverable,
) -> Result<DeliverableView> {
    let (project, access, row) = lock(tx, user, id, version)?;
    let before = find(tx.conn, user, id)?;
    let updated = Deliverable {
        title: changes.title.as_ref().map_or(row.title, |title| title.trim().to_owned()),
        method: changes.method.unwrap_or(row.method),
        content: trimmed_patch(changes.content.as_ref()).unwrap_or(row.content),
        url: trimmed_patch(changes.url.as_ref()).unwrap_or(row.url),
        organization_id: changes.organization_id.unwrap_or(row.organization_id),
        teacher_id: changes.teacher_id.unwrap_or(row.teacher_id),
        version: row.version + 1,
        updated_at: tx.now,
        ..row
    };
    let (school, teacher) = (updated.organization_id, updated.teacher_id);
    rules::check_content(updated.kind, updated.method, school, teacher)?;
    if !access.run && school.is_none() {
        return Err(ApiError::invalid("/organization_id", "required", "学校提交的材料须注明学校"));
    }
    let new_school = school.filter(|_| school != before.organization_id);
    let new_teacher = teacher.filter(|_| teacher != before.teacher_id);
    check_references(tx.conn, user, access, &project, new_school, new_teacher)?;
    diesel::update(deliverables::table.find(id)).set(&updated).execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("deliverable", id, &before, &after)?;
    Ok(after)
}

/// Deletes a deliverable.
///
/// # Errors
/// As [`lock`].
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: DeliverableId, version: IfMatch) -> Result<()> {
    lock(tx, user, id, version)?;
    let before = find(tx.conn, user, id)?;
    diesel::delete(deliverables::table.find(id)).execute(tx.conn)?;
    tx.deleted("deliverable", id, &before)
}
