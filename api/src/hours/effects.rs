//! What the hours ask of later areas, in the same transaction. Hours know of projects only their ids.

use songjiao_types::ProjectId;

use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx},
    error::Result,
};

/// Implemented by the area of training projects; registered by `app`.
pub trait ProjectAccess: Send + Sync {
    /// Returns whether a project exists and the caller runs it.
    ///
    /// # Errors
    /// Those of the implementation.
    fn runs(&self, conn: &mut DbConnection, user: &CurrentUser, project: ProjectId) -> Result<bool>;
}

/// Calls [`ProjectAccess::runs`].
///
/// # Errors
/// Those of the implementation, and 500 if none is registered.
pub fn runs_project(tx: &mut Tx<'_>, user: &CurrentUser, project: ProjectId) -> Result<bool> {
    tx.effects_of::<dyn ProjectAccess>()?.runs(tx.conn, user, project)
}
