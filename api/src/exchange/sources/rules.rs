//! What is to be done about an item, by what is there under its id.

use songjiao_types::{FieldError, HourRecordId, hour_records::HourRecordStatus, imports::OnConflict};

use crate::hours::hour_records::{entry::Content, existing_records::ExistingRecord};

/// Why a record ended that its source took back: the same may come again.
pub const WITHDRAWN: &str = "来源系统撤回";
/// Why a record ended that its source told otherwise of later.
pub const SUPERSEDED: &str = "来源系统以新记录取代";

/// What is to be done about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Record,
    /// End this one, and record.
    Replace(HourRecordId, HourRecordStatus),
    /// End this one.
    Withdraw(HourRecordId, HourRecordStatus),
    /// Nothing: it is so already.
    Leave(HourRecordId),
}

/// What is there under an item's key, and how the caller stands to it.
#[derive(Clone, Copy)]
pub struct There<'a> {
    pub live: Option<&'a ExistingRecord>,
    /// The last that has ended.
    pub ended: Option<&'a ExistingRecord>,
    /// Whether the caller may see a record.
    pub sees: &'a dyn Fn(HourRecordId) -> bool,
    /// Whether the caller may recognise hours, and so take recognised ones back.
    pub recognizes: bool,
    pub on_conflict: OnConflict,
}

/// Decides on an item that says this; `None` withdraws.
pub fn decide(says: Option<&Content>, there: There<'_>) -> Result<Step, FieldError> {
    let fault = |code: &str, message: &str| Err(FieldError::new("/external_id", code, message));
    let ended = there.ended.filter(|known| (there.sees)(known.id));
    let Some(live) = there.live else {
        return match (says, ended) {
            // A person has decided on this very record: that the source repeats it changes nothing.
            (Some(content), Some(ended)) if ended.content == *content && !ended_by_source(ended) => {
                Ok(Step::Leave(ended.id))
            }
            (Some(_), _) => Ok(Step::Record),
            (None, Some(ended)) => Ok(Step::Leave(ended.id)),
            (None, None) => fault("unknown_record", "没有此来源编号的记录"),
        };
    };
    if says == Some(&live.content) {
        return Ok(Step::Leave(live.id));
    }
    if !(there.sees)(live.id) {
        return match says {
            Some(_) => fault("conflict", "此来源编号已用于您管理范围之外的记录"),
            None => fault("unknown_record", "没有此来源编号的记录"),
        };
    }
    if live.status == HourRecordStatus::Recognized && !there.recognizes {
        return fault("recognized", "该记录已认定，须由有认定权限的人更正");
    }
    match says {
        Some(_) if there.on_conflict == OnConflict::Reject => fault("conflict", "同一来源编号已有不同的记录"),
        Some(_) => Ok(Step::Replace(live.id, live.status)),
        None => Ok(Step::Withdraw(live.id, live.status)),
    }
}

fn ended_by_source(known: &ExistingRecord) -> bool {
    matches!(known.status_reason.as_deref(), Some(WITHDRAWN | SUPERSEDED))
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
    use crate::hours::hour_records::entry::Training;

    fn says(hours: i64) -> Content {
        let training = Training {
            training_year: 2026,
            starts_on: NaiveDate::MIN,
            ends_on: NaiveDate::MIN,
            hours: Hours::whole(hours),
            level: TrainingLevel::National,
            mode: TrainingMode::Online,
            title: "国培计划".into(),
            institution: "东北师大".into(),
        };
        Content { teacher_id: TeacherId::from_uuid(Uuid::nil()), training }
    }

    fn known(status: HourRecordStatus, reason: Option<&str>) -> ExistingRecord {
        let id = HourRecordId::from_uuid(Uuid::now_v7());
        let status_reason = reason.map(Into::into);
        ExistingRecord { source_key: "A".into(), id, status, status_reason, content: says(40) }
    }

    fn there<'a>(live: Option<&'a ExistingRecord>, ended: Option<&'a ExistingRecord>) -> There<'a> {
        There { live, ended, sees: &|_| true, recognizes: true, on_conflict: OnConflict::Supersede }
    }

    fn code(outcome: Result<Step, FieldError>) -> String {
        outcome.err().map(|fault| fault.code).unwrap_or_default()
    }

    #[test]
    fn the_same_is_left_and_another_replaces() {
        let live = known(HourRecordStatus::Recognized, None);
        let replaced = Step::Replace(live.id, live.status);
        assert_eq!(decide(Some(&says(40)), there(Some(&live), None)), Ok(Step::Leave(live.id)));
        assert_eq!(decide(Some(&says(41)), there(Some(&live), None)), Ok(replaced));
        assert_eq!(decide(Some(&says(41)), there(None, None)), Ok(Step::Record));
        let reject = There { on_conflict: OnConflict::Reject, ..there(Some(&live), None) };
        assert_eq!(code(decide(Some(&says(41)), reject)), "conflict");
    }

    #[test]
    fn what_a_person_ended_stays_so_and_what_the_source_ended_may_come_again() {
        let by_person = known(HourRecordStatus::Voided, Some("本人未参训"));
        let by_source = known(HourRecordStatus::Voided, Some(WITHDRAWN));
        assert_eq!(decide(Some(&says(40)), there(None, Some(&by_person))), Ok(Step::Leave(by_person.id)));
        assert_eq!(decide(Some(&says(41)), there(None, Some(&by_person))), Ok(Step::Record));
        assert_eq!(decide(Some(&says(40)), there(None, Some(&by_source))), Ok(Step::Record));
    }

    #[test]
    fn a_withdrawal_ends_what_is_live_once() {
        let live = known(HourRecordStatus::Pending, None);
        assert_eq!(decide(None, there(Some(&live), None)), Ok(Step::Withdraw(live.id, live.status)));
        let ended = known(HourRecordStatus::Rejected, Some(WITHDRAWN));
        assert_eq!(decide(None, there(None, Some(&ended))), Ok(Step::Leave(ended.id)));
        assert_eq!(code(decide(None, there(None, None))), "unknown_record");
    }

    #[test]
    fn nobody_ends_what_they_do_not_see_or_could_not_recognise() {
        let live = known(HourRecordStatus::Recognized, None);
        let blind = There { sees: &|_| false, ..there(Some(&live), None) };
        assert_eq!(code(decide(Some(&says(41)), blind)), "conflict");
        assert_eq!(code(decide(None, blind)), "unknown_record");
        let clerk = There { recognizes: false, ..there(Some(&live), None) };
        assert_eq!(code(decide(Some(&says(41)), clerk)), "recognized");
        assert_eq!(code(decide(None, clerk)), "recognized");
        assert_eq!(decide(Some(&says(40)), clerk), Ok(Step::Leave(live.id)));
    }
}
