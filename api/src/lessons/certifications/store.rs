use chrono::NaiveDate;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    CertificationId, Page, Permission,
    certifications::{CertificationQuery, CertificationSort, CertificationStatus, CertificationView},
};

use super::{application::Application, batch::Certification, independence, views::with_details};
use crate::{
    auth::{CurrentUser, person::person_of},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{certifications, lessons, projects, teachers},
        types::{contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    lessons::assignment::named_certification_ids,
    visibility::{organization_filter, organization_ids_in, teacher_matches, team_project_ids, visible_records},
};

type Filtered<'a> = IntoBoxed<'a, certifications::table, MultiBackend>;

/// Returns the certifications that the user sees: those of their own lessons; by assignment those of lessons of the
/// projects of their teams, and those for which they were named as reviewers; by scope those of organizations there.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    let team_lessons = lessons::table
        .filter(lessons::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable())))
        .select(lessons::id);
    visible_records!(user, certifications::table.into_boxed(),
        own: certifications::teacher_id.nullable().eq(user.teacher_id),
        teams: certifications::lesson_id
            .eq_any(team_lessons)
            .or(certifications::id.eq_any(named_certification_ids!(user))),
        scope: |scope| certifications::organization_id.eq_any(organization_ids_in!(scope)),
    )
}

fn filtered<'a>(conn: &mut DbConnection, user: &CurrentUser, query: &CertificationQuery) -> Result<Filtered<'a>> {
    let mut rows = visible(user);
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
        rows = rows.filter(certifications::organization_id.eq_any(organization_ids_in!(below)));
    }
    if let Some(year) = query.year {
        rows = rows.filter(certifications::number_year.eq(year));
    }
    if let Some(year) = query.awarded_year {
        let [first, next] = [year, year + 1].map(|year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default());
        rows = rows.filter(certifications::awarded_on.ge(first).and(certifications::awarded_on.lt(next)));
    }
    if query.sort == Some(CertificationSort::Number) {
        rows = rows.filter(certifications::number.is_not_null());
    }
    if let Some(ready) = query.ready_to_decide {
        let applications = open_applications(conn, user)?;
        let ids: Vec<CertificationId> = applications
            .filter(|(_, application)| application.has_enough_reviews() == ready)
            .map(|(id, _)| id)
            .collect();
        rows = rows.filter(certifications::id.eq_any(ids));
    }
    if query.waiting_for_me == Some(true) {
        rows = rows.filter(certifications::id.eq_any(asking(conn, user)?));
    }
    Ok(rows)
}

/// Returns the open applications that the caller sees, with what decides who may review them.
fn open_applications(
    conn: &mut DbConnection,
    user: &CurrentUser,
) -> Result<impl Iterator<Item = (CertificationId, Application)>> {
    let open = visible(user).filter(certifications::status.eq(CertificationStatus::Applied));
    let open = open.select(Certification::as_select()).load(conn)?;
    Ok(independence::load(conn, &open, user.today())?.into_iter())
}

/// Returns the visible applications that ask the caller to review them.
fn asking(conn: &mut DbConnection, user: &CurrentUser) -> Result<Vec<CertificationId>> {
    if !user.allows(Permission::CertificationsReview) {
        return Ok(Vec::new());
    }
    let person = person_of(conn, user.id)?.id();
    Ok(open_applications(conn, user)?.filter(|(_, application)| application.asks(person)).map(|(id, _)| id).collect())
}

/// Returns a page of the certifications that the caller sees, without their reviews.
///
/// # Errors
/// 422 for a bad cursor or an unknown `organization_id`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CertificationQuery,
    page: &PageRequest,
) -> Result<Page<CertificationView>> {
    let without_reviews = |conn: &mut DbConnection, rows| -> Result<Vec<CertificationView>> {
        let mut views = with_details(conn, user, rows)?;
        for view in &mut views {
            view.reviews.clear();
            view.named_reviewers.clear();
            if let Some(too_few) = &mut view.too_few_reviewers {
                too_few.excluded.clear();
            }
        }
        Ok(views)
    };
    // Ids are UUIDv7, so ordering by id is ordering by application.
    listing!(conn, page, query.sort.unwrap_or(CertificationSort::Newest),
        rows: filtered(conn, user, query)?, Certification, id: certifications::id, CertificationId,
        views: without_reviews,
        {
            CertificationSort::Newest => desc certifications::id, CertificationId, |view: &CertificationView| view.id;
            CertificationSort::Oldest => asc certifications::id, CertificationId, |view: &CertificationView| view.id;
            CertificationSort::Number => asc certifications::number.assume_not_null(), String,
                |view: &CertificationView| view.number.clone().unwrap_or_default();
        }
    )
}

/// Returns a certification's row.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: CertificationId) -> Result<Certification> {
    Ok(visible(user).filter(certifications::id.eq(id)).select(Certification::as_select()).first(conn)?)
}

/// Returns a certification's row as [`find_row`] does, and locks it until the transaction ends, so
/// that reviews and decisions follow one another.
///
/// # Errors
/// 404.
pub fn find_for_update(tx: &mut Tx<'_>, user: &CurrentUser, id: CertificationId) -> Result<Certification> {
    if let DbConnection::Postgres(connection) = tx.conn {
        certifications::table.find(id).for_update().select(certifications::id).first::<CertificationId>(connection)?;
    }
    find_row(tx.conn, user, id)
}

/// Returns the given certifications that are visible to the caller, in arbitrary order.
pub fn find_all(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: Vec<CertificationId>,
) -> Result<Vec<CertificationView>> {
    let rows = visible(user).filter(certifications::id.eq_any(ids)).select(Certification::as_select()).load(conn)?;
    with_details(conn, user, rows)
}

/// Returns a certification with its reviews.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: CertificationId) -> Result<CertificationView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}
