//! Who else works on the database: on PostgreSQL several processes may, and one that was killed must
//! not keep what it had taken on. Each holds a lock of its number for as long as it lives; whoever
//! can take that lock knows that the process is gone.

use std::sync::{Mutex, PoisonError};

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query, sql_types::Bool};

use super::DbConnection;
use crate::error::Result;

/// The first half of the locks' numbers.
const LOCKS: i32 = 8217;

/// This process, among those on a PostgreSQL database.
pub(super) struct Instance {
    pub id: i32,
    url: String,
    held: Mutex<PgConnection>,
}

impl Instance {
    pub fn join(url: &str) -> diesel::ConnectionResult<Self> {
        loop {
            let id = rand::random::<i32>();
            if let Some(held) = hold(url, id)? {
                return Ok(Self { id, url: url.to_owned(), held: Mutex::new(held) });
            }
        }
    }

    /// Takes the lock anew where its connection has broken.
    pub fn stay(&self) -> diesel::ConnectionResult<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if sql_query("SELECT 1").execute(&mut *held).is_err()
            && let Some(again) = hold(&self.url, self.id)?
        {
            *held = again;
        }
        Ok(())
    }
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// A connection that holds the lock of a number; `None` where another has it.
fn hold(url: &str, id: i32) -> diesel::ConnectionResult<Option<PgConnection>> {
    let mut connection = PgConnection::establish(url)?;
    let lock = sql_query(format!("SELECT pg_try_advisory_lock({LOCKS}, {id}) AS locked"));
    let Locked { locked } =
        lock.get_result(&mut connection).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(locked.then_some(connection))
}

/// Whether a process that had taken something on is gone. On SQLite there is no other.
pub(super) fn is_gone(conn: &mut DbConnection, id: i32) -> Result<bool> {
    match conn {
        DbConnection::Sqlite(_) => Ok(false),
        DbConnection::Postgres(connection) => {
            let lock = sql_query(format!("SELECT pg_try_advisory_xact_lock({LOCKS}, {id}) AS locked"));
            Ok(lock.get_result::<Locked>(connection)?.locked)
        }
    }
}
