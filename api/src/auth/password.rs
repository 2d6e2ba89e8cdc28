//! Passwords: hashed with argon2id, a few at a time.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::profile::{PasswordProfile, REMEMBERED};
use crate::error::{ApiError, Result};

/// Each hashing takes 19 MB: two at once bound the memory that sign-ins can take.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Verified against where there is no such user, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Hashes on the calling thread.
pub fn hash_now(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(ApiError::internal)
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether it is the password; `None` stands for a user who does not exist.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let right = matches(&password, &hash);
        known && right
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = TURNS.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}

/// The hash of a new password, where the profile takes it and it is none of the earlier ones.
///
/// # Errors
/// 422 at `pointer`.
pub fn accept_now(
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

/// As [`accept_now`], in turn with the other hashing.
pub async fn accept(
    profile: PasswordProfile,
    password: String,
    username: String,
    earlier: Vec<String>,
    pointer: &'static str,
) -> Result<String> {
    in_turn(move || accept_now(profile, &password, &username, &earlier, pointer)).await?
}
