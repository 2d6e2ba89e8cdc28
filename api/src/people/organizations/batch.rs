//! The rows of organizations, read and written as sets.

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{OrganizationId, changes::ChangeType, organizations::OrganizationKind};
use uuid::Uuid;

use crate::{
    db::{
        DbConnection, FoldedMap, Tx, folded, initials, on_connection,
        schema::organizations,
        types::{UtcTime, lower},
    },
    error::Result,
};

/// Rows per statement.
const CHUNK: usize = 1000;

/// A row of `organizations`.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct OrganizationRow {
    pub id: OrganizationId,
    pub code: String,
    pub name: String,
    pub kind: OrganizationKind,
    pub parent_id: Option<OrganizationId>,
    pub path: String,
    pub rural: bool,
    pub base_school: bool,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub initials: Option<String>,
}

impl OrganizationRow {
    /// Returns a new organization below its parent, which is given by id and path.
    pub fn new(
        code: &str,
        name: &str,
        kind: OrganizationKind,
        parent: Option<(OrganizationId, &str)>,
        now: UtcTime,
    ) -> Self {
        Self {
            id: OrganizationId::from_uuid(Uuid::now_v7()),
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            parent_id: parent.map(|(id, _)| id),
            path: parent.map_or_else(|| code.to_owned(), |(_, path)| format!("{path}/{code}")),
            rural: false,
            base_school: false,
            version: 1,
            created_at: now,
            updated_at: now,
            initials: Some(initials::of(name)),
        }
    }
}

/// Returns the organization of an id.
///
/// # Errors
/// 404.
pub fn by_id(conn: &mut DbConnection, id: OrganizationId) -> Result<OrganizationRow> {
    Ok(organizations::table.find(id).select(OrganizationRow::as_select()).first(conn)?)
}

/// Returns the organizations with the given codes, by code, without regard to case.
///
/// # Errors
/// If the database fails.
pub fn by_codes(conn: &mut DbConnection, codes: &[&str]) -> Result<FoldedMap<OrganizationRow>> {
    let codes: Vec<_> = codes.iter().map(|code| folded(code)).collect();
    let mut found = FoldedMap::default();
    for chunk in codes.chunks(CHUNK) {
        let rows: Vec<OrganizationRow> = organizations::table
            .filter(lower(organizations::code).eq_any(chunk))
            .order(organizations::id)
            .select(OrganizationRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.code.clone(), row)));
    }
    Ok(found)
}

/// Inserts organizations, parents first, and updates those that exist: all but code and place in the
/// tree. Rows of version 1 are published as created, others as updated.
///
/// # Errors
/// 409 if a code is taken.
pub fn upsert(tx: &mut Tx<'_>, rows: &[OrganizationRow]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(organizations::table)
                .values(chunk)
                .on_conflict(organizations::id)
                .do_update()
                .set((
                    organizations::name.eq(excluded(organizations::name)),
                    organizations::initials.eq(excluded(organizations::initials)),
                    organizations::kind.eq(excluded(organizations::kind)),
                    organizations::rural.eq(excluded(organizations::rural)),
                    organizations::base_school.eq(excluded(organizations::base_school)),
                    organizations::version.eq(excluded(organizations::version)),
                    organizations::updated_at.eq(excluded(organizations::updated_at)),
                ))
                .execute(connection)?
        });
    }
    let (new, changed): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.version == 1);
    tx.publish(ChangeType::OrganizationCreated, new.into_iter().map(|row| row.id));
    tx.publish(ChangeType::OrganizationUpdated, changed.into_iter().map(|row| row.id));
    Ok(())
}
