//! Certifications 三课认定 (三-2): graded lessons that meet the county's standard.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

mod reviewers;

pub use reviewers::{
    ExcludedReviewer, NameReviewer, NamedReviewer, ReviewerCandidate, ReviewerCandidates, ReviewerExclusion,
    TooFewReviewers,
};

use crate::{
    CertificationId, Column, LessonId, OrganizationId, ReviewId, Tabular, TeacherId, UserId, column,
    lessons::LessonGrade, organizations::OrganizationRef, validate,
};

wire_enum! {
    /// The award of a certified lesson (三-2). It follows from the grade alone.
    Award {
        Standard = "standard", "达标课";
        Quality = "quality", "优质课";
        Demonstration = "demonstration", "示范课";
    }
}

impl Award {
    /// Returns the character of the award in a certificate's number: `SL2026-示-0007`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Standard => "达",
            Self::Quality => "优",
            Self::Demonstration => "示",
        }
    }
}

wire_enum! {
    /// The status of a certification.
    CertificationStatus {
        Applied = "applied", "评审中";
        Accepted = "accepted", "已认定";
        Rejected = "rejected", "未通过";
        Superseded = "superseded", "已被取代";
        /// The certificate was issued anew under another number.
        Reissued = "reissued", "已重新制发";
        Revoked = "revoked", "已撤销";
    }
}

wire_enum! {
    /// The verdict of a reviewer.
    Verdict {
        Accept = "accept", "同意认定";
        Reject = "reject", "不同意认定";
    }
}

/// A reviewer's opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The review.
    pub id: ReviewId,
    /// The reviewer.
    pub reviewer_id: UserId,
    /// The reviewer's name.
    #[cfg_attr(feature = "openapi", schema(example = "赵国栋"))]
    pub reviewer_name: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The opinion.
    #[cfg_attr(feature = "openapi", schema(example = "达到示范课标准"))]
    pub comment: String,
    /// Why the review of an open application does not count; `null` if it counts.
    pub excluded_because: Option<ReviewerExclusion>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// A lower award that another one superseded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormerAward {
    /// The certification.
    pub id: CertificationId,
    /// Its number.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-优-0001"))]
    pub number: String,
    /// Its award.
    pub award: Award,
}

/// The other certificate of a reissue, and the reissue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reissue {
    /// The other certification.
    pub id: CertificationId,
    /// Its number.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0008"))]
    pub number: String,
    /// The name of the user who reissued the certificate.
    #[cfg_attr(feature = "openapi", schema(example = "周老师"))]
    pub by_name: Option<String>,
    /// When it was reissued.
    pub at: DateTime<Utc>,
    /// The reason.
    #[cfg_attr(feature = "openapi", schema(example = "姓名有误"))]
    pub reason: String,
}

