use actix_web::{HttpResponse, delete, get, post, web};
use songjiao_types::{
    CertificationId, Page, UserId,
    certifications::{
        ApplyForCertification, CertificationQuery, CertificationView, DecideCertification, NameReviewer,
        ReissueCertification, ReviewCertification, ReviewerCandidates, RevokeCertification, VerificationView,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{endings, naming, store, verification, workflow};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, PathIds, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_certifications)
        .service(apply_for_certification)
        .service(find_certification)
        .service(review_certification)
        .service(list_reviewers)
        .service(name_reviewer)
        .service(remove_reviewer)
        .service(decide_certification)
        .service(revoke_certification)
        .service(reissue_certification)
        .service(verify_certificate);
}

/// List certifications
///
/// Teachers see those of their own lessons, members of teams also those of their teams' projects. Everyone else also
/// sees those of their scope.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["lessons.read"])),
    params(CertificationQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<CertificationView>, extensions(("x-files" = json!(true)))))
)]
#[get("/certifications")]
pub async fn list_certifications(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CertificationQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Apply for a lesson's certification
///
/// The lesson must be graded, have no open application, and have no award in force unless its grade is now higher (409
/// `wrong_state`). After a rejection, certification can be applied for again (三-2).
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.apply"])),
    request_body = ApplyForCertification,
    responses((status = 201, description = "Applied; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications")]
pub async fn apply_for_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<ApplyForCertification>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| workflow::apply(tx, &user, new.lesson_id)).await.map(Tagged::created)
}

/// Get a certification with its reviews
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["lessons.read"])),
    params(("id" = CertificationId, Path)),
    responses((status = 200, description = "The certification; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[get("/certifications/{id}")]
pub async fn find_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
) -> Result<Tagged<CertificationView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Review a certification
///
/// Each reviewer reviews once (409 `already_reviewed`). Reviewers are independent of the lesson (三-2): 403 for its teacher
/// (`own_lesson`), the applicant (`own_application`), everyone who ever graded it (`graded_lesson`), members of its team on
/// the day of grading beyond the policy's `own_team_reviewers` (`lesson_team`), and a reviewer's second account or key
/// (`same_person`). A person is the linked teacher, else the user; a key is its maker.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.review"])),
    params(("id" = CertificationId, Path)),
    request_body = ReviewCertification,
    responses((status = 201, description = "Reviewed; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications/{id}/reviews")]
pub async fn review_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(review): ValidJson<ReviewCertification>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| workflow::review(tx, &user, id, &review)).await.map(Tagged::created)
}

/// List who may review a certification
///
/// The persons of the county who hold the permission to review, each with the cause that excludes them from this
/// application.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    responses((status = 200, description = "The persons", body = ReviewerCandidates))
)]
#[get("/certifications/{id}/reviewers")]
pub async fn list_reviewers(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
) -> Result<web::Json<ReviewerCandidates>> {
    db.read(move |conn| naming::candidates(conn, &user, id)).await.map(web::Json)
}

/// Name a reviewer
///
/// Being named opens the lesson, its evidence and its certifications to that person. Others who see the lesson may still
/// review it. A person whom a cause excludes is not named (422 with the cause as code); but where `too_few_reviewers`
/// remain, the bureau (`certifications.admit`) admits a member of the lesson's team who did not grade it, with a reason. Where enough
/// others may review, that is 409 `reviewers_suffice`.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = NameReviewer,
    responses((status = 201, description = "Named; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications/{id}/reviewers")]
pub async fn name_reviewer(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(naming): ValidJson<NameReviewer>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| naming::name(tx, &user, id, &naming)).await.map(Tagged::created)
}

/// Take the naming of a reviewer back
///
/// Not after their review, nor after the decision (409 `wrong_state`).
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path), ("reviewer_id" = UserId, Path)),
    responses((status = 204, description = "No longer named"))
)]
#[delete("/certifications/{id}/reviewers/{reviewer_id}")]
pub async fn remove_reviewer(
    db: web::Data<Database>,
    user: CurrentUser,
    PathIds(id, reviewer): PathIds<CertificationId, UserId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| naming::remove(tx, &user, id, reviewer, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Decide on a certification
///
/// The decision requires the number of independent reviews that the policy sets (409 `reviews_missing`). The lesson's teacher
/// (`own_lesson`), the applicant (`own_application`) and reviewers (`own_review`) do not decide (403). The award of an accepted
/// certification follows from the grade alone (三-2). It supersedes a lower award in force, whose number can still be
/// verified and shows as superseded.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = DecideCertification,
    responses((status = 200, description = "Decided; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications/{id}/decide")]
pub async fn decide_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(decision): ValidJson<DecideCertification>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| workflow::decide(tx, &user, id, &decision)).await.map(Tagged::from)
}

/// Revoke an award in force
///
/// Its number can still be verified and shows as revoked; the acceptance stays readable beside the revocation. If the award
/// superseded a lower one, `restore_former` says whether that one comes back into force or ends, too; without it the answer is
/// 409 `former_award`, which names that one.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = RevokeCertification,
    responses((status = 200, description = "Revoked; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications/{id}/revoke")]
pub async fn revoke_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(revocation): ValidJson<RevokeCertification>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| endings::revoke(tx, &user, id, &revocation)).await.map(Tagged::from)
}

/// Issue a certificate in force anew
///
/// For instance to correct a misspelt name: with the names, school and titles of today, under the next number of the year in which
/// it is issued. It needs no review and keeps `awarded_on`. The former certificate becomes `reissued` and names the new
/// one, also when its number is verified.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = ReissueCertification,
    responses((status = 201, description = "The new certificate; its version is the ETag", body = CertificationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/certifications/{id}/reissue")]
pub async fn reissue_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(reissue): ValidJson<ReissueCertification>,
) -> Result<Tagged<CertificationView>> {
    db.write(user.actor(), move |tx| endings::reissue(tx, &user, id, &reissue)).await.map(Tagged::created)
}

/// Verify a certificate's number without signing in
///
/// Every number returns 200, also an unknown one: `unknown` is a result for the person who scans a QR code, not an
/// error.
#[utoipa::path(
    tag = "certifications",
    security(()),
    params(("number" = String, Path, description = "Such as `SL2026-示-0007`, URL-encoded")),
    responses((status = 200, description = "The validity of the number", body = VerificationView))
)]
#[get("/verify/{number}")]
pub async fn verify_certificate(
    db: web::Data<Database>,
    number: web::Path<String>,
) -> Result<web::Json<VerificationView>> {
    db.read(move |conn| verification::verify(conn, &number)).await.map(web::Json)
}
