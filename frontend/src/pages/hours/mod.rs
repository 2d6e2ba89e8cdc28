//! Hour records, duplicates, quotas, credits, exemptions and the closing of years.

pub mod credits;
pub mod duplicates;
pub mod exemptions;
pub mod explanations;
pub mod hour_records;
pub mod quotas;
pub mod years;
