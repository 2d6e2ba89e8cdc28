use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ApiKeyId, OrganizationId, Page, Role, UserId,
    api_keys::{
        ApiKeyQuery, ApiKeySecretView, ApiKeySort, ApiKeyStatus, ApiKeyView, CreateApiKey, IssuedApiKey, SECRET_MARK,
        UpdateApiKey,
    },
};
use uuid::Uuid;

use super::rules;
use crate::{
    auth::keys::{NewSecret, read_scopes, write_scopes},
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx, readings,
        schema::{api_key_secrets, api_keys, organizations, sources, users},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    hours::hour_records::sources::open_for_key,
    http::{etag::IfMatch, listing::PageRequest},
    people::{
        organizations::organization_refs,
        users::{
            batch::{self, NewUser},
            user_names,
        },
    },
    visibility::{in_scope, requested_scope, visible_organization},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
struct ApiKeyRow {
    id: ApiKeyId,
    name: String,
    organization_id: OrganizationId,
    scopes: String,
    expires_at: Option<UtcTime>,
    last_used_at: Option<UtcTime>,
    created_by: UserId,
    revoked_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

type Filtered<'a> = IntoBoxed<'a, api_keys::table, MultiBackend>;

fn visible<'a>(scope: &Scope) -> Filtered<'a> {
    let in_scope = organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
    api_keys::table.filter(api_keys::organization_id.eq_any(in_scope)).into_boxed()
}

fn filtered<'a>(scope: &Scope, query: &ApiKeyQuery, now: UtcTime) -> Filtered<'a> {
    let mut rows = visible(scope);
    if let Some(text) = &query.q {
        rows = rows.filter(lower(api_keys::name).like(contains_pattern(text)).escape('\\'));
    }
    match query.status {
        Some(ApiKeyStatus::Revoked) => rows.filter(api_keys::revoked_at.is_not_null()),
        Some(ApiKeyStatus::Expired) => {
            rows.filter(api_keys::revoked_at.is_null()).filter(api_keys::expires_at.le(Some(now)))
        }
        Some(ApiKeyStatus::Active) => rows
            .filter(api_keys::revoked_at.is_null())
            .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Some(now)))),
        None => rows,
    }
}

/// Returns a page of the visible keys. Ids are UUIDv7, so ordering by id is ordering by creation time.
///
/// # Errors
/// 422 if the organization is unknown or the cursor is invalid.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &ApiKeyQuery,
    page: &PageRequest,
) -> Result<Page<ApiKeyView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let views = |conn: &mut DbConnection, rows| with_details(conn, rows, user.now);
    listing!(conn, page, query.sort.unwrap_or(ApiKeySort::Name),
        rows: filtered(&scope, query, user.now), ApiKeyRow, id: api_keys::id, ApiKeyId, views: views,
        {
            ApiKeySort::Name => asc api_keys::name, String, |view: &ApiKeyView| view.name.clone();
            ApiKeySort::NameDesc => desc api_keys::name, String, |view: &ApiKeyView| view.name.clone();
            ApiKeySort::Created => asc api_keys::id, ApiKeyId, |view: &ApiKeyView| view.id;
            ApiKeySort::CreatedDesc => desc api_keys::id, ApiKeyId, |view: &ApiKeyView| view.id;
        }
    )
}

