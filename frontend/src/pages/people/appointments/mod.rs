//! Appointments 任职: a teacher's spells on a line of time, and those that wait for confirmation.

mod badges;
mod reason_form;
mod section;
mod spell_form;
mod transfer;
mod waiting;

pub use section::Appointments;
pub use transfer::TransferDialog;
pub use waiting::WaitingPage;
