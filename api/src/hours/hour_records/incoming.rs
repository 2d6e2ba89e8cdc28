//! Records that come from elsewhere: whose they are, and the ending of what they replace. In sets, whatever
//! their number.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{HourRecordId, TeacherId, hour_records::HourRecordStatus};

use super::ledger;
use crate::{
    auth::scope::Scope,
    db::{
        DbConnection, Tx,
        schema::{organizations, teachers},
    },
    error::Result,
    visibility::in_scope,
};

/// Numbers looked up by one statement.
const CHUNK: usize = 5000;

/// The teachers of these numbers who serve in the scope.
pub fn teachers_by_no(
    conn: &mut DbConnection,
    scope: &Scope,
    mut numbers: Vec<&str>,
) -> Result<HashMap<String, TeacherId>> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = HashMap::with_capacity(numbers.len());
    for chunk in numbers.chunks(CHUNK) {
        let rows: Vec<(String, TeacherId)> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::teacher_no.eq_any(chunk))
            .filter(in_scope!(organizations::path, scope))
            .select((teachers::teacher_no, teachers::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// How a live record ends that is no longer to count: what was recognised is voided, what was
/// pending rejected.
pub fn end_of(status: HourRecordStatus) -> HourRecordStatus {
    match status {
        HourRecordStatus::Recognized => HourRecordStatus::Voided,
        _ => HourRecordStatus::Rejected,
    }
}

/// Ends live records, each as its status asks; the reason stays with them.
///
/// # Errors
/// 409 where one has ended meanwhile.
pub fn end(tx: &mut Tx<'_>, records: &[(HourRecordId, HourRecordStatus)], reason: &str) -> Result<()> {
    for to in [HourRecordStatus::Voided, HourRecordStatus::Rejected] {
        let ids: Vec<_> = records.iter().filter(|(_, status)| end_of(*status) == to).map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            ledger::decide(tx, &ids, to, Some(reason))?;
        }
    }
    Ok(())
}
