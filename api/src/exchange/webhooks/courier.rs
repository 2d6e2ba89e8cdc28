//! Sends what waits: one task for each webhook that has something to do, so that a slow receiver
//! keeps nobody else waiting.

use std::time::{Duration, Instant};

use actix_web::web;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use songjiao_types::WebhookId;
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

use super::{
    queue::{self, Due, Manner, SENT_AT_ONCE},
    rules::Retries,
    sender::Sender,
    signature::SigningKeys,
};
use crate::{
    db::{Actor, Database, clock::Clock, types::UtcTime},
    error::Result,
};

/// Messages on their way to one receiver at a time.
const AT_A_TIME: u8 = 8;
/// How often another process's changes are looked for.
const LOOKS_EVERY: Duration = Duration::from_secs(5);
const FORGETS_EVERY: Duration = Duration::from_hours(1);

/// Whoever sends the messages of this process.
pub struct Courier {
    db: Database,
    pub keys: SigningKeys,
    /// Whether messages may go to the inner network, and unencrypted.
    pub private_too: bool,
    sender: Sender,
    manner: Manner,
    /// Rings when a person has made something due.
    rung: Notify,
    closing: watch::Sender<bool>,
}

impl Courier {
    /// `timeout` is what one attempt may take.
    pub fn new(db: Database, keys: SigningKeys, retries: Retries, timeout: Duration, private_too: bool) -> Self {
        let waits = u32::try_from(SENT_AT_ONCE).unwrap_or(u32::MAX).div_ceil(AT_A_TIME.into());
        let lease = TimeDelta::from_std(timeout * waits).unwrap_or(TimeDelta::MAX) + TimeDelta::seconds(5);
        Self {
            sender: Sender::new(keys.clone(), timeout, private_too, db.clock().clone()),
            db,
            keys,
            private_too,
            manner: Manner { retries, lease },
            rung: Notify::new(),
            closing: watch::Sender::new(false),
        }
    }

    /// Has what is due looked for now.
    pub fn ring(&self) {
        self.rung.notify_one();
    }

    /// Has the courier finish what is on its way, and stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }
}

/// Sends until the courier is closed.
pub async fn run(courier: web::Data<Courier>) {
    if let Err(error) = courier.db.write(Actor::system(), queue::free).await {
        tracing::error!(%error, "messages of webhooks could not be freed");
    }
    let mut closing = courier.closing.subscribe();
    let mut forgot: Option<Instant> = None;
    let mut at_work = JoinSet::new();
    let mut busy = std::collections::HashSet::new();
    while !courier.is_closing() {
        let mut next = None;
        let now = courier.db.clock().now();
        match courier.db.read(move |conn| queue::due(conn, now)).await {
            Ok(Due { webhooks, next: later }) => {
                next = later;
                for id in webhooks.into_iter().filter(|id| busy.insert(*id)).collect::<Vec<_>>() {
                    at_work.spawn_local(serve(courier.clone(), id));
                }
            }
            Err(error) => tracing::error!(%error, "what webhooks wait for could not be read"),
        }
        if forgot.is_none_or(|at| at.elapsed() >= FORGETS_EVERY) {
            forgot = Some(Instant::now());
            if let Err(error) = courier.db.write(Actor::system(), queue::forget_old).await {
                tracing::error!(%error, "old messages of webhooks could not be removed");
            }
        }
        let pause = next.map_or(LOOKS_EVERY, |next| until(next, courier.db.clock()).min(LOOKS_EVERY));
        tokio::select! {
            () = courier.db.wait_for_changes() => {}
            () = courier.rung.notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = closing.changed() => {}
            Some(done) = at_work.join_next() => match done {
                Ok(id) => {
                    busy.remove(&id);
                }
                Err(error) => {
                    // Whose it was is not told: all may be taken up again, and take turns in the database.
                    tracing::error!(%error, "sending the messages of a webhook broke off");
                    busy.clear();
                }
            },
        }
    }
    while at_work.join_next().await.is_some() {}
}

/// At least a moment: what is due by the clock of the database may be so a little later by this one.
fn until(time: UtcTime, clock: &Clock) -> Duration {
    let left = chrono::DateTime::from(time) - chrono::DateTime::from(clock.now());
    left.to_std().unwrap_or_default().max(Duration::from_millis(20))
}

/// Sends the messages of a webhook until none is due.
async fn serve(courier: web::Data<Courier>, id: WebhookId) -> WebhookId {
    if let Err(error) = send_all(&courier, id).await {
        tracing::error!(webhook = %id, %error, "the messages of a webhook could not be sent");
        // It is due still: whatever is wrong is given time.
        tokio::time::sleep(LOOKS_EVERY).await;
    }
    id
}

async fn send_all(courier: &Courier, id: WebhookId) -> Result<()> {
    let mut attempts = Vec::new();
    loop {
        let settled = std::mem::take(&mut attempts);
        let (manner, closing) = (courier.manner.clone(), courier.is_closing());
        let step = move |tx: &mut crate::db::Tx<'_>| queue::step(tx, &manner, id, &settled, !closing);
        let Some((recipient, claimed)) = courier.db.write(Actor::system(), step).await? else { return Ok(()) };
        if claimed.is_empty() {
            return Ok(());
        }
        attempts = stream::iter(&claimed)
            .map(|message| courier.sender.attempt(&recipient, message))
            .buffer_unordered(AT_A_TIME.into())
            .collect()
            .await;
    }
}
