//! Authenticates requests with API keys and records the last use.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::HttpRequest;
use songjiao_types::{ApiKeyId, ErrorCode, Role, UserId, api_keys::SECRET_MARK};

use super::{
    scopes::read_scopes,
    secret,
    store::{self, KeyInUse},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{Actor, Database, DbConnection, types::UtcTime},
    error::{ApiError, Result},
    http::{
        limits::Limits,
        parts::part,
        problems::{RequestId, client_ip},
    },
};

/// The precision of the last use: a busy key costs one write a minute.
const RECORD_INTERVAL: Duration = Duration::from_mins(1);

/// When this process last recorded the use of each key.
#[derive(Default)]
pub struct LastUses(Mutex<HashMap<ApiKeyId, Instant>>);

impl LastUses {
    /// Returns whether a use is to be recorded, which the caller then has to do.
    fn is_due(&self, key: ApiKeyId, now: Instant) -> bool {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match recorded.get(&key) {
            Some(at) if now.duration_since(*at) < RECORD_INTERVAL => false,
            _ => {
                recorded.insert(key, now);
                true
            }
        }
    }
}

/// Returns the service account of the key with a secret.
///
/// # Errors
/// 401 with a code for an unknown, expired or revoked secret, the latter two only for a correct secret; 429.
pub async fn authenticate(request: &HttpRequest, db: &Database, credential: &str) -> Result<CurrentUser> {
    let limits = part::<Limits>(request)?;
    let found = match secret::prefix(credential).map(str::to_owned) {
        Some(prefix) => db.read(move |conn| store::find_by_prefix(conn, &prefix)).await?,
        None => None,
    };
    let Some(key) = found.filter(|key| secret::matches(credential, &key.secret_hash)) else {
        // A wrong secret counts against the address, since it belongs to no user.
        limits.count_address(request)?;
        return Err(ApiError::new(ErrorCode::ApiKeyUnknown));
    };
    limits.count_user(key.user_id)?;
    let now = db.clock().now();
    check(&key, now)?;
    if part::<LastUses>(request)?.is_due(key.id, Instant::now()) {
        record_use(db.clone(), key.id);
    }
    Ok(caller(key, client_ip(request), RequestId::of(request), now))
}

/// Returns the service account on whose behalf a background job runs; `None` if its key has expired or was
/// revoked.
///
/// # Errors
/// If the database fails.
pub fn find_job_owner(
    conn: &mut DbConnection,
    account: UserId,
    request_id: String,
    now: UtcTime,
) -> Result<Option<CurrentUser>> {
    let key = store::find_by_account(conn, account)?.filter(|key| check(key, now).is_ok());
    Ok(key.map(|key| caller(key, String::new(), request_id, now)))
}

fn caller(key: KeyInUse, ip: String, request_id: String, now: UtcTime) -> CurrentUser {
    CurrentUser {
        id: key.user_id,
        username: format!("{}（{SECRET_MARK}{}）", key.name, key.prefix),
        // The scopes replace the permissions of the role. Where the role decides what is visible, a key sees what
        // an auditor sees: everything in its scope.
        role: Role::Auditor,
        organization_id: key.organization_id,
        organization_path: key.organization_path.clone(),
        scope: Scope::new(key.organization_path),
        teacher_id: None,
        session_id: None,
        scopes: Some(read_scopes(&key.scopes)),
        must_change_password: false,
        ip,
        request_id,
        now,
    }
}

fn check(key: &KeyInUse, now: UtcTime) -> Result<()> {
    if key.revoked_at.is_some() || key.account_disabled {
        return Err(ApiError::new(ErrorCode::ApiKeyRevoked));
    }
    if [key.expires_at, key.secret_ends_at].into_iter().flatten().any(|end| end <= now) {
        return Err(ApiError::new(ErrorCode::ApiKeyExpired));
    }
    Ok(())
}

/// Records the use in the background; the request does not wait for it.
fn record_use(db: Database, key: ApiKeyId) {
    actix_web::rt::spawn(async move {
        let recorded = db.write(Actor::system(), move |tx| store::record_use(tx, key)).await;
        if let Err(error) = recorded {
            tracing::warn!(api_key = %key, %error, "the use of a key could not be recorded");
        }
    });
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_use_is_noted_once_a_minute_and_key() {
        let (uses, start) = (LastUses::default(), Instant::now());
        let (one, other) = (ApiKeyId::from_uuid(Uuid::now_v7()), ApiKeyId::from_uuid(Uuid::now_v7()));
        assert!(uses.is_due(one, start) && !uses.is_due(one, start + Duration::from_secs(59)));
        assert!(uses.is_due(other, start));
        assert!(uses.is_due(one, start + Duration::from_mins(1)));
    }
}
