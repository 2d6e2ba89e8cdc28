//! The secret of a key: `sjk_`, a public prefix by which it is found, and 256 random bits.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use songjiao_types::api_keys::SECRET_MARK;
use subtle::ConstantTimeEq;

use crate::db::hex;

/// Bytes of the public prefix, which has twice as many hexadecimal digits.
const PREFIX_BYTES: usize = 6;
/// Characters of 256 bits in base64url.
const RANDOM_LENGTH: usize = 43;

/// A generated secret.
pub struct NewSecret {
    /// The whole secret, shown once.
    pub text: String,
    /// The public prefix.
    pub prefix: String,
    /// The hash that the database stores.
    pub hash: String,
}

impl NewSecret {
    /// Generates a secret.
    pub fn generate() -> Self {
        let prefix = hex(&rand::random::<[u8; PREFIX_BYTES]>());
        let text = format!("{SECRET_MARK}{prefix}_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        Self { hash: hash(&text), prefix, text }
    }
}

/// Returns whether a credential is a key's secret rather than an access token.
pub fn is_secret(credential: &str) -> bool {
    credential.starts_with(SECRET_MARK)
}

/// Returns the public prefix of a well-formed secret.
pub fn prefix(text: &str) -> Option<&str> {
    let (prefix, random) = text.strip_prefix(SECRET_MARK)?.split_once('_')?;
    let shaped = prefix.len() == 2 * PREFIX_BYTES && random.len() == RANDOM_LENGTH;
    (shaped && prefix.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(prefix)
}

/// Hashes a secret. A fast hash does, because nobody can guess 256 random bits.
fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Compares a secret with a stored hash in constant time.
pub fn matches(text: &str, stored: &str) -> bool {
    hash(text).as_bytes().ct_eq(stored.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_prefix_and_matches_its_own_hash_alone() {
        let (one, other) = (NewSecret::generate(), NewSecret::generate());
        assert!(is_secret(&one.text));
        assert_eq!(prefix(&one.text), Some(one.prefix.as_str()));
        assert!(matches(&one.text, &one.hash));
        assert!(!matches(&one.text, &other.hash));
        assert!(!one.hash.contains(&one.text));
    }

    #[test]
    fn what_has_no_secret_s_shape_has_no_prefix() {
        let NewSecret { text, .. } = NewSecret::generate();
        for wrong in ["", "sjk_", "sjk_abc_def", &text[1..], &text[..text.len() - 1], &format!("{text}x")] {
            assert_eq!(prefix(wrong), None, "{wrong}");
        }
    }
}
