//! The public verification of certificate numbers.

use chrono::NaiveDate;
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

/// The maximum length of a requested number, in characters: longer than any number ever issued.
const MAX_LENGTH: usize = 64;

/// What a certificate says, except its number.
#[derive(Default, Queryable)]
struct Certificate {
    award: Option<Award>,
    teacher_name: Option<String>,
    school_name: Option<String>,
    lesson_title: Option<String>,
    lesson_subject: Option<String>,
    issued_on: Option<NaiveDate>,
    superseded_by_number: Option<String>,
}

/// Returns whether a number is valid, and what its certificate says. A number that was never issued is
/// answered as unknown.
pub fn verify(conn: &mut DbConnection, number: &str) -> Result<VerificationView> {
    let number = number.trim();
    // PostgreSQL's text cannot contain U+0000.
    let plausible = !number.is_empty() && number.chars().count() <= MAX_LENGTH && !number.contains('\0');
    let found: Option<(CertificationStatus, Certificate)> = if plausible {
        certifications::table
            .left_join(later.on(later.field(certifications::id).nullable().eq(certifications::superseded_by)))
            .filter(certifications::number.eq(number))
            .select((
                certifications::status,
                (
                    certifications::award,
                    certifications::teacher_name.nullable(),
                    certifications::school_name.nullable(),
                    certifications::lesson_title.nullable(),
                    certifications::lesson_subject.nullable(),
                    certifications::issued_on,
                    later.field(certifications::number).nullable(),
                ),
            ))
            .first(conn)
            .optional()?
    } else {
        None
    };
    let (result, certificate) = match found {
        Some((CertificationStatus::Accepted, certificate)) => (VerificationResult::Valid, certificate),
        Some((CertificationStatus::Superseded, certificate)) => (VerificationResult::Superseded, certificate),
        Some((CertificationStatus::Revoked, certificate)) => (VerificationResult::Revoked, certificate),
        Some((CertificationStatus::Applied | CertificationStatus::Rejected, _)) | None => {
            (VerificationResult::Unknown, Certificate::default())
        }
    };
    Ok(VerificationView {
        number: number.to_owned(),
        result,
        award: certificate.award,
        award_label: certificate.award.map(|award| award.label().to_owned()),
        teacher_name: certificate.teacher_name,
        school_name: certificate.school_name,
        lesson_title: certificate.lesson_title,
        subject: certificate.lesson_subject,
        issued_on: certificate.issued_on,
        superseded_by_number: certificate.superseded_by_number,
    })
}
