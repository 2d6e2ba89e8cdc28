//! The columns of a teacher that follow from the appointments, and from today's date.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use songjiao_types::{OrganizationId, TeacherId, changes::ChangeType, teachers::TeacherStatus};

use super::{
    batch::{AppointmentRow, Statements},
    timeline::{self, Spell, Timeline},
};
use crate::{
    db::{Tx, schema::teachers},
    error::Result,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 1000;

/// The columns of a teacher that follow from the appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = teachers, treat_none_as_null = true)]
pub struct Derived {
    /// Where the teacher serves today, else next, else where they served last.
    pub organization_id: OrganizationId,
    /// The first day of service.
    pub joined_on: NaiveDate,
    /// The last day of service, if one is known.
    pub left_on: Option<NaiveDate>,
    /// The status, of which the ended ones follow from the appointments.
    pub status: TeacherStatus,
    /// Whether a spell is confirmed; otherwise the columns follow from reported ones.
    pub service_confirmed: bool,
}

impl Derived {
    /// Returns the columns that statements give on a day. Without any that stand, everything but the confirmation stays.
    #[must_use]
    pub fn following(self, rows: &[AppointmentRow], today: NaiveDate) -> Self {
        let (spells, service_confirmed) = known_spells(rows);
        let (Some(first), Some(last), Some(present)) = (spells.first(), spells.last(), present(&spells, today)) else {
            return Self { service_confirmed, ..self };
        };
        Self {
            organization_id: present.organization_id,
            joined_on: first.spell.starts_on,
            left_on: last.spell.end.map(|end| end.on),
            status: self.status_on(&spells, today),
            service_confirmed,
        }
    }

    fn status_on(self, spells: &Timeline, today: NaiveDate) -> TeacherStatus {
        let begun = spells.iter().rfind(|entry| entry.spell.starts_on <= today);
        match begun.and_then(|entry| entry.spell.end).filter(|end| end.on < today) {
            Some(end) => end.reason.status(),
            None if self.status.has_ended() => TeacherStatus::Active,
            None => self.status,
        }
    }
}

/// Returns the confirmed spells, or the reported ones of a teacher without any, and whether they are confirmed.
fn known_spells(rows: &[AppointmentRow]) -> (Timeline, bool) {
    let confirmed = timeline::confirmed(rows);
    if confirmed.is_empty() { (timeline::reported(rows).timeline, false) } else { (confirmed, true) }
}

fn present(spells: &Timeline, today: NaiveDate) -> Option<Spell> {
    let next = spells.iter().find(|entry| entry.spell.end.is_none_or(|end| end.on >= today));
    next.or(spells.last()).map(|entry| entry.spell)
}

/// Returns the spell whose organization is the teacher's: the one that covers today, else the next to come, else the last.
pub fn present_spell(rows: &[AppointmentRow], today: NaiveDate) -> Option<Spell> {
    present(&known_spells(rows).0, today)
}

/// A teacher whose columns changed.
pub struct Refreshed {
    pub teacher_id: TeacherId,
    pub before: Derived,
    pub after: Derived,
}

/// Updates the columns of the given teachers, of whom all statements are given. Returns those that changed, with a new
/// version and a change in the feed.
pub fn refresh(tx: &mut Tx<'_>, statements: &Statements) -> Result<Vec<Refreshed>> {
    let today = tx.now.local_date();
    let mut ids: Vec<TeacherId> = statements.keys().copied().collect();
    ids.sort_unstable();
    let mut refreshed = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let stored: Vec<(TeacherId, Derived)> = teachers::table
            .filter(teachers::id.eq_any(chunk))
            .order(teachers::id)
            .select((teachers::id, Derived::as_select()))
            .load(tx.conn)?;
        for (teacher_id, before) in stored {
            let rows = statements.get(&teacher_id).map_or(&[][..], Vec::as_slice);
            let after = before.following(rows, today);
            if after != before {
                diesel::update(teachers::table.find(teacher_id))
                    .set((after, teachers::version.eq(teachers::version + 1), teachers::updated_at.eq(tx.now)))
                    .execute(tx.conn)?;
                refreshed.push(Refreshed { teacher_id, before, after });
            }
        }
    }
    tx.publish(ChangeType::TeacherUpdated, refreshed.iter().map(|teacher| teacher.teacher_id));
    Ok(refreshed)
}

#[cfg(test)]
mod tests {
    use songjiao_types::{Id, appointments::EndReason};
    use uuid::Uuid;

    use super::*;
    use crate::db::types::UtcTime;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn row(organization: u128, first: &str, last: Option<(&str, EndReason)>) -> AppointmentRow {
        let now: UtcTime = chrono::DateTime::UNIX_EPOCH.into();
        AppointmentRow::new(id(1), id(organization), day(first), now)
            .ending(last.map(|(last, reason)| (day(last), reason)))
    }

    fn blank() -> Derived {
        Derived {
            organization_id: id(9),
            joined_on: day("2000-01-01"),
            left_on: None,
            status: TeacherStatus::OnLeave,
            service_confirmed: true,
        }
    }

    #[test]
    fn first_and_last_day_organization_and_status_follow_from_the_confirmed_spells() {
        let rows = [
            row(1, "2010-09-01", Some(("2024-06-30", EndReason::Resigned))).confirmed_by(None),
            row(2, "2026-03-01", Some(("2027-06-30", EndReason::Retired))).confirmed_by(None),
            row(3, "2027-09-01", None),
        ];
        for (today, organization, status) in [
            ("2009-01-01", 1, TeacherStatus::OnLeave),
            ("2024-06-30", 1, TeacherStatus::OnLeave),
            ("2024-07-01", 2, TeacherStatus::Left),
            ("2026-03-01", 2, TeacherStatus::OnLeave),
            ("2027-07-01", 2, TeacherStatus::Retired),
        ] {
            let derived = blank().following(&rows, day(today));
            assert_eq!((derived.organization_id, derived.status), (id(organization), status), "{today}");
            assert_eq!((derived.joined_on, derived.left_on), (day("2010-09-01"), Some(day("2027-06-30"))));
            assert!(derived.service_confirmed);
        }
        let back = Derived { status: TeacherStatus::Left, ..blank() };
        assert_eq!(back.following(&rows, day("2026-03-01")).status, TeacherStatus::Active);
    }

    #[test]
    fn a_teacher_without_a_confirmed_spell_is_visible_where_one_is_reported() {
        let derived = blank().following(&[row(3, "2027-09-01", None)], day("2026-11-30"));
        assert_eq!((derived.organization_id, derived.service_confirmed), (id(3), false));
        assert_eq!(blank().following(&[], day("2026-11-30")), Derived { service_confirmed: false, ..blank() });
    }
}
