//! The public verification of certificate numbers.

use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};
use songjiao_types::{
    WireEnum,
    certifications::{Award, CertificationStatus, VerificationResult, VerificationView},
    normal,
};

use crate::{
    db::{DbConnection, schema::certifications},
    error::Result,
};

diesel::alias!(certifications as later: Later, certifications as successors: Successors);

/// The maximum length of a requested number, in characters: longer than any number ever issued.
const MAX_LENGTH: usize = 64;

/// A number, its status and what the certificate says.
type Found = (String, CertificationStatus, Certificate);

/// What a certificate says, except its number.
#[derive(Default, Queryable)]
struct Certificate {
    award: Option<Award>,
    teacher_name: Option<String>,
    school_name: Option<String>,
    lesson_title: Option<String>,
    lesson_subject: Option<String>,
    awarded_on: Option<NaiveDate>,
    issued_on: Option<NaiveDate>,
    superseded_by_number: Option<String>,
    reissued_as_number: Option<String>,
}

/// Finds a certificate by its number, without regard to case and hyphens. Of several that differ in these alone, only
/// the number itself finds one.
fn find(conn: &mut DbConnection, number: &str) -> Result<Option<Found>> {
    if number.is_empty() || number.chars().count() > MAX_LENGTH {
        return Ok(None);
    }
    let compact: String = number.chars().filter(|c| *c != '-').collect();
    let mut found: Vec<Found> = certifications::table
        .left_join(later.on(later.field(certifications::id).nullable().eq(certifications::superseded_by)))
        .left_join(successors.on(successors.field(certifications::reissue_of).eq(certifications::id.nullable())))
        .filter(sql::<Bool>("upper(replace(certifications.number, '-', '')) = ").bind::<Text, _>(compact))
        .select((
            certifications::number.assume_not_null(),
            certifications::status,
            (
                certifications::award,
                certifications::teacher_name.nullable(),
                certifications::school_name.nullable(),
                certifications::lesson_title.nullable(),
                certifications::lesson_subject.nullable(),
                certifications::awarded_on,
                certifications::issued_on,
                later.field(certifications::number).nullable(),
                successors.field(certifications::number).nullable(),
            ),
        ))
        .load(conn)?;
    if found.len() > 1 {
        found.retain(|(issued, ..)| issued.eq_ignore_ascii_case(number));
    }
    Ok(found.pop().filter(|_| found.is_empty()))
}

/// Returns whether a number is valid, and what its certificate says. A number that was never issued is
/// answered as unknown.
pub fn verify(conn: &mut DbConnection, number: &str) -> Result<VerificationView> {
    let number = normal::certificate_number(number);
    let (number, result, certificate) = match find(conn, &number)? {
        Some((number, CertificationStatus::Accepted, certificate)) => (number, VerificationResult::Valid, certificate),
        Some((number, CertificationStatus::Superseded, certificate)) => {
            (number, VerificationResult::Superseded, certificate)
        }
        Some((number, CertificationStatus::Reissued, certificate)) => {
            (number, VerificationResult::Reissued, certificate)
        }
        Some((number, CertificationStatus::Revoked, certificate)) => (number, VerificationResult::Revoked, certificate),
        Some((_, CertificationStatus::Applied | CertificationStatus::Rejected, _)) | None => {
            (number, VerificationResult::Unknown, Certificate::default())
        }
    };
    Ok(VerificationView {
        number,
        result,
        award: certificate.award,
        award_label: certificate.award.map(|award| award.label().to_owned()),
        teacher_name: certificate.teacher_name,
        school_name: certificate.school_name,
        lesson_title: certificate.lesson_title,
        subject: certificate.lesson_subject,
        awarded_on: certificate.awarded_on,
        issued_on: certificate.issued_on,
        superseded_by_number: certificate.superseded_by_number,
        reissued_as_number: certificate.reissued_as_number,
    })
}
