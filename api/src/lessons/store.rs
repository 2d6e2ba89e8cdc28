use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    CertificationId, LessonId, OrganizationId, Page, ProjectId, TeacherId, UserId, WireEnum,
    certifications::{Award, CertificationStatus},
    changes::ChangeType,
    lessons::{CreateLesson, GradeLesson, LessonCertification, LessonGrade, LessonSort, LessonView, UpdateLesson},
    organizations::{OrganizationKind, OrganizationRef},
    phases::{PhaseKind, PhaseStatus},
    projects::ProjectStatus,
    training::Stage,
};
use uuid::Uuid;

use super::{
    routes::LessonQuery,
    rules::{self, Standing},
};
use crate::{
    assignment::team_project_ids,
    auth::CurrentUser,
    certifications::rules::{Applied, check_application},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{certifications, lessons, organizations, phases, projects, teachers, users},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    etag::IfMatch,
    list::PageRequest,
    scope::{in_scope, subtree},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = lessons)]
struct LessonRow {
    id: LessonId,
    teacher_id: TeacherId,
    project_id: Option<ProjectId>,
    title: String,
    subject: String,
    stage: Stage,
    taught_on: Option<NaiveDate>,
    summary: Option<String>,
    grade: Option<LessonGrade>,
    grade_comment: Option<String>,
    graded_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = lessons)]
struct NewLesson<'a> {
    id: LessonId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    project_id: Option<ProjectId>,
    title: &'a str,
    subject: &'a str,
    stage: Stage,
    taught_on: Option<NaiveDate>,
    summary: Option<&'a str>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = lessons)]
struct LessonChanges<'a> {
    project_id: Option<Option<ProjectId>>,
    title: Option<&'a str>,
    subject: Option<&'a str>,
    stage: Option<Stage>,
    taught_on: Option<Option<NaiveDate>>,
    summary: Option<Option<&'a str>>,
    version: i32,
    updated_at: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = lessons)]
struct Grading<'a> {
    grade: LessonGrade,
    // `None` clears the comment of an earlier grade.
    grade_comment: Option<Option<&'a str>>,
    graded_by: UserId,
    graded_at: UtcTime,
    version: i32,
    updated_at: UtcTime,
}

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
        let pattern = contains_pattern(text);
        let named = teachers::table.filter(lower(teachers::name).like(pattern.clone()).escape('\\'));
        rows = rows.filter(
            lower(lessons::title).like(pattern).escape('\\').or(lessons::teacher_id.eq_any(named.select(teachers::id))),
        );
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(lessons::teacher_id.eq(teacher));
    }
    if let Some(project) = query.project_id {
        rows = rows.filter(lessons::project_id.eq(project));
    }
    if let Some(organization) = query.organization_id {
        let below = subtree(conn, organization)?;
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
    let sort = query.sort.unwrap_or(LessonSort::Newest);
    let after: Option<(String, LessonId)> = page.after(sort.as_str())?;
    let rows = filtered(conn, user, query)?;
    // Ids are UUIDv7: their order is that of creation.
    let rows = match (sort, after) {
        (LessonSort::Newest, None) => rows.order(lessons::id.desc()),
        (LessonSort::Newest, Some((_, id))) => rows.filter(lessons::id.lt(id)).order(lessons::id.desc()),
        (LessonSort::Oldest, None) => rows.order(lessons::id.asc()),
        (LessonSort::Oldest, Some((_, id))) => rows.filter(lessons::id.gt(id)).order(lessons::id.asc()),
        (LessonSort::Title, after) => keyset!(rows, after, lessons::title, lessons::id, asc),
        (LessonSort::TitleDesc, after) => keyset!(rows, after, lessons::title, lessons::id, desc),
    };
    let rows = rows.limit(page.fetch()).select(LessonRow::as_select()).load(conn)?;
    let total =
        if page.with_total { Some(filtered(conn, user, query)?.select(count_star()).first(conn)?) } else { None };
    let views = with_details(conn, rows)?;
    page.page(sort.as_str(), views, |view| (view.title.clone(), view.id), total)
}

struct Names {
    teacher: String,
    organization: OrganizationRef,
    project: Option<String>,
    grader: Option<String>,
}

