//! Certificate numbers, without gaps: the counter's row is locked by the transaction that takes
//! a number, so a decision that is rolled back gives its number back.

use diesel::prelude::*;
use songjiao_types::certifications::Award;

use crate::{
    db::{DbConnection, Tx, schema::certificate_counters},
    error::Result,
};

/// Takes the next number of a year and award.
pub fn next(tx: &mut Tx<'_>, year: i32, award: Award) -> Result<i32> {
    macro_rules! take {
        ($connection:expr) => {
            diesel::insert_into(certificate_counters::table)
                .values((
                    certificate_counters::number_year.eq(year),
                    certificate_counters::award.eq(award),
                    certificate_counters::last_sequence.eq(1),
                ))
                .on_conflict((certificate_counters::number_year, certificate_counters::award))
                .do_update()
                .set(certificate_counters::last_sequence.eq(certificate_counters::last_sequence + 1))
                .returning(certificate_counters::last_sequence)
                .get_result($connection)?
        };
    }
    Ok(match tx.conn {
        DbConnection::Postgres(connection) => take!(connection),
        DbConnection::Sqlite(connection) => take!(connection),
    })
}
