wire_enum! {
    /// The status of a record: pending → recognized, rejected, withdrawn or returned; recognized → voided.
    HourRecordStatus {
        Pending = "pending", "待认定";
        Recognized = "recognized", "已认定";
        Rejected = "rejected", "已驳回";
        /// Taken back by the user who submitted it.
        Withdrawn = "withdrawn", "已撤回";
        /// Returned for correction; the correction is a new record that names it.
        Returned = "returned", "已退回";
        Voided = "voided", "已作废";
    }
}

impl HourRecordStatus {
    /// Returns whether a record of this status counts or may still count. At most one live record has a
    /// given source and key.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Recognized)
    }
}
