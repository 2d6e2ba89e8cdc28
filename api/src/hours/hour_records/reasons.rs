//! The reasons of records that did not end by a decision on them.

/// The reason of records that their source withdrew; the same record may be pushed again.
pub const WITHDRAWN: &str = "来源系统撤回";
/// The reason of records that their source superseded.
pub const SUPERSEDED: &str = "来源系统以新记录取代";
/// The reason of records that a file superseded.
pub const SUPERSEDED_BY_FILE: &str = "批量导入以新记录取代";

/// The beginning of the reason of records whose import was taken back.
pub const TAKEN_BACK: &str = "整批撤回：";

/// Returns whether a record ended with its source or its import, rather than by a decision on it.
pub fn is_by_source(reason: Option<&str>) -> bool {
    reason.is_some_and(|reason| {
        [WITHDRAWN, SUPERSEDED, SUPERSEDED_BY_FILE].contains(&reason) || reason.starts_with(TAKEN_BACK)
    })
}