/// Adds organizations, creators, sources and secrets with one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<ApiKeyRow>, now: UtcTime) -> Result<Vec<ApiKeyView>> {
    let places = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let creators = user_names(conn, rows.iter().map(|row| row.created_by).collect())?;
    let mut sources: HashMap<ApiKeyId, String> = api_keys::table
        .inner_join(sources::table)
        .filter(api_keys::id.eq_any(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
        .select((api_keys::id, sources::name))
        .load(conn)?
        .into_iter()
        .collect();
    let mut secrets: HashMap<ApiKeyId, Vec<ApiKeySecretView>> = HashMap::new();
    let valid: Vec<(ApiKeyId, String, UtcTime, Option<UtcTime>)> = api_key_secrets::table
        .filter(api_key_secrets::api_key_id.eq_any(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
        .filter(api_key_secrets::ends_at.is_null().or(api_key_secrets::ends_at.gt(Some(now))))
        .order(api_key_secrets::created_at.desc())
        .select((
            api_key_secrets::api_key_id,
            api_key_secrets::prefix,
            api_key_secrets::created_at,
            api_key_secrets::ends_at,
        ))
        .load(conn)?;
    for (key, prefix, created_at, ends_at) in valid {
        secrets.entry(key).or_default().push(ApiKeySecretView {
            prefix: format!("{SECRET_MARK}{prefix}"),
            created_at: created_at.into(),
            ends_at: ends_at.map(Into::into),
        });
    }
    rows.into_iter()
        .map(|row| {
            let expires_at = row.expires_at.map(Into::into);
            let organization = places.get(&row.organization_id).cloned();
            Ok(ApiKeyView {
                organization: organization.ok_or_else(|| ApiError::internal("a key without organization"))?,
                scopes: read_scopes(&row.scopes),
                source: sources.remove(&row.id),
                status: rules::status(row.revoked_at.is_some(), expires_at, now.into()),
                expires_at,
                secrets: secrets.remove(&row.id).unwrap_or_default(),
                created_by_name: creators.get(&row.created_by).cloned().unwrap_or_default(),
                id: row.id,
                name: row.name,
                last_used_at: row.last_used_at.map(Into::into),
                revoked_at: row.revoked_at.map(Into::into),
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Finds a visible key.
///
/// # Errors
/// 404.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ApiKeyId) -> Result<ApiKeyView> {
    find_at(conn, &user.scope, id, user.now)
}

fn find_at(conn: &mut DbConnection, scope: &Scope, id: ApiKeyId, now: UtcTime) -> Result<ApiKeyView> {
    let row = visible(scope).filter(api_keys::id.eq(id)).select(ApiKeyRow::as_select()).first(conn)?;
    with_details(conn, vec![row], now)?.pop().ok_or_else(ApiError::not_found)
}

/// Creates a key with its service account and first secret, and its source if the name is free.
///
/// # Errors
/// 403 `foreign_source` if another organization owns the source; 422 if a scope, the expiry or the organization is
/// invalid, or if a key that may not submit hours names a source.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateApiKey) -> Result<IssuedApiKey> {
    let scopes = rules::check_scopes(&new.scopes, |permission| user.allows(permission))?;
    rules::check_expiry(new.expires_at, tx.now.into())?;
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let source = match &new.source {
        Some(name) => {
            rules::check_source(&scopes)?;
            Some(open_for_key(tx, name, new.organization_id)?)
        }
        None => None,
    };
    let id = ApiKeyId::from_uuid(Uuid::now_v7());
    let name = new.name.trim();
    let account = insert_account(tx, id, name, new.organization_id)?;
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(id),
            api_keys::user_id.eq(account),
            api_keys::name.eq(name),
            api_keys::organization_id.eq(new.organization_id),
            api_keys::scopes.eq(write_scopes(&scopes)),
            api_keys::source_id.eq(source),
            api_keys::expires_at.eq(new.expires_at.map(UtcTime::from)),
            api_keys::created_by.eq(user.id),
            api_keys::version.eq(1),
            api_keys::created_at.eq(tx.now),
            api_keys::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let secret = insert_secret(tx, id)?;
    let key = find_at(tx.conn, &user.scope, id, tx.now)?;
    tx.created("api_key", id, &key)?;
    Ok(IssuedApiKey { key, secret: Some(secret) })
}

/// Inserts the service account of a key. Its user name has a character that no user's may have, and its
/// password hash matches nothing.
fn insert_account(tx: &mut Tx<'_>, key: ApiKeyId, name: &str, organization: OrganizationId) -> Result<UserId> {
    let account = NewUser::new(format!("key:{key}"), name, "!", Role::Auditor, organization, tx.now);
    let id = account.id;
    batch::insert(tx, &[NewUser { service: true, ..account }])?;
    Ok(id)
}

/// Inserts a new secret of a key and returns its text, which is not stored.
fn insert_secret(tx: &mut Tx<'_>, key: ApiKeyId) -> Result<String> {
    let new = NewSecret::generate();
    diesel::insert_into(api_key_secrets::table)
        .values((
            api_key_secrets::prefix.eq(new.prefix),
            api_key_secrets::api_key_id.eq(key),
            api_key_secrets::secret_hash.eq(new.hash),
            api_key_secrets::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(new.text)
}

#[derive(AsChangeset)]
#[diesel(table_name = api_keys)]
struct ApiKeyChanges<'a> {
    name: Option<&'a str>,
    expires_at: Option<Option<UtcTime>>,
    version: i32,
    updated_at: UtcTime,
}

/// Updates a key's name or expiry.
///
/// # Errors
/// 404; 409 if it is revoked; 412; 422 if the expiry is in the past.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ApiKeyId,
    version: IfMatch,
    changes: &UpdateApiKey,
) -> Result<ApiKeyView> {
    let before = find_at(tx.conn, &user.scope, id, tx.now)?;
    version.check(before.version)?;
    rules::check_not_revoked(before.status)?;
    rules::check_expiry(changes.expires_at.flatten(), tx.now.into())?;
    let name = changes.name.as_deref().map(str::trim);
    let changed = diesel::update(api_keys::table.find(id).filter(api_keys::version.eq(before.version)))
        .set(ApiKeyChanges {
            name,
            expires_at: changes.expires_at.map(|end| end.map(UtcTime::from)),
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    if let Some(name) = name {
        let account = api_keys::table.find(id).select(api_keys::user_id);
        diesel::update(users::table.filter(users::id.eq_any(account)))
            .set((
                users::name.eq(name),
                users::sort_key.eq(Some(readings::sort_key(name))),
                users::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    let after = find_at(tx.conn, &user.scope, id, tx.now)?;
    tx.updated("api_key", id, &before, &after)?;
    Ok(after)
}

/// Gives a key a new secret; the previous one ends after the overlap.
///
/// # Errors
/// 404; 409 if the key is not active; 412 if the version differs.
pub fn rotate(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ApiKeyId,
    version: IfMatch,
    overlap_hours: i64,
) -> Result<IssuedApiKey> {
    let before = find_at(tx.conn, &user.scope, id, tx.now)?;
    version.check(before.version)?;
    rules::check_rotation(before.status)?;
    bump_version(tx, id, before.version)?;
    let of_key = api_key_secrets::table.filter(api_key_secrets::api_key_id.eq(id));
    // Secrets of an earlier rotation end first; the one without an end is the present one.
    diesel::update(of_key.filter(api_key_secrets::ends_at.gt(Some(tx.now))))
        .set(api_key_secrets::ends_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    diesel::update(of_key.filter(api_key_secrets::ends_at.is_null()))
        .set(api_key_secrets::ends_at.eq(Some(tx.now.after(TimeDelta::hours(overlap_hours)))))
        .execute(tx.conn)?;
    let secret = insert_secret(tx, id)?;
    let key = find_at(tx.conn, &user.scope, id, tx.now)?;
    tx.audit("rotate", "api_key", id, Some(&before), Some(&key))?;
    Ok(IssuedApiKey { key, secret: Some(secret) })
}

/// Revokes a key and ends its secrets.
///
/// # Errors
/// 404; 409 if it is revoked already or has changed meanwhile.
pub fn revoke(tx: &mut Tx<'_>, user: &CurrentUser, id: ApiKeyId) -> Result<ApiKeyView> {
    let before = find_at(tx.conn, &user.scope, id, tx.now)?;
    rules::check_not_revoked(before.status)?;
    bump_version(tx, id, before.version)?;
    diesel::update(api_keys::table.find(id))
        .set((api_keys::revoked_at.eq(Some(tx.now)), api_keys::revoked_by.eq(Some(user.id))))
        .execute(tx.conn)?;
    diesel::update(api_key_secrets::table.filter(api_key_secrets::api_key_id.eq(id)))
        .filter(api_key_secrets::ends_at.is_null().or(api_key_secrets::ends_at.gt(Some(tx.now))))
        .set(api_key_secrets::ends_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    let after = find_at(tx.conn, &user.scope, id, tx.now)?;
    tx.audit("revoke", "api_key", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Increments the version, so that the second of two concurrent changes fails.
fn bump_version(tx: &mut Tx<'_>, id: ApiKeyId, version: i32) -> Result<()> {
    let taken = diesel::update(api_keys::table.find(id).filter(api_keys::version.eq(version)))
        .set((api_keys::version.eq(version + 1), api_keys::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    if taken == 1 { Ok(()) } else { Err(ApiError::wrong_state("该密钥刚被他人修改，请刷新后重试")) }
}
