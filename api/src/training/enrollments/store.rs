use std::collections::HashMap;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    EnrollmentId, ErrorCode, FieldError, OrganizationId, Page, ProjectId, TeacherId,
    enrollments::{EnrollmentQuery, EnrollmentStatus, EnrollmentView},
    training::Stage,
};

use super::{
    batch::{self, Enrollment},
    candidates::Candidates,
    rules,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{enrollments, organizations, projects, teachers},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::organizations::organization_refs,
    training::projects::{
        self as project_store,
        access::{self, Access},
    },
    visibility::{in_scope, organization_filter, organization_ids_in, scope_organization_ids, teacher_matches},
};

type Enrollments = IntoBoxed<'static, enrollments::table, MultiBackend>;

/// Returns the enrollments that the caller sees of a project: all with access to the whole of it,
/// otherwise those of the caller's scope and the caller's own.
fn visible(user: &CurrentUser, access: Access) -> Enrollments {
    let rows = enrollments::table.into_boxed();
    if access.whole {
        return rows;
    }
    let own = enrollments::teacher_id.nullable().eq(user.teacher_id);
    rows.filter(own.or(enrollments::organization_id.eq_any(scope_organization_ids!(user))))
}

fn filtered(
    conn: &mut DbConnection,
    user: &CurrentUser,
    access: Access,
    project: ProjectId,
    query: &EnrollmentQuery,
) -> Result<Enrollments> {
    let mut rows = visible(user, access).filter(enrollments::project_id.eq(project));
    if let Some(status) = query.status {
        rows = rows.filter(enrollments::status.eq(status));
    }
    if let Some(below) = organization_filter(conn, user, query.organization_id)? {
        rows = rows.filter(enrollments::organization_id.eq_any(organization_ids_in!(below)));
    }
    if let Some(text) = &query.q {
        let found = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(enrollments::teacher_id.eq_any(found));
    }
    Ok(rows)
}

/// Returns a page of the participants that the caller sees of a project, in the order of nomination.
///
/// # Errors
/// 404 if the caller does not see the project, 422 for a bad cursor or an unknown `organization_id`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    project: ProjectId,
    query: &EnrollmentQuery,
    page: &PageRequest,
) -> Result<Page<EnrollmentView>> {
    let access = access::find(conn, user, project)?;
    // Ids are UUIDv7, so ordering by id is ordering by nomination.
    listing!(conn, page, "id", rows: filtered(conn, user, access, project, query)?, Enrollment,
        id: enrollments::id, EnrollmentId, views: with_details,
        asc enrollments::id, EnrollmentId, |view: &EnrollmentView| view.id)
}

type TeacherRow = (TeacherId, String, String, String, Stage, bool);

