//! Access tokens (JWT, short-lived) and refresh tokens (random, used once).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
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

/// What an access token says.
#[derive(Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    pub sub: UserId,
    /// The session: a token is good as long as it is.
    pub sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Makes and reads access tokens.
pub struct TokenKeys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    lifetime: TimeDelta,
    clock: Clock,
}

impl TokenKeys {
    pub fn new(secret: &[u8], lifetime: TimeDelta, clock: Clock) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // By our own clock, not by the machine's.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            lifetime,
            clock,
        }
    }

    /// Seconds for which a token is good.
    pub fn expires_in(&self) -> i64 {
        self.lifetime.num_seconds()
    }

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

    /// # Errors
    /// 401, with a code of its own for a token that has merely expired.
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

/// A new refresh token: 256 random bits.
pub fn new_refresh_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the database keeps of a refresh token.
pub fn refresh_token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}
