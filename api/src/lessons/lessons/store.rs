use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    LessonId, Page, TeacherId,
    changes::ChangeType,
    lessons::{CreateLesson, GradeLesson, LessonQuery, LessonSort, LessonView, UpdateLesson},
};

use super::{
    batch::{self, Lesson},
    certification_status, facts,
    repeats::{self, TitleIndex},
    rules,
    views::with_details,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{certifications, lessons, organizations, projects, teachers},
        types::{contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    lessons::assignment::named_certification_ids,
    training::rows::trimmed,
    visibility::{organization_filter, organization_ids_in, teacher_matches, team_project_ids, visible_records},
};

type Filtered<'a> = IntoBoxed<'a, lessons::table, MultiBackend>;

/// Returns the lessons that the user sees: their own; by assignment those of the projects of their teams, and those for
/// whose certification they were named as reviewers; by scope those of organizations there.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    let named = certifications::table
        .filter(certifications::id.eq_any(named_certification_ids!(user)))
        .select(certifications::lesson_id);
    visible_records!(user, lessons::table.into_boxed(),
        own: lessons::teacher_id.nullable().eq(user.teacher_id),
        teams: lessons::project_id
            .eq_any(team_project_ids!(user).select(projects::id.nullable()))
            .or(lessons::id.eq_any(named)),
        scope: |scope| lessons::organization_id.eq_any(organization_ids_in!(scope)),
    )
}

fn filtered<'a>(conn: &mut DbConnection, user: &CurrentUser, query: &LessonQuery) -> Result<Filtered<'a>> {
    let mut rows = visible(user);
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
        rows = rows.filter(lessons::organization_id.eq_any(organization_ids_in!(below)));
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

/// Returns a page of the lessons that the caller sees.
///
/// # Errors
/// 422 for a bad cursor or an unknown `organization_id`.
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

/// Returns a lesson's row.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: LessonId) -> Result<Lesson> {
    Ok(visible(user).filter(lessons::id.eq(id)).select(Lesson::as_select()).first(conn)?)
}

/// Returns a lesson.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the lessons of the given teachers and titles that are visible to the caller, locked as by
/// [`find_for_update`] if `for_update` is set.
pub fn find_by_titles(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teachers: &[TeacherId],
    titles: &[&str],
    for_update: bool,
) -> Result<Vec<Lesson>> {
    if let (DbConnection::Postgres(connection), true) = (&mut *conn, for_update) {
        let named = lessons::teacher_id.eq_any(teachers).and(lessons::title.eq_any(titles));
        let locked = lessons::table.filter(named).order(lessons::id).for_update();
        locked.select(lessons::id).load::<LessonId>(connection)?;
    }
    let rows = visible(user).filter(lessons::teacher_id.eq_any(teachers)).filter(lessons::title.eq_any(titles));
    Ok(rows.order(lessons::id).select(Lesson::as_select()).load(conn)?)
}

/// Returns the given lessons that are visible to the caller, in arbitrary order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<LessonId>) -> Result<Vec<LessonView>> {
    let rows = visible(user).filter(lessons::id.eq_any(ids)).select(Lesson::as_select()).load(conn)?;
    with_details(conn, rows)
}

/// Returns a lesson as [`find`] does, and locks its row until the transaction ends, so that grading,
/// changing and applying for certification follow one another.
///
/// # Errors
/// 404.
pub fn find_for_update(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    if let DbConnection::Postgres(connection) = tx.conn {
        lessons::table.find(id).for_update().select(lessons::id).first::<LessonId>(connection)?;
    }
    find(tx.conn, user, id)
}

/// Enters a lesson.
///
/// # Errors
/// 422 as by [`facts::find_teacher`] and [`facts::check_project`], 403 as by [`rules::check_may_write`], 409
/// `lesson_suspected` as by [`repeats::check`].
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateLesson) -> Result<LessonView> {
    let teacher = facts::find_teacher(tx.conn, user, new.teacher_id)?;
    rules::check_may_write(facts::relation(tx.conn, user, teacher.id, new.project_id)?)?;
    facts::check_project(tx.conn, teacher.id, new.project_id)?;
    let entered = teacher.lesson(new.project_id, new.title.trim().to_owned(), tx.now);
    let lesson = Lesson {
        subject: new.subject.as_ref().map_or(entered.subject, |subject| subject.trim().to_owned()),
        stage: new.stage.unwrap_or(entered.stage),
        taught_on: new.taught_on,
        summary: new.summary.clone(),
        ..entered
    };
    let index = TitleIndex::load(tx.conn, &[teacher.id], new.project_id.as_slice(), true)?;
    let lesson = repeats::check(&index, lesson, trimmed(new.distinct_reason.as_ref()))?;
    let id = lesson.id;
    batch::insert(tx, &[lesson])?;
    let view = find(tx.conn, user, id)?;
    tx.created("lesson", id, &view)?;
    Ok(view)
}

