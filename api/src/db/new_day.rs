//! The beginning of a day: what follows from the date alone is right from the first read of the day.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Actor, Database, DbConnection, Tx, schema::rollover};
use crate::error::Result;

/// Implemented by the area that stores what follows from the date alone; registered by `app`.
pub trait NewDay: Send + Sync {
    /// Recomputes what has changed since the day `last`; everything if that is `None`.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn begin(&self, tx: &mut Tx<'_>, last: Option<NaiveDate>, today: NaiveDate) -> Result<()>;
}

impl Database {
    /// Begins the day if no request of this process has done so. Costs two atomic reads otherwise.
    ///
    /// # Errors
    /// As [`Database::write`]. The next request tries again.
    pub async fn begin_day(&self) -> Result<()> {
        if self.seen_day().is(self.clock().today()) {
            return Ok(());
        }
        let _beginning = self.seen_day().wait().await;
        let today = self.clock().today();
        if !self.seen_day().is(today) {
            self.write(Actor::system(), begin).await?;
            self.seen_day().set(today);
        }
        Ok(())
    }

    /// Like [`Database::begin_day`], on the calling thread, at the start of the program.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn begin_day_now(&self) -> Result<()> {
        let today = self.clock().today();
        self.write_now(Actor::system(), begin)?;
        self.seen_day().set(today);
        Ok(())
    }
}

/// Begins the day in the database, once for all processes.
fn begin(tx: &mut Tx<'_>) -> Result<()> {
    let today = tx.now.local_date();
    let row = rollover::table.select(rollover::rolled_to);
    let last: Option<NaiveDate> = match tx.conn {
        DbConnection::Postgres(connection) => row.for_update().first(connection)?,
        DbConnection::Sqlite(connection) => row.first(connection)?,
    };
    if last.is_some_and(|last| last >= today) {
        return Ok(());
    }
    tx.effects_of::<dyn NewDay>()?.begin(tx, last, today)?;
    diesel::update(rollover::table).set(rollover::rolled_to.eq(Some(today))).execute(tx.conn)?;
    Ok(())
}
