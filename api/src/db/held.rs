//! Transactions that are held open until the answer to their request is known, so that the answer is
//! kept in the very transaction whose effect it tells of: neither is ever there without the other.
//!
//! A handler knows nothing of this. Within [`Hold::scope`], [`Database::write`] returns what the change
//! came to while the transaction waits on its thread, and [`Hold::finish`] lets it commit. If the
//! request is dropped before, the transaction is undone. A handler that reads or writes further has
//! what it wrote before committed first, for it has to see it.

use std::{cell::RefCell, future::Future, mem, rc::Rc};

use tokio::sync::oneshot;

use super::{Actor, Database, Tx};
use crate::error::{ApiError, Result};

tokio::task_local! {
    static HOLD: Rc<Hold>;
}

type Last = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;

/// What one request has written and not yet committed.
#[derive(Default)]
pub struct Hold {
    waiting: RefCell<Option<Waiting>>,
    then: RefCell<Vec<Box<dyn FnOnce()>>>,
}

struct Waiting {
    go_on: oneshot::Sender<Last>,
    done: oneshot::Receiver<Result<()>>,
}

impl Hold {
    /// Runs a handler whose transaction is to be held.
    pub async fn scope<T>(self: &Rc<Self>, handler: impl Future<Output = T>) -> T {
        HOLD.scope(Rc::clone(self), handler).await
    }

    /// Adds `last` to the transaction that is held, or to one of its own, and commits.
    ///
    /// # Errors
    /// Where the commit fails: then nothing was done.
    pub async fn finish(
        &self,
        db: &Database,
        last: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let waiting = self.waiting.take();
        match waiting {
            Some(waiting) => self.commit(waiting, Box::new(last)).await,
            None => db.write(Actor::system(), last).await,
        }
    }

    async fn commit(&self, Waiting { go_on, done }: Waiting, last: Last) -> Result<()> {
        let broken_off = || ApiError::internal("a transaction broke off");
        go_on.send(last).map_err(|_| broken_off())?;
        done.await.map_err(|_| broken_off())??;
        for then in mem::take(&mut *self.then.borrow_mut()) {
            then();
        }
        Ok(())
    }

    /// Commits what is held by now, without an answer.
    async fn let_go(&self) -> Result<()> {
        let waiting = self.waiting.take();
        match waiting {
            Some(waiting) => self.commit(waiting, Box::new(|_| Ok(()))).await,
            None => Ok(()),
        }
    }

    /// Makes a change, and holds its transaction if it stays.
    pub(super) async fn attempt<T, F>(&self, db: &Database, actor: Actor, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, bool)> + Send + 'static,
    {
        self.let_go().await?;
        let turn = db.0.write_turns.take().await?;
        let db = db.clone();
        let (tell, told) = oneshot::channel();
        let (go_on, asked) = oneshot::channel::<Last>();
        let (finish, done) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let (mut tell, mut undone) = (Some(tell), None);
            let outcome = db.0.writers.get().map_err(|_| ApiError::unavailable()).and_then(|mut connection| {
                db.attempt_on(&mut connection, actor, |tx| {
                    let (value, stays) = change(tx)?;
                    if !stays {
                        undone = Some(value);
                        return Ok(((), false));
                    }
                    let dropped = || ApiError::internal("the request was dropped");
                    let tell = tell.take().ok_or_else(dropped)?;
                    tell.send(Ok((value, true))).map_err(|_| dropped())?;
                    asked.blocking_recv().map_err(|_| dropped())?(tx)?;
                    Ok(((), true))
                })
            });
            // Whoever does not listen any more has what they need.
            match tell {
                Some(tell) => {
                    let undone = undone.ok_or_else(|| ApiError::internal("a change came to nothing"));
                    let _ = tell.send(outcome.and(undone).map(|value| (value, false)));
                }
                None => {
                    let _ = finish.send(outcome);
                }
            }
        });
        let (value, stays) = told.await.map_err(|_| ApiError::internal("a change broke off"))??;
        if stays {
            self.waiting.replace(Some(Waiting { go_on, done }));
        }
        Ok(value)
    }
}

pub(super) fn current() -> Option<Rc<Hold>> {
    HOLD.try_with(Rc::clone).ok()
}

impl Database {
    /// Does something as soon as what this request has written is committed.
    pub fn once_committed(&self, then: impl FnOnce() + 'static) {
        match current() {
            Some(hold) if hold.waiting.borrow().is_some() => hold.then.borrow_mut().push(Box::new(then)),
            _ => then(),
        }
    }

    /// Before a request reads: it sees what it has written.
    pub(super) async fn let_go(&self) -> Result<()> {
        match current() {
            Some(hold) => hold.let_go().await,
            None => Ok(()),
        }
    }
}
