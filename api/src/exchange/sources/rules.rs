//! Decides on an item by the existing records under its id.

use songjiao_types::{FieldError, HourRecordId, hour_records::HourRecordStatus, imports::OnConflict};

use crate::hours::hour_records::{entry::Content, existing_records::ExistingRecord};

/// The decision on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Record,
    /// Ends the record and records the item.
    Replace(HourRecordId, HourRecordStatus),
    /// Ends the record.
    Withdraw(HourRecordId, HourRecordStatus),
    /// Leaves the record: nothing changes.
    Leave(HourRecordId),
    /// Leaves the record as a person has ended it.
    LeaveDecided(HourRecordId),
}

/// The existing records under an item's key, and the caller's rights.
#[derive(Clone, Copy)]
pub struct Existing<'a> {
    pub live: Option<&'a ExistingRecord>,
    /// The last record that has ended.
    pub ended: Option<&'a ExistingRecord>,
    /// Returns whether a record is visible to the caller.
    pub is_visible: &'a dyn Fn(HourRecordId) -> bool,
    /// Whether the caller may recognise hours, and therefore end recognised records.
    pub may_recognize: bool,
    pub on_conflict: OnConflict,
}

/// Decides on an item with this content; `None` withdraws.
///
/// # Errors
/// The fault of a rejected item.
pub fn decide(content: Option<&Content>, existing: Existing<'_>) -> Result<Step, FieldError> {
    let fault = |code: &str, message: &str| Err(FieldError::new("/external_id", code, message));
    let ended = existing.ended.filter(|record| (existing.is_visible)(record.id));
    let Some(live) = existing.live else {
        return match (content, ended) {
            // A person has decided on this very record: a repeated push changes nothing.
            (Some(content), Some(ended)) if ended.is_decided_on(content) => Ok(Step::LeaveDecided(ended.id)),
            (Some(_), _) => Ok(Step::Record),
            (None, Some(ended)) => Ok(Step::Leave(ended.id)),
            (None, None) => fault("unknown_record", "没有此来源编号的记录"),
        };
    };
    if content.is_some_and(|content| content.is_stated_by(&live.content)) {
        return Ok(Step::Leave(live.id));
    }
    if !(existing.is_visible)(live.id) {
        return match content {
            Some(_) => fault("conflict", "此来源编号已用于您管理范围之外的记录"),
            None => fault("unknown_record", "没有此来源编号的记录"),
        };
    }
    if live.status == HourRecordStatus::Recognized && !existing.may_recognize {
        return fault("recognized", "该记录已认定，须由有认定权限的人更正");
    }
    match content {
        Some(_) if existing.on_conflict == OnConflict::Reject => fault("conflict", "同一来源编号已有不同的记录"),
        Some(_) => Ok(Step::Replace(live.id, live.status)),
        None => Ok(Step::Withdraw(live.id, live.status)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use songjiao_types::{
        Hours, TeacherId,
        training::{TrainingLevel, TrainingMode},
    };
    use uuid::Uuid;

    use super::*;
    use crate::hours::hour_records::{entry::Training, reasons::WITHDRAWN};

    fn content(hours: i64) -> Content {
        let training = Training {
            training_year: 2026,
            starts_on: NaiveDate::MIN,
            ends_on: NaiveDate::MIN,
            hours: Hours::whole(hours),
            level: TrainingLevel::National,
            mode: TrainingMode::Online,
            dimension: None,
            title: "国培计划".into(),
            institution: "东北师大".into(),
        };
        Content { teacher_id: TeacherId::from_uuid(Uuid::nil()), training }
    }

    fn known(status: HourRecordStatus, reason: Option<&str>) -> ExistingRecord {
        let id = HourRecordId::from_uuid(Uuid::now_v7());
        let status_reason = reason.map(Into::into);
        ExistingRecord {
            source_key: "A".into(),
            key_space: String::new(),
            id,
            status,
            status_reason,
            content: content(40),
        }
    }

    fn existing<'a>(live: Option<&'a ExistingRecord>, ended: Option<&'a ExistingRecord>) -> Existing<'a> {
        Existing { live, ended, is_visible: &|_| true, may_recognize: true, on_conflict: OnConflict::Supersede }
    }

    fn code(outcome: Result<Step, FieldError>) -> String {
        outcome.err().map(|fault| fault.code).unwrap_or_default()
    }

    #[test]
    fn the_same_is_left_and_another_replaces() {
        let live = known(HourRecordStatus::Recognized, None);
        let replaced = Step::Replace(live.id, live.status);
        assert_eq!(decide(Some(&content(40)), existing(Some(&live), None)), Ok(Step::Leave(live.id)));
        assert_eq!(decide(Some(&content(41)), existing(Some(&live), None)), Ok(replaced));
        assert_eq!(decide(Some(&content(41)), existing(None, None)), Ok(Step::Record));
        let reject = Existing { on_conflict: OnConflict::Reject, ..existing(Some(&live), None) };
        assert_eq!(code(decide(Some(&content(41)), reject)), "conflict");
    }

    #[test]
    fn what_a_person_ended_stays_so_and_what_the_source_ended_may_come_again() {
        let by_person = known(HourRecordStatus::Voided, Some("本人未参训"));
        let by_source = known(HourRecordStatus::Voided, Some(WITHDRAWN));
        assert_eq!(decide(Some(&content(40)), existing(None, Some(&by_person))), Ok(Step::LeaveDecided(by_person.id)));
        assert_eq!(decide(Some(&content(41)), existing(None, Some(&by_person))), Ok(Step::Record));
        assert_eq!(decide(Some(&content(40)), existing(None, Some(&by_source))), Ok(Step::Record));
    }

    #[test]
    fn a_withdrawal_ends_what_is_live_once() {
        let live = known(HourRecordStatus::Pending, None);
        assert_eq!(decide(None, existing(Some(&live), None)), Ok(Step::Withdraw(live.id, live.status)));
        let ended = known(HourRecordStatus::Rejected, Some(WITHDRAWN));
        assert_eq!(decide(None, existing(None, Some(&ended))), Ok(Step::Leave(ended.id)));
        assert_eq!(code(decide(None, existing(None, None))), "unknown_record");
    }

    #[test]
    fn nobody_ends_what_they_do_not_see_or_could_not_recognise() {
        let live = known(HourRecordStatus::Recognized, None);
        let blind = Existing { is_visible: &|_| false, ..existing(Some(&live), None) };
        assert_eq!(code(decide(Some(&content(41)), blind)), "conflict");
        assert_eq!(code(decide(None, blind)), "unknown_record");
        let clerk = Existing { may_recognize: false, ..existing(Some(&live), None) };
        assert_eq!(code(decide(Some(&content(41)), clerk)), "recognized");
        assert_eq!(code(decide(None, clerk)), "recognized");
        assert_eq!(decide(Some(&content(40)), clerk), Ok(Step::Leave(live.id)));
    }
}
