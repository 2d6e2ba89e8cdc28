use diesel::prelude::*;
use songjiao_types::{
    WireEnum,
    certifications::{Award, CertificationStatus, VerificationResult, VerificationView},
};

use crate::{
    db::{DbConnection, schema::certifications},
    error::Result,
};

diesel::alias!(certifications as later: Later);

/// Longer than any number that was ever given.
const LONGEST: usize = 64;

#[derive(Queryable)]
struct Certificate {
    status: CertificationStatus,
    award: Option<Award>,
    teacher_name: String,
    school_name: String,
    lesson_title: String,
    lesson_subject: String,
    issued_on: Option<chrono::NaiveDate>,
    superseded_by_number: Option<String>,
}

/// What a number is worth. Whatever is asked, only what the certificate itself says is answered.
pub fn verify(conn: &mut DbConnection, number: &str) -> Result<VerificationView> {
    let number = number.trim();
    // PostgreSQL's text cannot hold U+0000, and no number does.
    let plausible = !number.is_empty() && number.chars().count() <= LONGEST && !number.contains('\0');
    let found: Option<Certificate> = if plausible {
        certifications::table
            .left_join(later.on(later.field(certifications::id).nullable().eq(certifications::superseded_by)))
            .filter(certifications::number.eq(number))
            .select((
                certifications::status,
                certifications::award,
                certifications::teacher_name,
                certifications::school_name,
                certifications::lesson_title,
                certifications::lesson_subject,
                certifications::issued_on,
                later.field(certifications::number).nullable(),
            ))
            .first(conn)
            .optional()?
    } else {
        None
    };
    let result = match found.as_ref().map(|found| found.status) {
        Some(CertificationStatus::Accepted) => VerificationResult::Valid,
        Some(CertificationStatus::Superseded) => VerificationResult::Superseded,
        Some(CertificationStatus::Revoked) => VerificationResult::Revoked,
        Some(CertificationStatus::Applied | CertificationStatus::Rejected) | None => VerificationResult::Unknown,
    };
    let found = found.filter(|_| result != VerificationResult::Unknown);
    let number = number.to_owned();
    Ok(match found {
        Some(found) => VerificationView {
            number,
            result,
            award: found.award,
            award_label: found.award.map(|award| award.label().to_owned()),
            teacher_name: Some(found.teacher_name),
            school_name: Some(found.school_name),
            lesson_title: Some(found.lesson_title),
            subject: Some(found.lesson_subject),
            issued_on: found.issued_on,
            superseded_by_number: found.superseded_by_number,
        },
        None => VerificationView {
            number,
            result,
            award: None,
            award_label: None,
            teacher_name: None,
            school_name: None,
            lesson_title: None,
            subject: None,
            issued_on: None,
            superseded_by_number: None,
        },
    })
}
