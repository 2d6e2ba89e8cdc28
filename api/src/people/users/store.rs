use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{dsl::not, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    OrganizationId, Page, Role, TeacherId, UserId,
    accounts::AccountState,
    users::{CreateUser, UpdateUser, UserQuery, UserSort, UserView},
};

use super::{
    batch::{self, NewUser},
    rules,
};
use crate::{
    auth::{self, CurrentUser, password::NO_PASSWORD, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx, readings,
        schema::{organizations, teachers, users},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::{organizations::organization_refs, teachers::check_visible},
    visibility::{acting_beyond, organization_ids_in, requested_scope, visible_organization},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct UserRow {
    id: UserId,
    username: String,
    name: String,
    role: Role,
    organization_id: OrganizationId,
    scope_organization_id: OrganizationId,
    teacher_id: Option<TeacherId>,
    disabled: bool,
    password_hash: String,
    last_login_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = users)]
struct UserChanges<'a> {
    name: Option<&'a str>,
    role: Option<Role>,
    organization_id: Option<OrganizationId>,
    scope_organization_id: Option<OrganizationId>,
    teacher_id: Option<Option<TeacherId>>,
    disabled: Option<bool>,
    version: i32,
    updated_at: UtcTime,
    sort_key: Option<String>,
}

type Users<'a> = IntoBoxed<'a, users::table, MultiBackend>;

/// Users who work in the scope: people, not the service accounts of API keys.
fn serving<'a>(scope: &Scope) -> Users<'a> {
    users::table
        .filter(users::organization_id.eq_any(organization_ids_in!(scope)).and(users::service.eq(false)))
        .into_boxed()
}

fn filtered<'a>(scope: &Scope, query: &UserQuery, today: NaiveDate) -> Users<'a> {
    let mut rows = serving(scope);
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        rows = rows.filter(
            lower(users::name).like(pattern.clone()).escape('\\').or(lower(users::username).like(pattern).escape('\\')),
        );
    }
    if let Some(role) = query.role {
        rows = rows.filter(users::role.eq(role));
    }
    if let Some(disabled) = query.disabled {
        rows = rows.filter(users::disabled.eq(disabled));
    }
    match query.state {
        Some(state) => in_state(rows, state, today),
        None => rows,
    }
}

/// Filters by the state that [`rules::account_state`] gives.
fn in_state(rows: Users<'_>, state: AccountState, today: NaiveDate) -> Users<'_> {
    let left = teachers::table
        .filter(teachers::left_on.is_not_null().and(teachers::left_on.assume_not_null().lt(today)))
        .select(teachers::id);
    let ended = users::teacher_id.is_not_null().and(users::teacher_id.assume_not_null().eq_any(left));
    let enabled = users::disabled.eq(false);
    match state {
        AccountState::Ended => rows.filter(ended),
        AccountState::Disabled => rows.filter(not(ended).and(not(enabled))),
        AccountState::Missing => rows.filter(users::id.is_null()),
        AccountState::NotActivated => rows.filter(not(ended).and(enabled).and(users::password_hash.eq(NO_PASSWORD))),
        AccountState::NeverSignedIn => rows.filter(
            not(ended).and(enabled).and(users::password_hash.ne(NO_PASSWORD)).and(users::last_login_at.is_null()),
        ),
        AccountState::Active => rows.filter(
            not(ended).and(enabled).and(users::password_hash.ne(NO_PASSWORD)).and(users::last_login_at.is_not_null()),
        ),
    }
}

/// Returns a page of the users in scope.
///
/// # Errors
/// 422 at `organization_id`, `limit` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &UserQuery,
    page: &PageRequest,
) -> Result<Page<UserView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(UserSort::Username),
        rows: filtered(&scope, query, user.today()), UserRow, id: users::id, UserId,
        views: |conn, rows| with_details(conn, user, rows),
        {
            UserSort::Username => asc users::username, String, |view: &UserView| view.username.clone();
            UserSort::UsernameDesc => desc users::username, String, |view: &UserView| view.username.clone();
            UserSort::Name => asc users::sort_key.assume_not_null(), String,
                |view: &UserView| readings::sort_key(&view.name);
            UserSort::NameDesc => desc users::sort_key.assume_not_null(), String,
                |view: &UserView| readings::sort_key(&view.name);
        }
    )
}

