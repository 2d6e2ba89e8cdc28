//! What pending records wait for, changed in sets. Every pending record has a base hold: `project_end` while the project
//! that issued it has not ended, else `decision`. `hold` is the first of all `holds`.

use std::collections::BTreeMap;

use diesel::prelude::*;
use songjiao_types::{
    HourRecordId,
    changes::ChangeType,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus},
};

use crate::{
    db::{DbConnection, Tx, schema::hour_records},
    error::Result,
};

/// Records in one statement.
const CHUNK: usize = 2000;

/// Lets pending records wait for one more thing. Records that have ended, or that wait for it already, stay as they are.
///
/// # Errors
/// If the database fails.
pub fn raise(tx: &mut Tx<'_>, hold: HourRecordHold, ids: &[HourRecordId]) -> Result<()> {
    change(tx, ids, |holds| holds.raised(hold))
}

/// Lets pending records no longer wait for one thing; the next of their holds takes its place. Records that have ended, or
/// that do not wait for it, stay as they are.
///
/// # Errors
/// If the database fails.
pub fn lift(tx: &mut Tx<'_>, hold: HourRecordHold, ids: &[HourRecordId]) -> Result<()> {
    change(tx, ids, |holds| holds.lifted(hold))
}

fn change(tx: &mut Tx<'_>, ids: &[HourRecordId], changed: impl Fn(HoldSet) -> HoldSet) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        let mut by_holds: BTreeMap<HoldSet, Vec<HourRecordId>> = BTreeMap::new();
        for (id, holds) in pending(tx.conn, chunk)? {
            let after = changed(holds);
            if after != holds {
                by_holds.entry(after).or_default().push(id);
            }
        }
        for (holds, ids) in by_holds {
            diesel::update(hour_records::table.filter(hour_records::id.eq_any(&ids)))
                .set((hour_records::holds.eq(holds), hour_records::hold.eq(holds.first())))
                .execute(tx.conn)?;
            tx.publish(ChangeType::HourRecordUpdated, ids);
        }
    }
    Ok(())
}

/// Loads and, on PostgreSQL, locks what pending records wait for.
fn pending(conn: &mut DbConnection, ids: &[HourRecordId]) -> Result<Vec<(HourRecordId, HoldSet)>> {
    let rows = hour_records::table
        .filter(hour_records::id.eq_any(ids).and(hour_records::status.eq(HourRecordStatus::Pending)))
        .order(hour_records::id)
        .select((hour_records::id, hour_records::holds));
    Ok(match conn {
        DbConnection::Postgres(connection) => rows.for_update().load(connection)?,
        DbConnection::Sqlite(connection) => rows.load(connection)?,
    })
}
