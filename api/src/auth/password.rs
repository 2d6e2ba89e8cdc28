//! Password hashing with argon2id, at most two at a time, with a bounded queue.

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::profile::{PasswordProfile, REMEMBERED};
use crate::error::{ApiError, Result};

/// Each hashing takes 19 MB: two permits bound the memory that sign-ins can take.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// How many hashings wait at most: some two seconds of work. More would only delay everyone.
const QUEUE: usize = 64;
/// Of these, how many sign-ins from networks that the user name does not know: a flood of them leaves room for others.
const QUEUE_OF_UNKNOWN: usize = 48;
static QUEUED: AtomicUsize = AtomicUsize::new(0);

/// Verified for unknown users, so that the response takes as long as for known ones.
static DUMMY_HASH: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// In place of a hash, for a user who has never set a password.
pub const NO_PASSWORD: &str = "!";

/// Hashes on the calling thread.
///
/// # Errors
/// 500 if hashing fails.
pub fn hash_now(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(ApiError::internal)
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Counts a caller as queued, even if its request is dropped meanwhile.
struct Queued;

impl Queued {
    /// Joins the queue.
    ///
    /// # Errors
    /// 503 with the seconds to wait if the queue is full.
    fn join(most: usize) -> Result<Self> {
        if QUEUED.fetch_add(1, Ordering::Relaxed) >= most {
            QUEUED.fetch_sub(1, Ordering::Relaxed);
            return Err(ApiError::unavailable());
        }
        Ok(Self)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        QUEUED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The right to hash one password now.
pub struct Permit {
    _held: SemaphorePermit<'static>,
}

/// Waits for a permit, for somebody who is known or not.
///
/// # Errors
/// 503 with the seconds to wait if too many wait already.
pub async fn permit(known: bool) -> Result<Permit> {
    let _queued = Queued::join(if known { QUEUE } else { QUEUE_OF_UNKNOWN })?;
    let held = PERMITS.acquire().await.map_err(ApiError::internal)?;
    Ok(Permit { _held: held })
}

impl Permit {
    /// Returns whether a password matches a hash; `None` stands for an unknown user.
    pub async fn verify(self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let hash = hash.filter(|hash| hash != NO_PASSWORD);
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY_HASH.clone());
            let matches = matches(&password, &hash);
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        // The permit ends with the work, even if the request is dropped meanwhile.
        let run = move || {
            let done = work();
            drop(self);
            done
        };
        tokio::task::spawn_blocking(run).await.map_err(ApiError::internal)
    }
}

/// Returns the hash of a new password.
///
/// # Errors
/// 422 at `pointer` if the profile refuses the password, or if it is one of the earlier ones.
pub fn check_and_hash_now(
    profile: PasswordProfile,
    password: &str,
    username: &str,
    earlier: &[String],
    pointer: &'static str,
) -> Result<String> {
    profile.check_strength(password, username, pointer)?;
    if earlier.iter().any(|hash| matches(password, hash)) {
        let message = format!("不能使用最近 {REMEMBERED} 次用过的密码");
        return Err(ApiError::invalid(pointer, "password_reused", message));
    }
    hash_now(password)
}

/// Like [`check_and_hash_now`], on a blocking thread.
///
/// # Errors
/// As [`check_and_hash_now`].
pub async fn check_and_hash(
    profile: PasswordProfile,
    password: String,
    username: String,
    earlier: Vec<String>,
    pointer: &'static str,
) -> Result<String> {
    let permit = permit(true).await?;
    permit.run(move || check_and_hash_now(profile, &password, &username, &earlier, pointer)).await?
}
