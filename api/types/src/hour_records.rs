//! Hour records 学时记录: the append-only ledger. A record is recognised, rejected or voided with a
//! reason, never edited or deleted.

mod bulk;
mod create;
mod decisions;
mod holds;
mod list;
mod sources;
mod status;
mod view;

pub use bulk::*;
pub use create::CreateHourRecord;
pub use decisions::{
    HourRecordReason, RecognizeHourRecord, RecognizeHourRecords, RecognizedHourRecords, WithdrawHourRecord,
};
pub use holds::{FlagSet, HoldSet, HourRecordFlag, HourRecordHold};
pub use list::{AnnualReturnQuery, HourRecordQuery, HourRecordSort};
pub use sources::{IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE, client_source, platform_source, source_label};
pub use status::HourRecordStatus;
pub use view::HourRecordView;
