//! The processes that share a PostgreSQL database. Each holds an advisory lock on its own number for as
//! long as it lives; a process that can take the lock of another knows that the other is gone and that
//! its unfinished work is free.

use std::sync::{Mutex, PoisonError};

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query, sql_types::Bool};

use super::DbConnection;
use crate::error::Result;

/// The first half of the locks' keys.
const LOCK_CLASS: i32 = 8217;

/// This process, among those on a PostgreSQL database.
pub(super) struct Instance {
    pub id: i32,
    url: String,
    connection: Mutex<PgConnection>,
}

impl Instance {
    /// Takes the lock of a random number that is free.
    pub fn register(url: &str) -> diesel::ConnectionResult<Self> {
        loop {
            let id = rand::random::<i32>();
            if let Some(connection) = lock(url, id)? {
                return Ok(Self { id, url: url.to_owned(), connection: Mutex::new(connection) });
            }
        }
    }

    /// Takes the lock again if its connection has broken.
    pub fn heartbeat(&self) -> diesel::ConnectionResult<()> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if sql_query("SELECT 1").execute(&mut *connection).is_err()
            && let Some(again) = lock(&self.url, self.id)?
        {
            *connection = again;
        }
        Ok(())
    }
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Opens a connection that holds the lock of a number; `None` if another process holds it.
fn lock(url: &str, id: i32) -> diesel::ConnectionResult<Option<PgConnection>> {
    let mut connection = PgConnection::establish(url)?;
    let lock = sql_query(format!("SELECT pg_try_advisory_lock({LOCK_CLASS}, {id}) AS locked"));
    let Locked { locked } =
        lock.get_result(&mut connection).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(locked.then_some(connection))
}

/// Returns whether a process is gone. On SQLite there is no other.
pub(super) fn is_gone(conn: &mut DbConnection, id: i32) -> Result<bool> {
    match conn {
        DbConnection::Sqlite(_) => Ok(false),
        DbConnection::Postgres(connection) => {
            let lock = sql_query(format!("SELECT pg_try_advisory_xact_lock({LOCK_CLASS}, {id}) AS locked"));
            Ok(lock.get_result::<Locked>(connection)?.locked)
        }
    }
}
