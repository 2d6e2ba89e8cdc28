//! Merges a row of a file of teachers into the statements about their service. Pure, so that a file is planned as a set.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};
use songjiao_types::{OrganizationId, TeacherId, appointments::EndReason, teachers::TeacherStatus};

use super::{
    batch::AppointmentRow,
    changes::{Author, Changes},
    plan::{self, NewStatement, ServiceDates},
    rules::Refusal,
    timeline::{End, Entry, Spell},
};

/// The reason recorded with a statement that a file changes.
const BY_FILE: &str = "教师名单导入";

/// What a row states about service.
#[derive(Clone, Copy, Debug)]
pub struct RosterRow {
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    /// 入职日期, the first day of service.
    pub joined_on: NaiveDate,
    /// 任职日期, the day from which the organization holds.
    pub appointed_on: Option<NaiveDate>,
    /// 离任日期, the last day of service.
    pub left_on: Option<NaiveDate>,
    pub status: Option<TeacherStatus>,
}

/// The field, the code and the message of a fault.
pub type Fault = (&'static str, &'static str, Cow<'static, str>);

/// The changes that a row makes.
#[derive(Debug, Default)]
pub struct Merged {
    pub changes: Changes,
    /// Whether the teacher is transferred.
    pub transferred: bool,
}

/// Merges a row. Empty cells leave what is there. With a day of appointment the row's organization holds from that day on;
/// without one, another organization than the present one is a transfer as of today, which the caller has to accept.
///
/// # Errors
/// The fault of the row.
pub fn merge(
    rows: &[AppointmentRow],
    author: &Author,
    row: &RosterRow,
    accept_transfers: bool,
) -> Result<Merged, Fault> {
    let mut merge = Merge { rows: rows.to_vec(), author, row, merged: Merged::default() };
    if row.appointed_on.is_some_and(|appointed_on| appointed_on < row.joined_on) {
        return Err(("appointed_on", "before_joining", "任职日期不能早于入职日期".into()));
    }
    if rows.iter().any(AppointmentRow::stands) {
        merge.settle_reports()?;
        match row.appointed_on {
            Some(appointed_on) => merge.appoint(appointed_on)?,
            None => merge.move_today(accept_transfers)?,
        }
        merge.correct_dates()?;
    } else {
        merge.begin()?;
    }
    Ok(merge.merged)
}

struct Merge<'a> {
    /// The statements with the changes so far.
    rows: Vec<AppointmentRow>,
    author: &'a Author,
    row: &'a RosterRow,
    merged: Merged,
}

