use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, OrganizationId, Role, SessionId, TeacherId, UserId, WireEnum, auth::Me, organizations::OrganizationRef,
};
use uuid::Uuid;

use super::{
    current_user::CurrentUser,
    profile::{PasswordProfile, REMEMBERED},
    scope::Scope,
    tokens,
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{former_passwords, login_failures, organizations, refresh_tokens, sessions, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
};

diesel::alias!(organizations as scopes: Scopes);

/// The number of consecutive failures that lock a user name.
const FAILURES_ALLOWED: i32 = 5;
/// How long a user name stays locked.
const LOCKOUT: TimeDelta = TimeDelta::minutes(15);
/// How long a session lasts, refreshed or not.
const SESSION_LIFETIME: TimeDelta = TimeDelta::days(7);

/// The columns of a [`CurrentUser`], loaded by one query.
#[derive(Queryable)]
pub struct Caller {
    id: UserId,
    username: String,
    role: Role,
    organization_id: OrganizationId,
    organization_path: String,
    scope_path: String,
    teacher_id: Option<TeacherId>,
}

impl Caller {
    /// Adds what the request knows.
    pub fn into_user(self, session_id: Option<SessionId>, ip: String, request_id: String, now: UtcTime) -> CurrentUser {
        CurrentUser {
            id: self.id,
            username: self.username,
            role: self.role,
            organization_id: self.organization_id,
            organization_path: self.organization_path,
            scope: Scope::new(self.scope_path),
            teacher_id: self.teacher_id,
            session_id,
            scopes: None,
            ip,
            request_id,
            now,
        }
    }
}

/// The columns of [`Caller`], from users joined with their organization and their scope.
macro_rules! caller_columns {
    () => {
        (
            users::id,
            users::username,
            users::role,
            organizations::id,
            organizations::path,
            scopes.field(organizations::path),
            users::teacher_id,
        )
    };
}

/// Returns the user of a session that has neither ended nor expired.
pub fn find_caller(conn: &mut DbConnection, user: UserId, session: SessionId, now: UtcTime) -> Result<Option<Caller>> {
    Ok(sessions::table
        .inner_join(users::table)
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
        .filter(sessions::id.eq(session).and(users::id.eq(user)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .filter(users::disabled.eq(false).and(users::service.eq(false)))
        .select(caller_columns!())
        .first(conn)
        .optional()?)
}

/// Returns the user on whose behalf a background job runs; `None` if the user is disabled.
pub fn find_job_owner(conn: &mut DbConnection, user: UserId) -> Result<Option<Caller>> {
    Ok(users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
        .filter(users::id.eq(user).and(users::disabled.eq(false)).and(users::service.eq(false)))
        .select(caller_columns!())
        .first(conn)
        .optional()?)
}

type OrganizationColumns = (OrganizationId, String, String, songjiao_types::organizations::OrganizationKind);

fn organization_ref((id, code, name, kind): OrganizationColumns) -> OrganizationRef {
    OrganizationRef { id, code, name, kind }
}

/// Returns the signed-in user as `/me` shows them.
pub fn me(conn: &mut DbConnection, id: UserId) -> Result<Me> {
    let (user, organization, scope): (
        (UserId, String, String, Role, Option<TeacherId>, bool),
        OrganizationColumns,
        OrganizationColumns,
    ) = users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
        .filter(users::id.eq(id))
        .select((
            (users::id, users::username, users::name, users::role, users::teacher_id, users::must_change_password),
            (organizations::id, organizations::code, organizations::name, organizations::kind),
            scopes.fields((organizations::id, organizations::code, organizations::name, organizations::kind)),
        ))
        .first(conn)?;
    let (id, username, name, role, teacher_id, must_change_password) = user;
    let permissions = songjiao_types::Permission::ALL.iter().copied().filter(|p| role.allows(*p)).collect();
    Ok(Me {
        id,
        username,
        name,
        role,
        organization: organization_ref(organization),
        scope: organization_ref(scope),
        teacher_id,
        permissions,
        must_change_password,
    })
}

/// Returns a user who may sign in, with the password hash.
pub fn find_credentials(conn: &mut DbConnection, username: &str) -> Result<Option<(UserId, String)>> {
    Ok(users::table
        .filter(users::username.eq(username).and(users::disabled.eq(false)).and(users::service.eq(false)))
        .select((users::id, users::password_hash))
        .first(conn)
        .optional()?)
}

/// Returns a user's password hash.
pub fn password_hash(conn: &mut DbConnection, id: UserId) -> Result<String> {
    Ok(users::table.find(id).select(users::password_hash).first(conn)?)
}

/// Returns the hashes of the passwords that a user may not use again, the current one included.
pub fn earlier_passwords(conn: &mut DbConnection, profile: PasswordProfile, id: UserId) -> Result<Vec<String>> {
    if !profile.remembers() {
        return Ok(Vec::new());
    }
    let mut hashes: Vec<String> = former_passwords::table
        .filter(former_passwords::user_id.eq(id))
        .select(former_passwords::password_hash)
        .load(conn)?;
    hashes.push(password_hash(conn, id)?);
    Ok(hashes)
}

/// Returns until when a user name is locked, whether or not such a user exists.
pub fn locked_until(conn: &mut DbConnection, username: &str, now: UtcTime) -> Result<Option<DateTime<Utc>>> {
    let until: Option<Option<UtcTime>> =
        login_failures::table.find(username).select(login_failures::locked_until).first(conn).optional()?;
    Ok(until.flatten().filter(|until| *until > now).map(Into::into))
}

/// Records a failed sign-in, and locks the user name after too many.
pub fn record_failure(tx: &mut Tx<'_>, username: &str) -> Result<()> {
    let day_ago = tx.now.after(-TimeDelta::days(1));
    diesel::delete(login_failures::table.filter(login_failures::last_failed_at.lt(day_ago))).execute(tx.conn)?;
    let before: Option<i32> =
        login_failures::table.find(username).select(login_failures::failures).first(tx.conn).optional()?;
    let failures = before.unwrap_or_default() + 1;
    let locked_until = (failures % FAILURES_ALLOWED == 0).then(|| tx.now.after(LOCKOUT));
    let row = (
        login_failures::username.eq(username),
        login_failures::failures.eq(failures),
        login_failures::last_failed_at.eq(tx.now),
        login_failures::locked_until.eq(locked_until),
    );
    if before.is_some() {
        diesel::update(login_failures::table.find(username)).set(row).execute(tx.conn)?;
    } else {
        diesel::insert_into(login_failures::table).values(row).execute(tx.conn)?;
    }
    tx.audit("sign_in_failed", "user", username, None::<&()>, None::<&()>)
}

/// Clears the failures of a user name, which unlocks it.
pub fn clear_failures(tx: &mut Tx<'_>, username: &str) -> Result<()> {
    diesel::delete(login_failures::table.find(username)).execute(tx.conn)?;
    Ok(())
}

/// Opens a session and returns its first refresh token. A user whose password has expired has to change it.
pub fn open_session(
    tx: &mut Tx<'_>,
    user: UserId,
    username: &str,
    profile: PasswordProfile,
) -> Result<(SessionId, String)> {
    clear_failures(tx, username)?;
    let (set_at, since, must_change): (Option<UtcTime>, UtcTime, bool) = users::table
        .find(user)
        .select((users::password_set_at, users::created_at, users::must_change_password))
        .first(tx.conn)?;
    let expired = profile.expired(set_at.unwrap_or(since), tx.now);
    diesel::update(users::table.find(user))
        .set((users::last_login_at.eq(tx.now), users::must_change_password.eq(must_change || expired)))
        .execute(tx.conn)?;
    let session = SessionId::from_uuid(Uuid::now_v7());
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::user_id.eq(user),
            sessions::created_at.eq(tx.now),
            sessions::expires_at.eq(tx.now.after(SESSION_LIFETIME)),
        ))
        .execute(tx.conn)?;
    tx.actor.user_id = Some(user);
    username.clone_into(&mut tx.actor.username);
    tx.audit("sign_in", "user", user, None::<&()>, None::<&()>)?;
    Ok((session, issue_refresh_token(tx, session)?))
}

fn issue_refresh_token(tx: &mut Tx<'_>, session: SessionId) -> Result<String> {
    let token = tokens::new_refresh_token();
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(tokens::refresh_token_hash(&token)),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(token)
}

/// The outcome of a refresh.
pub enum Rotation {
    /// The token was unused: the next one.
    Next {
        /// The user of the session.
        user: UserId,
        /// The session.
        session: SessionId,
        /// The next refresh token.
        token: String,
    },
    /// The token was used before, so somebody has a copy: the session has ended.
    Reused,
}

/// Uses a refresh token and issues the next one.
///
/// # Errors
/// 401 if the token is unknown or its session is over.
pub fn rotate(tx: &mut Tx<'_>, token: &str) -> Result<Rotation> {
    let hash = tokens::refresh_token_hash(token);
    let (session, user, username, used_at): (SessionId, UserId, String, Option<UtcTime>) = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::token_hash.eq(&hash))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(tx.now)))
        .filter(users::disabled.eq(false))
        .select((sessions::id, users::id, users::username, refresh_tokens::used_at))
        .first(tx.conn)
        .optional()?
        .ok_or_else(|| ApiError::new(ErrorCode::TokenExpired))?;
    tx.actor.user_id = Some(user);
    tx.actor.username = username;
    // Of two concurrent requests only one finds the token unused.
    let used = diesel::update(refresh_tokens::table.find(&hash).filter(refresh_tokens::used_at.is_null()))
        .set(refresh_tokens::used_at.eq(tx.now))
        .execute(tx.conn)?;
    if used_at.is_some() || used == 0 {
        end_session(tx, session)?;
        tx.audit("refresh_token_reused", "session", session, None::<&()>, None::<&()>)?;
        return Ok(Rotation::Reused);
    }
    Ok(Rotation::Next { user, session, token: issue_refresh_token(tx, session)? })
}