/// A certification 三课认定 (三-2). Names and titles are those on the day of issue or, until then, on the day of
/// application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificationView {
    /// The certification.
    pub id: CertificationId,
    /// The lesson.
    pub lesson_id: LessonId,
    /// The teacher who taught the lesson.
    pub teacher_id: TeacherId,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: String,
    /// The organization where the teacher served when the lesson was entered.
    pub organization: OrganizationRef,
    /// The school's name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市法特镇中心小学校"))]
    pub school_name: String,
    /// The lesson's title.
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub lesson_title: String,
    /// The lesson's subject.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub lesson_subject: String,
    /// The grade of the lesson at the time of application.
    pub grade: LessonGrade,
    /// The status.
    pub status: CertificationStatus,
    /// The award; `null` until accepted.
    pub award: Option<Award>,
    /// The certificate's number; `null` until accepted.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: Option<String>,
    /// The day of the acceptance, by which awards are counted; `null` until accepted. A reissued certificate keeps it.
    pub awarded_on: Option<NaiveDate>,
    /// The day of issue; `null` until accepted.
    pub issued_on: Option<NaiveDate>,
    /// The applicant's name.
    pub applied_by_name: String,
    /// The name of the user who accepted or rejected it.
    pub decided_by_name: Option<String>,
    /// When it was accepted or rejected.
    pub decided_at: Option<DateTime<Utc>>,
    /// The reason for the acceptance or rejection.
    pub decision_reason: Option<String>,
    /// The name of the user who revoked it.
    pub revoked_by_name: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The reason for the revocation.
    pub revocation_reason: Option<String>,
    /// The certification with the higher award that superseded this one.
    pub superseded_by: Option<CertificationId>,
    /// The number of that certification.
    #[cfg_attr(feature = "openapi", schema(example = "SL2027-示-0001"))]
    pub superseded_by_number: Option<String>,
    /// The lower award that this one, in force, superseded: its revocation restores or ends it.
    pub former: Option<FormerAward>,
    /// The revoked certification that had superseded this one; its revocation restored this one.
    pub restored_from: Option<CertificationId>,
    /// The number of that certification.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0001"))]
    pub restored_from_number: Option<String>,
    /// When it was restored.
    pub restored_at: Option<DateTime<Utc>>,
    /// The certificate that this one replaces.
    pub reissue_of: Option<Reissue>,
    /// The certificate that replaces this one.
    pub reissued_as: Option<Reissue>,
    /// The number of reviews that a decision requires (policy).
    pub reviews_required: i32,
    /// The number of reviews that recommend acceptance; while the application is open, those that count.
    pub accepts: i64,
    /// The number of reviews that recommend rejection; while the application is open, those that count.
    pub rejects: i64,
    /// Whether the open application has the reviews that a decision requires: it waits for the decision and asks no one
    /// to review any more.
    pub ready_to_decide: bool,
    /// How many can review the open application, if too few can; `null` otherwise.
    pub too_few_reviewers: Option<TooFewReviewers>,
    /// The reviewers whom somebody named; empty in a list, and for the teacher before the decision.
    pub named_reviewers: Vec<NamedReviewer>,
    /// Whether it lacks reviews, and the caller may review it and has not yet done so.
    pub waiting_for_me: bool,
    /// Whether it has its reviews, and the caller may decide it: is neither its teacher nor the applicant nor a reviewer.
    pub may_decide: bool,
    /// The reviews, oldest first; empty in a list, and for the teacher before the decision.
    pub reviews: Vec<ReviewView>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was applied for.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An application for the certification of a lesson.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplyForCertification {
    /// The lesson.
    pub lesson_id: LessonId,
}

/// A reviewer's opinion.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewCertification {
    /// The verdict.
    pub verdict: Verdict,
    /// The opinion.
    #[validate(length(min = 1, max = 2000), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "达到示范课标准", min_length = 1, max_length = 2000))]
    pub comment: String,
}

/// The decision on an application.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideCertification {
    /// Whether it is accepted.
    pub accept: bool,
    /// The reason. A rejection requires it, and so does an acceptance against the majority of the
    /// reviewers.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

/// The revocation of an award.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeCertification {
    /// The reason, shown in the certification.
    #[validate(length(min = 1, max = 2000), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "课例非本人原创", min_length = 1, max_length = 2000))]
    pub reason: String,
    /// What becomes of the lower award that this one superseded: with `true` it comes back into force, with `false` it ends,
    /// too, and so does what it superseded. Required if there is one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub restore_former: Option<bool>,
}

/// The reissue of a certificate, for instance to correct a name.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReissueCertification {
    /// The reason, shown in both certifications.
    #[validate(length(min = 1, max = 2000), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "姓名有误", min_length = 1, max_length = 2000))]
    pub reason: String,
}

wire_enum! {
    /// The order of a list of certifications.
    CertificationSort {
        /// The latest application first.
        Newest = "-created_at", "最近申请在前";
        Oldest = "created_at", "最早申请在前";
        Number = "number", "证书编号升序";
    }
}

wire_enum! {
    /// The validity of a certificate's number.
    VerificationResult {
        Valid = "valid", "有效";
        Superseded = "superseded", "已被更高等次取代";
        Reissued = "reissued", "已重新制发";
        Revoked = "revoked", "已撤销";
        Unknown = "unknown", "查无此证";
    }
}

