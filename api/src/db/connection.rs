/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum DbConnection {
    /// PostgreSQL.
    Postgres(diesel::PgConnection),
    /// SQLite.
    Sqlite(diesel::SqliteConnection),
}

/// Runs the same code on the concrete connection, for statements that diesel's `MultiConnection`
/// cannot execute: batch inserts and `ON CONFLICT`.
macro_rules! on_connection {
    ($conn:expr, $connection:ident => $run:expr) => {
        match $conn {
            $crate::db::DbConnection::Postgres($connection) => $run,
            $crate::db::DbConnection::Sqlite($connection) => $run,
        }
    };
}
pub(crate) use on_connection;
