use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    CertificationId, ErrorCode, LessonId, OrganizationId, Page, Permission, ReviewId, Role, TeacherId, UserId,
    certifications::{
        Award, CertificationQuery, CertificationSort, CertificationStatus, CertificationView, ReviewView, Verdict,
    },
    changes::ChangeType,
    lessons::LessonGrade,
};
use uuid::Uuid;

use super::rules::{self, Applied};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{certification_reviews, certifications, lessons, organizations, projects, teachers, users},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    lessons::lessons::store as lesson_store,
    people::{organizations::organization_refs, policies, users::user_names},
    visibility::{in_scope, organization_filter, teacher_matches, team_project_ids},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = certifications)]
pub(super) struct CertificationRow {
    pub id: CertificationId,
    pub lesson_id: LessonId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub grade: LessonGrade,
    pub status: CertificationStatus,
    pub award: Option<Award>,
    pub number: Option<String>,
    pub teacher_name: String,
    pub school_name: String,
    pub lesson_title: String,
    pub lesson_subject: String,
    pub issued_on: Option<NaiveDate>,
    pub applied_by: UserId,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<UtcTime>,
    pub decision_reason: Option<String>,
    pub superseded_by: Option<CertificationId>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = certifications)]
struct NewCertification<'a> {
    id: CertificationId,
    lesson_id: LessonId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    grade: LessonGrade,
    status: CertificationStatus,
    teacher_name: &'a str,
    school_name: &'a str,
    lesson_title: &'a str,
    lesson_subject: &'a str,
    applied_by: UserId,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

type Filtered<'a> = IntoBoxed<'a, certifications::table, MultiBackend>;

/// The certifications of the lessons that the caller sees, as the lessons' own store says it.
fn visible<'a>(user: &CurrentUser) -> Result<Filtered<'a>> {
    let rows = certifications::table.into_boxed();
    if let Some(own) = user.own_teacher_only()? {
        return Ok(rows.filter(certifications::teacher_id.eq(own)));
    }
    let in_scope = organizations::table.filter(in_scope!(organizations::path, user.scope)).select(organizations::id);
    let of_the_team = lessons::table
        .filter(lessons::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable())))
        .select(lessons::id);
    Ok(rows.filter(
        certifications::organization_id
            .eq_any(in_scope)
            .or(certifications::lesson_id.eq_any(of_the_team))
            .or(certifications::teacher_id.nullable().eq(user.teacher_id)),
    ))
}

fn filtered<'a>(conn: &mut DbConnection, user: &CurrentUser, query: &CertificationQuery) -> Result<Filtered<'a>> {
    let mut rows = visible(user)?;
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        let taught_by = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(
            lower(certifications::lesson_title)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(certifications::number.assume_not_null()).like(pattern.clone()).escape('\\'))
                // The name on the certificate, which the teacher may have changed since.
                .or(lower(certifications::teacher_name).like(pattern).escape('\\'))
                .or(certifications::teacher_id.eq_any(taught_by)),
        );
    }
    if let Some(status) = query.status {
        rows = rows.filter(certifications::status.eq(status));
    }
    if let Some(award) = query.award {
        rows = rows.filter(certifications::award.eq(award));
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(certifications::teacher_id.eq(teacher));
    }
    if let Some(lesson) = query.lesson_id {
        rows = rows.filter(certifications::lesson_id.eq(lesson));
    }
    if let Some(below) = organization_filter(conn, user, query.organization_id)? {
        let ids = organizations::table.filter(in_scope!(organizations::path, below)).select(organizations::id);
        rows = rows.filter(certifications::organization_id.eq_any(ids));
    }
    if let Some(year) = query.year {
        rows = rows.filter(certifications::number_year.eq(year));
    }
    if query.sort == Some(CertificationSort::Number) {
        rows = rows.filter(certifications::number.is_not_null());
    }
    if query.waiting_for_me == Some(true) {
        let mine = certification_reviews::table
            .filter(certification_reviews::reviewer_id.eq(user.id))
            .select(certification_reviews::certification_id);
        rows = rows
            .filter(certifications::status.eq(CertificationStatus::Applied))
            .filter(certifications::applied_by.ne(user.id))
            .filter(certifications::id.ne_all(mine));
        if let Some(own) = user.teacher_id {
            rows = rows.filter(certifications::teacher_id.ne(own));
        }
        if !user.allows(Permission::CertificationsReview) {
            rows = rows.filter(certifications::id.eq_any(Vec::<CertificationId>::new()));
        }
    }
    Ok(rows)
}

pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CertificationQuery,
    page: &PageRequest,
) -> Result<Page<CertificationView>> {
    let without_reviews = |conn: &mut DbConnection, rows| -> Result<Vec<CertificationView>> {
        let mut views = with_details(conn, user, rows)?;
        views.iter_mut().for_each(|view| view.reviews.clear());
        Ok(views)
    };
    // Ids are UUIDv7, so ordering by id is ordering by application.
    listing!(conn, page, query.sort.unwrap_or(CertificationSort::Newest),
        rows: filtered(conn, user, query)?, CertificationRow, id: certifications::id, CertificationId,
        views: without_reviews,
        {
            CertificationSort::Newest => desc certifications::id, CertificationId, |view: &CertificationView| view.id;
            CertificationSort::Oldest => asc certifications::id, CertificationId, |view: &CertificationView| view.id;
            CertificationSort::Number => asc certifications::number.assume_not_null(), String,
                |view: &CertificationView| view.number.clone().unwrap_or_default();
        }
    )
}

/// The opinions about certifications, oldest first, in one query.
fn reviews(conn: &mut DbConnection, ids: &[CertificationId]) -> Result<HashMap<CertificationId, Vec<ReviewView>>> {
    type Row = (CertificationId, ReviewId, UserId, String, Verdict, String, UtcTime);
    let rows: Vec<Row> = certification_reviews::table
        .inner_join(users::table)
        .filter(certification_reviews::certification_id.eq_any(ids))
        .order(certification_reviews::id)
        .select((
            certification_reviews::certification_id,
            certification_reviews::id,
            users::id,
            users::name,
            certification_reviews::verdict,
            certification_reviews::comment,
            certification_reviews::created_at,
        ))
        .load(conn)?;
    let mut found: HashMap<CertificationId, Vec<ReviewView>> = HashMap::new();
    for (certification, id, reviewer_id, reviewer_name, verdict, comment, created_at) in rows {
        let created_at = created_at.into();
        let review = ReviewView { id, reviewer_id, reviewer_name, verdict, comment, created_at };
        found.entry(certification).or_default().push(review);
    }
    Ok(found)
}