/// Adds the projects, teachers and schools, in one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<Enrollment>) -> Result<Vec<EnrollmentView>> {
    let project_ids: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    let titles: HashMap<ProjectId, String> = projects::table
        .filter(projects::id.eq_any(project_ids))
        .select((projects::id, projects::title))
        .load(conn)?
        .into_iter()
        .collect();
    let teacher_ids: Vec<TeacherId> = rows.iter().map(|row| row.teacher_id).collect();
    let named: HashMap<TeacherId, TeacherRow> = teachers::table
        .filter(teachers::id.eq_any(teacher_ids))
        .select((
            teachers::id,
            teachers::teacher_no,
            teachers::name,
            teachers::subject,
            teachers::stage,
            teachers::backbone,
        ))
        .load::<TeacherRow>(conn)?
        .into_iter()
        .map(|teacher| (teacher.0, teacher))
        .collect();
    let schools = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let missing = || ApiError::internal("an enrollment without teacher, school or project");
    rows.into_iter()
        .map(|row| {
            let (_, teacher_no, teacher_name, subject, stage, backbone) =
                named.get(&row.teacher_id).cloned().ok_or_else(missing)?;
            Ok(EnrollmentView {
                project_title: titles.get(&row.project_id).cloned().ok_or_else(missing)?,
                organization_name: schools.get(&row.organization_id).ok_or_else(missing)?.name.clone(),
                teacher_no,
                teacher_name,
                subject,
                stage,
                backbone,
                id: row.id,
                project_id: row.project_id,
                teacher_id: row.teacher_id,
                organization_id: row.organization_id,
                status: row.status,
                reason: row.reason,
                replaces_id: row.replaces_id,
                reviewed_at: row.reviewed_at.map(Into::into),
                admitted_on: row.admitted_on,
                left_on: row.left_on,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Returns an enrollment.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: EnrollmentId) -> Result<EnrollmentView> {
    let project: ProjectId = enrollments::table.find(id).select(enrollments::project_id).first(conn)?;
    let access = access::find(conn, user, project)?;
    let row = visible(user, access).filter(enrollments::id.eq(id)).select(Enrollment::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the given enrollments whose schools lie in the caller's scope, in arbitrary order.
pub fn find_in_scope(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: Vec<EnrollmentId>,
) -> Result<Vec<EnrollmentView>> {
    let rows = enrollments::table
        .filter(enrollments::id.eq_any(ids))
        .filter(enrollments::organization_id.eq_any(scope_organization_ids!(user)))
        .select(Enrollment::as_select())
        .load(conn)?;
    with_details(conn, rows)
}

/// Returns the given enrollments, in the order of nomination, whether or not the caller sees them.
pub fn find_all(conn: &mut DbConnection, ids: &[EnrollmentId]) -> Result<Vec<EnrollmentView>> {
    let rows = enrollments::table
        .filter(enrollments::id.eq_any(ids))
        .order(enrollments::id)
        .select(Enrollment::as_select())
        .load(conn)?;
    with_details(conn, rows)
}

/// Checks that a list names each id once.
///
/// # Errors
/// 422 at each repetition.
pub fn check_distinct<T: Copy + Eq + std::hash::Hash>(ids: &[T], at: &str) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    let again: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !seen.insert(**id))
        .map(|(index, _)| FieldError::new(format!("{at}/{index}"), "duplicate", "重复"))
        .collect();
    ApiError::check(ErrorCode::Invalid, again)
}

/// Checks that the caller nominates teachers of their own scope.
///
/// # Errors
/// 422 at each teacher who is not.
fn check_own(conn: &mut DbConnection, user: &CurrentUser, ids: &[TeacherId]) -> Result<()> {
    let own: Vec<TeacherId> = teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq_any(ids))
        .filter(in_scope!(organizations::path, user.scope))
        .select(teachers::id)
        .load(conn)?;
    let foreign: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !own.contains(id))
        .map(|(index, _)| {
            FieldError::new(format!("/teacher_ids/{index}"), "unknown_teacher", "教师不存在或不在您的管理范围内")
        })
        .collect();
    ApiError::check(ErrorCode::Invalid, foreign)
}

/// Returns the enrollments of those teachers who withdrew from the project and may be nominated
/// again.
///
/// # Errors
/// 409 `already_exists` at each teacher who is enrolled otherwise.
fn returning(
    conn: &mut DbConnection,
    project: ProjectId,
    ids: &[TeacherId],
) -> Result<HashMap<TeacherId, EnrollmentId>> {
    let enrolled = batch::find_enrolled(conn, &[project], ids)?;
    let mut returning = HashMap::new();
    let mut errors = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        match enrolled.get(&(project, *id)) {
            Some((enrollment, EnrollmentStatus::Withdrawn)) => {
                returning.insert(*id, *enrollment);
            }
            Some((_, status)) => {
                let message = rules::already_enrolled(*status);
                errors.push(FieldError::new(format!("/teacher_ids/{index}"), "already_exists", message));
            }
            None => {}
        }
    }
    ApiError::check(ErrorCode::AlreadyExists, errors)?;
    Ok(returning)
}

/// Nominates again teachers who had withdrawn, for the organizations where they serve now. The audit log
/// keeps the organization that each nomination came from before.
///
/// # Errors
/// If the database fails.
pub fn nominate_again(tx: &mut Tx<'_>, again: &[(EnrollmentId, OrganizationId)]) -> Result<()> {
    let ids: Vec<EnrollmentId> = again.iter().map(|(id, _)| *id).collect();
    let before = find_all(tx.conn, &ids)?;
    batch::nominate_again(tx, again)?;
    let after = find_all(tx.conn, &ids)?;
    for (before, after) in before.iter().zip(&after) {
        tx.audit("nominate", "enrollment", after.id, Some(before), Some(after))?;
    }
    Ok(())
}

/// Nominates teachers for a project, all or none.
///
/// # Errors
/// 404 if the caller does not see the project, 409 `wrong_state` if it takes no participants, 422
/// for teachers who are repeated, not the caller's or not eligible, 409 `already_exists`.
pub fn nominate(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    project_id: ProjectId,
    teacher_ids: &[TeacherId],
) -> Result<Vec<EnrollmentView>> {
    access::find(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    rules::check_open(project.status)?;
    check_distinct(teacher_ids, "/teacher_ids")?;
    check_own(tx.conn, user, teacher_ids)?;
    let returning = returning(tx.conn, project_id, teacher_ids)?;
    let candidates = Candidates::load(tx.conn, teacher_ids, true, tx.now.local_date())?;
    candidates.check(&project, teacher_ids, "/teacher_ids")?;
    let (now, by) = (tx.now, tx.user_id()?);
    let new: Vec<Enrollment> = teacher_ids
        .iter()
        .filter(|id| !returning.contains_key(id))
        .filter_map(|id| candidates.organization(*id).map(|organization| (*id, organization)))
        .map(|(teacher, organization)| Enrollment::nominated(project_id, teacher, organization, by, now))
        .collect();
    batch::insert(tx, &new)?;
    let again: Vec<(EnrollmentId, OrganizationId)> = returning
        .into_iter()
        .filter_map(|(teacher, id)| candidates.organization(teacher).map(|organization| (id, organization)))
        .collect();
    nominate_again(tx, &again)?;
    let ids: Vec<EnrollmentId> = new.iter().map(|row| row.id).chain(again.iter().map(|(id, _)| *id)).collect();
    let views = find_all(tx.conn, &ids)?;
    tx.audit("nominate", "project", project_id, None::<&()>, Some(&views))?;
    Ok(views)
}
