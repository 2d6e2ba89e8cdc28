//! Issues activation codes, and activates accounts with them. Codes are stored hashed.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, Role, TeacherId, UserId,
    accounts::{ActivateAccount, ActivationSlip, CODE_DAYS, IssueCodes, IssuedCodes},
};

use super::rules;
use crate::{
    auth::{
        self, CurrentUser,
        attempts::{self, Attempt},
        in_service,
        scope::Scope,
    },
    db::{
        DbConnection, Tx, hex, on_connection,
        schema::{activation_codes, organizations, teachers, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
    people::{organizations::organization_refs, teachers::identity::IdNumbers, users::rules::acts_for_teams},
    visibility::{acting_beyond, organization_ids_in, visible_organization},
};

diesel::alias!(organizations as scopes: Scopes);

/// Rows read or written by one statement.
const CHUNK: usize = 2000;
/// The characters of the ID number that the owner gives.
const TAIL: usize = 6;

/// A user who may get a code.
#[derive(Queryable)]
struct Owner {
    id: UserId,
    username: String,
    name: String,
    organization_id: OrganizationId,
    role: Role,
    scope_path: String,
    teacher_id: Option<TeacherId>,
}

/// Issues codes. The former code of a user ends; a password that the user has set stays valid until the code is used.
///
/// # Errors
/// 422 at each named user who is out of scope, disabled or no longer in service, or whose account the caller may not reset;
/// 422 at `/organization_id`.
pub fn issue(tx: &mut Tx<'_>, user: &CurrentUser, request: &IssueCodes) -> Result<IssuedCodes> {
    let owners = match (&request.user_ids, request.organization_id) {
        (Some(ids), _) => {
            let mut owners = Vec::with_capacity(ids.len());
            for chunk in ids.chunks(CHUNK) {
                let found = load(tx, &user.scope, Some(chunk))?;
                owners.extend(may_be_reset(tx, user, found)?);
            }
            check_named(ids, &owners)?;
            owners
        }
        (None, Some(organization)) => {
            let path = visible_organization(tx.conn, &user.scope, organization, "/organization_id")?;
            let owners = load(tx, &Scope::new(path), None)?;
            may_be_reset(tx, user, owners)?
        }
        (None, None) => Vec::new(),
    };
    let expires_at = tx.now.after(TimeDelta::days(request.valid_days.unwrap_or(CODE_DAYS)));
    Ok(IssuedCodes { slips: insert(tx, user, owners, expires_at)?, expires_at: expires_at.into() })
}

/// Loads the users of a scope who may sign in: the given ones, or all who have never signed in.
fn load(tx: &mut Tx<'_>, scope: &Scope, ids: Option<&[UserId]>) -> Result<Vec<Owner>> {
    let owners = users::table
        .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
        .filter(users::organization_id.eq_any(organization_ids_in!(scope)))
        // Of teachers, those who serve there.
        .filter(
            users::teacher_id.is_null().or(diesel::dsl::exists(
                teachers::table
                    .filter(teachers::id.nullable().eq(users::teacher_id))
                    .filter(teachers::organization_id.eq_any(organization_ids_in!(scope))),
            )),
        )
        .filter(users::service.eq(false).and(users::disabled.eq(false)))
        .filter(in_service!(tx.now))
        .select((
            users::id,
            users::username,
            users::name,
            users::organization_id,
            users::role,
            scopes.field(organizations::path),
            users::teacher_id,
        ));
    Ok(match ids {
        Some(ids) => owners.filter(users::id.eq_any(ids)).load(tx.conn)?,
        None => owners.filter(users::last_login_at.is_null()).load(tx.conn)?,
    })
}

/// Keeps the accounts that the caller may reset: not their own, and none that sees more or does more than theirs.
fn may_be_reset(tx: &mut Tx<'_>, user: &CurrentUser, owners: Vec<Owner>) -> Result<Vec<Owner>> {
    let acting: Vec<TeacherId> =
        owners.iter().filter(|owner| acts_for_teams(owner.role)).filter_map(|owner| owner.teacher_id).collect();
    let beyond = acting_beyond(tx.conn, &user.scope, &acting)?;
    let may_reset = |owner: &Owner| {
        owner.id != user.id
            && user.scope.contains(&owner.scope_path)
            && rules::may_manage(user, owner.role)
            && !(acts_for_teams(owner.role) && owner.teacher_id.is_some_and(|teacher| beyond.contains(&teacher)))
    };
    Ok(owners.into_iter().filter(may_reset).collect())
}

fn check_named(ids: &[UserId], owners: &[Owner]) -> Result<()> {
    let allowed: HashSet<UserId> = owners.iter().map(|owner| owner.id).collect();
    let refused = ids.iter().enumerate().filter(|(_, id)| !allowed.contains(id));
    let errors: Vec<_> = refused
        .map(|(at, _)| {
            let message = "用户不存在、已停用、已离任，或不能由您重置";
            FieldError::new(format!("/user_ids/{at}"), "unknown_user", message)
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(ApiError::new(ErrorCode::Invalid).errors(errors)) }
}

#[derive(Insertable)]
#[diesel(table_name = activation_codes)]
struct NewCode {
    user_id: UserId,
    code_hash: String,
    asks_id_number: bool,
    issued_by: UserId,
    issued_at: UtcTime,
    expires_at: UtcTime,
}

fn insert(tx: &mut Tx<'_>, user: &CurrentUser, owners: Vec<Owner>, expires_at: UtcTime) -> Result<Vec<ActivationSlip>> {
    let places = organization_refs(tx.conn, owners.iter().map(|owner| owner.organization_id).collect())?;
    let sealed = with_id_number(tx.conn, owners.iter().filter_map(|owner| owner.teacher_id).collect())?;
    let mut slips = Vec::with_capacity(owners.len());
    let mut codes = Vec::with_capacity(owners.len());
    for owner in owners {
        let code = rules::new_code();
        let asks_id_number = owner.teacher_id.is_some_and(|teacher| sealed.contains_key(&teacher));
        codes.push(NewCode {
            user_id: owner.id,
            code_hash: hash(&code.replace('-', "")),
            asks_id_number,
            issued_by: user.id,
            issued_at: tx.now,
            expires_at,
        });
        let organization = places.get(&owner.organization_id).cloned();
        slips.push(ActivationSlip {
            user_id: owner.id,
            username: owner.username,
            name: owner.name,
            organization: organization.ok_or_else(|| ApiError::internal("a user without organization"))?,
            code,
            asks_id_number,
        });
    }
    for chunk in codes.chunks(CHUNK) {
        let ids: Vec<UserId> = chunk.iter().map(|code| code.user_id).collect();
        diesel::delete(activation_codes::table.filter(activation_codes::user_id.eq_any(ids))).execute(tx.conn)?;
        on_connection!(tx.conn, connection => {
            diesel::insert_into(activation_codes::table).values(chunk).execute(connection)?;
        });
    }
    for code in &codes {
        tx.audit("issue_code", "user", code.user_id, None::<&()>, None::<&()>)?;
    }
    slips.sort_by(|a, b| (&a.organization.code, &a.username).cmp(&(&b.organization.code, &b.username)));
    Ok(slips)
}

/// Returns the sealed ID numbers of teachers who have one.
fn with_id_number(conn: &mut DbConnection, ids: Vec<TeacherId>) -> Result<HashMap<TeacherId, String>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(TeacherId, Option<String>)> = teachers::table
            .filter(teachers::id.eq_any(chunk).and(teachers::id_number_sealed.is_not_null()))
            .select((teachers::id, teachers::id_number_sealed))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(id, sealed)| Some((id, sealed?))));
    }
    Ok(found)
}

