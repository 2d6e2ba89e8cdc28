//! The rows of certifications and their reviews, and their set-wise insertion.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    CertificationId, LessonId, OrganizationId, ReviewId, TeacherId, UserId,
    certifications::{Award, CertificationStatus, Verdict},
    changes::ChangeType,
    lessons::LessonGrade,
};

use super::numbers;
use crate::{
    db::{
        Tx,
        schema::{certification_reviews, certifications},
        types::UtcTime,
    },
    error::{ApiError, Result},
    training::rows::insert_rows,
};

/// A certification's row.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = certifications, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Certification {
    pub id: CertificationId,
    pub lesson_id: LessonId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub grade: LessonGrade,
    pub status: CertificationStatus,
    pub award: Option<Award>,
    pub number: Option<String>,
    pub number_prefix: Option<String>,
    pub number_year: Option<i32>,
    pub number_sequence: Option<i32>,
    pub teacher_name: String,
    pub school_name: String,
    pub lesson_title: String,
    pub lesson_subject: String,
    pub awarded_on: Option<NaiveDate>,
    pub issued_on: Option<NaiveDate>,
    pub applied_by: UserId,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<UtcTime>,
    pub decision_reason: Option<String>,
    pub superseded_by: Option<CertificationId>,
    pub revoked_by: Option<UserId>,
    pub revoked_at: Option<UtcTime>,
    pub revocation_reason: Option<String>,
    pub restored_from: Option<CertificationId>,
    pub reissue_of: Option<CertificationId>,
    pub reissued_by: Option<UserId>,
    pub reissue_reason: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A review's row.
#[derive(Insertable)]
#[diesel(table_name = certification_reviews)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Review {
    pub id: ReviewId,
    pub certification_id: CertificationId,
    pub reviewer_id: UserId,
    pub verdict: Verdict,
    pub comment: String,
    pub created_at: UtcTime,
}

/// Inserts certifications, takes the numbers that they have been given, and publishes their creation.
///
/// # Errors
/// 500 if their numbers do not continue the sequence of their prefix, year and award.
pub fn insert(tx: &mut Tx<'_>, rows: &[Certification]) -> Result<()> {
    let mut given: BTreeMap<(&str, i32, Award), (i32, i32)> = BTreeMap::new();
    for row in rows {
        if let (Some(prefix), Some(year), Some(award), Some(sequence)) =
            (row.number_prefix.as_deref(), row.number_year, row.award, row.number_sequence)
        {
            let (count, last) = given.entry((prefix, year, award)).or_default();
            *count += 1;
            *last = sequence.max(*last);
        }
    }
    for ((prefix, year, award), (count, last)) in given {
        if numbers::take(tx, prefix, year, award, count)? != last {
            return Err(ApiError::internal("certificate numbers out of sequence"));
        }
    }
    insert_numbered(tx, rows)
}

/// Inserts certifications whose numbers have been taken, and publishes their creation.
///
/// # Errors
/// If the database fails.
pub fn insert_numbered(tx: &mut Tx<'_>, rows: &[Certification]) -> Result<()> {
    insert_rows!(tx.conn, certifications, rows);
    tx.publish(ChangeType::CertificationCreated, rows.iter().map(|row| row.id));
    Ok(())
}

/// Inserts reviews.
///
/// # Errors
/// 409 if a user has reviewed a certification before.
pub fn insert_reviews(tx: &mut Tx<'_>, rows: &[Review]) -> Result<()> {
    insert_rows!(tx.conn, certification_reviews, rows);
    Ok(())
}
