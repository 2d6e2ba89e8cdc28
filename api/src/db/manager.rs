use diesel::{
    Connection, ConnectionError, PgConnection, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{self, ManageConnection, R2D2Connection},
};

use super::{DatabaseUrl, DbConnection};

/// Opens connections for a pool. diesel's own manager does not do: SQLite takes any string as a file
/// name, so the URL's scheme has to decide.
pub struct Manager {
    pub url: DatabaseUrl,
    /// On SQLite, opens connections that cannot write.
    pub read_only: bool,
}

// busy_timeout comes first: switching to WAL may have to wait already.
const SQLITE_SETUP: &str = "
    PRAGMA busy_timeout = 30000;
    PRAGMA foreign_keys = ON;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -4096;
";
/// The page cache of the single writer, in KiB: a large import visits the pages of the indexes at random.
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
                // Compiling a statement takes longer than running it.
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
