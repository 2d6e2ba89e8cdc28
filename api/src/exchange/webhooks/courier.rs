//! Sends queued messages with one task per webhook, so that a slow receiver does not delay others.

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
    queue::{self, DeliverySettings, Due, MESSAGES_PER_ROUND},
    rules::Retries,
    sender::Sender,
    signature::SigningKeys,
};
use crate::{
    db::{Actor, Database, Tx, clock::Clock, types::UtcTime},
    error::Result,
};

/// Concurrent messages to one receiver.
const CONCURRENT_MESSAGES: u8 = 8;
/// How often changes of other processes are looked for.
const POLL_INTERVAL: Duration = Duration::from_secs(5);
const CLEANUP_INTERVAL: Duration = Duration::from_hours(1);

/// Sends the messages of this process.
pub struct Courier {
    db: Database,
    pub keys: SigningKeys,
    /// Whether messages may go to private addresses, and unencrypted.
    pub allow_private: bool,
    sender: Sender,
    settings: DeliverySettings,
    /// Notified when a user's change makes messages due.
    woken: Notify,
    closing: watch::Sender<bool>,
}

impl Courier {
    /// Creates a courier; `timeout` limits one attempt.
    pub fn new(db: Database, keys: SigningKeys, retries: Retries, timeout: Duration, allow_private: bool) -> Self {
        let waits = u32::try_from(MESSAGES_PER_ROUND).unwrap_or(u32::MAX).div_ceil(CONCURRENT_MESSAGES.into());
        let lease = TimeDelta::from_std(timeout * waits).unwrap_or(TimeDelta::MAX) + TimeDelta::seconds(5);
        Self {
            sender: Sender::new(keys.clone(), timeout, allow_private, db.clock().clone()),
            db,
            keys,
            allow_private,
            settings: DeliverySettings { retries, lease },
            woken: Notify::new(),
            closing: watch::Sender::new(false),
        }
    }

    /// Makes the courier look for due messages now.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Tells the courier to finish the messages on their way and stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }
}

/// Sends messages until the courier is closed.
pub async fn run(courier: web::Data<Courier>) {
    if let Err(error) = courier.db.write(Actor::system(), queue::release_orphans).await {
        tracing::error!(%error, "messages of webhooks could not be released");
    }
    let mut closing = courier.closing.subscribe();
    let mut cleaned: Option<Instant> = None;
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
            Err(error) => tracing::error!(%error, "the due webhooks could not be read"),
        }
        if cleaned.is_none_or(|at| at.elapsed() >= CLEANUP_INTERVAL) {
            cleaned = Some(Instant::now());
            if let Err(error) = courier.db.write(Actor::system(), queue::delete_old).await {
                tracing::error!(%error, "old messages of webhooks could not be deleted");
            }
        }
        let pause = next.map_or(POLL_INTERVAL, |next| until(next, courier.db.clock()).min(POLL_INTERVAL));
        tokio::select! {
            () = courier.db.wait_for_changes() => {}
            () = courier.woken.notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = closing.changed() => {}
            Some(done) = at_work.join_next() => match done {
                Ok(id) => {
                    busy.remove(&id);
                }
                Err(error) => {
                    // The error does not name the webhook: all may start again, and take turns in the database.
                    tracing::error!(%error, "sending the messages of a webhook failed");
                    busy.clear();
                }
            },
        }
    }
    while at_work.join_next().await.is_some() {}
}

/// Returns the time until an instant, at least a moment: the database's clock may be ahead of this one.
fn until(time: UtcTime, clock: &Clock) -> Duration {
    let left = chrono::DateTime::from(time) - chrono::DateTime::from(clock.now());
    left.to_std().unwrap_or_default().max(Duration::from_millis(20))
}

/// Sends the messages of a webhook until none is due. Returns the webhook.
async fn serve(courier: web::Data<Courier>, id: WebhookId) -> WebhookId {
    if let Err(error) = send_all(&courier, id).await {
        tracing::error!(webhook = %id, %error, "the messages of a webhook could not be sent");
        // The webhook is still due: wait before the next attempt.
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    id
}

async fn send_all(courier: &Courier, id: WebhookId) -> Result<()> {
    let mut attempts = Vec::new();
    loop {
        let finished = std::mem::take(&mut attempts);
        let (settings, closing) = (courier.settings.clone(), courier.is_closing());
        let round = move |tx: &mut Tx<'_>| queue::run_round(tx, &settings, id, &finished, !closing);
        let Some((recipient, claimed)) = courier.db.write(Actor::system(), round).await? else { return Ok(()) };
        if claimed.is_empty() {
            return Ok(());
        }
        attempts = stream::iter(&claimed)
            .map(|message| courier.sender.attempt(&recipient, message))
            .buffer_unordered(CONCURRENT_MESSAGES.into())
            .collect()
            .await;
    }
}