fn hash(code: &str) -> String {
    hex(&Sha256::digest(code.as_bytes()))
}

/// A user who has proved that the account is theirs.
pub struct Proof {
    /// The user.
    pub user: UserId,
    /// The name to sign in with.
    pub username: String,
    code_hash: String,
}

/// Why an account was not activated, which the answer does not tell.
pub enum Refused {
    /// There is no such code.
    Code,
    /// The code was used, or its ID number is wrong, missing, or not asked for the time being. This is no guess at a code.
    Proof,
}

/// Checks a code and, if it was issued to a teacher whose ID number is recorded, its last characters. Wrong ones count
/// against the user, whatever code they come with: five end the code and lock the check for a while.
///
/// # Errors
/// 500 if the ID number cannot be opened. Whatever is wrong otherwise is no error of the transaction, which would take the
/// count back.
pub fn prove(
    tx: &mut Tx<'_>,
    id_numbers: &IdNumbers,
    request: &ActivateAccount,
) -> Result<std::result::Result<Proof, Refused>> {
    let Some(code) = rules::normal_code(&request.code) else { return Ok(Err(Refused::Code)) };
    let code_hash = hash(&code);
    let found: Option<(UserId, String, Option<TeacherId>, bool, bool)> = activation_codes::table
        .inner_join(users::table.on(users::id.eq(activation_codes::user_id)))
        .filter(activation_codes::code_hash.eq(&code_hash).and(activation_codes::expires_at.gt(tx.now)))
        .filter(users::disabled.eq(false).and(users::service.eq(false)))
        .filter(in_service!(tx.now))
        .select((
            users::id,
            users::username,
            users::teacher_id,
            activation_codes::asks_id_number,
            activation_codes::used_at.is_not_null(),
        ))
        .first(tx.conn)
        .optional()?;
    let Some((user, username, teacher, asks_id_number, used)) = found else { return Ok(Err(Refused::Code)) };
    if used {
        return Ok(Err(Refused::Proof));
    }
    let proof = Proof { user, username, code_hash };
    if !asks_id_number {
        return Ok(Ok(proof));
    }
    let checked = Attempt::of_id_number(user);
    if attempts::check(tx.conn, &checked, tx.now).is_err() {
        return Ok(Err(Refused::Proof));
    }
    let sealed = with_id_number(tx.conn, teacher.into_iter().collect())?.into_values().next();
    let tail = request.id_number_tail.as_deref().unwrap_or_default().trim();
    if let Some(sealed) = sealed
        && tail.len() == TAIL
        && id_numbers.ends_with(&sealed, tail)?
    {
        attempts::clear_id_number(tx, user)?;
        return Ok(Ok(proof));
    }
    if attempts::fail(tx, &checked)? {
        auth::end_codes(tx, &[user])?;
        tx.audit("lock_code", "user", user, None::<&()>, None::<&()>)?;
    }
    Ok(Err(Refused::Proof))
}

/// Uses the code up and sets the password. All sessions of the user end, and the user name is unlocked.
///
/// # Errors
/// 403 `activation_refused` if the code was used meanwhile.
pub fn activate(tx: &mut Tx<'_>, proof: &Proof, password_hash: &str, notice_version: i32) -> Result<()> {
    let code = activation_codes::table.find(proof.user).filter(activation_codes::code_hash.eq(&proof.code_hash));
    let unused = code.filter(activation_codes::used_at.is_null());
    if diesel::update(unused).set(activation_codes::used_at.eq(Some(tx.now))).execute(tx.conn)? == 0 {
        return Err(ApiError::new(ErrorCode::ActivationRefused));
    }
    auth::set_password(tx, proof.user, password_hash, false)?;
    auth::end_sessions(tx, proof.user, None)?;
    attempts::clear(tx, &proof.username)?;
    diesel::update(users::table.find(proof.user))
        .set((
            users::notice_version.eq(Some(notice_version)),
            users::notice_accepted_at.eq(Some(tx.now)),
            users::version.eq(users::version + 1),
            users::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.actor.user_id = Some(proof.user);
    tx.actor.username.clone_from(&proof.username);
    tx.audit("activate", "user", proof.user, None::<&()>, None::<&()>)
}