/// Adds the names, the reviews and the superseding numbers, in one query each.
fn with_details(
    conn: &mut DbConnection,
    user: &CurrentUser,
    rows: Vec<CertificationRow>,
) -> Result<Vec<CertificationView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut reviews = reviews(conn, &ids)?;
    let places = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let people = rows.iter().flat_map(|row| [Some(row.applied_by), row.decided_by]).flatten().collect();
    let people = user_names(conn, people)?;
    let later: HashMap<CertificationId, Option<String>> = certifications::table
        .filter(certifications::id.eq_any(rows.iter().filter_map(|row| row.superseded_by).collect::<Vec<_>>()))
        .select((certifications::id, certifications::number))
        .load(conn)?
        .into_iter()
        .collect();
    let reviews_required = policies::in_force(conn, user.today())?.reviews_required;
    rows.into_iter()
        .map(|row| {
            let mut reviews = reviews.remove(&row.id).unwrap_or_default();
            let count = |verdict| reviews.iter().filter(|review| review.verdict == verdict).count();
            let (accepts, rejects) = (count(Verdict::Accept), count(Verdict::Reject));
            let waiting_for_me = user.allows(Permission::CertificationsReview)
                && rules::check_review(row.status, standing(user, &row, &reviews)).is_ok();
            // Before the decision, who said what is no business of the teacher who waits for it.
            if user.role == Role::Teacher && row.status == CertificationStatus::Applied {
                reviews.clear();
            }
            Ok(CertificationView {
                organization: places
                    .get(&row.organization_id)
                    .cloned()
                    .ok_or_else(|| ApiError::internal("a certification without organization"))?,
                applied_by_name: people.get(&row.applied_by).cloned().unwrap_or_default(),
                decided_by_name: row.decided_by.and_then(|id| people.get(&id).cloned()),
                superseded_by_number: row.superseded_by.and_then(|id| later.get(&id).cloned().flatten()),
                accepts: i64::try_from(accepts).unwrap_or_default(),
                rejects: i64::try_from(rejects).unwrap_or_default(),
                reviews_required,
                waiting_for_me,
                reviews,
                id: row.id,
                lesson_id: row.lesson_id,
                teacher_id: row.teacher_id,
                teacher_name: row.teacher_name,
                school_name: row.school_name,
                lesson_title: row.lesson_title,
                lesson_subject: row.lesson_subject,
                grade: row.grade,
                status: row.status,
                award: row.award,
                number: row.number,
                issued_on: row.issued_on,
                decided_at: row.decided_at.map(Into::into),
                decision_reason: row.decision_reason,
                superseded_by: row.superseded_by,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

fn standing(user: &CurrentUser, row: &CertificationRow, reviews: &[ReviewView]) -> rules::Standing {
    rules::Standing {
        own: user.teacher_id == Some(row.teacher_id),
        applicant: user.id == row.applied_by,
        reviewed: reviews.iter().any(|review| review.reviewer_id == user.id),
    }
}

pub(super) fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: CertificationId) -> Result<CertificationRow> {
    Ok(visible(user)?.filter(certifications::id.eq(id)).select(CertificationRow::as_select()).first(conn)?)
}

/// As [`find_row`], with the row locked until the transaction ends, so that reviews and decisions
/// come one after the other.
pub(super) fn find_for_update(tx: &mut Tx<'_>, user: &CurrentUser, id: CertificationId) -> Result<CertificationRow> {
    if let DbConnection::Postgres(connection) = tx.conn {
        certifications::table.find(id).for_update().select(certifications::id).first::<CertificationId>(connection)?;
    }
    find_row(tx.conn, user, id)
}

pub(super) fn standing_of(
    conn: &mut DbConnection,
    user: &CurrentUser,
    row: &CertificationRow,
) -> Result<(rules::Standing, Vec<ReviewView>)> {
    let reviews = reviews(conn, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok((standing(user, row, &reviews), reviews))
}

/// Those of some that the caller sees, in no order.
pub fn find_all(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: Vec<CertificationId>,
) -> Result<Vec<CertificationView>> {
    let rows =
        visible(user)?.filter(certifications::id.eq_any(ids)).select(CertificationRow::as_select()).load(conn)?;
    with_details(conn, user, rows)
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: CertificationId) -> Result<CertificationView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// The teacher's name and that of the school where the teacher serves, as they are now.
pub(super) fn present_names(conn: &mut DbConnection, teacher: TeacherId) -> Result<(String, String)> {
    Ok(teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq(teacher))
        .select((teachers::name, organizations::name))
        .first(conn)?)
}

pub fn apply(tx: &mut Tx<'_>, user: &CurrentUser, lesson_id: LessonId) -> Result<CertificationView> {
    let lesson = lesson_store::find_for_update(tx, user, lesson_id).map_err(|error| match error.code {
        ErrorCode::NotFound => ApiError::invalid("/lesson_id", "unknown_lesson", "课例不存在或不在您的管理范围内"),
        _ => error,
    })?;
    let standing = crate::lessons::lessons::checks::standing(tx.conn, user, lesson.teacher_id, lesson.project_id)?;
    crate::lessons::lessons::rules::check_may_write(standing)?;
    let before: Vec<Applied> = certifications::table
        .filter(certifications::lesson_id.eq(lesson_id))
        .select((certifications::status, certifications::grade))
        .load::<(CertificationStatus, LessonGrade)>(tx.conn)?
        .into_iter()
        .map(|(status, grade)| Applied { status, grade })
        .collect();
    let grade = rules::check_application(lesson.grade, &before)?;
    let (teacher_name, school_name) = present_names(tx.conn, lesson.teacher_id)?;
    let id = CertificationId::from_uuid(Uuid::now_v7());
    diesel::insert_into(certifications::table)
        .values(NewCertification {
            id,
            lesson_id,
            teacher_id: lesson.teacher_id,
            organization_id: lesson.organization.id,
            grade,
            status: CertificationStatus::Applied,
            teacher_name: &teacher_name,
            school_name: &school_name,
            lesson_title: &lesson.title,
            lesson_subject: &lesson.subject,
            applied_by: user.id,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    let view = find(tx.conn, user, id)?;
    tx.audit("apply", "certification", id, None::<&()>, Some(&view))?;
    tx.publish(ChangeType::CertificationCreated, [id]);
    Ok(view)
}
