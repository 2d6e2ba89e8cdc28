use std::collections::HashMap;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    LessonId, OrganizationId, Page, TeacherId,
    changes::ChangeType,
    lessons::{CreateLesson, GradeLesson, LessonQuery, LessonSort, LessonView, UpdateLesson},
    organizations::{OrganizationKind, OrganizationRef},
};
use uuid::Uuid;

use super::{
    certified, checks,
    rows::{self, Lesson, LessonChanges},
    rules,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{lessons, organizations, projects, teachers, users},
        types::{contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    visibility::{in_scope, organization_filter, teacher_matches, team_project_ids},
};

type Filtered<'a> = IntoBoxed<'a, lessons::table, MultiBackend>;

/// The lessons that a user sees: those of organizations in scope, of the own team's projects, and
/// the own ones; of the role `teacher`, the own ones alone.
fn visible<'a>(user: &CurrentUser) -> Result<Filtered<'a>> {
    let rows = lessons::table.into_boxed();
    if let Some(own) = user.own_teacher_only()? {
        return Ok(rows.filter(lessons::teacher_id.eq(own)));
    }
    let in_scope = organizations::table.filter(in_scope!(organizations::path, user.scope)).select(organizations::id);
    Ok(rows.filter(
        lessons::organization_id
            .eq_any(in_scope)
            .or(lessons::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable())))
            .or(lessons::teacher_id.nullable().eq(user.teacher_id)),
    ))
}

fn filtered<'a>(conn: &mut DbConnection, user: &CurrentUser, query: &LessonQuery) -> Result<Filtered<'a>> {
    let mut rows = visible(user)?;
    if let Some(text) = &query.q {
        let taught_by = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(
            lower(lessons::title).like(contains_pattern(text)).escape('\\').or(lessons::teacher_id.eq_any(taught_by)),
        );
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(lessons::teacher_id.eq(teacher));
    }
    if let Some(project) = query.project_id {
        rows = rows.filter(lessons::project_id.eq(project));
    }
    if let Some(below) = organization_filter(conn, user, query.organization_id)? {
        let ids = organizations::table.filter(in_scope!(organizations::path, below)).select(organizations::id);
        rows = rows.filter(lessons::organization_id.eq_any(ids));
    }
    if let Some(subject) = &query.subject {
        rows = rows.filter(lessons::subject.eq(subject.clone()));
    }
    if let Some(grade) = query.grade {
        rows = rows.filter(lessons::grade.eq(grade));
    }
    match query.graded {
        Some(true) => rows = rows.filter(lessons::grade.is_not_null()),
        Some(false) => rows = rows.filter(lessons::grade.is_null()),
        None => {}
    }
    Ok(rows)
}

pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &LessonQuery,
    page: &PageRequest,
) -> Result<Page<LessonView>> {
    // Ids are UUIDv7, so ordering by id is ordering by creation.
    listing!(conn, page, query.sort.unwrap_or(LessonSort::Newest),
        rows: filtered(conn, user, query)?, Lesson, id: lessons::id, LessonId, views: with_details,
        {
            LessonSort::Newest => desc lessons::id, LessonId, |view: &LessonView| view.id;
            LessonSort::Oldest => asc lessons::id, LessonId, |view: &LessonView| view.id;
            LessonSort::Title => asc lessons::title, String, |view: &LessonView| view.title.clone();
            LessonSort::TitleDesc => desc lessons::title, String, |view: &LessonView| view.title.clone();
        }
    )
}

struct Names {
    teacher_no: String,
    teacher: String,
    organization: OrganizationRef,
    project: Option<String>,
    grader: Option<String>,
}

