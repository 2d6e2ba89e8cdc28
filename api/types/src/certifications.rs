//! Certifications 三课认定 (三-2): a graded lesson, found to meet the county's standard.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    CertificationId, Column, LessonId, OrganizationId, ReviewId, Tabular, TeacherId, UserId, WireEnum, column,
    lessons::LessonGrade, organizations::OrganizationRef, validate,
};

wire_enum! {
    /// What a certified lesson is (三-2). It follows from the grade and nothing else.
    Award {
        Standard = "standard", "达标课";
        Quality = "quality", "优质课";
        Demonstration = "demonstration", "示范课";
    }
}

impl Award {
    /// The character in the certificate's number: `SL2026-示-0007`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Standard => "达",
            Self::Quality => "优",
            Self::Demonstration => "示",
        }
    }
}

wire_enum! {
    /// How far a certification is.
    CertificationStatus {
        Applied = "applied", "评审中";
        Accepted = "accepted", "已认定";
        Rejected = "rejected", "未通过";
        Superseded = "superseded", "已被取代";
        Revoked = "revoked", "已撤销";
    }
}

wire_enum! {
    /// What a reviewer finds.
    Verdict {
        Accept = "accept", "同意认定";
        Reject = "reject", "不同意认定";
    }
}

/// One reviewer's opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    pub id: ReviewId,
    pub reviewer_id: UserId,
    #[cfg_attr(feature = "openapi", schema(example = "赵国栋"))]
    pub reviewer_name: String,
    pub verdict: Verdict,
    #[cfg_attr(feature = "openapi", schema(example = "达到示范课标准"))]
    pub comment: String,
    pub created_at: DateTime<Utc>,
}

/// A certification 三课认定. Names and titles are those of the day of issue, or until then of the
/// day of application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificationView {
    pub id: CertificationId,
    pub lesson_id: LessonId,
    pub teacher_id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: String,
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市法特镇中心小学校"))]
    pub school_name: String,
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub lesson_title: String,
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub lesson_subject: String,
    /// The grade applied with.
    pub grade: LessonGrade,
    pub status: CertificationStatus,
    /// `null` until accepted.
    pub award: Option<Award>,
    /// `null` until accepted.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub applied_by_name: String,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected or revoked.
    pub decision_reason: Option<String>,
    /// The later award that took this one's place.
    pub superseded_by: Option<CertificationId>,
    /// Its number, which anyone can verify.
    #[cfg_attr(feature = "openapi", schema(example = "SL2027-示-0001"))]
    pub superseded_by_number: Option<String>,
    /// Reviews that a decision needs: policy.
    pub reviews_required: i32,
    /// Reviewers for it so far.
    pub accepts: i64,
    /// Reviewers against it so far.
    pub rejects: i64,
    /// Whether the caller may review it and has not.
    pub waiting_for_me: bool,
    /// The opinions, oldest first; in a list of certifications empty.
    pub reviews: Vec<ReviewView>,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    /// When it was applied for.
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplyForCertification {
    pub lesson_id: LessonId,
}

/// A reviewer's opinion.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewCertification {
    pub verdict: Verdict,
    #[validate(length(min = 1, max = 2000), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "达到示范课标准", min_length = 1, max_length = 2000))]
    pub comment: String,
}

/// The decision.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideCertification {
    pub accept: bool,
    /// Required of a decision that rejects, and of one against the majority of the reviewers.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

/// A revocation.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeCertification {
    #[validate(length(min = 1, max = 2000), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "课例非本人原创", min_length = 1, max_length = 2000))]
    pub reason: String,
}

wire_enum! {
    /// What a list of certifications is sorted by.
    CertificationSort {
        /// The latest application first.
        Newest = "-created_at", "最近申请在前";
        Oldest = "created_at", "最早申请在前";
        Number = "number", "证书编号升序";
    }
}

wire_enum! {
    /// What a number is worth.
    VerificationResult {
        Valid = "valid", "有效";
        Superseded = "superseded", "已被更高等次取代";
        Revoked = "revoked", "已撤销";
        Unknown = "unknown", "查无此证";
    }
}

/// What anyone may know of a certificate by its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationView {
    /// The number asked for.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: String,
    pub result: VerificationResult,
    /// This and all below: `null` where the number is unknown.
    pub award: Option<Award>,
    #[cfg_attr(feature = "openapi", schema(example = "示范课"))]
    pub award_label: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市法特镇中心小学校"))]
    pub school_name: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub lesson_title: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: Option<String>,
    pub issued_on: Option<NaiveDate>,
    /// Of a superseded certificate, the number of the one that took its place.
    pub superseded_by_number: Option<String>,
}

list_query! {
    /// What a list of certifications can be asked for.
    CertificationQuery {
        /// Part of the number, the lesson's title or the teacher's name
        q: String,
        #[param(inline)]
        status: CertificationStatus,
        #[param(inline)]
        award: Award,
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        #[param(value_type = Option<LessonId>)]
        lesson_id: LessonId,
        /// Certifications of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// The year of issue
        year: i32,
        /// Those that the caller may review and has not
        waiting_for_me: bool,
    }
    /// By default `-created_at`; by `number`, those that have one
    sort: CertificationSort
}

resource!(CertificationView, "/certifications");

impl Tabular for CertificationView {
    const NAME: &'static str = "三课认定";
    const FILE: &'static str = "certifications";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("number", "证书编号", 20, |row: &Self| row.number.as_deref().into()),
            column("award", "认定等次", 12, |row: &Self| row.award.map(WireEnum::label).into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("school_name", "任教学校", 30, |row: &Self| row.school_name.as_str().into()),
            column("lesson_title", "课题", 30, |row: &Self| row.lesson_title.as_str().into()),
            column("lesson_subject", "学科", 12, |row: &Self| row.lesson_subject.as_str().into()),
            column("grade", "课例等次", 10, |row: &Self| row.grade.label().into()),
            column("status", "状态", 12, |row: &Self| row.status.label().into()),
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
        ]
    }
}
