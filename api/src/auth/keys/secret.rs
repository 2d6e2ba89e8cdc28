//! The secret of a key: `sjk_`, a public part by which it is found, and 256 random bits.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use songjiao_types::api_keys::SECRET_MARK;
use subtle::ConstantTimeEq;

use crate::db::hex;

/// Bytes of the public part; it has twice as many digits.
const PREFIX_BYTES: usize = 6;
/// Characters that 256 bits take in base64url.
const RANDOM_LENGTH: usize = 43;

/// A secret that nobody has seen yet.
pub struct NewSecret {
    /// All of it, to be shown once.
    pub text: String,
    /// The public part.
    pub prefix: String,
    /// What the database keeps.
    pub hash: String,
}

impl NewSecret {
    pub fn generate() -> Self {
        let prefix = hex(&rand::random::<[u8; PREFIX_BYTES]>());
        let text = format!("{SECRET_MARK}{prefix}_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        Self { hash: hash(&text), prefix, text }
    }
}

/// Whether a credential means to be a key's secret and not an access token.
pub fn is_secret(credential: &str) -> bool {
    credential.starts_with(SECRET_MARK)
}

/// The public part of what has a secret's shape.
pub fn prefix(text: &str) -> Option<&str> {
    let (prefix, random) = text.strip_prefix(SECRET_MARK)?.split_once('_')?;
    let shaped = prefix.len() == 2 * PREFIX_BYTES && random.len() == RANDOM_LENGTH;
    (shaped && prefix.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(prefix)
}

/// A slow hash is for passwords: nobody tries out 256 random bits.
fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Whether it is the secret of this hash, in a time that tells nothing of how much of it is right.
pub fn matches(text: &str, kept: &str) -> bool {
    hash(text).as_bytes().ct_eq(kept.as_bytes()).into()
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
