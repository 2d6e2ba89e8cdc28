use std::sync::{Arc, OnceLock};

use diesel::{
    Connection,
    connection::{AnsiTransactionManager, TransactionManager},
    r2d2::{Pool, PooledConnection},
};
use tokio::sync::Notify;

use super::{
    Actor, DatabaseUrl, DbConnection, DeferredCommit, Effects, Tx,
    clock::Clock,
    deferred_commit::Body,
    instance::Instance,
    limiter::{ACQUIRE_TIMEOUT, ConnectionLimiter, Usage},
    manager::Manager,
    seen_day::SeenDay,
};
use crate::error::{ApiError, Result};

type DbTransactions = <DbConnection as Connection>::TransactionManager;

/// The connection pools. Clones share them.
///
/// Queries run on threads for blocking work. How many run at once is limited before a thread is taken,
/// so that slow queries cannot use up the threads.
#[derive(Clone)]
pub struct Database(Arc<Pools>);

struct Pools {
    clock: Clock,
    effects: Effects,
    readers: Pool<Manager>,
    read_limiter: ConnectionLimiter,
    writers: Pool<Manager>,
    write_limiter: ConnectionLimiter,
    /// Notified when a transaction has committed changes to the outbox.
    changes: Notify,
    /// Set for a process that serves on PostgreSQL.
    instance: OnceLock<Instance>,
    seen_day: SeenDay,
}

