//! The marks of a sheet, saved and unsaved.

use std::{collections::HashMap, rc::Rc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use songjiao_types::{
    EnrollmentId, WireEnum,
    attendance::{AttendanceEntry, AttendanceRow, AttendanceSheet, AttendanceStatus, RecordAttendance},
};
use yew::prelude::*;

/// The mark of one participant.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub status: Option<AttendanceStatus>,
    pub note: String,
}

impl Mark {
    /// Ignores spaces around a note.
    fn same(&self, other: &Self) -> bool {
        self.status == other.status && self.note.trim() == other.note.trim()
    }

    fn of(row: &AttendanceRow) -> Self {
        Self { status: row.status, note: row.note.clone().unwrap_or_default() }
    }
}

/// The marks of a sheet as saved and as edited.
#[derive(Clone, PartialEq)]
pub struct Marks {
    saved: HashMap<EnrollmentId, Mark>,
    now: HashMap<EnrollmentId, Mark>,
}

/// A change of the marks.
pub enum Change {
    Status(EnrollmentId, AttendanceStatus),
    Note(EnrollmentId, String),
    /// Marks everybody without a mark as present.
    RestPresent,
    /// Restores unsaved marks of an earlier visit.
    Restore(Vec<(EnrollmentId, Mark)>),
    /// Takes the sheet as read again, with entries of other users. Unsaved marks stay.
    Read(AttendanceSheet),
}

/// The sheet of one day of an activity.
pub fn of_day(sheet: &AttendanceSheet, day: NaiveDate) -> AttendanceSheet {
    let row = |row: &AttendanceRow| {
        let mark = row.marks.iter().find(|mark| mark.day == day)?;
        let (status, note, recorded_at) = (mark.status, mark.note.clone(), mark.recorded_at);
        Some(AttendanceRow { status, note, recorded_at, marks: vec![mark.clone()], ..row.clone() })
    };
    let days: Vec<_> = sheet.days.iter().filter(|other| other.day == day).cloned().collect();
    AttendanceSheet {
        entries: sheet.entries.iter().filter_map(row).collect(),
        open: sheet.open && days.iter().any(|day| day.begun),
        hours: days.iter().map(|day| day.hours).sum(),
        held_on: day,
        days,
        ..sheet.clone()
    }
}

/// Counts the participants without a mark on each day that concerns them.
pub fn missing_by_day(sheet: &AttendanceSheet) -> Vec<usize> {
    let open = |row: &AttendanceRow, day| row.marks.iter().any(|mark| mark.day == day && mark.status.is_none());
    sheet.days.iter().map(|day| sheet.entries.iter().filter(|row| open(row, day.day)).count()).collect()
}

impl Marks {
    /// The marks of a sheet.
    pub fn of(sheet: &AttendanceSheet) -> Self {
        let saved: HashMap<_, _> = sheet.entries.iter().map(|row| (row.enrollment_id, Mark::of(row))).collect();
        Self { now: saved.clone(), saved }
    }

    /// The current mark of a participant.
    pub fn get(&self, id: EnrollmentId) -> Mark {
        self.now.get(&id).cloned().unwrap_or_default()
    }

    /// Whether there are unsaved marks.
    pub fn unsaved(&self) -> bool {
        self.now.keys().any(|id| self.changed(*id))
    }

    /// The unsaved marks.
    pub fn changes(&self) -> Vec<(EnrollmentId, Mark)> {
        let changed = self.now.iter().filter(|(id, _)| self.changed(**id));
        changed.map(|(id, mark)| (*id, mark.clone())).collect()
    }

    fn changed(&self, id: EnrollmentId) -> bool {
        let saved = self.saved.get(&id).cloned().unwrap_or_default();
        !self.get(id).same(&saved)
    }

    /// The number of participants with a mark.
    pub fn marked(&self) -> usize {
        self.now.values().filter(|mark| mark.status.is_some()).count()
    }

    /// The number of participants by status.
    pub fn counts(&self) -> Vec<(AttendanceStatus, usize)> {
        let count = |status| self.now.values().filter(|mark| mark.status == Some(status)).count();
        AttendanceStatus::ALL.iter().map(|status| (*status, count(*status))).collect()
    }

    /// The body with the changed entries only, so that entries made by others meanwhile stay.
    pub fn to_wire(&self, sheet: &AttendanceSheet) -> RecordAttendance {
        let entry = |row: &AttendanceRow| {
            if !self.changed(row.enrollment_id) {
                return None;
            }
            let mark = self.get(row.enrollment_id);
            let note = Some(mark.note.trim().to_owned()).filter(|note| !note.is_empty());
            Some(AttendanceEntry { enrollment_id: row.enrollment_id, status: mark.status?, note })
        };
        RecordAttendance {
            day: sheet.days.first().map(|day| day.day),
            entries: sheet.entries.iter().filter_map(entry).collect(),
        }
    }
}

