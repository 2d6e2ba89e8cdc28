//! Opens accounts for many teachers or schools in one act.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, Role, TeacherId, UserId,
    accounts::{OpenSchoolAccounts, OpenTeacherAccounts, OpenedAccounts, SkippedAccount},
    organizations::OrganizationKind,
    teams::TeamMemberRole,
};

use super::rules::{self, UsernameParts};
use crate::{
    auth::{CurrentUser, password::NO_PASSWORD, scope::Scope},
    db::{
        DbConnection, Tx,
        schema::{organizations, teachers, team_members, users},
        types::{UtcTime, lower},
    },
    error::{ApiError, Result},
    people::{
        teams,
        users::batch::{self, NewUser},
    },
    visibility::{in_scope, organization_ids_in, visible_organization},
};

/// Rows read or written by one statement.
const CHUNK: usize = 2000;
/// The placeholders of the pattern for teachers.
const TEACHER_PLACEHOLDERS: [&str; 3] = ["{teacher_no}", "{organization_code}", "{initials}"];
/// The placeholder of the pattern for schools.
const SCHOOL_PLACEHOLDERS: [&str; 1] = ["{organization_code}"];

/// Whom an account is opened for.
struct Candidate {
    /// The teacher number or the code of the school.
    number: String,
    name: String,
    organization_id: OrganizationId,
    organization_code: String,
    initials: String,
    teacher_id: Option<TeacherId>,
    role: Role,
}

impl Candidate {
    fn from_teacher(teacher: AccountTeacher, role: Role) -> Self {
        Self {
            number: teacher.teacher_no,
            name: teacher.name,
            organization_id: teacher.organization_id,
            organization_code: teacher.organization_code,
            initials: teacher.initials,
            teacher_id: Some(teacher.id),
            role,
        }
    }
}

/// Opens accounts for teachers in service. Teachers who have an account keep it.
///
/// # Errors
/// 403 or 404 for a team that the caller may not change; 422 at a field.
pub fn open_for_teachers(tx: &mut Tx<'_>, user: &CurrentUser, new: &OpenTeacherAccounts) -> Result<OpenedAccounts> {
    let pattern = new.username_pattern.as_deref().unwrap_or("{teacher_no}");
    rules::check_pattern(pattern, &TEACHER_PLACEHOLDERS)?;
    let role = new.role.unwrap_or(Role::Teacher);
    rules::check_role(user, role)?;
    let mut skipped = Vec::new();
    let roles: HashMap<TeacherId, Role> = match (&new.teacher_ids, new.organization_id, new.team_id) {
        (Some(ids), _, _) => ids.iter().map(|id| (*id, role)).collect(),
        (_, Some(organization), _) => {
            let path = visible_organization(tx.conn, &user.scope, organization, "/organization_id")?;
            let scope = Scope::new(path);
            let here = teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope)));
            let ids: Vec<TeacherId> = here.select(teachers::id).load(tx.conn)?;
            ids.into_iter().map(|id| (id, role)).collect()
        }
        (_, _, Some(team)) => {
            teams::find_for_update(tx.conn, user, team)?;
            let members = team_members::table
                .filter(team_members::team_id.eq(team).and(team_members::left_on.is_null()))
                .select((team_members::teacher_id, team_members::role));
            let members: Vec<(Option<TeacherId>, TeamMemberRole)> = members.load(tx.conn)?;
            let of_member = |role| if role == TeamMemberRole::Leader { Role::TeamLeader } else { Role::TeamMember };
            members.into_iter().filter_map(|(teacher, role)| Some((teacher?, of_member(role)))).collect()
        }
        (None, None, None) => HashMap::new(),
    };
    let ids: Vec<TeacherId> = roles.keys().copied().collect();
    let found = find_teachers(tx.conn, user, &ids, tx.now.local_date())?;
    if let Some(named) = &new.teacher_ids {
        check_all_found(named, &found.iter().map(|teacher| teacher.id).collect())?;
    }
    let mut candidates = Vec::with_capacity(found.len());
    for teacher in found {
        if teacher.account.is_some() {
            skipped.push(skip(teacher.teacher_no, teacher.name, "has_account", "已有账号"));
        } else if !teacher.in_service {
            skipped.push(skip(teacher.teacher_no, teacher.name, "not_in_service", "已不在岗"));
        } else {
            let role = roles.get(&teacher.id).copied().unwrap_or(Role::Teacher);
            candidates.push(Candidate::from_teacher(teacher, role));
        }
    }
    // Of the teachers of an organization, those who have an account or have left are no news.
    if new.organization_id.is_some() {
        skipped.clear();
    }
    open(tx, candidates, pattern, skipped)
}

