//! The rows of new users, and their set-wise insertion.

use diesel::prelude::*;
use songjiao_types::{OrganizationId, Role, TeacherId, UserId};
use uuid::Uuid;

use crate::{
    db::{Tx, on_connection, readings, schema::users, types::UtcTime},
    error::Result,
};

/// A new row of `users`.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct NewUser {
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
    /// Whether the user is the service account of an API key.
    pub service: bool,
    pub sort_key: Option<String>,
}

impl NewUser {
    /// Returns a user whose scope is their organization.
    pub fn new(
        username: impl Into<String>,
        name: &str,
        password_hash: &str,
        role: Role,
        organization_id: OrganizationId,
        now: UtcTime,
    ) -> Self {
        Self {
            id: UserId::from_uuid(Uuid::now_v7()),
            username: username.into(),
            name: name.to_owned(),
            password_hash: password_hash.to_owned(),
            role,
            organization_id,
            scope_organization_id: organization_id,
            teacher_id: None,
            disabled: false,
            must_change_password: false,
            version: 1,
            created_at: now,
            updated_at: now,
            service: false,
            sort_key: Some(readings::sort_key(name)),
        }
    }
}

/// Inserts users.
///
/// # Errors
/// 409 if a user name is taken.
pub fn insert(tx: &mut Tx<'_>, rows: &[NewUser]) -> Result<()> {
    on_connection!(tx.conn, connection => diesel::insert_into(users::table).values(rows).execute(connection)?);
    Ok(())
}
