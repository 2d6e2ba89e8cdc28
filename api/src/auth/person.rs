//! The person behind an account. Rules such as "two reviewers" count persons: a teacher may have several accounts, and an
//! API key acts for the person who made it.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{TeacherId, UserId};

use crate::{
    db::{
        DbConnection,
        schema::{api_keys, users},
    },
    error::Result,
};

/// What identifies a person: the teacher that they are, else their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonId {
    /// The teacher to whom the person's accounts are linked.
    Teacher(TeacherId),
    /// The only account of a person who is no teacher.
    User(UserId),
}

/// A person.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The account, or for that of a key its maker's.
    pub user: UserId,
    /// The teacher that the person is.
    pub teacher_id: Option<TeacherId>,
}

impl Person {
    /// Returns what identifies the person.
    pub fn id(&self) -> PersonId {
        self.teacher_id.map_or(PersonId::User(self.user), PersonId::Teacher)
    }
}

/// Returns the person behind an account.
///
/// # Errors
/// 404 if there is no such account.
pub fn person_of(conn: &mut DbConnection, account: UserId) -> Result<Person> {
    let maker: Option<UserId> =
        api_keys::table.filter(api_keys::user_id.eq(account)).select(api_keys::created_by).first(conn).optional()?;
    let user = maker.unwrap_or(account);
    let teacher_id = users::table.find(user).select(users::teacher_id).first(conn)?;
    Ok(Person { user, teacher_id })
}

/// Returns the persons behind accounts.
///
/// # Errors
/// If the database fails.
pub fn person_ids(conn: &mut DbConnection, accounts: Vec<UserId>) -> Result<HashMap<UserId, PersonId>> {
    let makers: HashMap<UserId, UserId> = api_keys::table
        .filter(api_keys::user_id.eq_any(&accounts))
        .select((api_keys::user_id, api_keys::created_by))
        .load(conn)?
        .into_iter()
        .collect();
    let users: Vec<UserId> = accounts.iter().chain(makers.values()).copied().collect();
    let teachers: HashMap<UserId, Option<TeacherId>> = users::table
        .filter(users::id.eq_any(users))
        .select((users::id, users::teacher_id))
        .load(conn)?
        .into_iter()
        .collect();
    let person = |account| {
        let user = makers.get(&account).copied().unwrap_or(account);
        teachers.get(&user).copied().flatten().map_or(PersonId::User(user), PersonId::Teacher)
    };
    Ok(accounts.into_iter().map(|account| (account, person(account))).collect())
}
