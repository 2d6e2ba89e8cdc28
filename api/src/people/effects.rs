//! What changes of people and policies set off in later areas, in the same transaction, and what the policies have to ask
//! them.

use chrono::NaiveDate;
use songjiao_types::{OrganizationId, TeacherId, policies::PolicyEffect};

use super::{appointments::service::Service, policies::Policies, users};
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

/// A teacher's service before and after a change of appointments.
#[derive(Clone, Debug)]
pub struct ServiceChange {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The service before.
    pub before: Service,
    /// The service after.
    pub after: Service,
}

/// Implemented by the areas whose records refer to days of service; registered by `app`.
pub trait ServiceRecords: Send + Sync {
    /// Lets records follow the service: where they count, what they wait for, and whether they stand. `void_for` is the
    /// reason for which records that are left without service are voided.
    ///
    /// # Errors
    /// 409 `records_without_service` if records are left without service and `void_for` is `None`; 409 `year_closed` if one of
    /// them is of a closed year.
    fn follow_service(&self, tx: &mut Tx<'_>, changes: &[ServiceChange], void_for: Option<&str>) -> Result<()>;

    /// Lets records follow the date: what waited for a day that is over now.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn day_begun(&self, tx: &mut Tx<'_>) -> Result<()>;
}

/// Calls [`ServiceRecords::follow_service`] and [`Participation::follow_service`]. Every writer of appointments does so.
///
/// # Errors
/// Those of the implementations, and 500 if one is not registered.
pub fn follow_service(tx: &mut Tx<'_>, changes: &[ServiceChange], void_for: Option<&str>) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    tx.effects_of::<dyn ServiceRecords>()?.follow_service(tx, changes, void_for)?;
    tx.effects_of::<dyn Participation>()?.follow_service(tx, changes, void_for)
}

/// Implemented by the areas whose figures follow from service and policies; registered by `app`.
pub trait PeopleEffects: Send + Sync {
    /// Follows teachers whose appointments have changed, or of whom a spell begins or ends today.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()>;

    /// Follows a change of the policies of a bureau.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn policies_changed(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()>;

    /// Follows the date, after the service of those of whom a spell begins or ends today.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn day_begun(&self, tx: &mut Tx<'_>) -> Result<()>;

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

/// Implemented by the area of the projects in which teachers take part; registered by `app`.
pub trait Participation: Send + Sync {
    /// Takes away the attendance marks after the end of service. `void_for` is the reason.
    ///
    /// # Errors
    /// 409 `records_without_service` if there are such marks and `void_for` is `None`.
    fn follow_service(&self, tx: &mut Tx<'_>, changes: &[ServiceChange], void_for: Option<&str>) -> Result<()>;

    /// Withdraws those of the teachers whose service has ended.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()>;
}

/// Moves the accounts of teachers who serve elsewhere now, and calls [`PeopleEffects::service_changed`] and
/// [`Participation::service_changed`]. Every writer of appointments does so.
///
/// # Errors
/// Those of the implementations, and 500 if one is not registered.
pub fn service_changed(tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
    users::follow(tx, teachers)?;
    tx.effects_of::<dyn PeopleEffects>()?.service_changed(tx, teachers)?;
    tx.effects_of::<dyn Participation>()?.service_changed(tx, teachers)
}

/// Calls [`PeopleEffects::policies_changed`].
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn policies_changed(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    tx.effects_of::<dyn PeopleEffects>()?.policies_changed(tx, organization)
}

/// Calls [`ServiceRecords::day_begun`] and [`PeopleEffects::day_begun`].
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn day_begun(tx: &mut Tx<'_>) -> Result<()> {
    tx.effects_of::<dyn ServiceRecords>()?.day_begun(tx)?;
    tx.effects_of::<dyn PeopleEffects>()?.day_begun(tx)
}
