//! Certifications 三课认定, and the public check of a certificate's number.

use serde::de::IgnoredAny;
use songjiao_types::{
    CertificationId, LessonId, Page,
    certifications::{
        ApplyForCertification, CertificationView, DecideCertification, ReviewCertification, RevokeCertification,
        VerificationView,
    },
};
use wasm_bindgen_futures::js_sys::encode_uri_component;

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// The filters that a list of certifications takes.
pub const FILTERS: &[&str] =
    &["q", "status", "award", "teacher_id", "lesson_id", "organization_id", "year", "waiting_for_me"];

/// A page of the certifications of the lessons that the user sees.
pub fn list_certifications(query: &Query) -> Get<Page<CertificationView>> {
    Get::list("/certifications", query)
}

/// The same where only their number matters: what each of them is stays unread.
pub fn count_certifications(query: &Query) -> Get<Page<IgnoredAny>> {
    let query = query.clone().with("limit", "1").with("with_total", "true");
    Get::list("/certifications", &query)
}

/// One certification with its reviews.
pub fn find_certification(id: CertificationId) -> Get<CertificationView> {
    Get::new(format!("/certifications/{id}"))
}

/// Applies for a lesson's certification.
pub async fn apply_for_certification(client: &Client, lesson_id: LessonId) -> ApiResult<Fetched<CertificationView>> {
    let applied = client.post("/certifications", &ApplyForCertification { lesson_id }).await;
    client.forget("/lessons");
    applied
}

/// Gives a reviewer's opinion.
pub async fn review_certification(
    client: &Client,
    id: CertificationId,
    body: &ReviewCertification,
) -> ApiResult<Fetched<CertificationView>> {
    client.post(&format!("/certifications/{id}/reviews"), body).await
}

/// Decides a certification.
pub async fn decide_certification(
    client: &Client,
    id: CertificationId,
    body: &DecideCertification,
) -> ApiResult<Fetched<CertificationView>> {
    let decided = client.post(&format!("/certifications/{id}/decide"), body).await;
    client.forget("/lessons");
    decided
}

/// Revokes an award in force.
pub async fn revoke_certification(
    client: &Client,
    id: CertificationId,
    body: &RevokeCertification,
) -> ApiResult<Fetched<CertificationView>> {
    let revoked = client.post(&format!("/certifications/{id}/revoke"), body).await;
    client.forget("/lessons");
    revoked
}

/// What a certificate's number is worth. Anyone may ask, so it is asked in nobody's name.
pub fn verify_certificate(number: &str) -> Get<VerificationView> {
    Get::new(format!("/verify/{}", encode_uri_component(number))).unsigned()
}
