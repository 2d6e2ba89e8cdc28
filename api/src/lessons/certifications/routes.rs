use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use songjiao_types::{
    CertificationId, LessonId, OrganizationId, Page, TeacherId,
    certifications::{
        ApplyForCertification, Award, CertificationSort, CertificationStatus, CertificationView, DecideCertification,
        ReviewCertification, RevokeCertification, VerificationView,
    },
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{deciding, store, verification};
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

/// What a list of certifications can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CertificationQuery {
    /// Part of the number, the lesson's title or the teacher's name
    pub q: Option<String>,
    #[param(inline)]
    pub status: Option<CertificationStatus>,
    #[param(inline)]
    pub award: Option<Award>,
    #[param(value_type = Option<TeacherId>)]
    pub teacher_id: Option<TeacherId>,
    #[param(value_type = Option<LessonId>)]
    pub lesson_id: Option<LessonId>,
    /// Certifications of this organization and all below it
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// The year of issue
    pub year: Option<i32>,
    /// Those that the caller may review and has not
    pub waiting_for_me: Option<bool>,
    /// By default `-created_at`; by `number`, those that have one
    #[param(inline)]
    pub sort: Option<CertificationSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the certifications in scope, those of the own team's projects and the own ones
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["lessons.read"])),
    params(CertificationQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<CertificationView>))
)]
#[get("/certifications")]
pub async fn list_certifications(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CertificationQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Apply for a lesson's certification
///
/// Only a graded lesson, one application at a time; under an award in force only when the grade
/// is higher by now (409 `wrong_state`). After a rejection it may be applied for again.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.apply"])),
    request_body = ApplyForCertification,
    responses((status = 201, description = "Applied; its version is the ETag", body = CertificationView))
)]
#[post("/certifications")]
pub async fn apply_for_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<ApplyForCertification>,
) -> Result<Tagged<CertificationView>> {
    let applied = db.write(user.actor(), move |tx| store::apply(tx, &user, new.lesson_id)).await?;
    let (version, location) = (applied.version, format!("/api/v1/certifications/{}", applied.id));
    Ok(Tagged::created(applied, version, location))
}

/// Find a certification with its reviews
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["lessons.read"])),
    params(("id" = CertificationId, Path)),
    responses((status = 200, description = "The certification; its version is the ETag", body = CertificationView))
)]
#[get("/certifications/{id}")]
pub async fn find_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
) -> Result<Tagged<CertificationView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Review a certification
///
/// Once per reviewer (409 `already_reviewed`); not by the lesson's teacher nor the applicant (403).
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.review"])),
    params(("id" = CertificationId, Path)),
    request_body = ReviewCertification,
    responses((status = 201, description = "Reviewed; its version is the ETag", body = CertificationView))
)]
#[post("/certifications/{id}/reviews")]
pub async fn review_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(review): ValidJson<ReviewCertification>,
) -> Result<Tagged<CertificationView>> {
    let reviewed = db.write(user.actor(), move |tx| deciding::review(tx, &user, id, &review)).await?;
    let (version, location) = (reviewed.version, format!("/api/v1/certifications/{id}"));
    Ok(Tagged::created(reviewed, version, location))
}

/// Decide a certification
///
/// Once as many reviewers have spoken as policy asks for (409 `reviews_missing`). Accepted, the
/// award follows from the grade and nothing else; it takes the place of a lower one in force, which
/// stays verifiable as superseded.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = DecideCertification,
    responses((status = 200, description = "Decided; its version is the ETag", body = CertificationView))
)]
#[post("/certifications/{id}/decide")]
pub async fn decide_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(decision): ValidJson<DecideCertification>,
) -> Result<Tagged<CertificationView>> {
    let decided = db.write(user.actor(), move |tx| deciding::decide(tx, &user, id, &decision)).await?;
    let version = decided.version;
    Ok(Tagged::ok(decided, version))
}

/// Revoke an award in force
///
/// Its number stays verifiable as revoked.
#[utoipa::path(
    tag = "certifications",
    security(("bearer" = ["certifications.decide"])),
    params(("id" = CertificationId, Path)),
    request_body = RevokeCertification,
    responses((status = 200, description = "Revoked; its version is the ETag", body = CertificationView))
)]
#[post("/certifications/{id}/revoke")]
pub async fn revoke_certification(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<CertificationId>,
    ValidJson(revocation): ValidJson<RevokeCertification>,
) -> Result<Tagged<CertificationView>> {
    let revoked = db.write(user.actor(), move |tx| deciding::revoke(tx, &user, id, &revocation)).await?;
    let version = revoked.version;
    Ok(Tagged::ok(revoked, version))
}

/// Verify a certificate's number, without signing in
///
/// Any number is answered with 200: that it is `unknown` is an answer to the question, and whoever
/// scans a QR code should read it rather than an error.
#[utoipa::path(
    tag = "certifications",
    security(()),
    params(("number" = String, Path, description = "Such as `SL2026-示-0007`, URL-encoded")),
    responses((status = 200, description = "What the number is worth", body = VerificationView))
)]
#[get("/verify/{number}")]
pub async fn verify_certificate(
    db: web::Data<Database>,
    number: web::Path<String>,
) -> Result<web::Json<VerificationView>> {
    db.read(move |conn| verification::verify(conn, &number)).await.map(web::Json)
}
