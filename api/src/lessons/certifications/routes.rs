use actix_web::{HttpResponse, get, post, web};
use songjiao_types::{
    CertificationId, Page,
    certifications::{
        ApplyForCertification, CertificationQuery, CertificationView, DecideCertification, ReviewCertification,
        RevokeCertification, VerificationView,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{store, verification, workflow};
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
        .service(list_certifications)
        .service(apply_for_certification)
        .service(find_certification)
        .service(review_certification)
        .service(decide_certification)
        .service(revoke_certification)
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
/// Each reviewer reviews once (409 `already_reviewed`). The lesson's teacher and the applicant may not review it (403).
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

/// Decide on a certification
///
/// The decision requires the number of reviews that the policy sets (409 `reviews_missing`). The award of an accepted
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
/// Its number can still be verified and shows as revoked.
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
    db.write(user.actor(), move |tx| workflow::revoke(tx, &user, id, &revocation)).await.map(Tagged::from)
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