impl Database {
    /// Opens the pools; `connections` is how many queries may run at once. Only `app` calls this, since
    /// it knows the effects of every area.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub(crate) fn connect(url: &DatabaseUrl, connections: u32, clock: Clock, effects: Effects) -> Result<Self, String> {
        let pool = |size: u32, read_only: bool| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(ACQUIRE_TIMEOUT)
                .test_on_check_out(false)
                .build(Manager { url: url.clone(), read_only })
                .map_err(|error| format!("the database cannot be opened: {error}"))
        };
        let (readers, writers, write_limit) = match url {
            // SQLite has a single writer anyway, and queueing beats waiting on its lock.
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
            effects,
            readers,
            read_limiter: ConnectionLimiter::new(connections),
            writers,
            write_limiter: ConnectionLimiter::new(write_limit),
            changes: Notify::new(),
            instance: OnceLock::new(),
            seen_day: SeenDay::default(),
        })))
    }

    /// Registers this process among those that serve the database, so that the others can tell when it
    /// is gone and take over its work. Does nothing on SQLite.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn register(&self, url: &DatabaseUrl) -> Result<(), String> {
        if let DatabaseUrl::Postgres(url) = url {
            let instance =
                Instance::register(url).map_err(|error| format!("the database cannot be opened: {error}"))?;
            // Fails if this process is registered already.
            let _ = self.0.instance.set(instance);
        }
        Ok(())
    }

    /// Renews the registration if its connection has broken. Blocks.
    pub fn heartbeat(&self) {
        if let Some(Err(error)) = self.0.instance.get().map(Instance::heartbeat) {
            tracing::warn!(%error, "this process is no longer registered with the database");
        }
    }

    /// Waits until a transaction of this process has committed changes to the outbox, or returns at once
    /// if that has happened since the last wait. One task waits at a time.
    pub async fn wait_for_changes(&self) {
        self.0.changes.notified().await;
    }

    /// Returns the day that this process has seen begin.
    pub(super) fn seen_day(&self) -> &SeenDay {
        &self.0.seen_day
    }

    /// Returns the clock of the whole program.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Returns the registered implementation of a trait, for a query; a change takes it from its [`Tx`].
    ///
    /// # Errors
    /// 500 if none is registered.
    pub fn effects_of<T: ?Sized + 'static>(&self) -> Result<&T> {
        self.0.effects.of()
    }

    /// Runs a query.
    ///
    /// # Errors
    /// 503 if no connection is free in time, and the query's own.
    pub async fn read<T, F>(&self, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        if let Some(deferred) = DeferredCommit::current() {
            // A request sees its own changes.
            deferred.commit(Box::new(|_| Ok(()))).await?;
        }
        let permit = self.0.read_limiter.acquire().await?;
        let pools = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut connection = pools.readers.get().map_err(|_| ApiError::unavailable())?;
            query(&mut connection)
        })
        .await
        .map_err(ApiError::internal)?
    }

    /// Runs a change in a transaction, together with its audit log entries and its outbox.
    ///
    /// # Errors
    /// 503 if no connection is free in time, and the change's own. Nothing is written then.
    pub async fn write<T, F>(&self, actor: Actor, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.attempt(actor, |tx| change(tx).map(|value| (value, true))).await
    }

    /// Like [`Database::write`], for a `change` that decides about its commit: `false` beside its result
    /// rolls back.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn attempt<T, F>(&self, actor: Actor, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, bool)> + Send + 'static,
    {
        let deferred = DeferredCommit::current();
        if let Some(deferred) = &deferred {
            deferred.commit(Box::new(|_| Ok(()))).await?;
        }
        let permit = self.0.write_limiter.acquire().await?;
        let db = self.clone();
        if let Some(deferred) = deferred {
            let transaction = move |body: Body<'_>| {
                let _permit = permit;
                let mut connection = db.0.writers.get().map_err(|_| ApiError::unavailable())?;
                db.transaction(&mut connection, actor, |tx| body(tx).map(|commits| ((), commits)))
            };
            return deferred.attempt(change, transaction).await;
        }
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut connection = db.0.writers.get().map_err(|_| ApiError::unavailable())?;
            db.transaction(&mut connection, actor, change)
        })
        .await
        .map_err(ApiError::internal)?
    }

    /// Adds `last` to the transaction that a request left pending, or to one of its own, and commits.
    ///
    /// # Errors
    /// If the commit fails. Nothing is written then.
    pub async fn commit_deferred(
        &self,
        deferred: &DeferredCommit,
        last: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        match deferred.commit(Box::new(last)).await? {
            Some(last) => self.write(Actor::system(), last).await,
            None => Ok(()),
        }
    }

    /// Runs `callback` once what this request has written is committed.
    pub fn after_commit(&self, callback: impl FnOnce() + 'static) {
        match DeferredCommit::current() {
            Some(deferred) => deferred.after_commit(callback),
            None => callback(),
        }
    }

    /// Returns how busy the database is, for reads and for writes.
    pub fn usage(&self) -> [(&'static str, Usage); 2] {
        [("read", self.0.read_limiter.usage()), ("write", self.0.write_limiter.usage())]
    }

    /// Like [`Database::write`], on the calling thread.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn write_now<T>(&self, actor: Actor, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.0.writers.get().map_err(ApiError::internal)?;
        self.transaction(&mut connection, actor, |tx| change(tx).map(|value| (value, true)))
    }

    /// Like [`Database::read`], on the calling thread.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_now<T>(&self, query: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.0.readers.get().map_err(ApiError::internal)?;
        query(&mut connection)
    }

    /// Returns a connection that writes, for the migrations.
    ///
    /// # Errors
    /// The message of the pool if it has no connection in time.
    pub(super) fn writer(&self) -> Result<PooledConnection<Manager>, String> {
        self.0.writers.get().map_err(|error| error.to_string())
    }

    /// Runs `change` in a transaction, which commits if it returns `true` beside its value, and otherwise rolls back.
    ///
    /// # Errors
    /// The error of the change, of the audit log and the outbox, or of the commit. Nothing is written then.
    pub(super) fn transaction<T>(
        &self,
        connection: &mut DbConnection,
        actor: Actor,
        change: impl FnOnce(&mut Tx<'_>) -> Result<(T, bool)>,
    ) -> Result<T> {
        match connection {
            // A deferred transaction that turns into a write gets SQLITE_BUSY without waiting.
            DbConnection::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")?;
            }
            DbConnection::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")?,
        }
        let instance = self.0.instance.get().map(|instance| instance.id);
        let mut tx = Tx::new(connection, actor, self.0.clock.now(), instance, &self.0.effects);
        let outcome = change(&mut tx).and_then(|(value, commits)| {
            let changes = commits && tx.flush_outbox_and_audit()?;
            Ok((value, commits, changes))
        });
        if let Ok((_, true, _)) = outcome {
            DbTransactions::commit_transaction(connection)?;
        } else {
            DbTransactions::rollback_transaction(connection)?;
        }
        outcome.map(|(value, _, changes)| {
            if changes {
                self.0.changes.notify_one();
            }
            value
        })
    }
}
