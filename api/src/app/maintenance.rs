//! What is deleted once its time is over.

use crate::{
    auth::attempts,
    db::{Actor, Database, Tx},
    error::Result,
    exchange::imports,
};

/// Deletes old sign-in attempts, and the failed rows and previews of imports that ended more than the given days ago.
/// Runs every hour. A part that fails is logged and does not keep the others from running.
pub async fn run(db: &Database, keep_failed_rows_days: u32) {
    let forget_rows = move |tx: &mut Tx<'_>| imports::forget_rows(tx, keep_failed_rows_days);
    report(db.write(Actor::system(), attempts::forget_old).await, "old sign-in attempts could not be deleted");
    report(db.write(Actor::system(), forget_rows).await, "old failed rows of imports could not be deleted");
}

fn report(done: Result<()>, failure: &str) {
    if let Err(error) = done {
        tracing::warn!(%error, "{failure}");
    }
}