impl Reducible for Marks {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut marks = (*self).clone();
        match change {
            Change::Status(id, status) => marks.now.entry(id).or_default().status = Some(status),
            Change::Note(id, note) => marks.now.entry(id).or_default().note = note,
            Change::RestPresent => {
                for mark in marks.now.values_mut() {
                    mark.status.get_or_insert(AttendanceStatus::Present);
                }
            }
            Change::Restore(changes) => {
                for (id, mark) in changes {
                    // Participants who are no longer on the sheet are skipped.
                    marks.now.entry(id).and_modify(|now| *now = mark);
                }
            }
            Change::Read(sheet) => {
                let mut fresh = Self::of(&sheet);
                for (id, mark) in &marks.now {
                    if let Some(now) = fresh.now.get_mut(id).filter(|_| marks.changed(*id)) {
                        now.clone_from(mark);
                    }
                }
                marks = fresh;
            }
        }
        Rc::new(marks)
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::{
        Hours,
        attendance::{DayMark, SheetDay},
    };

    use super::*;

    const ONE: &str = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
    const TWO: &str = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e11";

    fn sheet() -> AttendanceSheet {
        let row = |id: &str, status: &str| {
            format!(
                r#"{{"enrollment_id":"{id}","teacher_id":"{id}","teacher_no":"SL-T-00001","teacher_name":"李娜",
                "organization_id":"{id}","organization_name":"亮甲山小学","status":{status},"note":null,"recorded_at":null,"marks":[]}}"#
            )
        };
        let json = format!(
            r#"{{"activity_id":"{ONE}","project_id":"{ONE}","project_title":"项目","phase_id":null,"title":"讲座",
            "held_on":"2026-03-09","hours":8,"days":[],"open":true,"correctable":false,"version":1,"entries":[{},{}]}}"#,
            row(ONE, "\"leave\""),
            row(TWO, "null")
        );
        serde_json::from_str(&json).expect("a sheet")
    }

    fn id(text: &str) -> EnrollmentId {
        text.parse().expect("an id")
    }

    #[test]
    fn marking_the_rest_present_keeps_existing_marks() {
        let marks = Rc::new(Marks::of(&sheet()));
        assert!(!marks.unsaved());
        assert_eq!(marks.marked(), 1);
        let marks = marks.reduce(Change::RestPresent);
        assert_eq!(marks.get(id(ONE)).status, Some(AttendanceStatus::Leave));
        assert_eq!(marks.get(id(TWO)).status, Some(AttendanceStatus::Present));
        assert!(marks.unsaved());
    }

    #[test]
    fn undoing_a_mark_leaves_nothing_unsaved() {
        let marks = Rc::new(Marks::of(&sheet()));
        let marks = marks.reduce(Change::Status(id(ONE), AttendanceStatus::Absent));
        assert!(marks.unsaved());
        let marks = marks.reduce(Change::Status(id(ONE), AttendanceStatus::Leave));
        assert!(!marks.unsaved());
    }

    #[test]
    fn a_day_has_the_marks_and_hours_of_its_own() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let mut whole = sheet();
        for (at, text) in ["2026-03-09", "2026-03-10"].into_iter().enumerate() {
            whole.days.push(SheetDay { day: day(text), hours: Hours::whole(4), begun: at == 0 });
            let status = (at == 0).then_some(AttendanceStatus::Late);
            let mark = DayMark { day: day(text), status, note: None, recorded_at: None };
            if let Some(row) = whole.entries.first_mut() {
                row.marks.push(mark);
            }
        }
        assert_eq!(missing_by_day(&whole), [0, 1], "one is concerned");
        let first = of_day(&whole, day("2026-03-09"));
        assert_eq!((first.entries.len(), first.open, first.hours), (1, true, Hours::whole(4)), "one is concerned");
        assert_eq!(first.entries.first().and_then(|row| row.status), Some(AttendanceStatus::Late));
        let second = of_day(&whole, day("2026-03-10"));
        assert!(!second.open && second.entries.iter().all(|row| row.status.is_none()));
        assert_eq!(Marks::of(&second).to_wire(&second).day, Some(day("2026-03-10")));
    }

    #[test]
    fn only_what_changed_is_sent() {
        let sheet = sheet();
        let marks = Rc::new(Marks::of(&sheet)).reduce(Change::Note(id(ONE), " 病假 ".to_owned()));
        let sent = marks.to_wire(&sheet).entries;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent.first().and_then(|entry| entry.note.as_deref()), Some("病假"));
        let marks = Rc::new(Marks::of(&sheet)).reduce(Change::Note(id(ONE), " ".to_owned()));
        assert!(marks.to_wire(&sheet).entries.is_empty() && !marks.unsaved());
    }

    #[test]
    fn marks_of_other_users_are_merged_with_unsaved_ones() {
        let marks = Rc::new(Marks::of(&sheet())).reduce(Change::Status(id(TWO), AttendanceStatus::Late));
        let mut theirs = sheet();
        if let Some(row) = theirs.entries.first_mut() {
            row.status = Some(AttendanceStatus::Absent);
        }
        let marks = marks.reduce(Change::Read(theirs));
        assert_eq!(marks.get(id(ONE)).status, Some(AttendanceStatus::Absent));
        assert_eq!(marks.get(id(TWO)).status, Some(AttendanceStatus::Late));
        assert!(marks.unsaved());
    }
}
