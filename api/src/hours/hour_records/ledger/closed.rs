use std::collections::HashSet;

use songjiao_types::TeacherId;

use crate::{
    db::Tx,
    error::{ApiError, Result},
    hours::quotas::closed_years::ClosedYears,
};

/// Returns which of the given years of teachers are closed.
///
/// # Errors
/// 503 if one was closed after this transaction began: what it records would seem to be older than the closing.
pub fn closed_among(
    tx: &mut Tx<'_>,
    closed: &ClosedYears,
    years: impl Iterator<Item = (TeacherId, i32)>,
) -> Result<HashSet<(TeacherId, i32)>> {
    let found = closed.of_teachers(tx.conn, years)?;
    let is_newer = |(_, year): &(TeacherId, i32)| closed.last_closed(*year).is_some_and(|at| at >= tx.now);
    if found.iter().any(is_newer) {
        return Err(ApiError::unavailable());
    }
    Ok(found)
}
