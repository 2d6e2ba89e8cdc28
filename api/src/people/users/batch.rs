//! Inserts users as sets, for the demonstration.

use diesel::prelude::*;
use songjiao_types::{OrganizationId, Role, TeacherId, UserId};

use crate::{
    db::{Tx, on_connection, schema::users, types::UtcTime},
    error::Result,
};

/// A row of `users`.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct UserRow {
    pub id: UserId,
    pub username: String,
    pub name: String,
    pub password_hash: String,
    pub role: Role,
    pub organization_id: OrganizationId,
    pub scope_organization_id: OrganizationId,
    pub teacher_id: Option<TeacherId>,
    pub disabled: bool,
    pub must_change_password: bool,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// Inserts users.
///
/// # Errors
/// 409 if a user name is taken.
pub fn insert(tx: &mut Tx<'_>, rows: &[UserRow]) -> Result<()> {
    on_connection!(tx.conn, connection => diesel::insert_into(users::table).values(rows).execute(connection)?);
    Ok(())
}