/// Ends the session of a refresh token. An unknown token has no effect.
pub fn sign_out(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let session: Option<(SessionId, UserId, String)> = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::token_hash.eq(tokens::refresh_token_hash(token)))
        .select((sessions::id, users::id, users::username))
        .first(tx.conn)
        .optional()?;
    if let Some((session, user, username)) = session {
        end_session(tx, session)?;
        tx.actor.user_id = Some(user);
        tx.actor.username = username;
        tx.audit("sign_out", "session", session, None::<&()>, None::<&()>)?;
    }
    Ok(())
}

fn end_session(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    diesel::update(sessions::table.find(session).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a user's sessions, except one.
pub fn end_sessions(tx: &mut Tx<'_>, user: UserId, except: Option<SessionId>) -> Result<()> {
    let except = except.unwrap_or_else(|| SessionId::from_uuid(Uuid::nil()));
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()).and(sessions::id.ne(except))),
    )
    .set(sessions::ended_at.eq(tx.now))
    .execute(tx.conn)?;
    Ok(())
}

/// Sets a user's password, and whether the user has to change it. The previous one is stored under either
/// profile, so that it is known after a change of profile.
pub fn set_password(tx: &mut Tx<'_>, user: UserId, hash: &str, must_change: bool) -> Result<()> {
    let before = password_hash(tx.conn, user)?;
    diesel::insert_into(former_passwords::table)
        .values((
            former_passwords::user_id.eq(user),
            former_passwords::replaced_at.eq(tx.now),
            former_passwords::password_hash.eq(before),
        ))
        .execute(tx.conn)?;
    forget_passwords(tx, user)?;
    diesel::update(users::table.find(user))
        .set((
            users::password_hash.eq(hash),
            users::must_change_password.eq(must_change),
            users::password_set_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes a user's oldest passwords, so that [`REMEMBERED`] remain with the current one.
fn forget_passwords(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let of_user = former_passwords::table.filter(former_passwords::user_id.eq(user));
    let kept: Vec<UtcTime> = of_user
        .order(former_passwords::replaced_at.desc())
        .select(former_passwords::replaced_at)
        .limit(i64::try_from(REMEMBERED - 1).map_err(ApiError::internal)?)
        .load(tx.conn)?;
    if let Some(oldest) = kept.last() {
        diesel::delete(of_user.filter(former_passwords::replaced_at.lt(*oldest))).execute(tx.conn)?;
    }
    Ok(())
}

/// Sets the new password of a user who changes it themselves.
pub fn change_password(tx: &mut Tx<'_>, user: UserId, session: SessionId, hash: &str) -> Result<()> {
    set_password(tx, user, hash, false)?;
    diesel::update(users::table.find(user))
        .set((users::version.eq(users::version + 1), users::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    end_sessions(tx, user, Some(session))?;
    tx.audit("change_password", "user", user, None::<&()>, None::<&()>)
}
