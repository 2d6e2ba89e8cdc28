//! Certificate numbers without gaps: taking a number locks the counter's row until the transaction
//! ends, and a decision that is rolled back returns its number.

use diesel::prelude::*;
use songjiao_types::certifications::Award;

use crate::{
    db::{Tx, on_connection, schema::certificate_counters},
    error::Result,
};

/// Takes the next `count` numbers of a prefix, year and award, and returns the last of them.
pub fn take(tx: &mut Tx<'_>, prefix: &str, year: i32, award: Award, count: i32) -> Result<i32> {
    Ok(on_connection!(tx.conn, conn => {
        diesel::insert_into(certificate_counters::table)
            .values((
                certificate_counters::prefix.eq(prefix),
                certificate_counters::number_year.eq(year),
                certificate_counters::award.eq(award),
                certificate_counters::last_sequence.eq(count),
            ))
            .on_conflict((
                certificate_counters::prefix,
                certificate_counters::number_year,
                certificate_counters::award,
            ))
            .do_update()
            .set(certificate_counters::last_sequence.eq(certificate_counters::last_sequence + count))
            .returning(certificate_counters::last_sequence)
            .get_result(conn)?
    }))
}
