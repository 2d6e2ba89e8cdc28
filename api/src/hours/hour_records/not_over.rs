//! The flag `not_over` falls by itself when the last day of a training has come.

use std::collections::BTreeMap;

use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use songjiao_types::{
    HourRecordId,
    changes::ChangeType,
    hour_records::{FlagSet, HourRecordFlag, HourRecordHold},
};

use super::holds;
use crate::{
    db::{Tx, schema::hour_records},
    error::Result,
};

/// The condition of the index on such records; SQLite uses it only if the statement repeats it literally.
const NOT_OVER: &str = "hour_records.status = 'pending' AND (hour_records.flags & 8) <> 0";
/// Records in one statement.
const CHUNK: usize = 2000;

/// Takes the flag from pending records whose last day has come. What nothing else flags then waits for the next of its
/// holds.
///
/// # Errors
/// If the database fails.
pub fn lift(tx: &mut Tx<'_>) -> Result<()> {
    let today = tx.now.local_date();
    let found: Vec<(HourRecordId, FlagSet)> = hour_records::table
        .filter(sql::<Bool>(NOT_OVER))
        .filter(hour_records::ends_on.le(today))
        .order(hour_records::id)
        .select((hour_records::id, hour_records::flags))
        .load(tx.conn)?;
    let mut by_flags: BTreeMap<FlagSet, Vec<HourRecordId>> = BTreeMap::new();
    for (id, flags) in found {
        by_flags.entry(flags.except(HourRecordFlag::NotOver)).or_default().push(id);
    }
    for (flags, ids) in by_flags {
        for chunk in ids.chunks(CHUNK) {
            diesel::update(hour_records::table.filter(hour_records::id.eq_any(chunk)))
                .set(hour_records::flags.eq(flags))
                .execute(tx.conn)?;
        }
        if flags.is_empty() {
            holds::lift(tx, HourRecordHold::Flagged, &ids)?;
        } else {
            tx.publish(ChangeType::HourRecordUpdated, ids);
        }
    }
    Ok(())
}