/// A teacher for whom an account may be opened.
pub struct AccountTeacher {
    pub id: TeacherId,
    pub teacher_no: String,
    pub name: String,
    pub organization_id: OrganizationId,
    pub organization_code: String,
    pub initials: String,
    pub in_service: bool,
    /// User name and role of the account that the teacher has.
    pub account: Option<(String, Role)>,
}

/// Returns those of the teachers who serve in the caller's scope, by school and number.
///
/// # Errors
/// If the database fails.
pub fn find_teachers(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: &[TeacherId],
    today: NaiveDate,
) -> Result<Vec<AccountTeacher>> {
    type Row = (TeacherId, String, String, Option<String>, Option<NaiveDate>, OrganizationId, String);
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<Row> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::id.eq_any(chunk))
            .filter(in_scope!(organizations::path, user.scope))
            .order((organizations::code, teachers::teacher_no))
            .select((
                teachers::id,
                teachers::teacher_no,
                teachers::name,
                teachers::initials,
                teachers::left_on,
                organizations::id,
                organizations::code,
            ))
            .load(conn)?;
        let accounts: Vec<(Option<TeacherId>, String, Role)> = users::table
            .filter(users::teacher_id.eq_any(chunk))
            .select((users::teacher_id, users::username, users::role))
            .load(conn)?;
        let mut accounts: HashMap<TeacherId, (String, Role)> =
            accounts.into_iter().filter_map(|(id, username, role)| Some((id?, (username, role)))).collect();
        found.extend(rows.into_iter().map(
            |(id, teacher_no, name, initials, left_on, organization_id, organization_code)| AccountTeacher {
                id,
                teacher_no,
                name,
                organization_id,
                organization_code,
                initials: initials.and_then(|all| all.split(' ').next().map(str::to_owned)).unwrap_or_default(),
                in_service: left_on.is_none_or(|day| day >= today),
                account: accounts.remove(&id),
            },
        ));
    }
    Ok(found)
}

fn skip(number: String, name: String, code: &str, message: impl Into<String>) -> SkippedAccount {
    SkippedAccount { number, name, code: code.to_owned(), message: message.into() }
}

