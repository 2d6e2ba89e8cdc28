//! Transactions whose commit waits until the response to their request is known, so that the response
//! is stored in the same transaction as its effect: both persist, or neither does.
//!
//! Handlers do not notice. Within [`DeferredCommit::scope`], [`Database::write`] returns the result of
//! the change while the transaction waits on its thread, and [`Database::commit_deferred`] commits it.
//! If the request is dropped before, the transaction is rolled back. A further read or write of the
//! same handler commits the pending transaction first, because it has to see its rows.
//!
//! [`Database::write`]: super::Database::write
//! [`Database::commit_deferred`]: super::Database::commit_deferred

use std::{cell::RefCell, future::Future, mem, rc::Rc};

use tokio::sync::oneshot;

use super::Tx;
use crate::error::{ApiError, Result};

tokio::task_local! {
    static CURRENT: Rc<DeferredCommit>;
}

/// The last statements of a transaction.
pub(super) type Finish = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;

/// What a transaction does; it commits if this returns `true`.
pub(super) type Body<'a> = &'a mut dyn FnMut(&mut Tx<'_>) -> Result<bool>;

/// The transaction of one request that is not committed yet.
#[derive(Default)]
pub struct DeferredCommit {
    pending: RefCell<Option<Pending>>,
    callbacks: RefCell<Vec<Box<dyn FnOnce()>>>,
}

struct Pending {
    finish: oneshot::Sender<Finish>,
    committed: oneshot::Receiver<Result<()>>,
}

impl DeferredCommit {
    /// Runs a handler whose last transaction waits for its commit.
    pub async fn scope<T>(self: &Rc<Self>, handler: impl Future<Output = T>) -> T {
        CURRENT.scope(Rc::clone(self), handler).await
    }

    /// Returns the one that the running handler is within.
    pub(super) fn current() -> Option<Rc<Self>> {
        CURRENT.try_with(Rc::clone).ok()
    }

    /// Adds `last` to the pending transaction and commits it. Returns `last` if none is pending.
    ///
    /// # Errors
    /// The error of `last` or of the commit; 500 if the transaction was aborted. Nothing is written then.
    pub(super) async fn commit(&self, last: Finish) -> Result<Option<Finish>> {
        let pending = self.pending.take();
        let Some(Pending { finish, committed }) = pending else { return Ok(Some(last)) };
        let aborted = || ApiError::internal("a transaction was aborted");
        finish.send(last).map_err(|_| aborted())?;
        committed.await.map_err(|_| aborted())??;
        for callback in mem::take(&mut *self.callbacks.borrow_mut()) {
            callback();
        }
        Ok(None)
    }

    /// Runs `callback` after the commit of the pending transaction; at once if none is pending.
    pub(super) fn after_commit(&self, callback: impl FnOnce() + 'static) {
        if self.pending.borrow().is_some() {
            self.callbacks.borrow_mut().push(Box::new(callback));
        } else {
            callback();
        }
    }

    /// Makes a change on a blocking thread and keeps its transaction pending, unless `change` asks for
    /// a rollback. `transaction` runs a body in a transaction of its own.
    ///
    /// # Errors
    /// The error of the change; 500 if its thread or its request ends before the result is known.
    pub(super) async fn attempt<T, F>(
        &self,
        change: F,
        transaction: impl FnOnce(Body<'_>) -> Result<()> + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, bool)> + Send + 'static,
    {
        let (reply, replied) = oneshot::channel();
        let (finish, finishing) = oneshot::channel::<Finish>();
        let (commit, committed) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let (mut reply, mut rolled_back) = (Some(reply), None);
            let mut once = Some((change, finishing));
            let outcome = transaction(&mut |tx| {
                let dropped = || ApiError::internal("the request was dropped");
                let (change, finishing) = once.take().ok_or_else(dropped)?;
                let (value, commits) = change(tx)?;
                if !commits {
                    rolled_back = Some(value);
                    return Ok(false);
                }
                let reply = reply.take().ok_or_else(dropped)?;
                reply.send(Ok((value, true))).map_err(|_| dropped())?;
                finishing.blocking_recv().map_err(|_| dropped())?(tx)?;
                Ok(true)
            });
            // A receiver that is gone has no use for the outcome.
            match reply {
                Some(reply) => {
                    let value = rolled_back.ok_or_else(|| ApiError::internal("a change has no result"));
                    let _ = reply.send(outcome.and(value).map(|value| (value, false)));
                }
                None => {
                    let _ = commit.send(outcome);
                }
            }
        });
        let (value, pending) = replied.await.map_err(|_| ApiError::internal("a change was aborted"))??;
        if pending {
            self.pending.replace(Some(Pending { finish, committed }));
        }
        Ok(value)
    }
}
