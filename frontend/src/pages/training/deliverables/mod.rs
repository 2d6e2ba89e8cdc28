//! Deliverables 成果材料 of a phase and of a whole project.

mod form;
mod list;

pub use form::DeliverableDialog;
pub use list::{PhaseDeliverables, ProjectDeliverables};
