//! Passwords: hashed with argon2id, a few at a time.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::error::{ApiError, Result};

/// Each hashing takes 19 MB: two at once bound the memory that sign-ins can take.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Verified against where there is no such user, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Passwords that everybody tries first. They are long enough, so length alone lets them pass.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123123123123",
    "111111111111",
    "000000000000",
    "888888888888",
    "password1234",
    "passwordpassword",
    "administrator",
    "admin123456789",
    "qwertyuiop12",
    "qwerty123456",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcd12345678",
    "abc123456789",
    "woaini1314520",
    "a123456789012",
    "iloveyou1234",
];

/// Hashes on the calling thread.
pub fn hash_now(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(ApiError::internal)
}

pub async fn hash(password: String) -> Result<String> {
    in_turn(move || hash_now(&password)).await?
}

/// Whether it is the password; `None` stands for a user who does not exist.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let right = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && right
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = TURNS.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}

/// Refuses a password that is easily guessed (OWASP ASVS 2.1.7). Its length is the wire type's
/// business.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_strength(password: &str, username: &str, pointer: &'static str) -> Result<()> {
    let small = password.to_lowercase();
    let repeated = small.chars().all(|c| small.starts_with(c));
    if repeated || COMMON.contains(&small.as_str()) || small.contains(&username.to_lowercase()) {
        return Err(ApiError::invalid(pointer, "weak_password", "密码过于常见，或包含用户名"));
    }
    Ok(())
}