/// What anyone can learn about a certificate from its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationView {
    /// The requested number.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: String,
    /// Whether the number is valid.
    pub result: VerificationResult,
    /// The award. This field and those below are `null` for an unknown number.
    pub award: Option<Award>,
    /// The award in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "示范课"))]
    pub award_label: Option<String>,
    /// The teacher's name on the certificate.
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: Option<String>,
    /// The school's name on the certificate.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市法特镇中心小学校"))]
    pub school_name: Option<String>,
    /// The lesson's title on the certificate.
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub lesson_title: Option<String>,
    /// The subject on the certificate.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: Option<String>,
    /// The day of the award. A reissued certificate keeps it.
    pub awarded_on: Option<NaiveDate>,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
    /// The number of the certificate that superseded this one.
    pub superseded_by_number: Option<String>,
    /// The number under which this certificate was issued anew.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub reissued_as_number: Option<String>,
}

list_query! {
    /// The filters, order and page of a list of certifications.
    CertificationQuery {
        /// Part of the number or the lesson's title, or of the teacher's name, number or pinyin
        /// initials
        q: String,
        /// Certifications of this status
        #[param(inline)]
        status: CertificationStatus,
        /// Certifications with this award
        #[param(inline)]
        award: Award,
        /// Certifications of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Certifications of this lesson
        #[param(value_type = Option<LessonId>)]
        lesson_id: LessonId,
        /// Certifications of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Certificates issued in this year
        year: i32,
        /// Awards accepted in this calendar year, whenever the certificate was issued anew
        awarded_year: i32,
        /// With `true`, only open applications that have the reviews that a decision requires; with `false`, only open
        /// ones that lack some
        ready_to_decide: bool,
        /// Only certifications that lack reviews and that the caller may review and has not yet reviewed
        waiting_for_me: bool,
    }
    /// Defaults to `-created_at`; `number` lists only certifications that have one
    sort: CertificationSort
}

resource!(CertificationView, "/certifications");

impl Tabular for CertificationView {
    const NAME: &'static str = "三课认定";
    const FILE: &'static str = "certifications";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("number", "证书编号", 20, |row: &Self| row.number.as_deref().into()),
            column("award", "认定等次", 12, |row: &Self| row.award.into()),
            column("teacher_name", "授课教师", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("school_name", "任教学校", 30, |row: &Self| row.school_name.as_str().into()),
            column("lesson_title", "课题", 30, |row: &Self| row.lesson_title.as_str().into()),
            column("lesson_subject", "学科", 12, |row: &Self| row.lesson_subject.as_str().into()),
            column("grade", "申请等次", 10, |row: &Self| row.grade.into()),
            column("status", "状态", 12, |row: &Self| row.status.into()),
            column("awarded_on", "认定日期", 12, |row: &Self| row.awarded_on.into()),
            column("issued_on", "发证日期", 12, |row: &Self| row.issued_on.into()),
            column("accepts", "同意数", 10, |row: &Self| row.accepts.into()),
            column("rejects", "不同意数", 10, |row: &Self| row.rejects.into()),
            column("applied_by_name", "申请人", 12, |row: &Self| row.applied_by_name.as_str().into()),
            column("created_at", "申请时间", 20, |row: &Self| row.created_at.into()),
            column("decided_by_name", "决定人", 12, |row: &Self| row.decided_by_name.as_deref().into()),
            column("decided_at", "决定时间", 20, |row: &Self| row.decided_at.into()),
            column("decision_reason", "决定说明", 30, |row: &Self| row.decision_reason.as_deref().into()),
            column("superseded_by_number", "取代证书编号", 20, |row: &Self| {
                row.superseded_by_number.as_deref().into()
            }),
            column("revoked_by_name", "撤销人", 12, |row: &Self| row.revoked_by_name.as_deref().into()),
            column("revoked_at", "撤销时间", 20, |row: &Self| row.revoked_at.into()),
            column("revocation_reason", "撤销理由", 30, |row: &Self| row.revocation_reason.as_deref().into()),
            column("restored_from_number", "恢复自", 20, |row: &Self| row.restored_from_number.as_deref().into()),
            column("reissue_of", "原证书编号", 20, |row: &Self| {
                row.reissue_of.as_ref().map(|other| other.number.as_str()).into()
            }),
            column("reissued_as", "重新制发编号", 20, |row: &Self| {
                row.reissued_as.as_ref().map(|other| other.number.as_str()).into()
            }),
            column("reissue_reason", "重新制发理由", 30, |row: &Self| {
                row.reissued_as.as_ref().or(row.reissue_of.as_ref()).map(|other| other.reason.as_str()).into()
            }),
        ]
    }
}