impl Merge<'_> {
    fn add(&mut self, planned: Result<Changes, Refusal>) -> Result<(), Fault> {
        let changes = planned.map_err(fault)?;
        self.rows = changes.applied(&self.rows, self.author);
        self.merged.changes.append(changes);
        Ok(())
    }

    fn state(&mut self, spell: Spell, corrects: Option<&Entry>) -> Result<(), Fault> {
        let new = NewStatement {
            teacher_id: self.row.teacher_id,
            spell,
            corrects: corrects.map(|entry| entry.id),
            transfer: false,
            reason: Some(BY_FILE),
        };
        self.add(plan::state(&self.rows, self.author, &new))
    }

    fn transfer(&mut self, starts_on: NaiveDate) -> Result<(), Fault> {
        self.merged.transferred = true;
        let to = (self.row.organization_id, starts_on);
        self.add(plan::transfer(&self.rows, self.author, self.row.teacher_id, to, Some(BY_FILE)))
    }

    /// Makes the first statement about a teacher.
    fn begin(&mut self) -> Result<(), Fault> {
        let starts_on = self.row.appointed_on.unwrap_or(self.row.joined_on);
        let status = self.row.status.filter(|status| status.has_ended());
        if status.is_some() && self.row.left_on.is_none() {
            return Err(("left_on", "required", "退休或离职须填写离任日期".into()));
        }
        let reason = status.map_or(EndReason::Other, EndReason::of);
        let end = self.row.left_on.map(|on| End { on, reason });
        if end.is_some_and(|end| end.on < starts_on) {
            return Err(("left_on", "ends_before_start", "离任日期不能早于任职日期".into()));
        }
        self.check_status(end)?;
        self.state(Spell { organization_id: self.row.organization_id, starts_on, end }, None)
    }

    /// Confirms what is reported about a teacher of whom nothing is confirmed, if the author may.
    fn settle_reports(&mut self) -> Result<(), Fault> {
        if !self.author.confirms || !self.author.timeline(&self.rows).is_empty() {
            return Ok(());
        }
        let mut waiting: Vec<_> = self.rows.iter().filter(|row| row.stands()).map(|row| row.id).collect();
        waiting.sort_unstable();
        for id in waiting {
            if plan::standing(&self.rows, id).is_ok() {
                self.add(plan::confirm(&self.rows, self.author, id))?;
            }
        }
        Ok(())
    }

    /// Lets the organization hold from a day on.
    fn appoint(&mut self, appointed_on: NaiveDate) -> Result<(), Fault> {
        let timeline = self.author.timeline(&self.rows);
        let organization_id = self.row.organization_id;
        if let Some(current) = timeline.iter().find(|entry| entry.spell.covers(appointed_on)) {
            if current.spell.organization_id == organization_id {
                return Ok(());
            }
            return self.transfer(appointed_on);
        }
        let next = timeline.iter().find(|entry| entry.spell.starts_on > appointed_on);
        match next {
            Some(next) if next.spell.organization_id == organization_id && timeline.first() == Some(next) => {
                self.state(Spell { starts_on: appointed_on, ..next.spell }, Some(next))
            }
            _ => {
                let end = next.map(|next| next.spell.starts_on - Days::new(1));
                let end = end.map(|on| End { on, reason: EndReason::Transfer });
                self.state(Spell { organization_id, starts_on: appointed_on, end }, None)
            }
        }
    }

    /// Transfers the teacher as of today if the row names another organization than the present one.
    fn move_today(&mut self, accept_transfers: bool) -> Result<(), Fault> {
        let today = self.author.at.local_date();
        let timeline = self.author.timeline(&self.rows);
        let present = timeline.iter().find(|entry| entry.spell.end.is_none_or(|end| end.on >= today));
        let Some(present) = present else {
            let elsewhere = timeline.last().is_some_and(|last| last.spell.organization_id != self.row.organization_id);
            let message = "该教师已离任；返聘或调入请填写任职日期";
            return if elsewhere { Err(("organization_code", "service_ended", message.into())) } else { Ok(()) };
        };
        if present.spell.organization_id == self.row.organization_id {
            return Ok(());
        }
        if !accept_transfers {
            let message = "与现任职单位不同；确为调动时，请填写任职日期，或选择接受调动";
            return Err(("organization_code", "transfer_not_accepted", message.into()));
        }
        if present.spell.covers(today) {
            return self.transfer(today);
        }
        self.merged.transferred = true;
        self.state(Spell { organization_id: self.row.organization_id, ..present.spell }, Some(present))
    }

    /// Corrects the first and the last day of service.
    fn correct_dates(&mut self) -> Result<(), Fault> {
        let timeline = self.author.timeline(&self.rows);
        let (Some(first), Some(last)) = (timeline.first(), timeline.last()) else { return Ok(()) };
        // Who comes from elsewhere joined earlier than service here begins.
        let elsewhere =
            self.row.appointed_on == Some(first.spell.starts_on) && self.row.joined_on < first.spell.starts_on;
        let ended_as = self.row.status.filter(|status| status.has_ended());
        if ended_as.is_some() && self.row.left_on.is_none() && last.spell.end.is_none() {
            return Err(("left_on", "required", "退休或离职须填写离任日期".into()));
        }
        let dates = ServiceDates {
            joined_on: Some(self.row.joined_on).filter(|_| !elsewhere),
            left_on: self.row.left_on.map(Some),
            ended_as,
        };
        self.add(plan::correct_dates(&self.rows, self.author, &dates, Some(BY_FILE)))?;
        let end = self.author.timeline(&self.rows).last().and_then(|last| last.spell.end);
        self.check_status(end)
    }

    /// Checks that a status of present service does not contradict the end of service.
    fn check_status(&self, end: Option<End>) -> Result<(), Fault> {
        let ended = end.is_some_and(|end| end.on < self.author.at.local_date());
        if ended && self.row.status.is_some_and(|status| !status.has_ended()) {
            return Err(("status", "service_ended", "离任日期已过，状态须为离任或退休；返聘请填写任职日期".into()));
        }
        Ok(())
    }
}

fn fault(refusal: Refusal) -> Fault {
    let (field, code, message) = refusal.fault();
    let field = match field {
        "joined_on" | "left_on" => field,
        "organization_id" => "organization_code",
        "starts_on" => "appointed_on",
        _ => "teacher_no",
    };
    (field, code, message.into())
}
