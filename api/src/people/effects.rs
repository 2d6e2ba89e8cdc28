//! What changes of people and policies set off in later areas, in the same transaction, and what the policies have to ask
//! them.

use chrono::NaiveDate;
use songjiao_types::{OrganizationId, TeacherId, policies::PolicyEffect};

use super::{policies::Policies, users};
use crate::{
    db::{DbConnection, Tx},
    error::Result,
};

/// A training year that is closed for a bureau.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedYear {
    /// The path of the bureau.
    pub path: String,
    /// The training year.
    pub year: i32,
}

/// Implemented by the areas whose figures follow from service and policies; registered by `app`.
pub trait PeopleEffects: Send + Sync {
    /// Follows teachers who were added or whose first or last day in post has changed.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()>;

    /// Follows a change of the policies of a bureau.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn policies_changed(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()>;

    /// Counts the teachers at or below a path whose standing differs under other policies, as of `today`.
    ///
    /// # Errors
    /// Those of the implementation.
    fn policy_effect(
        &self,
        conn: &mut DbConnection,
        before: &Policies,
        after: &Policies,
        path: &str,
        today: NaiveDate,
    ) -> Result<PolicyEffect>;

    /// Returns the years that are closed for the bureau at a path, for those below it and for those above it. None is
    /// unless the implementation says so.
    ///
    /// # Errors
    /// Those of the implementation.
    fn closed_years(&self, conn: &mut DbConnection, path: &str) -> Result<Vec<ClosedYear>> {
        let _ = (conn, path);
        Ok(Vec::new())
    }
}

/// Moves the accounts of teachers who serve elsewhere now, and calls [`PeopleEffects::service_changed`]. Every writer of
/// teachers does so.
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn service_changed(tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
    users::follow(tx, teachers)?;
    tx.effects_of::<dyn PeopleEffects>()?.service_changed(tx, teachers)
}

/// Calls [`PeopleEffects::policies_changed`].
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn policies_changed(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    tx.effects_of::<dyn PeopleEffects>()?.policies_changed(tx, organization)
}