/// The names that go with lessons, in one query.
fn names(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Names>> {
    type Row = (
        LessonId,
        (String, String),
        (OrganizationId, String, String, OrganizationKind),
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = lessons::table
        .inner_join(teachers::table)
        .inner_join(organizations::table)
        .left_join(projects::table)
        .left_join(users::table)
        .filter(lessons::id.eq_any(ids))
        .select((
            lessons::id,
            (teachers::teacher_no, teachers::name),
            (organizations::id, organizations::code, organizations::name, organizations::kind),
            projects::title.nullable(),
            users::name.nullable(),
        ))
        .load(conn)?;
    let names = rows.into_iter().map(|(lesson, (teacher_no, teacher), (id, code, name, kind), project, grader)| {
        let organization = OrganizationRef { id, code, name, kind };
        (lesson, Names { teacher_no, teacher, organization, project, grader })
    });
    Ok(names.collect())
}

fn with_details(conn: &mut DbConnection, rows: Vec<Lesson>) -> Result<Vec<LessonView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let (mut names, mut certified) = (names(conn, &ids)?, certified::of_lessons(conn, &ids)?);
    rows.into_iter()
        .map(|row| {
            let Names { teacher_no, teacher, organization, project, grader } =
                names.remove(&row.id).ok_or_else(|| ApiError::internal("a lesson without teacher"))?;
            let certified = certified.remove(&row.id).unwrap_or_default();
            Ok(LessonView {
                can_apply: certified::may_apply(row.grade, &certified),
                certification: certified::in_force_or_latest(certified),
                id: row.id,
                teacher_id: row.teacher_id,
                teacher_no,
                teacher_name: teacher,
                organization,
                project_id: row.project_id,
                project_title: project,
                title: row.title,
                subject: row.subject,
                stage: row.stage,
                taught_on: row.taught_on,
                summary: row.summary,
                grade: row.grade,
                grade_comment: row.grade_comment,
                graded_by_name: grader,
                graded_at: row.graded_at.map(Into::into),
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    let row = visible(user)?.filter(lessons::id.eq(id)).select(Lesson::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// The lessons of some teachers under some titles that the caller sees; with `hold` locked until
/// the transaction ends, as by [`find_for_update`].
pub fn under(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teachers: &[TeacherId],
    titles: &[&str],
    hold: bool,
) -> Result<Vec<Lesson>> {
    if let (DbConnection::Postgres(connection), true) = (&mut *conn, hold) {
        let named = lessons::teacher_id.eq_any(teachers).and(lessons::title.eq_any(titles));
        let locked = lessons::table.filter(named).order(lessons::id).for_update();
        locked.select(lessons::id).load::<LessonId>(connection)?;
    }
    let rows = visible(user)?.filter(lessons::teacher_id.eq_any(teachers)).filter(lessons::title.eq_any(titles));
    Ok(rows.order(lessons::id).select(Lesson::as_select()).load(conn)?)
}

/// Those of some that the caller sees, in no order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<LessonId>) -> Result<Vec<LessonView>> {
    let rows = visible(user)?.filter(lessons::id.eq_any(ids)).select(Lesson::as_select()).load(conn)?;
    with_details(conn, rows)
}

/// As [`find`], with the row locked until the transaction ends, so that grading, changing and
/// applying for certification come one after the other.
pub fn find_for_update(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    if let DbConnection::Postgres(connection) = tx.conn {
        lessons::table.find(id).for_update().select(lessons::id).first::<LessonId>(connection)?;
    }
    find(tx.conn, user, id)
}

pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateLesson) -> Result<LessonView> {
    let giver = checks::giver(tx.conn, user, new.teacher_id)?;
    rules::check_may_write(checks::standing(tx.conn, user, giver.id, new.project_id)?)?;
    checks::check_project(tx.conn, giver.id, new.project_id)?;
    let id = LessonId::from_uuid(Uuid::now_v7());
    let lesson = Lesson {
        id,
        teacher_id: giver.id,
        organization_id: giver.organization_id,
        project_id: new.project_id,
        title: new.title.trim().to_owned(),
        subject: new.subject.as_deref().map_or(giver.subject, |subject| subject.trim().to_owned()),
        stage: new.stage.unwrap_or(giver.stage),
        taught_on: new.taught_on,
        summary: new.summary.clone(),
        grade: None,
        grade_comment: None,
        graded_by: None,
        graded_at: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    rows::write(tx, &[lesson])?;
    let view = find(tx.conn, user, id)?;
    tx.created("lesson", id, &view)?;
    Ok(view)
}

pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: LessonId,
    version: IfMatch,
    changes: &UpdateLesson,
) -> Result<LessonView> {
    let before = find_for_update(tx, user, id)?;
    version.check(before.version)?;
    rules::check_may_write(checks::standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    rules::check_not_graded(before.grade)?;
    if let Some(project) = changes.project_id {
        rules::check_may_write(checks::standing(tx.conn, user, before.teacher_id, project)?)?;
        checks::check_project(tx.conn, before.teacher_id, project)?;
    }
    let changed = diesel::update(lessons::table.find(id).filter(lessons::version.eq(before.version)))
        .set(LessonChanges {
            project_id: changes.project_id,
            title: changes.title.as_deref().map(str::trim),
            subject: changes.subject.as_deref().map(str::trim),
            stage: changes.stage,
            taught_on: changes.taught_on,
            summary: changes.summary.as_ref().map(Option::as_deref),
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("lesson", id, &before, &after)?;
    tx.publish(ChangeType::LessonUpdated, [id]);
    Ok(after)
}

pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, version: IfMatch) -> Result<()> {
    let before = find_for_update(tx, user, id)?;
    version.check(before.version)?;
    rules::check_may_write(checks::standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    rules::check_not_graded(before.grade)?;
    diesel::delete(lessons::table.find(id)).execute(tx.conn)?;
    let path = organizations::table.find(before.organization.id).select(organizations::path).first(tx.conn)?;
    tx.publish_deleted(ChangeType::LessonDeleted, id, path);
    tx.deleted("lesson", id, &before)
}

pub fn grade(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, given: &GradeLesson) -> Result<LessonView> {
    let before = find_for_update(tx, user, id)?;
    rules::check_may_grade(checks::standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    let project = before.project_id;
    let polishing = checks::polishing(tx.conn, project.as_slice())?;
    rules::check_time_to_grade(project.and_then(|id| polishing.get(&id).copied()))?;
    let certified = certified::of_lessons(tx.conn, &[id])?.remove(&id).unwrap_or_default();
    certified::check_grade(&certified, given.grade)?;
    let lesson: Lesson = lessons::table.find(id).select(Lesson::as_select()).first(tx.conn)?;
    let graded = lesson.graded(given.grade, given.comment.clone(), user.id, tx.now);
    rows::write(tx, &[Lesson { version: before.version + 1, updated_at: tx.now, ..graded }])?;
    let after = find(tx.conn, user, id)?;
    tx.audit("grade", "lesson", id, Some(&before), Some(&after))?;
    Ok(after)
}
