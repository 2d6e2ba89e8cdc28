//! Unique indexes on numbers without regard to case. Pairs that are older than the rule are logged at every start and not
//! merged: only a person can tell which of two teachers is which.

use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};

use super::{Actor, Database, DbConnection};
use crate::error::Result;

/// The tables and columns of the indexes. User names have theirs by a migration.
const COLUMNS: [(&str, &str); 2] = [("organizations", "code"), ("teachers", "teacher_no")];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    number: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Database {
    /// Creates the indexes that are missing.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn create_folded_indexes(&self, connection: &mut DbConnection) -> Result<()> {
        for (table, column) in COLUMNS {
            if !exists(connection, &format!("{table}_{column}_folded"))? {
                self.transaction(connection, Actor::system(), |tx| {
                    // One process after another.
                    tx.order_commits()?;
                    create(tx.conn, table, column)?;
                    Ok(((), true))
                })?;
            }
        }
        Ok(())
    }
}

fn exists(conn: &mut DbConnection, index: &str) -> Result<bool> {
    let count = match conn {
        DbConnection::Sqlite(_) => "SELECT count(*) AS count FROM sqlite_master WHERE type = 'index' AND name = $1",
        DbConnection::Postgres(_) => {
            "SELECT count(*) AS count FROM pg_indexes WHERE schemaname = current_schema() AND indexname = $1"
        }
    };
    Ok(sql_query(count).bind::<Text, _>(index).get_result::<Count>(conn)?.count > 0)
}

/// Creates the index of a column; while there are pairs, one for all other rows and one to look numbers up.
fn create(conn: &mut DbConnection, table: &str, column: &str) -> Result<()> {
    let index = format!("{table}_{column}_folded");
    let pairs: Vec<Row> = sql_query(format!(
        "SELECT CAST(id AS text) AS id, {column} AS number FROM {table} WHERE lower({column}) IN \
         (SELECT lower({column}) FROM {table} GROUP BY lower({column}) HAVING count(*) > 1) ORDER BY lower({column}), id"
    ))
    .load(conn)?;
    if pairs.is_empty() {
        conn.batch_execute(&format!(
            "CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {table} (lower({column})); \
             DROP INDEX IF EXISTS {index}_rest; DROP INDEX IF EXISTS {table}_{column}_lookup"
        ))?;
        return Ok(());
    }
    let numbers: Vec<&str> = pairs.iter().map(|row| row.number.as_str()).collect();
    tracing::warn!(table, column, numbers = numbers.join(" "), "these differ in case alone and are not merged");
    let ids: Vec<String> = pairs.iter().map(|row| format!("'{}'", row.id)).collect();
    conn.batch_execute(&format!(
        "CREATE UNIQUE INDEX IF NOT EXISTS {index}_rest ON {table} (lower({column})) WHERE id NOT IN ({}); \
         CREATE INDEX IF NOT EXISTS {table}_{column}_lookup ON {table} (lower({column}))",
        ids.join(", ")
    ))?;
    Ok(())
}
