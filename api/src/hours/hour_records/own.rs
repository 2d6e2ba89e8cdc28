//! Nobody decides on hours of the teacher that they are (design 4, *Hour ledger*). An API key is its maker.

use diesel::prelude::*;
use songjiao_types::{ErrorCode, TeacherId, UserId};

use crate::{
    db::{
        DbConnection,
        schema::{api_keys, users},
    },
    error::{ApiError, Result},
};

/// Returns the teacher that a user is, or that the maker of an API key is.
///
/// # Errors
/// If the database fails.
pub fn teacher_of(conn: &mut DbConnection, user: UserId) -> Result<Option<TeacherId>> {
    let maker: Option<UserId> =
        api_keys::table.filter(api_keys::user_id.eq(user)).select(api_keys::created_by).first(conn).optional()?;
    let person = users::table.find(maker.unwrap_or(user)).select(users::teacher_id);
    Ok(person.first(conn).optional()?.flatten())
}

/// Returns the 403 of a decision on one's own hours.
pub fn own_record() -> ApiError {
    ApiError::new(ErrorCode::OwnRecord)
}
