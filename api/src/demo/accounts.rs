//! The accounts of the demonstration: one for each role, and a second reviewer.

use std::fmt;

use songjiao_types::{OrganizationId, Role, TeacherId, UserId, WireEnum};

use super::{
    PASSWORD,
    random::{Chance, day, nine},
    rows::UserRow,
};

/// The users' ids, known before anything refers to them.
pub struct Accounts {
    pub admin: UserId,
    pub training: UserId,
    pub colleague: UserId,
    pub leader: UserId,
    pub member: UserId,
    pub district: UserId,
    pub school: UserId,
    pub teacher: UserId,
    pub auditor: UserId,
}

impl Accounts {
    pub fn new(chance: &mut Chance, admin: UserId) -> Self {
        let mut id = || chance.id(day(2024, 1, 2));
        Self {
            admin,
            training: id(),
            colleague: id(),
            leader: id(),
            member: id(),
            district: id(),
            school: id(),
            teacher: id(),
            auditor: id(),
        }
    }
}

/// Whom an account stands for.
pub struct Holder {
    pub id: UserId,
    pub username: &'static str,
    pub role: Role,
    pub name: String,
    pub organization: OrganizationId,
    pub scope: OrganizationId,
    pub teacher: Option<TeacherId>,
}

/// The rows of the users, all with the one password.
pub fn rows(holders: Vec<Holder>, password_hash: &str) -> Vec<UserRow> {
    let since = nine(day(2024, 1, 2));
    let row = |holder: Holder| UserRow {
        id: holder.id,
        username: holder.username.to_owned(),
        name: holder.name,
        password_hash: password_hash.to_owned(),
        role: holder.role,
        organization_id: holder.organization,
        scope_organization_id: holder.scope,
        teacher_id: holder.teacher,
        disabled: false,
        must_change_password: false,
        version: 1,
        created_at: since,
        updated_at: since,
    };
    holders.into_iter().map(row).collect()
}

/// An account as it is shown to whoever wants to sign in.
pub struct Account {
    pub username: String,
    pub role: Role,
    pub name: String,
    pub organization: String,
    /// Whether its password is the demonstration's.
    pub demo_password: bool,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = if self.demo_password { PASSWORD } else { "(as you set it)" };
        write!(
            f,
            "{:<10} {:<20} {}（{}，{}）",
            self.username,
            password,
            self.role.label(),
            self.name,
            self.organization
        )
    }
}
