//! Lists the teachers in scope with the state of their accounts.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use songjiao_types::{
    OrganizationId, Page, Role, TeacherId, UserId,
    accounts::{AccountQuery, AccountSort, AccountState, AccountView},
};

use crate::{
    auth::{CurrentUser, password::NO_PASSWORD},
    db::{
        DbConnection, readings,
        schema::{activation_codes, teachers, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::{organizations::organization_refs, users::rules::account_state},
    visibility::{Teachers, organization_ids_in, requested_scope, teacher_matches},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = teachers)]
struct TeacherRow {
    id: TeacherId,
    teacher_no: String,
    name: String,
    organization_id: OrganizationId,
    left_on: Option<NaiveDate>,
}

/// The users of a teacher, as a subquery.
macro_rules! accounts {
    () => {
        users::table.filter(users::teacher_id.eq(teachers::id.nullable()).and(users::service.eq(false)))
    };
}

fn filtered<'a>(conn: &mut DbConnection, user: &CurrentUser, query: &AccountQuery) -> Result<Teachers<'a>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let mut rows = teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope))).into_boxed();
    if let Some(text) = &query.q {
        rows = rows.filter(teacher_matches!(text));
    }
    let Some(state) = query.state else { return Ok(rows) };
    let today = user.today();
    let ended = teachers::left_on.lt(Some(today)).assume_not_null();
    let enabled = accounts!().filter(users::disabled.eq(false));
    rows = match state {
        AccountState::Missing => rows.filter(not(exists(accounts!()))),
        AccountState::Ended => rows.filter(teachers::left_on.is_not_null().and(ended)).filter(exists(accounts!())),
        _ => rows.filter(teachers::left_on.is_null().or(not(ended))).filter(exists(accounts!())),
    };
    Ok(match state {
        AccountState::Missing | AccountState::Ended => rows,
        AccountState::Disabled => rows.filter(not(exists(enabled))),
        AccountState::NotActivated => rows.filter(exists(enabled.filter(users::password_hash.eq(NO_PASSWORD)))),
        AccountState::NeverSignedIn => rows
            .filter(exists(enabled.filter(users::password_hash.ne(NO_PASSWORD).and(users::last_login_at.is_null())))),
        AccountState::Active => rows.filter(exists(
            enabled.filter(users::password_hash.ne(NO_PASSWORD).and(users::last_login_at.is_not_null())),
        )),
    })
}

/// Returns a page of the teachers in scope with their accounts.
///
/// # Errors
/// 422 at `organization_id`, `limit` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &AccountQuery,
    page: &PageRequest,
) -> Result<Page<AccountView>> {
    let today = user.today();
    listing!(conn, page, query.sort.unwrap_or(AccountSort::TeacherNo),
        rows: filtered(conn, user, query)?, TeacherRow, id: teachers::id, TeacherId,
        views: |conn, rows| with_accounts(conn, today, rows),
        {
            AccountSort::TeacherNo => asc teachers::teacher_no, String, |view: &AccountView| view.teacher_no.clone();
            AccountSort::TeacherNoDesc => desc teachers::teacher_no, String, |view: &AccountView| view.teacher_no.clone();
            AccountSort::Name => asc teachers::sort_key.assume_not_null(), String,
                |view: &AccountView| readings::sort_key(&view.name);
            AccountSort::NameDesc => desc teachers::sort_key.assume_not_null(), String,
                |view: &AccountView| readings::sort_key(&view.name);
        }
    )
}

#[derive(Queryable)]
struct Account {
    id: UserId,
    username: String,
    role: Role,
    disabled: bool,
    password_hash: String,
    last_login_at: Option<UtcTime>,
}

/// Adds organizations, accounts and codes, with one query each.
fn with_accounts(conn: &mut DbConnection, today: NaiveDate, rows: Vec<TeacherRow>) -> Result<Vec<AccountView>> {
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let ids: Vec<TeacherId> = rows.iter().map(|row| row.id).collect();
    let found: Vec<(Option<TeacherId>, Account)> = users::table
        .filter(users::teacher_id.eq_any(&ids).and(users::service.eq(false)))
        // Of several accounts the one in use counts.
        .order((users::disabled.desc(), users::last_login_at.is_not_null(), users::id.desc()))
        .select((
            users::teacher_id,
            (users::id, users::username, users::role, users::disabled, users::password_hash, users::last_login_at),
        ))
        .load(conn)?;
    let mut accounts: HashMap<TeacherId, Account> =
        found.into_iter().filter_map(|(teacher, account)| Some((teacher?, account))).collect();
    let users: Vec<UserId> = accounts.values().map(|account| account.id).collect();
    let codes: HashMap<UserId, UtcTime> = activation_codes::table
        .filter(activation_codes::user_id.eq_any(users).and(activation_codes::used_at.is_null()))
        .select((activation_codes::user_id, activation_codes::expires_at))
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let account = accounts.remove(&row.id);
            let organization = organizations.get(&row.organization_id).cloned();
            let left = row.left_on.is_some_and(|day| day < today);
            Ok(AccountView {
                id: row.id,
                teacher_no: row.teacher_no,
                name: row.name,
                organization: organization.ok_or_else(|| ApiError::internal("a teacher without organization"))?,
                state: match &account {
                    None => AccountState::Missing,
                    Some(account) => {
                        account_state(left, account.disabled, &account.password_hash, account.last_login_at.is_some())
                    }
                },
                user_id: account.as_ref().map(|account| account.id),
                role: account.as_ref().map(|account| account.role),
                code_expires_at: account.as_ref().and_then(|account| codes.get(&account.id)).map(|at| (*at).into()),
                last_login_at: account.as_ref().and_then(|account| account.last_login_at).map(Into::into),
                username: account.map(|account| account.username),
            })
        })
        .collect()
}
