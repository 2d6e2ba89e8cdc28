//! Inserts exemptions in sets: the one way into the table, for the form and the demonstration alike.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{ExemptionId, TeacherId, UserId, exemptions::ExemptionKind};

use crate::{
    db::{DbConnection, on_connection, schema::exemptions, types::UtcTime},
    error::Result,
};

/// Rows of one statement: 12 columns each, and SQLite binds 32,766 values.
const CHUNK: usize = 2500;

/// A row of the table.
#[derive(Insertable)]
#[diesel(table_name = exemptions, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct NewExemption {
    pub id: ExemptionId,
    pub teacher_id: TeacherId,
    pub kind: ExemptionKind,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub reason: Option<String>,
    pub created_by: UserId,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub confirmed_at: Option<UtcTime>,
    pub confirmed_by: Option<UserId>,
}

/// Inserts rows. The reduced months of their teachers are the caller's to recompute.
///
/// # Errors
/// If the database fails.
pub fn insert(conn: &mut DbConnection, rows: &[NewExemption]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        on_connection!(conn, connection => diesel::insert_into(exemptions::table).values(chunk).execute(connection)?);
    }
    Ok(())
}
