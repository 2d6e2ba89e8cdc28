//! Citizen ID numbers 公民身份号码: stored encrypted, compared by their HMAC, shown masked. The API never returns the
//! number itself, and no answer confirms who has one: neither does a search find it, nor is one refused because another
//! teacher has it. Administrators with the permission to read the audit log list the teachers in their scope who share a
//! number, and that list is bounded and audited ([`record_lookup`]).

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use songjiao_types::{ErrorCode, Permission, id_numbers::mask_id_number};
use subtle::ConstantTimeEq;

use super::rules::IdNumberFacts;
use crate::{
    auth::CurrentUser,
    db::{Tx, hex, schema::audit_log, types::UtcTime},
    error::{ApiError, Result},
};

/// The action in the audit log of a list of teachers who share an ID number.
const LOOKUP: &str = "look_up_id_numbers";
/// The lookups of a user in a period.
const LOOKUPS: i64 = 20;
const LOOKUP_PERIOD: TimeDelta = TimeDelta::hours(1);

/// The keys that encrypt ID numbers and make their HMACs.
#[derive(Clone)]
pub struct IdNumbers {
    cipher: XChaCha20Poly1305,
    lookup: Hmac<Sha256>,
}

/// An ID number as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedIdNumber {
    /// XChaCha20-Poly1305: nonce and ciphertext in base64.
    pub sealed: String,
    /// HMAC-SHA256, equal for equal numbers under the same key.
    pub hmac: String,
    /// The number, of which the last two characters are shown.
    pub mask: String,
    /// What the number states.
    pub facts: IdNumberFacts,
}

impl IdNumbers {
    /// Derives both keys from one secret.
    ///
    /// # Errors
    /// A sentence for the person who starts the program, if the secret is shorter than 32 bytes.
    pub fn new(secret: &[u8]) -> Result<Self, String> {
        if secret.len() < 32 {
            return Err("SONGJIAO_ID_KEY needs at least 32 characters".to_owned());
        }
        let derive = |purpose: &str| -> Result<_, String> {
            let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret).map_err(|error| error.to_string())?;
            mac.update(purpose.as_bytes());
            Ok(mac.finalize().into_bytes())
        };
        Ok(Self {
            cipher: XChaCha20Poly1305::new_from_slice(&derive("songjiao id numbers: encryption")?)
                .map_err(|error| error.to_string())?,
            lookup: <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&derive("songjiao id numbers: lookup")?)
                .map_err(|error| error.to_string())?,
        })
    }

    /// Seals a valid number.
    ///
    /// # Errors
    /// 500 if it cannot be encrypted.
    pub fn seal(&self, number: &str) -> Result<SealedIdNumber> {
        let number = number.to_ascii_uppercase();
        let facts = IdNumberFacts::of(&number).ok_or_else(|| ApiError::internal("no ID number"))?;
        let nonce = rand::random::<[u8; 24]>();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), number.as_bytes())
            .map_err(|_| ApiError::internal("an id number could not be sealed"))?;
        Ok(SealedIdNumber {
            sealed: BASE64_STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()),
            hmac: self.lookup_key(&number),
            mask: mask_id_number(&number),
            facts,
        })
    }

    /// Returns whether a sealed number ends with a text; the case of the check character does not matter.
    ///
    /// # Errors
    /// 500 if the number was sealed with another key.
    pub fn ends_with(&self, sealed: &str, tail: &str) -> Result<bool> {
        let broken = || ApiError::internal("an id number could not be opened");
        let bytes = BASE64_STANDARD_NO_PAD.decode(sealed).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or_else(broken)?;
        let nonce = XNonce::from(<[u8; 24]>::try_from(nonce).map_err(|_| broken())?);
        let number = self.cipher.decrypt(&nonce, sealed).map_err(|_| broken())?;
        let (tail, start) = (tail.to_ascii_uppercase(), number.len().saturating_sub(tail.len()));
        Ok(number.get(start..).is_some_and(|end| end.ct_eq(tail.as_bytes()).into()))
    }

    /// Returns the HMAC of a number, by which it is found without decrypting any.
    pub fn lookup_key(&self, number: &str) -> String {
        let mut mac = self.lookup.clone();
        mac.update(number.to_ascii_uppercase().as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

/// Counts a list of teachers who share an ID number, and records it in the audit log.
///
/// # Errors
/// 403 without the permissions to change teachers and to read the audit log; 429 with the seconds to wait if the user has
/// used up the lookups of an hour.
pub fn record_lookup(tx: &mut Tx<'_>, user: &CurrentUser) -> Result<()> {
    if !user.allows(Permission::TeachersWrite) || !user.allows(Permission::AuditRead) {
        return Err(ApiError::forbidden());
    }
    let lookups: Vec<UtcTime> = audit_log::table
        .filter(audit_log::user_id.eq(user.id))
        .filter(audit_log::action.eq(LOOKUP))
        .filter(audit_log::at.gt(tx.now.after(-LOOKUP_PERIOD)))
        .order(audit_log::seq.desc())
        .limit(LOOKUPS)
        .select(audit_log::at)
        .load(tx.conn)?;
    if i64::try_from(lookups.len()).is_ok_and(|count| count >= LOOKUPS)
        && let Some(first) = lookups.last()
    {
        let wait = DateTime::<Utc>::from(first.after(LOOKUP_PERIOD)) - DateTime::from(tx.now);
        return Err(ApiError::new(ErrorCode::RateLimited).retry_after(wait.num_seconds().max(1)));
    }
    tx.audit(LOOKUP, "teacher", "", None::<&()>, None::<&()>)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(secret: u8) -> IdNumbers {
        IdNumbers::new(&[secret; 32]).expect("a key")
    }

    #[test]
    fn a_number_is_masked_sealed_and_found() {
        let sealed = numbers(1).seal("11010519491231002x").expect("sealed");
        assert_eq!(sealed.mask, "****************2X");
        assert!(!sealed.sealed.contains("110105"));
        assert_eq!(sealed.hmac, numbers(1).lookup_key("11010519491231002X"), "the case of the check does not matter");
        assert_ne!(sealed.hmac, numbers(2).lookup_key("11010519491231002X"));
        assert_ne!(sealed.sealed, numbers(1).seal("11010519491231002X").expect("sealed").sealed);
        assert!(IdNumbers::new(b"short").is_err());
    }
}
