//! The database: SQLite (embedded, a county) or PostgreSQL (a province), one code for both.
//!
//! [`Database::read`] and [`Database::write`] are the only ways in. Both run on a thread for
//! blocking work; how many run at once is bounded before a thread is taken, so that a slow
//! query cannot use up the threads.

mod chain;
pub mod clock;
mod connect;
mod held;
pub mod initials;
mod instance;
pub mod outbox;
pub mod schema;
mod turns;
mod tx;
pub mod types;

use std::{
    str::FromStr,
    sync::{Arc, OnceLock},
};

use diesel::{
    Connection,
    connection::{AnsiTransactionManager, TransactionManager},
    migration::MigrationConnection,
    r2d2::Pool,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::Notify;

pub use chain::{BrokenLink, ChainHead, Tampering, verify_chain};
pub use held::Hold;
pub use turns::Taken;
pub use tx::{Actor, Tx, hex};

use crate::error::{ApiError, Result};
use clock::Clock;
use connect::Manager;
use instance::Instance;
use turns::{PATIENCE, Turns};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum DbConnection {
    Postgres(diesel::PgConnection),
    Sqlite(diesel::SqliteConnection),
}

/// Runs the same code on whichever concrete connection there is, for what the enum of
/// connections cannot do: batches and conflicts.
macro_rules! on_connection {
    ($conn:expr, $connection:ident => $run:expr) => {
        match $conn {
            $crate::db::DbConnection::Postgres($connection) => $run,
            $crate::db::DbConnection::Sqlite($connection) => $run,
        }
    };
}
pub(crate) use on_connection;

/// Where the database is: `sqlite://path`, `postgres://…` or `postgresql://…`.
#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(String),
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            _ => Err("DATABASE_URL has to begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

/// The pools of connections. Clones share them.
#[derive(Clone)]
pub struct Database(Arc<Pools>);

struct Pools {
    clock: Clock,
    readers: Pool<Manager>,
    read_turns: Turns,
    writers: Pool<Manager>,
    write_turns: Turns,
    /// Rings when others are to be told of something.
    announced: Notify,
    /// Of a process that serves, on PostgreSQL.
    instance: OnceLock<Instance>,
}

impl Database {
    /// Opens the pools; `connections` is how many queries may run at once.
    pub fn connect(url: &DatabaseUrl, connections: u32, clock: Clock) -> Result<Self, String> {
        let pool = |size: u32, read_only: bool| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(PATIENCE)
                .test_on_check_out(false)
                .build(Manager { url: url.clone(), read_only })
                .map_err(|error| format!("the database cannot be opened: {error}"))
        };
        let (readers, writers, write_turns) = match url {
            // One writer: SQLite has one anyway, and waiting in line beats waiting on its lock.
            DatabaseUrl::Sqlite(_) => {
                let writers = pool(1, false)?;
                (pool(connections, true)?, writers, 1)
            }
            DatabaseUrl::Postgres(_) => {
                let shared = pool(connections, false)?;
                (shared.clone(), shared, connections)
            }
        };
        Ok(Self(Arc::new(Pools {
            clock,
            readers,
            read_turns: Turns::new(connections),
            writers,
            write_turns: Turns::new(write_turns),
            announced: Notify::new(),
            instance: OnceLock::new(),
        })))
    }

    /// Runs the migrations that are still to come, and fills what only the program can.
    pub fn migrate(&self) -> Result<(), String> {
        let mut connection = self.0.writers.get().map_err(|error| error.to_string())?;
        let done = match &mut *connection {
            DbConnection::Sqlite(connection) => run_migrations(connection, SQLITE_MIGRATIONS),
            DbConnection::Postgres(connection) => run_migrations(connection, POSTGRES_MIGRATIONS),
        };
        done.map_err(|error| format!("the database cannot be migrated: {error}"))?;
        initials::fill(&mut connection)
            .and_then(|()| self.fill_outbox(&mut connection))
            .map_err(|error| format!("the database cannot be migrated: {error}"))
    }

    /// Tells of what was there before there was an outbox.
    fn fill_outbox(&self, connection: &mut DbConnection) -> Result<()> {
        if !outbox::is_empty(connection)? {
            return Ok(());
        }
        self.attempt_on(connection, Actor::system(), |tx| {
            // Another process may have done it meanwhile.
            tx.order_commits()?;
            let first = outbox::is_empty(tx.conn)?;
            if first {
                outbox::publish_everything(tx, &[])?;
            }
            Ok(((), first))
        })
    }

    /// Joins the processes that serve this database, so that none of them waits for what this one had
    /// taken on once it is gone.
    pub fn join(&self, url: &DatabaseUrl) -> Result<(), String> {
        if let DatabaseUrl::Postgres(url) = url {
            let instance = Instance::join(url).map_err(|error| format!("the database cannot be opened: {error}"))?;
            // Another time it has joined already.
            let _ = self.0.instance.set(instance);
        }
        Ok(())
    }

    /// Stays among them, whatever becomes of a connection. Blocks.
    pub fn stay_joined(&self) {
        if let Some(Err(error)) = self.0.instance.get().map(Instance::stay) {
            tracing::warn!(%error, "the database has lost this process");
        }
    }

    /// Returns when a transaction of this process has told others of something since this was last
    /// waited for. One waits at a time.
    pub async fn announced(&self) {
        self.0.announced.notified().await;
    }

    /// The clock that everything goes by.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Reads.
    pub async fn read<T, F>(&self, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        self.let_go().await?;
        let pools = Arc::clone(&self.0);
        let turn = self.0.read_turns.take().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut connection = pools.readers.get().map_err(|_| ApiError::unavailable())?;
            query(&mut connection)
        })
        .await
        .map_err(ApiError::internal)?
    }

    /// Changes, all or nothing, together with their entries in the audit log.
    pub async fn write<T, F>(&self, actor: Actor, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.attempt(actor, |tx| change(tx).map(|value| (value, true))).await
    }

    /// As [`Database::write`], where `change` says itself whether it stays: `false` beside its answer
    /// undoes it all.
    pub async fn attempt<T, F>(&self, actor: Actor, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, bool)> + Send + 'static,
    {
        if let Some(hold) = held::current() {
            return hold.attempt(self, actor, change).await;
        }
        let db = self.clone();
        let turn = self.0.write_turns.take().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut connection = db.0.writers.get().map_err(|_| ApiError::unavailable())?;
            db.attempt_on(&mut connection, actor, change)
        })
        .await
        .map_err(ApiError::internal)?
    }

    /// How busy the database is, by what is asked of it.
    pub fn turns(&self) -> [(&'static str, Taken); 2] {
        [("read", self.0.read_turns.taken()), ("write", self.0.write_turns.taken())]
    }

    /// As [`Database::write`], for programs that have no requests to serve.
    pub fn write_now<T>(&self, actor: Actor, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.0.writers.get().map_err(ApiError::internal)?;
        self.attempt_on(&mut connection, actor, |tx| change(tx).map(|value| (value, true)))
    }

    /// As [`Database::read`], for programs that have no requests to serve.
    pub fn read_now<T>(&self, query: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.0.readers.get().map_err(ApiError::internal)?;
        query(&mut connection)
    }

    fn attempt_on<T>(
        &self,
        connection: &mut DbConnection,
        actor: Actor,
        change: impl FnOnce(&mut Tx<'_>) -> Result<(T, bool)>,
    ) -> Result<T> {
        match connection {
            // A deferred transaction that turns into a write is refused without waiting.
            DbConnection::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")?;
            }
            DbConnection::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")?,
        }
        let mut tx = Tx::new(connection, actor, self.0.clock.now(), self.0.instance.get().map(|instance| instance.id));
        let outcome = change(&mut tx).and_then(|(value, stays)| {
            let announces = stays && tx.seal()?;
            Ok((value, stays, announces))
        });
        match outcome {
            Ok((value, true, announces)) => {
                Manage::commit_transaction(connection)?;
                if announces {
                    self.0.announced.notify_one();
                }
                Ok(value)
            }
            Ok((value, false, _)) => {
                Manage::rollback_transaction(connection)?;
                Ok(value)
            }
            Err(error) => {
                Manage::rollback_transaction(connection)?;
                Err(error)
            }
        }
    }
}

fn run_migrations<C>(connection: &mut C, migrations: EmbeddedMigrations) -> diesel::migration::Result<()>
where
    C: MigrationHarness<C::Backend> + MigrationConnection,
    C::Backend: diesel::backend::Backend,
    EmbeddedMigrations: diesel::migration::MigrationSource<C::Backend>,
{
    connection.run_pending_migrations(migrations).map(|_| ())
}

type Manage = <DbConnection as Connection>::TransactionManager;
