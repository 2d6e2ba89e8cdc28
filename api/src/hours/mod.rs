//! Training hours 学时: the ledger, the annual quota, the five-year credit, exemptions.

pub mod credits;
pub mod duplicate_groups;
pub mod effects;
pub mod exemptions;
pub mod hour_records;
pub mod quotas;
pub mod years;
