//! Certifications 三课认定, and the public verification of a certificate's number.

use serde::de::IgnoredAny;
use songjiao_types::{
    CertificationId, LessonId, Page, UserId,
    certifications::{
        ApplyForCertification, CertificationQuery, CertificationView, DecideCertification, NameReviewer,
        ReissueCertification, ReviewCertification, ReviewerCandidates, RevokeCertification, VerificationView,
    },
};
use wasm_bindgen_futures::js_sys::encode_uri_component;

use super::{ApiResult, Client, Fetched, Get};

/// Lists the certifications of the lessons that are visible to the user, a page at a time.
pub fn list_certifications(query: &CertificationQuery) -> Get<Page<CertificationView>> {
    Get::list("/certifications", query)
}

/// Counts certifications without reading them.
pub fn count_certifications(query: CertificationQuery) -> Get<Page<IgnoredAny>> {
    Get::list("/certifications", &CertificationQuery { limit: Some(1), with_total: Some(true), ..query })
}

/// One certification with its reviews.
pub fn find_certification(id: CertificationId) -> Get<CertificationView> {
    Get::new(format!("/certifications/{id}"))
}

/// Applies for the certification of a lesson.
pub async fn apply_for_certification(client: &Client, lesson_id: LessonId) -> ApiResult<Fetched<CertificationView>> {
    let applied = client.post("/certifications", &ApplyForCertification { lesson_id }).await;
    client.invalidate("/lessons");
    applied
}

/// Submits the user's review.
pub async fn review_certification(
    client: &Client,
    id: CertificationId,
    body: &ReviewCertification,
) -> ApiResult<Fetched<CertificationView>> {
    client.post(&format!("/certifications/{id}/reviews"), body).await
}

/// The persons who may and may not review a certification.
pub fn list_reviewers(id: CertificationId) -> Get<ReviewerCandidates> {
    Get::new(format!("/certifications/{id}/reviewers"))
}

/// Names a reviewer, or admits a member of the lesson's team.
pub async fn name_reviewer(
    client: &Client,
    id: CertificationId,
    body: &NameReviewer,
) -> ApiResult<Fetched<CertificationView>> {
    client.post(&format!("/certifications/{id}/reviewers"), body).await
}

/// Takes the naming of a reviewer back.
pub async fn remove_reviewer(client: &Client, id: CertificationId, etag: &str, reviewer: UserId) -> ApiResult<()> {
    client.delete(&format!("/certifications/{id}/reviewers/{reviewer}"), etag).await
}

/// Decides a certification.
pub async fn decide_certification(
    client: &Client,
    id: CertificationId,
    body: &DecideCertification,
) -> ApiResult<Fetched<CertificationView>> {
    let decided = client.post(&format!("/certifications/{id}/decide"), body).await;
    client.invalidate("/lessons");
    decided
}

/// Revokes an award in force.
pub async fn revoke_certification(
    client: &Client,
    id: CertificationId,
    body: &RevokeCertification,
) -> ApiResult<Fetched<CertificationView>> {
    let revoked = client.post(&format!("/certifications/{id}/revoke"), body).await;
    client.invalidate("/lessons");
    revoked
}

/// Issues a certificate anew.
pub async fn reissue_certification(
    client: &Client,
    id: CertificationId,
    body: &ReissueCertification,
) -> ApiResult<Fetched<CertificationView>> {
    let reissued = client.post(&format!("/certifications/{id}/reissue"), body).await;
    client.invalidate("/lessons");
    reissued
}

/// Verifies the number of a certificate. Public, so it is sent unsigned.
pub fn verify_certificate(number: &str) -> Get<VerificationView> {
    Get::new(format!("/verify/{}", encode_uri_component(number))).unsigned()
}
