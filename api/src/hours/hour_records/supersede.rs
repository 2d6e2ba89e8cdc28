//! Ends live records that another record replaces or that their source withdraws, in sets.

use songjiao_types::{HourRecordId, hour_records::HourRecordStatus};

use super::{ledger, rules::end_status};
use crate::{db::Tx, error::Result};

/// Ends live records: recognised ones are voided, pending ones rejected, all with the same reason.
///
/// # Errors
/// 409 if a record has ended in the meantime.
pub fn end(tx: &mut Tx<'_>, records: &[(HourRecordId, HourRecordStatus)], reason: &str) -> Result<()> {
    for to in [HourRecordStatus::Voided, HourRecordStatus::Rejected] {
        let ids: Vec<_> = records.iter().filter(|(_, status)| end_status(*status) == to).map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            ledger::decide(tx, &ids, to, Some(reason))?;
        }
    }
    Ok(())
}
