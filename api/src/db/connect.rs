use diesel::{
    Connection, ConnectionError, PgConnection, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{self, ManageConnection, R2D2Connection},
};

use super::{DatabaseUrl, DbConnection};

/// Opens connections for a pool. Not diesel's own manager: SQLite takes any string for a file
/// name, so the scheme of the URL has to decide.
pub struct Manager {
    pub url: DatabaseUrl,
    /// SQLite alone: the pool of readers cannot write, whatever is asked of it.
    pub read_only: bool,
}

// The time-out has to stand first: turning on WAL may have to wait already.
const SQLITE_SETUP: &str = "
    PRAGMA busy_timeout = 30000;
    PRAGMA foreign_keys = ON;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -4096;
";
/// The one writer's pages, in KiB: a large import comes back to the pages of the indexes at random.
const SQLITE_WRITER: &str = "PRAGMA cache_size = -40960;";

impl ManageConnection for Manager {
    type Connection = DbConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<DbConnection, r2d2::Error> {
        self.open().map_err(r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut DbConnection) -> Result<(), r2d2::Error> {
        connection.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut DbConnection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

impl Manager {
    fn open(&self) -> Result<DbConnection, ConnectionError> {
        match &self.url {
            DatabaseUrl::Postgres(url) => {
                let mut connection = PgConnection::establish(url)?;
                // A statement takes less time than compiling it does.
                connection
                    .batch_execute("SET TIME ZONE 'UTC'; SET statement_timeout = '120s'; SET jit = off")
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(DbConnection::Postgres(connection))
            }
            DatabaseUrl::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path)?;
                let setup = if self.read_only {
                    format!("{SQLITE_SETUP} PRAGMA query_only = ON;")
                } else {
                    format!("{SQLITE_SETUP} {SQLITE_WRITER}")
                };
                connection.batch_execute(&setup).map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(DbConnection::Sqlite(connection))
            }
        }
    }
}
