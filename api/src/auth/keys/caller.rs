//! A request with a key: whose it is, and that the key was used.

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

/// How exactly the last use is noted: a key that calls all day long costs a write a minute.
const NOTED_EVERY: Duration = Duration::from_mins(1);

/// When this process last noted the use of which key.
#[derive(Default)]
pub struct LastUses(Mutex<HashMap<ApiKeyId, Instant>>);

impl LastUses {
    /// Whether a use at this time is to be noted; whoever hears so notes it.
    fn is_due(&self, key: ApiKeyId, now: Instant) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match noted.get(&key) {
            Some(at) if now.duration_since(*at) < NOTED_EVERY => false,
            _ => {
                noted.insert(key, now);
                true
            }
        }
    }
}

/// The caller behind a key's secret.
///
/// # Errors
/// 401 with a code that says whether the secret is unknown, expired or revoked: the latter two are
/// told only to who has it. 429.
pub async fn authenticate(request: &HttpRequest, db: &Database, shown: &str) -> Result<CurrentUser> {
    let limits = part::<Limits>(request)?;
    let found = match secret::prefix(shown).map(str::to_owned) {
        Some(prefix) => db.read(move |conn| store::find_by_prefix(conn, &prefix)).await?,
        None => None,
    };
    let Some(key) = found.filter(|key| secret::matches(shown, &key.secret_hash)) else {
        // Whoever tries secrets is nobody yet: the address pays.
        limits.count_address(request)?;
        return Err(ApiError::new(ErrorCode::ApiKeyUnknown));
    };
    limits.count_user(key.user_id)?;
    let now = db.clock().now();
    check(&key, now)?;
    if part::<LastUses>(request)?.is_due(key.id, Instant::now()) {
        note_use(db.clone(), key.id);
    }
    Ok(caller(key, client_ip(request), RequestId::of(request), now))
}

/// The caller behind a service account, for whom the program carries on what they asked for: nobody
/// where the key has ended meanwhile.
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
        // Of no consequence for what the key may do, which its scopes say; where a role narrows what is
        // seen, the key sees as an auditor does: all of its organization.
        role: Role::Auditor,
        organization_id: key.organization_id,
        organization_path: key.organization_path.clone(),
        scope: Scope::new(key.organization_path),
        teacher_id: None,
        session_id: None,
        scopes: Some(read_scopes(&key.scopes)),
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

/// Notes the use beside the request, which does not wait for it.
fn note_use(db: Database, key: ApiKeyId) {
    actix_web::rt::spawn(async move {
        let noted = db.write(Actor::system(), move |tx| store::note_use(tx, key)).await;
        if let Err(error) = noted {
            tracing::warn!(api_key = %key, %error, "the use of a key could not be noted");
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
