//! Loads what explanations of credits are made of.

use chrono::NaiveDate;
use songjiao_types::{TeacherId, explanations::CreditExplanation};

use super::{explanation, store};
use crate::{auth::CurrentUser, db::DbConnection, error::Result, hours::quotas::explain::names_for};

/// Explains a teacher's credits in a cycle.
///
/// # Errors
/// As [`store::facts_of`].
pub fn credit(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    first_year: i32,
    as_of: Option<NaiveDate>,
) -> Result<CreditExplanation> {
    let found = store::facts_of(conn, user, id, first_year, as_of)?;
    let numbers = found.years.iter().map(|year| year.year);
    let names = names_for(conn, &found.facts, [found.credit.organization_id], numbers)?;
    Ok(explanation::explain(&found.facts, found.credit, &found.years, found.running, &names))
}
