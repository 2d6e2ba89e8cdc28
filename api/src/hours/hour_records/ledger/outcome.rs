use songjiao_types::{HourRecordId, hour_records::HoldSet};

use crate::hours::hour_records::plausibility::Refusal;

/// The outcome of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The entry was recorded.
    Recorded {
        /// The new record.
        id: HourRecordId,
        /// Whether it seems to repeat what is recorded already, which keeps it pending.
        suspected: bool,
        /// All that it waits for; empty if it is recognised.
        holds: HoldSet,
    },
    /// A live record has the entry's key; nothing was written.
    Existing(HourRecordId),
    /// The ledger refuses the hours; nothing was written.
    Refused(Refusal),
}

/// The outcomes of the entries, in their order.
#[derive(Clone, Debug, Default)]
pub struct Appended {
    /// One outcome for each entry, in order.
    pub outcomes: Vec<Outcome>,
}

impl Appended {
    /// Returns how many entries were recorded.
    pub fn recorded(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Recorded { .. })).count()
    }
}
