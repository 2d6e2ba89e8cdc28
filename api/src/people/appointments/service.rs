//! Who was in post, where and when: the one reading of appointments that quotas, credits, lists, statistics and checks
//! share.

use std::collections::HashMap;

use chrono::NaiveDate;
use songjiao_types::{OrganizationId, TeacherId};

use super::{
    batch::{self, AppointmentRow},
    timeline::{self, Timeline},
};
use crate::{
    db::{DbConnection, types::UtcTime},
    error::Result,
};

/// Days without a break at one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The first day.
    pub first: NaiveDate,
    /// The last day; `None` if none is known.
    pub last: Option<NaiveDate>,
}

impl Spell {
    /// Returns whether the spell covers one of the days.
    pub fn meets(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first <= last && self.last.is_none_or(|end| mutate!(LastDayLost, end >= first, end > first))
    }
}

/// Which statements count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Confirmed ones.
    Confirmed,
    /// Confirmed ones, changed by those that are only reported.
    Reported,
    /// Those that were confirmed, and not corrected or taken back, at an instant.
    AsOf(UtcTime),
}

/// The spells of a teacher. They are in order and do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The confirmed spells, which alone count in figures.
    pub confirmed: Vec<Spell>,
    /// The spells if everything reported is confirmed.
    pub reported: Vec<Spell>,
}

impl Service {
    /// Returns the service that statements about one teacher amount to.
    pub fn of(rows: &[AppointmentRow]) -> Self {
        Self { confirmed: spells(&timeline::confirmed(rows)), reported: spells(&timeline::reported(rows).timeline) }
    }

    /// Returns the confirmed spells, or the reported ones of a teacher without any.
    pub fn spells(&self) -> &[Spell] {
        if self.confirmed.is_empty() { &self.reported } else { &self.confirmed }
    }

    /// Returns the organization to which a day belongs: that of the spell that covers it, else of the next to come, else
    /// of the last.
    pub fn organization_on(&self, day: NaiveDate) -> Option<OrganizationId> {
        spell_on(self.spells(), day).map(|spell| spell.organization_id)
    }
}

/// Returns the spell to which a day belongs: the one that covers it, else the next to come, else the last.
pub fn spell_on(spells: &[Spell], day: NaiveDate) -> Option<&Spell> {
    spells
        .iter()
        .filter(|spell| spell.first <= mutate!(GapOfLastSpell, NaiveDate::MAX, day))
        .find(|spell| spell.last.is_none_or(|last| last >= day))
        .or(spells.last())
}

fn spells(timeline: &Timeline) -> Vec<Spell> {
    let spell = |entry: &timeline::Entry| Spell {
        organization_id: entry.spell.organization_id,
        first: entry.spell.starts_on,
        last: entry.spell.end.map(|end| end.on),
    };
    timeline.iter().map(spell).collect()
}

/// Returns the spells of teachers, in order of their first days. A teacher without any is left out.
///
/// # Errors
/// If the database fails.
pub fn spells_of(
    conn: &mut DbConnection,
    teachers: &[TeacherId],
    basis: Basis,
) -> Result<HashMap<TeacherId, Vec<Spell>>> {
    let known_at = |row: &&AppointmentRow, instant: UtcTime| {
        row.confirmed_at.is_some_and(|at| at <= instant) && row.retired_at.is_none_or(|at| at > instant)
    };
    let spells = |rows: Vec<AppointmentRow>| match basis {
        Basis::Confirmed => spells(&timeline::confirmed(&rows)),
        Basis::Reported => spells(&timeline::reported(&rows).timeline),
        Basis::AsOf(instant) => spells(&timeline::of(rows.iter().filter(|row| known_at(row, instant)))),
    };
    let statements = batch::statements_of(conn, teachers)?;
    let found = statements.into_iter().map(|(teacher, rows)| (teacher, spells(rows)));
    Ok(found.filter(|(_, spells)| !spells.is_empty()).collect())
}

/// Returns the service of teachers. A teacher without any statement is left out.
///
/// # Errors
/// If the database fails.
pub fn services_of(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<HashMap<TeacherId, Service>> {
    let statements = batch::statements_of(conn, teachers)?;
    Ok(statements.into_iter().map(|(teacher, rows)| (teacher, Service::of(&rows))).collect())
}

/// The ids of the teachers in post on a day, as a subquery for `eq_any`: those of whom a confirmed spell covers it.
macro_rules! in_post_on {
    ($day:expr) => {{
        use diesel::prelude::*;
        use $crate::db::schema::appointments;
        let day: chrono::NaiveDate = $day;
        appointments::table
            .filter(appointments::confirmed_at.is_not_null().and(appointments::retired_at.is_null()))
            .filter(appointments::starts_on.le(day))
            .filter(appointments::ends_on.is_null().or(appointments::ends_on.ge(day)))
            .select(appointments::teacher_id)
    }};
}
pub(crate) use in_post_on;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_day_belongs_to_the_spell_that_covers_it_else_to_the_next_else_to_the_last() {
        let [first, second] = [1, 2].map(|number| OrganizationId::from_uuid(Uuid::from_u128(number)));
        let spells = [
            Spell { organization_id: first, first: day("2016-09-01"), last: Some(day("2024-06-30")) },
            Spell { organization_id: second, first: day("2024-09-01"), last: Some(day("2025-08-31")) },
        ];
        let on = |date| spell_on(&spells, day(date)).map(|spell| spell.organization_id);
        assert_eq!(on("2016-09-01"), Some(first));
        assert_eq!(on("2024-06-30"), Some(first));
        assert_eq!(on("2024-07-15"), Some(second), "in a gap, the next to come");
        assert_eq!(on("2026-11-30"), Some(second), "after service, the last");
        assert_eq!(on("2010-01-01"), Some(first), "before service, the first to come");
        assert_eq!(spell_on(&[], day("2026-01-01")), None);
    }
}
