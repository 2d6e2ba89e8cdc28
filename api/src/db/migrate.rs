//! Migrations, and the columns and rows that only the program can fill.

use diesel::migration::MigrationConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Actor, Database, DbConnection, initials, mask_existing, outbox};
use crate::error::Result;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

impl Database {
    /// Runs the pending migrations, then masks ID numbers in older texts, brings them into their normal form, creates the
    /// indexes that existing rows decide on, and fills missing initials, sort keys and an empty outbox.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn migrate(&self) -> Result<(), String> {
        let mut connection = self.writer()?;
        let done = match &mut *connection {
            DbConnection::Sqlite(connection) => run_migrations(connection, SQLITE_MIGRATIONS),
            DbConnection::Postgres(connection) => run_migrations(connection, POSTGRES_MIGRATIONS),
        };
        let done = done.map_err(|error| format!("the database cannot be migrated: {error}"))?;
        let masks = done.iter().any(|version| version == mask_existing::MIGRATION);
        let masked = if masks { mask_existing::mask_all(&mut connection) } else { Ok(()) };
        masked
            .and_then(|()| self.normalize_texts(&mut connection))
            .and_then(|()| self.create_folded_indexes(&mut connection))
            .and_then(|()| initials::fill(&mut connection))
            .and_then(|()| self.fill_outbox(&mut connection))
            .map_err(|error| format!("the database cannot be migrated: {error}"))
    }

    /// Publishes the rows that are older than the outbox.
    fn fill_outbox(&self, connection: &mut DbConnection) -> Result<()> {
        if outbox::head(connection)? > 0 {
            return Ok(());
        }
        self.transaction(connection, Actor::system(), |tx| {
            // Another process may have filled it meanwhile.
            tx.order_commits()?;
            let empty = outbox::head(tx.conn)? == 0;
            if empty {
                tx.publish_everything(&[])?;
            }
            Ok(((), empty))
        })
    }
}

/// Runs the pending migrations and returns their versions.
fn run_migrations<C>(connection: &mut C, migrations: EmbeddedMigrations) -> diesel::migration::Result<Vec<String>>
where
    C: MigrationHarness<C::Backend> + MigrationConnection,
    C::Backend: diesel::backend::Backend,
    EmbeddedMigrations: diesel::migration::MigrationSource<C::Backend>,
{
    let versions = connection.run_pending_migrations(migrations)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}
