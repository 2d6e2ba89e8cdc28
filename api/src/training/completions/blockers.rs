//! What keeps a phase, a project or a participation from ending: activities that lie ahead and marks that are missing.

use chrono::NaiveDate;
use songjiao_types::{
    ActivityId,
    attendance::AttendanceStatus,
    completions::{ActivityAhead, MissingMark, Unmarked},
};

use super::rules;
use crate::{
    db::Tx,
    error::{ApiError, Result},
    training::attendance::{
        batch::{self, Mark},
        sheets::Sheets,
    },
};

/// How missing marks are dealt with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filling<'a> {
    unmarked: Option<Unmarked>,
    reason: Option<&'a str>,
}

impl<'a> Filling<'a> {
    /// Takes it from a request.
    ///
    /// # Errors
    /// 422 `reason_required` at `/reason` if marks are to be filled in without a reason.
    pub fn new(unmarked: Option<Unmarked>, reason: Option<&'a str>) -> Result<Self> {
        if unmarked.is_some() && reason.is_none() {
            return Err(ApiError::invalid("/reason", "reason_required", "按缺勤登记须填写理由"));
        }
        Ok(Self { unmarked, reason })
    }
}

/// Returns the activities that lie ahead.
pub fn ahead(sheets: &Sheets, today: NaiveDate) -> Vec<ActivityAhead> {
    let view = |activity: &crate::training::activities::plan::PlannedActivity| ActivityAhead {
        activity_id: activity.id,
        title: activity.title.clone(),
        ends_on: activity.last_day(),
    };
    sheets.ahead(today).map(view).collect()
}

/// Returns the missing marks.
pub fn missing(sheets: &Sheets, today: NaiveDate) -> Vec<MissingMark> {
    let view = sheets.missing(today).map(|(participant, day)| MissingMark {
        activity_id: day.activity.id,
        title: day.activity.title.clone(),
        day: day.day,
        enrollment_id: participant.id,
        teacher_name: participant.teacher_name.clone(),
    });
    view.collect()
}

/// Checks that nothing lies ahead.
///
/// # Errors
/// 409 `activities_ahead`.
pub fn check_nothing_ahead(sheets: &Sheets, today: NaiveDate) -> Result<()> {
    let ahead = ahead(sheets, today).into_iter();
    let ahead =
        ahead.map(|activity| (format!("/activities/{}", activity.activity_id), activity.title, activity.ends_on));
    rules::check_nothing_ahead(&ahead.collect::<Vec<_>>())
}

/// Fills in missing marks if the request says so, and checks that none is missing then. Returns whether it wrote marks.
///
/// # Errors
/// 409 `marks_missing`.
pub fn fill_missing(tx: &mut Tx<'_>, sheets: &Sheets, today: NaiveDate, filling: Filling<'_>) -> Result<bool> {
    let missing = missing(sheets, today);
    if filling.unmarked != Some(Unmarked::Absent) {
        let named = missing.into_iter().map(|mark| {
            let pointer = format!("/activities/{}/attendance/{}", mark.activity_id, mark.enrollment_id);
            (pointer, mark.title, mark.day, mark.teacher_name)
        });
        rules::check_all_marked(&named.collect::<Vec<_>>())?;
        return Ok(false);
    }
    let (by, now) = (tx.user_id()?, tx.now);
    let note = filling.reason.map(str::trim).map(str::to_owned);
    let mark = |mark: &MissingMark| {
        let who = (mark.enrollment_id, mark.day);
        Mark::new(mark.activity_id, who, AttendanceStatus::Absent, note.clone(), by, now)
    };
    batch::upsert(tx, &missing.iter().map(mark).collect::<Vec<_>>())?;
    let mut activities: Vec<ActivityId> = missing.iter().map(|mark| mark.activity_id).collect();
    activities.sort_unstable();
    activities.dedup();
    batch::marks_changed(tx, &activities)?;
    for id in activities {
        let filled: Vec<&MissingMark> = missing.iter().filter(|mark| mark.activity_id == id).collect();
        tx.audit("fill_absent", "activity", id, None::<&()>, Some(&filled))?;
    }
    Ok(!missing.is_empty())
}
