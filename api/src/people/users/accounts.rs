//! Accounts from the command line, for a bureau whose administrator has left or has forgotten the password.

use diesel::prelude::*;
use serde_json::json;
use songjiao_types::{
    ErrorCode, OrganizationId, Role, UserId,
    users::{CreateUser, UpdateUser},
    validate::field_errors,
};
use validator::Validate;

use super::batch::{self, NewUser};
use crate::{
    auth::{self, attempts, password, profile::PasswordProfile},
    db::{Actor, Database, Tx, schema::users, types::lower},
    error::{ApiError, Result},
    people::organizations,
};

/// Sets a first password, ends the user's sessions and unlocks the user name.
///
/// # Errors
/// 404 if there is no such user; 422 if the password is refused.
pub fn set_password(db: &Database, profile: PasswordProfile, username: &str, password: String) -> Result<()> {
    let (user, earlier) = db.read_now(|conn| {
        let user: UserId = users::table
            .filter(lower(users::username).eq(username.to_lowercase()).and(users::service.eq(false)))
            .select(users::id)
            .first(conn)?;
        Ok((user, auth::earlier_passwords(conn, profile, user)?))
    })?;
    check(&UpdateUser { password: Some(password.clone()), ..UpdateUser::default() })?;
    let hash = password::check_and_hash_now(profile, &password, username, &earlier, "/password")?;
    db.write_now(Actor::system(), |tx| {
        auth::set_password(tx, user, &hash, true)?;
        diesel::update(users::table.find(user))
            .set((users::version.eq(users::version + 1), users::updated_at.eq(tx.now)))
            .execute(tx.conn)?;
        auth::end_sessions(tx, user, None)?;
        attempts::clear(tx, username)?;
        tx.audit("reset_password", "user", user, None::<&()>, None::<&()>)
    })
}

/// Creates another administrator of the root organization.
///
/// # Errors
/// 409 if the user name exists or the installation is not set up; 422 if the name or the password is refused.
pub fn create_admin(db: &Database, profile: PasswordProfile, username: &str, password: String) -> Result<()> {
    let no_root = || ApiError::wrong_state("系统尚未初始化，请先启动一次服务");
    let root = db.read_now(organizations::find_root)?.ok_or_else(no_root)?;
    check(&CreateUser {
        username: username.to_owned(),
        name: ADMIN_NAME.to_owned(),
        password: password.clone(),
        role: Role::BureauAdmin,
        organization_id: root,
        scope_organization_id: None,
        teacher_id: None,
    })?;
    let hash = password::check_and_hash_now(profile, &password, username, &[], "/password")?;
    db.write_now(Actor::system(), |tx| {
        insert_admin(tx, root, username, &hash, true)?;
        // Attempts before the user existed may have locked the name.
        attempts::clear(tx, username)
    })
}

/// Checks a form as the API would.
fn check(form: &impl Validate) -> Result<()> {
    form.validate().map_err(|errors| ApiError::new(ErrorCode::Invalid).errors(field_errors(&errors)))
}

const ADMIN_NAME: &str = "系统管理员";

/// Inserts an administrator of the whole installation.
///
/// # Errors
/// 409 if the user name exists.
pub fn insert_admin(
    tx: &mut Tx<'_>,
    root: OrganizationId,
    username: &str,
    hash: &str,
    must_change: bool,
) -> Result<()> {
    let admin = NewUser::new(username, ADMIN_NAME, hash, Role::BureauAdmin, root, tx.now);
    let id = admin.id;
    batch::insert(tx, &[NewUser { must_change_password: must_change, ..admin }])?;
    tx.audit("create", "user", id, None::<&()>, Some(&json!({ "username": username, "role": Role::BureauAdmin })))
}