/// Returns a lesson that the caller may change, and locks its row.
///
/// # Errors
/// 404 if the caller does not see the lesson, 412 if it has another version, 403 if the caller may not
/// write it, 409 `wrong_state` if it is graded.
fn find_changeable(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, version: IfMatch) -> Result<LessonView> {
    let lesson = find_for_update(tx, user, id)?;
    version.check(lesson.version)?;
    rules::check_may_write(facts::relation(tx.conn, user, lesson.teacher_id, lesson.project_id)?)?;
    rules::check_not_graded(lesson.grade)?;
    Ok(lesson)
}

/// Changes a lesson that is not graded.
///
/// # Errors
/// As [`find_changeable`]; 403 or 422 for a project that it may not belong to; 409 `lesson_suspected` as by
/// [`repeats::check`].
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: LessonId,
    version: IfMatch,
    changes: &UpdateLesson,
) -> Result<LessonView> {
    let before = find_changeable(tx, user, id, version)?;
    if let Some(project) = changes.project_id {
        rules::check_may_write(facts::relation(tx.conn, user, before.teacher_id, project)?)?;
        facts::check_project(tx.conn, before.teacher_id, project)?;
    }
    let index = TitleIndex::load(tx.conn, &[before.teacher_id], changes.project_id.flatten().as_slice(), true)?;
    let row = find_row(tx.conn, user, id)?;
    let former = row.clone();
    let updated = Lesson {
        project_id: changes.project_id.unwrap_or(row.project_id),
        title: changes.title.as_ref().map_or(row.title, |title| title.trim().to_owned()),
        subject: changes.subject.as_ref().map_or(row.subject, |subject| subject.trim().to_owned()),
        stage: changes.stage.unwrap_or(row.stage),
        taught_on: changes.taught_on.unwrap_or(row.taught_on),
        summary: changes.summary.clone().unwrap_or(row.summary),
        version: row.version + 1,
        updated_at: tx.now,
        ..row
    };
    let updated = match index.differ(&former, &updated) {
        true => repeats::check(&index, updated, trimmed(changes.distinct_reason.as_ref()))?,
        false => updated,
    };
    diesel::update(lessons::table.find(id)).set(&updated).execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("lesson", id, &before, &after)?;
    tx.publish(ChangeType::LessonUpdated, [id]);
    Ok(after)
}

/// Deletes a lesson that is not graded.
///
/// # Errors
/// As [`find_changeable`].
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, version: IfMatch) -> Result<()> {
    let before = find_changeable(tx, user, id, version)?;
    diesel::delete(lessons::table.find(id)).execute(tx.conn)?;
    let path = organizations::table.find(before.organization.id).select(organizations::path).first(tx.conn)?;
    tx.publish_deleted(ChangeType::LessonDeleted, id, path);
    tx.deleted("lesson", id, &before)
}

/// Grades a lesson.
///
/// # Errors
/// 404 if the caller does not see it, 403 as by [`rules::check_may_grade`], 409 as by
/// [`rules::check_time_to_grade`] and [`certification_status::check_grade`].
pub fn grade(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, given: &GradeLesson) -> Result<LessonView> {
    let before = find_for_update(tx, user, id)?;
    rules::check_may_grade(facts::relation(tx.conn, user, before.teacher_id, before.project_id)?)?;
    let project = before.project_id;
    let progress = facts::progress(tx.conn, project.as_slice())?;
    rules::check_time_to_grade(project.and_then(|id| progress.get(&id).copied()))?;
    let certifications = certification_status::load(tx.conn, &[id])?.remove(&id).unwrap_or_default();
    certification_status::check_grade(&certifications, given.grade)?;
    let graded = find_row(tx.conn, user, id)?.graded(given.grade, given.comment.clone(), user.id, tx.now);
    batch::write(tx, vec![Lesson { version: before.version + 1, updated_at: tx.now, ..graded }])?;
    let after = find(tx.conn, user, id)?;
    tx.audit("grade", "lesson", id, Some(&before), Some(&after))?;
    Ok(after)
}
