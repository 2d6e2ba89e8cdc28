use chrono::{DateTime, Utc};
use songjiao_types::{ErrorCode, FieldError, Permission, WireEnum, api_keys::ApiKeyStatus};

use crate::error::{ApiError, Result};

/// Returns the status of a key.
pub fn status(revoked: bool, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> ApiKeyStatus {
    match (revoked, expires_at) {
        (true, _) => ApiKeyStatus::Revoked,
        (false, Some(end)) if end <= now => ApiKeyStatus::Expired,
        _ => ApiKeyStatus::Active,
    }
}

/// Returns the scopes in their declared order, each once.
///
/// # Errors
/// 422 at each scope that the caller does not have or that keys may not have.
pub fn check_scopes(requested: &[Permission], may: impl Fn(Permission) -> bool) -> Result<Vec<Permission>> {
    let mut faults = Vec::new();
    for (index, scope) in requested.iter().enumerate() {
        let pointer = format!("/scopes/{index}");
        if !scope.fits_a_key() {
            faults.push(FieldError::new(pointer, "not_for_keys", format!("接口密钥不能有“{}”权限", scope.label())));
        } else if !may(*scope) {
            faults.push(FieldError::new(pointer, "more_than_own", "不能授予自己没有的权限"));
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(faults));
    }
    Ok(Permission::ALL.iter().copied().filter(|scope| requested.contains(scope)).collect())
}

/// Checks that a key with a source may submit hours.
///
/// # Errors
/// 422 at `/source`.
pub fn check_source(scopes: &[Permission]) -> Result<()> {
    if scopes.contains(&Permission::HoursSubmit) {
        return Ok(());
    }
    let message = format!("只有“{}”权限的密钥需要来源", Permission::HoursSubmit.label());
    Err(ApiError::invalid("/source", "needs_submit", message))
}

/// Checks that an expiry is in the future.
///
/// # Errors
/// 422 at `/expires_at`.
pub fn check_expiry(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    match expires_at {
        Some(end) if end <= now => Err(ApiError::invalid("/expires_at", "in_past", "到期时间必须晚于现在")),
        _ => Ok(()),
    }
}

/// Checks that a key is not revoked.
///
/// # Errors
/// 409.
pub fn check_not_revoked(status: ApiKeyStatus) -> Result<()> {
    if status == ApiKeyStatus::Revoked { Err(ApiError::wrong_state("该密钥已吊销")) } else { Ok(()) }
}

/// Checks that a key is active.
///
/// # Errors
/// 409.
pub fn check_rotation(status: ApiKeyStatus) -> Result<()> {
    check_not_revoked(status)?;
    if status == ApiKeyStatus::Expired {
        return Err(ApiError::wrong_state("该密钥已过期，请先延长有效期"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(asked: &[Permission], may: impl Fn(Permission) -> bool) -> Vec<(String, String)> {
        let faults = check_scopes(asked, may).err().map(|error| error.errors).unwrap_or_default();
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn a_key_has_no_more_than_its_maker_and_neither_accounts_nor_keys() {
        use Permission as P;
        let all = |_| true;
        assert_eq!(codes(&[P::HoursRead, P::UsersWrite], all), [("/scopes/1".into(), "not_for_keys".into())]);
        assert_eq!(codes(&[P::ApiKeysManage, P::Account], all).len(), 2);
        let reader = |permission| permission == P::HoursRead;
        assert_eq!(codes(&[P::HoursSubmit], reader), [("/scopes/0".into(), "more_than_own".into())]);
        let sorted = check_scopes(&[P::HoursSubmit, P::HoursRead, P::HoursSubmit], all).ok();
        assert_eq!(sorted, Some(vec![P::HoursRead, P::HoursSubmit]));
    }

    #[test]
    fn a_key_is_over_when_it_expires_and_when_it_is_revoked() {
        let now = Utc::now();
        assert_eq!(status(false, None, now), ApiKeyStatus::Active);
        assert_eq!(status(false, Some(now), now), ApiKeyStatus::Expired);
        assert_eq!(status(true, Some(now), now), ApiKeyStatus::Revoked);
        assert!(check_rotation(ApiKeyStatus::Expired).is_err() && check_not_revoked(ApiKeyStatus::Expired).is_ok());
    }
}
