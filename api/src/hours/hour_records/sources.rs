//! Who may record hours under which source 学时来源 (design 4, *Sources*). A source is owned by an organization. An API
//! key writes under the source for which it was made; people who may recognise hours write under the sources of their
//! organization. `manual` and `import` are open to everyone who may submit hours.

use diesel::prelude::*;
use serde::Serialize;
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, Permission, SourceId, UserId, WireEnum,
    hour_records::{IMPORT_SOURCE, MANUAL_SOURCE},
};
use uuid::Uuid;

use super::entry::RecordSource;
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{api_keys, organizations, sources},
        types::lower,
    },
    error::{ApiError, Result},
};

/// A source with its owner.
#[derive(Queryable)]
struct SourceRow {
    id: SourceId,
    name: String,
    organization_id: OrganizationId,
    organization_path: String,
}

/// Returns a source by its name, without regard to case.
fn find(conn: &mut DbConnection, name: &str) -> QueryResult<Option<SourceRow>> {
    sources::table
        .inner_join(organizations::table)
        .filter(lower(sources::name).eq(name.to_ascii_lowercase()))
        .select((sources::id, sources::name, sources::organization_id, organizations::path))
        .first(conn)
        .optional()
}

/// The source that a caller names.
enum Named {
    Existing(RecordSource),
    /// No source has the name, and the caller may create one.
    Free,
}

fn check(conn: &mut DbConnection, user: &CurrentUser, name: &str, pointer: &'static str) -> Result<Named> {
    let reserved = [MANUAL_SOURCE, IMPORT_SOURCE].into_iter().find(|reserved| name.eq_ignore_ascii_case(reserved));
    if let Some(reserved) = reserved {
        return Ok(Named::Existing(RecordSource::within(reserved, user.organization_id)));
    }
    if user.scopes.is_some() {
        let of_key: Option<String> = api_keys::table
            .inner_join(sources::table)
            .filter(api_keys::user_id.eq(user.id))
            .select(sources::name)
            .first(conn)
            .optional()?;
        let own = of_key.filter(|own| own.eq_ignore_ascii_case(name));
        let message = "接口密钥只能以其来源登记学时，请使用为该来源生成的密钥";
        return own.map(RecordSource::named).map(Named::Existing).ok_or_else(|| foreign(pointer, message));
    }
    // Decided without looking the name up, so that the answer does not tell whether it is taken.
    if !user.allows(Permission::HoursRecognize) {
        return Err(foreign(pointer, "只有可以认定学时的人能以单位的来源登记"));
    }
    match find(conn, name)? {
        Some(row) if row.organization_id == user.organization_id || row.organization_path == user.scope.root => {
            Ok(Named::Existing(RecordSource::named(row.name)))
        }
        Some(_) => Err(foreign(pointer, ErrorCode::ForeignSource.label())),
        None => Ok(Named::Free),
    }
}

fn foreign(pointer: &'static str, message: &'static str) -> ApiError {
    let fault = FieldError::new(pointer, ErrorCode::ForeignSource.as_str(), message);
    ApiError::new(ErrorCode::ForeignSource).detail(message).errors(vec![fault])
}

/// Returns the source under which the caller asks to write, without creating it.
///
/// # Errors
/// 403 `foreign_source` at `pointer` if the caller may not write under it.
pub fn writable(
    conn: &mut DbConnection,
    user: &CurrentUser,
    name: &str,
    pointer: &'static str,
) -> Result<RecordSource> {
    Ok(match check(conn, user, name, pointer)? {
        Named::Existing(source) => source,
        Named::Free => RecordSource::named(name.to_owned()),
    })
}

/// Returns the source under which the caller writes. A free name becomes a source of the caller's organization.
///
/// # Errors
/// 403 `foreign_source` at `pointer` if the caller may not write under it; 409 if another transaction takes the name.
pub fn open(tx: &mut Tx<'_>, user: &CurrentUser, name: &str, pointer: &'static str) -> Result<RecordSource> {
    match check(tx.conn, user, name, pointer)? {
        Named::Existing(source) => Ok(source),
        Named::Free => {
            create(tx, name, user.organization_id)?;
            Ok(RecordSource::named(name.to_owned()))
        }
    }
}

/// Returns the source for which a key of an organization is made. A free name becomes a source of the organization.
///
/// # Errors
/// 403 `foreign_source` at `/source` if another organization owns the source; 409 if another transaction takes the
/// name.
pub fn open_for_key(tx: &mut Tx<'_>, name: &str, organization_id: OrganizationId) -> Result<SourceId> {
    match find(tx.conn, name)? {
        Some(row) if row.organization_id == organization_id => Ok(row.id),
        Some(_) => Err(foreign("/source", ErrorCode::ForeignSource.label())),
        None => create(tx, name, organization_id),
    }
}

/// A new source as the audit log records it.
#[derive(Serialize)]
struct NewSource<'a> {
    name: &'a str,
    organization_id: OrganizationId,
}

fn create(tx: &mut Tx<'_>, name: &str, organization_id: OrganizationId) -> Result<SourceId> {
    let created_by = tx.user_id()?;
    insert(tx, name, organization_id, created_by)
}

/// Inserts a source with its entry in the audit log.
///
/// # Errors
/// 409 if the name is taken.
pub fn insert(tx: &mut Tx<'_>, name: &str, organization_id: OrganizationId, created_by: UserId) -> Result<SourceId> {
    let id = SourceId::from_uuid(Uuid::now_v7());
    diesel::insert_into(sources::table)
        .values((
            sources::id.eq(id),
            sources::name.eq(name),
            sources::organization_id.eq(organization_id),
            sources::created_by.eq(created_by),
            sources::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.created("source", name, &NewSource { name, organization_id })?;
    Ok(id)
}

/// Stores when a record was last written under a source. Called at the end of a transaction, because on PostgreSQL it
/// locks the source's row.
///
/// # Errors
/// If the database fails.
pub fn record_use(tx: &mut Tx<'_>, source: &RecordSource) -> Result<()> {
    if !source.is_reserved() {
        diesel::update(sources::table.filter(lower(sources::name).eq(source.name().to_ascii_lowercase())))
            .set(sources::last_record_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    Ok(())
}
