//! Hours that await the end of a project, and nothing before it.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    Hours, TeacherId,
    hour_records::{HourRecordHold, HourRecordStatus},
};

use crate::{
    db::{DbConnection, schema::hour_records, types::sum_hours},
    error::Result,
};

/// Returns the hours that await the end of a project, by teacher and training year.
///
/// # Errors
/// If the database fails.
pub fn awaiting_of(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<HashMap<TeacherId, HashMap<i32, Hours>>> {
    let rows: Vec<(TeacherId, i32, Option<i64>)> = hour_records::table
        .filter(hour_records::teacher_id.eq_any(teachers))
        .filter(hour_records::status.eq(HourRecordStatus::Pending))
        .filter(hour_records::hold.eq(Some(HourRecordHold::ProjectEnd)))
        .group_by((hour_records::teacher_id, hour_records::training_year))
        .select((hour_records::teacher_id, hour_records::training_year, sum_hours(hour_records::hours)))
        .load(conn)?;
    let mut found: HashMap<TeacherId, HashMap<i32, Hours>> = HashMap::new();
    for (teacher, year, sum) in rows {
        found.entry(teacher).or_default().insert(year, Hours::from_hundredths(sum.unwrap_or_default()));
    }
    Ok(found)
}
