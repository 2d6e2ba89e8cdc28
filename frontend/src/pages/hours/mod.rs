//! Hour records, duplicates, quotas, credits and exemptions.

pub mod credits;
pub mod duplicates;
pub mod exemptions;
pub mod explanations;
pub mod hour_records;
pub mod quotas;
