use chrono::TimeDelta;
use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, OrganizationId, Role, SessionId, TeacherId, UserId, WireEnum, auth::Me, organizations::OrganizationRef,
};
use uuid::Uuid;

use super::{
    attempts::{self, Attempt},
    current_user::CurrentUser,
    password::NO_PASSWORD,
    profile::{PasswordProfile, REMEMBERED},
    scope::Scope,
    tokens::{self, TokenKeys},
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{activation_codes, former_passwords, organizations, refresh_tokens, sessions, users},
        types::{UtcTime, lower},
    },
    error::{ApiError, Result},
};

diesel::alias!(organizations as scopes: Scopes);

/// How long a session lasts, refreshed or not.
const SESSION_LIFETIME: TimeDelta = TimeDelta::days(7);
/// How long a used refresh token gets the same answer again.
const GRACE: TimeDelta = TimeDelta::seconds(10);

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
    must_change_password: bool,
    password_set_at: Option<UtcTime>,
    created_at: UtcTime,
}

impl Caller {
    /// Returns whether the password was set by someone else or has expired.
    pub fn must_change_password(&self, profile: PasswordProfile, now: UtcTime) -> bool {
        must_change(self.must_change_password, self.password_set_at, self.created_at, profile, now)
    }

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
            must_change_password: false,
            ip,
            request_id,
            now,
        }
    }
}

/// Returns whether a password was set by someone else or has expired. Before a first change its age is the user's.
fn must_change(
    set_by_other: bool,
    set_at: Option<UtcTime>,
    created_at: UtcTime,
    profile: PasswordProfile,
    now: UtcTime,
) -> bool {
    set_by_other || profile.expired(set_at.unwrap_or(created_at), now)
}

/// The condition that a user who is a teacher is still in service: the account ends with the service.
macro_rules! in_service {
    ($now:expr) => {{
        use $crate::db::schema::{teachers, users};
        users::teacher_id.is_null().or(diesel::dsl::exists(
            teachers::table
                .filter(teachers::id.nullable().eq(users::teacher_id))
                .filter(teachers::left_on.is_null().or(teachers::left_on.ge(Some($now.local_date())))),
        ))
    }};
}
pub(crate) use in_service;

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
            users::must_change_password,
            users::password_set_at,
            users::created_at,
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
        .filter(in_service!(now))
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
pub fn me(
    conn: &mut DbConnection,
    id: UserId,
    profile: PasswordProfile,
    public_url: Option<String>,
    now: UtcTime,
) -> Result<Me> {
    let (user, password, organization, scope): (
        (UserId, String, String, Role, Option<TeacherId>),
        (bool, Option<UtcTime>, UtcTime),
        OrganizationColumns,
        OrganizationColumns,
    ) = users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
        .filter(users::id.eq(id))
        .select((
            (users::id, users::username, users::name, users::role, users::teacher_id),
            (users::must_change_password, users::password_set_at, users::created_at),
            (organizations::id, organizations::code, organizations::name, organizations::kind),
            scopes.fields((organizations::id, organizations::code, organizations::name, organizations::kind)),
        ))
        .first(conn)?;
    let (id, username, name, role, teacher_id) = user;
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
        must_change_password: must_change(password.0, password.1, password.2, profile, now),
        public_url,
    })
}

/// Returns a user who may sign in, with the password hash. The case of the name does not matter.
pub fn find_credentials(conn: &mut DbConnection, username: &str, now: UtcTime) -> Result<Option<(UserId, String)>> {
    Ok(users::table
        .filter(
            lower(users::username)
                .eq(username.to_lowercase())
                .and(users::disabled.eq(false))
                .and(users::service.eq(false)),
        )
        .filter(in_service!(now))
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

/// Opens a session for a proven password and returns its first refresh token.
pub fn open_session(tx: &mut Tx<'_>, user: UserId, attempt: &Attempt) -> Result<(SessionId, String)> {
    attempts::succeed(tx, attempt)?;
    attempts::record_network(tx, user, attempt)?;
    diesel::update(users::table.find(user)).set(users::last_login_at.eq(tx.now)).execute(tx.conn)?;
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
    tx.actor.username = users::table.find(user).select(users::username).first(tx.conn)?;
    tx.audit("sign_in", "user", user, None::<&()>, None::<&()>)?;
    let token = tokens::new_refresh_token();
    insert_refresh_token(tx, session, &token)?;
    Ok((session, token))
}

fn insert_refresh_token(tx: &mut Tx<'_>, session: SessionId, token: &str) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(tokens::refresh_token_hash(token)),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
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
    /// The token was used too long ago, so somebody has a copy: the session has ended.
    Reused,
}

/// Uses a refresh token and issues the next one. Within [`GRACE`] after its use it gets the same answer again, since two
/// tabs may refresh at once and an answer may be lost on its way.
///
/// # Errors
/// 401 if the token is unknown or its session is over.
pub fn rotate(tx: &mut Tx<'_>, keys: &TokenKeys, token: &str) -> Result<Rotation> {
    let (session, user, username): (SessionId, UserId, String) = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::token_hash.eq(tokens::refresh_token_hash(token)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(tx.now)))
        .filter(users::disabled.eq(false))
        .filter(in_service!(tx.now))
        .select((sessions::id, users::id, users::username))
        .first(tx.conn)
        .optional()?
        .ok_or_else(|| ApiError::new(ErrorCode::TokenExpired))?;
    tx.actor.user_id = Some(user);
    tx.actor.username = username;
    let mut token = token.to_owned();
    let mut presented = true;
    loop {
        let hash = tokens::refresh_token_hash(&token);
        let row = refresh_tokens::table.find(&hash);
        let used_at: Option<UtcTime> = row.select(refresh_tokens::used_at).first(tx.conn)?;
        match used_at {
            // Of two concurrent requests only one finds the token unused; the other looks again.
            None if presented => {
                let unused = row.filter(refresh_tokens::used_at.is_null());
                if diesel::update(unused).set(refresh_tokens::used_at.eq(tx.now)).execute(tx.conn)? == 1 {
                    let next = keys.next_refresh_token(&token);
                    insert_refresh_token(tx, session, &next)?;
                    return Ok(Rotation::Next { user, session, token: next });
                }
            }
            None => return Ok(Rotation::Next { user, session, token }),
            Some(at) if at.after(GRACE) < tx.now => {
                end_session(tx, session)?;
                tx.audit("refresh_token_reused", "session", session, None::<&()>, None::<&()>)?;
                return Ok(Rotation::Reused);
            }
            Some(_) => {
                token = keys.next_refresh_token(&token);
                presented = false;
            }
        }
    }
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
    end_codes(tx, &[user])?;
    let before = password_hash(tx.conn, user)?;
    if before != NO_PASSWORD {
        diesel::insert_into(former_passwords::table)
            .values((
                former_passwords::user_id.eq(user),
                former_passwords::replaced_at.eq(tx.now),
                former_passwords::password_hash.eq(before),
            ))
            .execute(tx.conn)?;
        forget_passwords(tx, user)?;
    }
    diesel::update(users::table.find(user))
        .set((
            users::password_hash.eq(hash),
            users::must_change_password.eq(must_change),
            users::password_set_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends the activation codes of users: their passwords, rights or service have changed since the codes were issued.
pub fn end_codes(tx: &mut Tx<'_>, users: &[UserId]) -> Result<()> {
    let unused = activation_codes::table.filter(activation_codes::used_at.is_null());
    diesel::delete(unused.filter(activation_codes::user_id.eq_any(users))).execute(tx.conn)?;
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