/// Checks that the caller may open accounts for each teacher that the request names.
fn check_all_found(named: &[TeacherId], found: &HashSet<TeacherId>) -> Result<()> {
    let unknown = named.iter().enumerate().filter(|(_, id)| !found.contains(id));
    let errors: Vec<_> = unknown
        .map(|(at, _)| {
            FieldError::new(format!("/teacher_ids/{at}"), "unknown_teacher", "教师不存在或不在您的管理范围内")
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(ApiError::new(ErrorCode::Invalid).errors(errors)) }
}

/// Opens an account for the clerk of each school below an organization that has none.
///
/// # Errors
/// 403 if the caller does not manage users; 422 at a field.
pub fn open_for_schools(tx: &mut Tx<'_>, user: &CurrentUser, new: &OpenSchoolAccounts) -> Result<OpenedAccounts> {
    if !rules::may_manage(user, Role::SchoolAdmin) {
        return Err(ApiError::forbidden());
    }
    let pattern = new.username_pattern.as_deref().unwrap_or("{organization_code}");
    rules::check_pattern(pattern, &SCHOOL_PLACEHOLDERS)?;
    let path = visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let scope = Scope::new(path);
    let clerks = users::table
        .filter(users::role.eq(Role::SchoolAdmin).and(users::disabled.eq(false)))
        .select(users::scope_organization_id);
    let schools: Vec<(OrganizationId, String, String)> = organizations::table
        .filter(in_scope!(organizations::path, scope))
        .filter(organizations::kind.eq_any([OrganizationKind::School, OrganizationKind::Kindergarten]))
        .filter(organizations::id.ne_all(clerks))
        .order(organizations::code)
        .select((organizations::id, organizations::code, organizations::name))
        .load(tx.conn)?;
    let candidates = schools.into_iter().map(|(organization_id, code, name)| Candidate {
        number: code.clone(),
        name: format!("{name}管理员").chars().take(64).collect(),
        organization_id,
        organization_code: code,
        initials: String::new(),
        teacher_id: None,
        role: Role::SchoolAdmin,
    });
    let candidates = candidates.collect();
    open(tx, candidates, pattern, Vec::new())
}

/// Inserts the users, except those whose name is taken or is no user name.
fn open(
    tx: &mut Tx<'_>,
    candidates: Vec<Candidate>,
    pattern: &str,
    mut skipped: Vec<SkippedAccount>,
) -> Result<OpenedAccounts> {
    let mut named = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let parts = UsernameParts {
            teacher_no: &candidate.number,
            organization_code: &candidate.organization_code,
            initials: &candidate.initials,
        };
        match rules::username(pattern, &parts) {
            Ok(username) => named.push((username, candidate)),
            Err(reason) => skipped.push(skip(candidate.number, candidate.name, "bad_username", reason)),
        }
    }
    let mut taken = taken_names(tx.conn, named.iter().map(|(username, _)| username.to_lowercase()).collect())?;
    let mut rows = Vec::with_capacity(named.len());
    for (username, candidate) in named {
        if !taken.insert(username.to_lowercase()) {
            let reason = format!("用户名 {username} 已被使用");
            skipped.push(skip(candidate.number, candidate.name, "username_taken", reason));
            continue;
        }
        rows.push(NewUser {
            teacher_id: candidate.teacher_id,
            ..NewUser::new(username, &candidate.name, NO_PASSWORD, candidate.role, candidate.organization_id, tx.now)
        });
    }
    Ok(OpenedAccounts { user_ids: insert(tx, &rows)?, skipped })
}

/// Returns the row of a new account, which has no password before it is activated.
pub fn new_account(username: String, teacher: &AccountTeacher, role: Role, now: UtcTime) -> NewUser {
    NewUser {
        teacher_id: Some(teacher.id),
        ..NewUser::new(username, &teacher.name, NO_PASSWORD, role, teacher.organization_id, now)
    }
}

/// Inserts accounts.
///
/// # Errors
/// 409 if a user name is taken.
pub fn insert(tx: &mut Tx<'_>, rows: &[NewUser]) -> Result<Vec<UserId>> {
    for chunk in rows.chunks(CHUNK) {
        batch::insert(tx, chunk)?;
    }
    for row in rows {
        let after = json!({ "username": row.username, "role": row.role, "teacher_id": row.teacher_id });
        tx.audit("open_account", "user", row.id, None::<&()>, Some(&after))?;
    }
    Ok(rows.iter().map(|row| row.id).collect())
}

/// Returns those of the names, in small letters, that users have.
///
/// # Errors
/// If the database fails.
pub fn taken_names(conn: &mut DbConnection, names: Vec<String>) -> Result<HashSet<String>> {
    let mut taken = HashSet::new();
    for chunk in names.chunks(CHUNK) {
        let found = users::table.filter(lower(users::username).eq_any(chunk)).select(lower(users::username));
        taken.extend(found.load::<String>(conn)?);
    }
    Ok(taken)
}
