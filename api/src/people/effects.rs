//! What changes of people and policies set off in later areas, in the same transaction.

use songjiao_types::TeacherId;

use super::users;
use crate::{db::Tx, error::Result};

/// Implemented by the areas whose figures follow from service and policies; registered by `app`.
pub trait PeopleEffects: Send + Sync {
    /// Follows teachers who were added or whose first or last day in post has changed.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()>;

    /// Follows a policy that moves the first day of training years.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn training_years_moved(&self, tx: &mut Tx<'_>) -> Result<()>;
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

/// Calls [`PeopleEffects::training_years_moved`].
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn training_years_moved(tx: &mut Tx<'_>) -> Result<()> {
    tx.effects_of::<dyn PeopleEffects>()?.training_years_moved(tx)
}