/// The names that go with lessons, in one query.
fn names(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Names>> {
    type Row = (LessonId, String, (OrganizationId, String, String, OrganizationKind), Option<String>, Option<String>);
    let rows: Vec<Row> = lessons::table
        .inner_join(teachers::table)
        .inner_join(organizations::table)
        .left_join(projects::table)
        .left_join(users::table)
        .filter(lessons::id.eq_any(ids))
        .select((
            lessons::id,
            teachers::name,
            (organizations::id, organizations::code, organizations::name, organizations::kind),
            projects::title.nullable(),
            users::name.nullable(),
        ))
        .load(conn)?;
    let names = rows.into_iter().map(|(lesson, teacher, (id, code, name, kind), project, grader)| {
        (lesson, Names { teacher, organization: OrganizationRef { id, code, name, kind }, project, grader })
    });
    Ok(names.collect())
}

/// A certification of a lesson, as far as the lesson tells of it.
struct Certified {
    view: LessonCertification,
    grade: LessonGrade,
}

/// The certifications of lessons, oldest first, in one query.
fn certified(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Vec<Certified>>> {
    type Row = (LessonId, CertificationId, CertificationStatus, Option<Award>, Option<String>, LessonGrade);
    let rows: Vec<Row> = certifications::table
        .filter(certifications::lesson_id.eq_any(ids))
        .order(certifications::id)
        .select((
            certifications::lesson_id,
            certifications::id,
            certifications::status,
            certifications::award,
            certifications::number,
            certifications::grade,
        ))
        .load(conn)?;
    let mut found: HashMap<LessonId, Vec<Certified>> = HashMap::new();
    for (lesson, id, status, award, number, grade) in rows {
        let view = LessonCertification { id, status, award, number };
        found.entry(lesson).or_default().push(Certified { view, grade });
    }
    Ok(found)
}

fn applied(certified: &[Certified]) -> Vec<Applied> {
    certified.iter().map(|one| Applied { status: one.view.status, grade: one.grade }).collect()
}

fn with_details(conn: &mut DbConnection, rows: Vec<LessonRow>) -> Result<Vec<LessonView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let (mut names, mut certified) = (names(conn, &ids)?, certified(conn, &ids)?);
    rows.into_iter()
        .map(|row| {
            let Names { teacher, organization, project, grader } =
                names.remove(&row.id).ok_or_else(|| ApiError::internal("a lesson without teacher"))?;
            let certified = certified.remove(&row.id).unwrap_or_default();
            Ok(LessonView {
                can_apply: check_application(row.grade, &applied(&certified)).is_ok(),
                certification: in_force_or_latest(certified),
                id: row.id,
                teacher_id: row.teacher_id,
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

fn in_force_or_latest(mut certified: Vec<Certified>) -> Option<LessonCertification> {
    let in_force = certified.iter().position(|one| one.view.status == CertificationStatus::Accepted);
    match in_force {
        Some(at) => Some(certified.swap_remove(at).view),
        None => certified.pop().map(|latest| latest.view),
    }
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    let row = visible(user)?.filter(lessons::id.eq(id)).select(LessonRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Those of some that the caller sees, in no order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<LessonId>) -> Result<Vec<LessonView>> {
    let rows = visible(user)?.filter(lessons::id.eq_any(ids)).select(LessonRow::as_select()).load(conn)?;
    with_details(conn, rows)
}

/// As [`find`], with the row locked until the transaction ends, so that grading, changing and
/// applying for certification come one after the other.
pub fn find_to_change(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId) -> Result<LessonView> {
    if let DbConnection::Postgres(connection) = tx.conn {
        lessons::table.find(id).for_update().select(lessons::id).first::<LessonId>(connection)?;
    }
    find(tx.conn, user, id)
}

/// How the caller stands to a lesson.
pub fn standing(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teacher: TeacherId,
    project: Option<ProjectId>,
) -> Result<Standing> {
    let in_team = match project {
        Some(project) => diesel::select(diesel::dsl::exists(team_project_ids!(user).filter(projects::id.eq(project))))
            .get_result(conn)?,
        None => false,
    };
    Ok(Standing { role: user.role, own: user.teacher_id == Some(teacher), in_team })
}

/// The teacher of a new lesson, as far as the lesson takes over from them.
struct Giver {
    id: TeacherId,
    organization_id: OrganizationId,
    subject: String,
    stage: Stage,
}

/// The teacher that a new lesson names, if the caller may enter lessons of theirs: in scope, the
/// caller's own, or a participant of a project of the caller's team.
fn giver(conn: &mut DbConnection, user: &CurrentUser, teacher: Option<TeacherId>) -> Result<Giver> {
    use crate::db::schema::enrollments;

    let unknown = || ApiError::invalid("/teacher_id", "unknown_teacher", "教师不存在或不在您的管理范围内");
    let id =
        teacher.or(user.teacher_id).ok_or_else(|| ApiError::invalid("/teacher_id", "required", "请选择授课教师"))?;
    let mut found = teachers::table.find(id).into_boxed();
    if let Some(own) = user.own_teacher_only()? {
        found = found.filter(teachers::id.eq(own));
    } else {
        let in_scope =
            organizations::table.filter(in_scope!(organizations::path, user.scope)).select(organizations::id);
        let participants = enrollments::table
            .filter(enrollments::project_id.eq_any(team_project_ids!(user)))
            .select(enrollments::teacher_id);
        found = found.filter(
            teachers::organization_id
                .eq_any(in_scope)
                .or(teachers::id.eq_any(participants))
                .or(teachers::id.nullable().eq(user.teacher_id))
                .assume_not_null(),
        );
    }
    found
        .select((teachers::id, teachers::organization_id, teachers::subject, teachers::stage))
        .first::<(TeacherId, OrganizationId, String, Stage)>(conn)
        .optional()?
        .map(|(id, organization_id, subject, stage)| Giver { id, organization_id, subject, stage })
        .ok_or_else(unknown)
}

/// A lesson belongs to a project in which its teacher takes part, as participant or in the team.
fn check_project(conn: &mut DbConnection, teacher: TeacherId, project: Option<ProjectId>) -> Result<()> {
    use crate::db::schema::{enrollments, team_members};
    use songjiao_types::enrollments::EnrollmentStatus;

    let Some(project) = project else { return Ok(()) };
    let participant = enrollments::table
        .filter(enrollments::teacher_id.eq(teacher))
        .filter(enrollments::status.eq_any([EnrollmentStatus::Admitted, EnrollmentStatus::Completed]))
        .select(enrollments::project_id);
    let in_team = team_members::table
        .filter(team_members::teacher_id.eq(teacher).and(team_members::left_on.is_null()))
        .select(team_members::team_id.nullable());
    let status: Option<ProjectStatus> = projects::table
        .find(project)
        .filter(projects::id.eq_any(participant).or(projects::team_id.eq_any(in_team)))
        .select(projects::status)
        .first(conn)
        .optional()?;
    match status {
        None => Err(ApiError::invalid("/project_id", "not_a_participant", "该教师未参加此项目")),
        Some(ProjectStatus::Draft | ProjectStatus::Cancelled) => {
            Err(ApiError::invalid("/project_id", "wrong_state", "项目尚未发布或已取消"))
        }
        Some(_) => Ok(()),
    }
}

pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateLesson) -> Result<LessonView> {
    let giver = giver(tx.conn, user, new.teacher_id)?;
    rules::check_may_write(standing(tx.conn, user, giver.id, new.project_id)?)?;
    check_project(tx.conn, giver.id, new.project_id)?;
    let id = LessonId::from_uuid(Uuid::now_v7());
    diesel::insert_into(lessons::table)
        .values(NewLesson {
            id,
            teacher_id: giver.id,
            organization_id: giver.organization_id,
            project_id: new.project_id,
            title: new.title.trim(),
            subject: new.subject.as_deref().map_or(&*giver.subject, str::trim),
            stage: new.stage.unwrap_or(giver.stage),
            taught_on: new.taught_on,
            summary: new.summary.as_deref(),
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    let view = find(tx.conn, user, id)?;
    tx.created("lesson", id, &view)?;
    tx.publish(ChangeType::LessonCreated, [id]);
    Ok(view)
}

pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: LessonId,
    version: IfMatch,
    changes: &UpdateLesson,
) -> Result<LessonView> {
    let before = find_to_change(tx, user, id)?;
    version.check(before.version)?;
    rules::check_may_write(standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    rules::check_not_graded(before.grade)?;
    if let Some(project) = changes.project_id {
        rules::check_may_write(standing(tx.conn, user, before.teacher_id, project)?)?;
        check_project(tx.conn, before.teacher_id, project)?;
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
    version.landed(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("lesson", id, &before, &after)?;
    tx.publish(ChangeType::LessonUpdated, [id]);
    Ok(after)
}

pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, version: IfMatch) -> Result<()> {
    let before = find_to_change(tx, user, id)?;
    version.check(before.version)?;
    rules::check_may_write(standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    rules::check_not_graded(before.grade)?;
    diesel::delete(lessons::table.find(id)).execute(tx.conn)?;
    let path = organizations::table.find(before.organization.id).select(organizations::path).first(tx.conn)?;
    tx.publish_deleted(ChangeType::LessonDeleted, id, path);
    tx.deleted("lesson", id, &before)
}

pub fn grade(tx: &mut Tx<'_>, user: &CurrentUser, id: LessonId, given: &GradeLesson) -> Result<LessonView> {
    let before = find_to_change(tx, user, id)?;
    rules::check_may_grade(standing(tx.conn, user, before.teacher_id, before.project_id)?)?;
    rules::check_time_to_grade(polishing(tx.conn, before.project_id)?)?;
    let certified = certified(tx.conn, &[id])?.remove(&id).unwrap_or_default();
    let with_status = |status| certified.iter().find(|one| one.view.status == status).map(|one| one.grade);
    let open = with_status(CertificationStatus::Applied).is_some();
    rules::check_grade(given.grade, open, with_status(CertificationStatus::Accepted))?;
    diesel::update(lessons::table.find(id))
        .set(Grading {
            grade: given.grade,
            grade_comment: Some(given.comment.as_deref()),
            graded_by: user.id,
            graded_at: tx.now,
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.note("grade", "lesson", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::LessonUpdated, [id]);
    Ok(after)
}

/// Of a lesson's project its status, and that of its 研课磨课 where it has phases.
fn polishing(
    conn: &mut DbConnection,
    project: Option<ProjectId>,
) -> Result<Option<(ProjectStatus, Option<PhaseStatus>)>> {
    let Some(project) = project else { return Ok(None) };
    let found = projects::table
        .left_join(
            phases::table.on(phases::project_id.eq(projects::id).and(phases::kind.eq(PhaseKind::LessonPolishing))),
        )
        .filter(projects::id.eq(project))
        .select((projects::status, phases::status.nullable()))
        .first(conn)?;
    Ok(Some(found))
}
