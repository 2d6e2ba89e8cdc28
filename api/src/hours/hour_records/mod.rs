//! Hour records 学时记录: the append-only ledger behind the annual quota (一-3) and the five-year
//! credit (三-1). A record is recognised, rejected or voided with a reason and the person who decided,
//! never edited or deleted; the database refuses both. Only recognised hours count.

mod annual_return;
pub mod batch;
pub(crate) mod coverage;
mod day_loads;
mod decisions;
pub mod entry;
pub(crate) mod existing_records;
pub(crate) mod holds;
pub(crate) mod issue;
pub mod ledger;
mod normal_text;
mod not_over;
mod own;
pub(crate) mod plausibility;
pub(crate) mod reasons;
mod routes;
mod rules;
pub(crate) mod service;
pub(crate) mod sources;
pub(crate) mod stated_elsewhere;
mod store;
pub(crate) mod supersede;
pub(crate) mod suspicion;
pub(crate) mod take_back;
mod undoing;

pub(crate) use decisions::action as audit_action;
pub(crate) use normal_text::LedgerSpelling;
pub(crate) use own::{own_record, teacher_of};
pub(crate) use routes::configure;
pub(crate) use rules::{Intake, initial_status};
pub(crate) use store::{find_all, visible_ids};
