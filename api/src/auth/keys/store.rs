use chrono::TimeDelta;
use diesel::prelude::*;
use songjiao_types::{ApiKeyId, OrganizationId, UserId};

use crate::{
    db::{
        DbConnection, Tx,
        schema::{api_key_secrets, api_keys, organizations, users},
        types::UtcTime,
    },
    error::Result,
};

/// A key with one of its secrets.
#[derive(Queryable)]
pub struct KeyInUse {
    pub id: ApiKeyId,
    pub name: String,
    pub scopes: String,
    pub expires_at: Option<UtcTime>,
    pub revoked_at: Option<UtcTime>,
    pub prefix: String,
    pub secret_hash: String,
    pub secret_ends_at: Option<UtcTime>,
    pub user_id: UserId,
    pub account_disabled: bool,
    pub organization_id: OrganizationId,
    pub organization_path: String,
}

/// Secrets joined with their keys, newest first, with the columns of [`KeyInUse`].
macro_rules! keys_in_use {
    ($condition:expr) => {
        api_key_secrets::table
            .inner_join(api_keys::table.inner_join(organizations::table))
            .inner_join(users::table.on(users::id.eq(api_keys::user_id)))
            .filter($condition)
            .order(api_key_secrets::created_at.desc())
            .select((
                api_keys::id,
                api_keys::name,
                api_keys::scopes,
                api_keys::expires_at,
                api_keys::revoked_at,
                api_key_secrets::prefix,
                api_key_secrets::secret_hash,
                api_key_secrets::ends_at,
                users::id,
                users::disabled,
                organizations::id,
                organizations::path,
            ))
    };
}

/// Returns the key that has a secret with a prefix.
pub fn find_by_prefix(conn: &mut DbConnection, prefix: &str) -> Result<Option<KeyInUse>> {
    Ok(keys_in_use!(api_key_secrets::prefix.eq(prefix)).first(conn).optional()?)
}

/// Returns the key of a service account, with its newest secret.
pub fn find_by_account(conn: &mut DbConnection, account: UserId) -> Result<Option<KeyInUse>> {
    Ok(keys_in_use!(api_keys::user_id.eq(account)).first(conn).optional()?)
}

/// Records the use of a key. If several processes try at the same time, one of them writes.
pub fn record_use(tx: &mut Tx<'_>, id: ApiKeyId) -> Result<()> {
    let due = tx.now.after(-TimeDelta::seconds(55));
    diesel::update(api_keys::table.find(id))
        .filter(api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(due)))
        .set(api_keys::last_used_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}
