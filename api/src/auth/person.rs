//! The person behind an account. Rules such as "two reviewers" count persons: a teacher may have several accounts, and an
//! API key acts for the person who made it.

use diesel::prelude::*;
use songjiao_types::{TeacherId, UserId};

use crate::{
    db::{
        DbConnection,
        schema::{api_keys, users},
    },
    error::Result,
};

/// A person, with all accounts.
#[derive(Clone, Debug)]
pub struct Person {
    /// The teacher that the person is.
    pub teacher_id: Option<TeacherId>,
    /// The person's accounts and the service accounts of the keys that they made.
    pub accounts: Vec<UserId>,
}

impl Person {
    /// Returns whether an account is one of the person's.
    pub fn has(&self, account: UserId) -> bool {
        self.accounts.contains(&account)
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
    let teacher_id: Option<TeacherId> = users::table.find(user).select(users::teacher_id).first(conn)?;
    let mut accounts: Vec<UserId> = match teacher_id {
        Some(teacher) => users::table.filter(users::teacher_id.eq(teacher)).select(users::id).load(conn)?,
        None => vec![user],
    };
    let keys = api_keys::table.filter(api_keys::created_by.eq_any(accounts.clone())).select(api_keys::user_id);
    accounts.extend(keys.load::<UserId>(conn)?);
    Ok(Person { teacher_id, accounts })
}
