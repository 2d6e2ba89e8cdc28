//! Access tokens (short-lived JWTs) and refresh tokens (random, used once).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use songjiao_types::{ErrorCode, SessionId, UserId};

use crate::{
    db::{clock::Clock, hex},
    error::{ApiError, Result},
};

const ISSUER: &str = "songjiao";
const AUDIENCE: &str = "songjiao-api";

/// The claims of an access token.
#[derive(Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user.
    pub sub: UserId,
    /// The session, which ends the token with it.
    pub sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Issues and verifies access tokens.
pub struct TokenKeys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    /// Derives each refresh token from the one before.
    refresh: Hmac<Sha256>,
    lifetime: TimeDelta,
    clock: Clock,
}

impl TokenKeys {
    /// Derives the keys from a secret.
    ///
    /// # Errors
    /// 500 if the secret is no key.
    pub fn new(secret: &[u8], lifetime: TimeDelta, clock: Clock) -> Result<Self> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // `read` checks the expiry by the program's own clock.
        validation.validate_exp = false;
        let mut refresh = Hmac::new_from_slice(secret).map_err(ApiError::internal)?;
        refresh.update(b"refresh");
        Ok(Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            refresh,
            lifetime,
            clock,
        })
    }

    /// Returns the refresh token that follows another: always the same one, so that a repeated refresh can be answered
    /// as the first.
    pub fn next_refresh_token(&self, token: &str) -> String {
        let mut mac = self.refresh.clone();
        mac.update(token.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Returns the lifetime of a token, in seconds.
    pub fn expires_in(&self) -> i64 {
        self.lifetime.num_seconds()
    }

    /// Issues a token.
    ///
    /// # Errors
    /// 500 if it cannot be encoded.
    pub fn access_token(&self, user: UserId, session: SessionId) -> Result<String> {
        let now = DateTime::from(self.clock.now());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            iat: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(ApiError::internal)
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// 401, with the code `token_expired` for a valid token that has expired.
    pub fn read(&self, token: &str) -> Result<Claims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| ApiError::unauthenticated())?
            .claims;
        if claims.exp < DateTime::from(self.clock.now()).timestamp() {
            return Err(ApiError::new(ErrorCode::TokenExpired));
        }
        Ok(claims)
    }
}

/// Returns a first refresh token: 256 random bits in base64url.
pub fn new_refresh_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Returns the hash of a refresh token, as the database stores it.
pub fn refresh_token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}
