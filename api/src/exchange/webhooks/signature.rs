//! Signatures according to the Standard Webhooks specification: HMAC-SHA256 of id, timestamp and body, with
//! two secrets during a rotation.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use songjiao_types::{WebhookDeliveryId, WebhookId, webhooks::SECRET_MARK};

use crate::error::{ApiError, Result};

/// Derives the secrets of all webhooks from one key of the installation; the database holds none of them.
#[derive(Clone)]
pub struct SigningKeys(Hmac<Sha256>);

impl SigningKeys {
    /// Creates the keys from the installation's secret.
    ///
    /// # Errors
    /// If the secret is shorter than 32 bytes.
    pub fn new(secret: &[u8]) -> Result<Self, String> {
        if secret.len() < 32 {
            return Err("the key of the webhooks needs at least 32 characters".to_owned());
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|error| error.to_string())?;
        mac.update(b"songjiao webhooks: secrets");
        Hmac::<Sha256>::new_from_slice(&mac.finalize().into_bytes()).map(Self).map_err(|error| error.to_string())
    }

    /// Returns the 256 bits of a webhook's secret; each rotation is a new generation.
    fn secret(&self, webhook: WebhookId, generation: i32) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(webhook.uuid().as_bytes());
        mac.update(&generation.to_be_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Returns the secret as shown to the receiver.
    pub fn shown(&self, webhook: WebhookId, generation: i32) -> String {
        format!("{SECRET_MARK}{}", BASE64_STANDARD.encode(self.secret(webhook, generation)))
    }

    /// Returns the `webhook-signature` of a message: one signature per generation.
    ///
    /// # Errors
    /// If a key has an invalid length, which 32 bytes have not.
    pub fn sign(
        &self,
        webhook: WebhookId,
        generations: &[i32],
        id: WebhookDeliveryId,
        timestamp: i64,
        body: &str,
    ) -> Result<String> {
        let mut signatures = Vec::with_capacity(generations.len());
        for generation in generations {
            signatures.push(signature(&self.secret(webhook, *generation), &id.to_string(), timestamp, body)?);
        }
        Ok(signatures.join(" "))
    }
}

fn signature(secret: &[u8], id: &str, timestamp: i64, body: &str) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(ApiError::internal)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_webhook_and_every_generation_has_a_secret_of_its_own() {
        let keys = SigningKeys::new(&[7; 32]).expect("a key");
        let (one, other) = (WebhookId::from_uuid(Uuid::now_v7()), WebhookId::from_uuid(Uuid::now_v7()));
        assert_eq!(keys.shown(one, 1), keys.shown(one, 1));
        assert_ne!(keys.shown(one, 1), keys.shown(one, 2));
        assert_ne!(keys.shown(one, 1), keys.shown(other, 1));
        assert_ne!(keys.shown(one, 1), SigningKeys::new(&[8; 32]).expect("a key").shown(one, 1));
        assert!(SigningKeys::new(b"short").is_err());
    }

    #[test]
    fn a_receiver_with_either_secret_finds_its_signature() {
        let keys = SigningKeys::new(&[7; 32]).expect("a key");
        let webhook = WebhookId::from_uuid(Uuid::now_v7());
        let id = WebhookDeliveryId::from_uuid(Uuid::now_v7());
        let signed = keys.sign(webhook, &[2, 1], id, 1_700_000_000, "{}").expect("signed");
        let receiver = |secret: &str| {
            let secret = BASE64_STANDARD.decode(secret.strip_prefix(SECRET_MARK).expect("marked")).expect("base64");
            let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("a key");
            mac.update(format!("{id}.1700000000.{{}}").as_bytes());
            format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
        };
        let signatures: Vec<_> = signed.split(' ').collect();
        assert_eq!(signatures, [receiver(&keys.shown(webhook, 2)), receiver(&keys.shown(webhook, 1))]);
    }

    #[test]
    fn the_document_for_integrators_has_an_example_that_holds() {
        let document = include_str!("../../../../docs/integration.md");
        let between = |before: &str, after: &str| {
            let rest = document.split_once(before).expect(before).1;
            rest.split_once(after).expect(after).0.trim().to_owned()
        };
        let secret = BASE64_STANDARD.decode(between("the secret `whsec_", "`")).expect("base64");
        let (id, timestamp) = (between("webhook-id: ", "\n"), between("webhook-timestamp: ", "\n"));
        let body = between("above and the body\n\n```text\n", "\n```");
        let signed = signature(&secret, &id, timestamp.parse().expect("a number"), &body).expect("signed");
        assert_eq!(signed, between("give `", "`"));
    }
}