/// Returns the names of the given users, by id.
pub fn user_names(conn: &mut DbConnection, ids: Vec<UserId>) -> Result<HashMap<UserId, String>> {
    let names = users::table.filter(users::id.eq_any(ids)).select((users::id, users::name)).load(conn)?;
    Ok(names.into_iter().collect())
}

/// Adds the organizations and the locks, with one query each.
fn with_details(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<UserRow>) -> Result<Vec<UserView>> {
    let ids = rows.iter().flat_map(|row| [row.organization_id, row.scope_organization_id]).collect();
    let names = organization_refs(conn, ids)?;
    let locks = auth::attempts::locks(conn, rows.iter().map(|row| row.username.as_str()), user.now)?;
    let organization = |id| names.get(&id).cloned().ok_or_else(|| ApiError::internal("a user without organization"));
    let today = user.today();
    let teachers: Vec<TeacherId> = rows.iter().filter_map(|row| row.teacher_id).collect();
    let left: HashSet<TeacherId> = teachers::table
        .filter(teachers::id.eq_any(teachers).and(teachers::left_on.is_not_null()))
        .filter(teachers::left_on.assume_not_null().lt(today))
        .select(teachers::id)
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            Ok(UserView {
                organization: organization(row.organization_id)?,
                scope: organization(row.scope_organization_id)?,
                state: rules::account_state(
                    row.teacher_id.is_some_and(|id| left.contains(&id)),
                    row.disabled,
                    &row.password_hash,
                    row.last_login_at.is_some(),
                ),
                locked_until: locks.get(&row.username.to_lowercase()).copied(),
                id: row.id,
                username: row.username,
                name: row.name,
                role: row.role,
                teacher_id: row.teacher_id,
                disabled: row.disabled,
                last_login_at: row.last_login_at.map(Into::into),
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Returns a user.
///
/// # Errors
/// 404 if the user is out of scope.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: UserId) -> Result<UserView> {
    let row = serving(&user.scope).filter(users::id.eq(id)).select(UserRow::as_select()).first(conn)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns a user whom the caller may change: one who sees no more than the caller.
///
/// # Errors
/// 403 if the user sees more; 404 if the user is out of scope.
fn find_for_update(conn: &mut DbConnection, user: &CurrentUser, id: UserId) -> Result<UserView> {
    let found = find(conn, user, id)?;
    let path: String = organizations::table.find(found.scope.id).select(organizations::path).first(conn)?;
    if !user.scope.contains(&path) {
        return Err(ApiError::forbidden().detail("该用户的管理范围大于您的管理范围，须由上级管理员修改"));
    }
    let acting = found.teacher_id.filter(|_| rules::acts_for_teams(found.role));
    if !acting_beyond(conn, &user.scope, acting.as_slice())?.is_empty() {
        return Err(ApiError::forbidden().detail("该用户在您管理范围以外的送培团队中，须由上级管理员修改"));
    }
    Ok(found)
}

/// Lifts the locks of a user name.
///
/// # Errors
/// As for [`update`].
pub fn unlock(tx: &mut Tx<'_>, user: &CurrentUser, id: UserId) -> Result<UserView> {
    let before = find_for_update(tx.conn, user, id)?;
    auth::attempts::clear(tx, &before.username)?;
    auth::attempts::clear_id_number(tx, id)?;
    tx.audit("unlock", "user", id, None::<&()>, None::<&()>)?;
    find(tx.conn, user, id)
}

fn check_teacher(conn: &mut DbConnection, scope: &Scope, teacher: Option<TeacherId>) -> Result<()> {
    teacher.map_or(Ok(()), |id| check_visible(conn, scope, id, "/teacher_id"))
}

/// Checks that an account of a team acts for no team beyond the caller's scope.
///
/// # Errors
/// 422 at `/teacher_id`.
fn check_teams(conn: &mut DbConnection, scope: &Scope, role: Role, teacher: Option<TeacherId>) -> Result<()> {
    match teacher.filter(|_| rules::acts_for_teams(role)) {
        Some(teacher) if !acting_beyond(conn, scope, &[teacher])?.is_empty() => {
            let message = "该教师在您管理范围以外的送培团队中，须由该团队的管理单位开通账号";
            Err(ApiError::invalid("/teacher_id", "team_out_of_scope", message))
        }
        _ => Ok(()),
    }
}

/// Creates a user with the hash of a first password.
///
/// # Errors
/// 409 if the user name exists; 422 at a field.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateUser, hash: &str) -> Result<UserView> {
    rules::check_teacher_link(new.role, new.teacher_id)?;
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let scope_id = new.scope_organization_id.unwrap_or(new.organization_id);
    visible_organization(tx.conn, &user.scope, scope_id, "/scope_organization_id")?;
    check_teacher(tx.conn, &user.scope, new.teacher_id)?;
    check_teams(tx.conn, &user.scope, new.role, new.teacher_id)?;
    let row = NewUser {
        scope_organization_id: scope_id,
        teacher_id: new.teacher_id,
        must_change_password: true,
        ..NewUser::new(&new.username, new.name.trim(), hash, new.role, new.organization_id, tx.now)
    };
    let id = row.id;
    batch::insert(tx, &[row])?;
    let view = find(tx.conn, user, id)?;
    tx.created("user", id, &view)?;
    Ok(view)
}

/// Updates a user; `hash` is that of a new first password, which also unlocks the user name.
///
/// # Errors
/// 403 if the user sees more than the caller; 404 if the user is out of scope; 412 if the version differs; 422 at a field.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: UserId,
    version: IfMatch,
    changes: &UpdateUser,
    hash: Option<&str>,
) -> Result<UserView> {
    let before = find_for_update(tx.conn, user, id)?;
    version.check(before.version)?;
    let role = changes.role.unwrap_or(before.role);
    let role_changes = role != before.role;
    let disables = changes.disabled == Some(true);
    if id == user.id {
        rules::check_own_account(&before, changes)?;
    }
    rules::check_teacher_link(role, changes.teacher_id.unwrap_or(before.teacher_id))?;
    if let Some(organization) = changes.organization_id {
        visible_organization(tx.conn, &user.scope, organization, "/organization_id")?;
    }
    if let Some(scope) = changes.scope_organization_id {
        visible_organization(tx.conn, &user.scope, scope, "/scope_organization_id")?;
    }
    check_teacher(tx.conn, &user.scope, changes.teacher_id.flatten())?;
    check_teams(tx.conn, &user.scope, role, changes.teacher_id.unwrap_or(before.teacher_id))?;
    let changed = diesel::update(users::table.find(id).filter(users::version.eq(before.version)))
        .set(UserChanges {
            name: changes.name.as_deref().map(str::trim),
            role: changes.role,
            organization_id: changes.organization_id,
            scope_organization_id: changes.scope_organization_id,
            teacher_id: changes.teacher_id,
            disabled: changes.disabled,
            version: before.version + 1,
            updated_at: tx.now,
            sort_key: changes.name.as_deref().map(readings::sort_key),
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    if hash.is_some() || role_changes || disables {
        auth::end_sessions(tx, id, None)?;
    }
    if rules::changes_rights(changes) {
        auth::end_codes(tx, &[id])?;
    }
    if let Some(hash) = hash {
        auth::set_password(tx, id, hash, true)?;
        auth::attempts::clear(tx, &before.username)?;
        tx.audit("reset_password", "user", id, None::<&()>, None::<&()>)?;
    }
    let after = find(tx.conn, user, id)?;
    tx.updated("user", id, &before, &after)?;
    Ok(after)
}
