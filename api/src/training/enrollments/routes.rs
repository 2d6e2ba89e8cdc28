use actix_web::{HttpResponse, get, post, web};
use songjiao_types::{
    EnrollmentId, Page, ProjectId,
    completions::{DisqualifyEnrollment, WithdrawEnrollment},
    enrollments::{AdmitEnrollments, EnrollmentQuery, EnrollmentReason, EnrollmentView, NominateTeachers},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    decisions::{self, End},
    store,
};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::Tagged,
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_enrollments)
        .service(nominate_teachers)
        .service(admit_enrollments)
        .service(find_enrollment)
        .service(admit_enrollment)
        .service(reject_enrollment)
        .service(reinstate_enrollment)
        .service(withdraw_enrollment)
        .service(disqualify_enrollment);
}

/// List the participants of a project, in the order of nomination
///
/// Callers who neither plan, host nor run the project see only the participants of their own scope.
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["projects.read"])),
    params(("id" = ProjectId, Path), EnrollmentQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<EnrollmentView>, extensions(("x-files" = json!(true)))))
)]
#[get("/projects/{id}/enrollments")]
pub async fn list_enrollments(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidQuery(query): ValidQuery<EnrollmentQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, id, &query, page)).await
}

/// Nominate teachers for a project, all or none
///
/// A school nominates its own teachers (五-1). 422 `not_eligible` names every reason for every teacher: not in post,
/// wrong subject or stage, not at a rural school, selected before for the same level.
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.nominate"])),
    params(("id" = ProjectId, Path)),
    request_body = NominateTeachers,
    responses((status = 201, description = "All of them nominated, on one page", body = Page<EnrollmentView>))
)]
#[post("/projects/{id}/enrollments")]
pub async fn nominate_teachers(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(new): ValidJson<NominateTeachers>,
) -> Result<HttpResponse> {
    let items = db.write(user.actor(), move |tx| store::nominate(tx, &user, id, &new.teacher_ids)).await?;
    Ok(HttpResponse::Created().json(Page::whole(items)))
}

/// Admit participants, all or none
///
/// Each participant is checked again (422 `not_eligible`), and the project never exceeds its capacity (409
/// `capacity_reached`).
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.review"])),
    params(("id" = ProjectId, Path)),
    request_body = AdmitEnrollments,
    responses((status = 200, description = "All of them admitted, on one page", body = Page<EnrollmentView>))
)]
#[post("/projects/{id}/enrollments/admit")]
pub async fn admit_enrollments(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(admit): ValidJson<AdmitEnrollments>,
) -> Result<web::Json<Page<EnrollmentView>>> {
    let items =
        db.write(user.actor(), move |tx| decisions::admit(tx, &user, id, &admit.ids, admit.admitted_on)).await?;
    Ok(web::Json(Page::whole(items)))
}

/// Get a participant
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["projects.read"])),
    params(("id" = EnrollmentId, Path)),
    responses((status = 200, description = "The participant; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[get("/enrollments/{id}")]
pub async fn find_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
) -> Result<Tagged<EnrollmentView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Admit a participant
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.review"])),
    params(("id" = EnrollmentId, Path)),
    responses((status = 200, description = "Admitted; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/enrollments/{id}/admit")]
pub async fn admit_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
) -> Result<Tagged<EnrollmentView>> {
    db.write(user.actor(), move |tx| decisions::admit_one(tx, &user, id)).await.map(Tagged::from)
}

/// Reject a nominated teacher
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.review"])),
    params(("id" = EnrollmentId, Path)),
    request_body = EnrollmentReason,
    responses((status = 200, description = "Rejected; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/enrollments/{id}/reject")]
pub async fn reject_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
    ValidJson(why): ValidJson<EnrollmentReason>,
) -> Result<Tagged<EnrollmentView>> {
    db.write(user.actor(), move |tx| decisions::end(tx, &user, id, &End::Reject(&why.reason))).await.map(Tagged::from)
}

/// Take back the rejection of a teacher
///
/// The teacher waits for a decision again (`nominated`). 409 `wrong_state` unless they are rejected and the
/// project takes participants; 409 `capacity_reached` if it has no place left.
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.review"])),
    params(("id" = EnrollmentId, Path)),
    request_body = EnrollmentReason,
    responses((status = 200, description = "Nominated again; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/enrollments/{id}/reinstate")]
pub async fn reinstate_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
    ValidJson(why): ValidJson<EnrollmentReason>,
) -> Result<Tagged<EnrollmentView>> {
    db.write(user.actor(), move |tx| decisions::reinstate(tx, &user, id, &why.reason)).await.map(Tagged::from)
}

/// Withdraw a nominated or admitted teacher
///
/// The teacher may be nominated again, after a transfer by their new school. An admitted participant is decided on by the
/// share of hours missed until then: what was attended is recognised or rejected. 409 `marks_missing` names the days
/// without a mark; `unmarked=absent` fills them in.
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.nominate"])),
    params(("id" = EnrollmentId, Path)),
    request_body = WithdrawEnrollment,
    responses((status = 200, description = "Withdrawn; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/enrollments/{id}/withdraw")]
pub async fn withdraw_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
    ValidJson(why): ValidJson<WithdrawEnrollment>,
) -> Result<Tagged<EnrollmentView>> {
    db.write(user.actor(), move |tx| decisions::end(tx, &user, id, &End::Withdraw(&why))).await.map(Tagged::from)
}

/// Disqualify an admitted participant
///
/// `issued_hours` says what becomes of the hours that they attended.
#[utoipa::path(
    tag = "enrollments",
    security(("bearer" = ["enrollments.review"])),
    params(("id" = EnrollmentId, Path)),
    request_body = DisqualifyEnrollment,
    responses((status = 200, description = "Disqualified; its version is the ETag", body = EnrollmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/enrollments/{id}/disqualify")]
pub async fn disqualify_enrollment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<EnrollmentId>,
    ValidJson(why): ValidJson<DisqualifyEnrollment>,
) -> Result<Tagged<EnrollmentView>> {
    db.write(user.actor(), move |tx| decisions::end(tx, &user, id, &End::Disqualify(&why))).await.map(Tagged::from)
}
