//! Suspected duplicates, and the decisions on them.

use model::{
    dates::date,
    event::{Decision, Event, Refusal},
    hours::{Flag, Hold, HourEntry, RecordStatus, Source},
    ids::RecordId,
    rules::{
        duplicates::{NamedRule, is_suspected, open_groups},
        holds::holds,
    },
    titles::{Title, Wording},
};

use crate::support::{Life, quota_of, today};

/// A teacher with a recognised training of two days, and what tells it once more.
fn told_twice() -> (Life, RecordId, HourEntry) {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let first = life.hours(teacher, 2026, 16_00, date(2026, 5, 12), 2);
    let again = HourEntry {
        title: Title { wording: Wording::Typed, ..life.county.records[first.0].entry.title },
        source: Source::Platform,
        ..life.entry(teacher, 2026, 16_00, date(2026, 5, 12), 2)
    };
    (life, first, again)
}

fn holds_of(life: &Life, record: RecordId) -> Vec<Hold> {
    holds(&life.county, &life.county.records[record.0], today())
}

#[test]
fn the_first_entered_counts_and_the_others_wait_until_it_ends() {
    let (mut life, first, again) = told_twice();
    assert_eq!(life.act(Event::PushHour(again)), Ok(()));
    assert_eq!(holds_of(&life, again.record), [Hold::Suspected, Hold::Decision]);
    assert!(!life.county.records[again.record.0].flags.contains(&Flag::DayOverlap), "of a group one counts");
    assert_eq!(quota_of(&life, 0, 2026).recognized, 16_00);
    let recognize = Event::DecideHour { record: again.record, decision: Decision::Recognize };
    assert_eq!(life.act(recognize), Err(Refusal::DuplicateSuspected));
    assert_eq!(life.act(Event::VoidHour { record: first }), Ok(()));
    assert_eq!(holds_of(&life, again.record), [Hold::Decision]);
}

#[test]
fn kept_units_are_not_suspected_again_and_ended_ones_do_not_count() {
    let (mut life, first, again) = told_twice();
    let later = HourEntry { first: date(2026, 5, 15), last: date(2026, 5, 16), ..again };
    assert_eq!(life.act(Event::RecordHour(later)), Ok(()));
    assert!(is_suspected(&life.county, &life.county.records[later.record.0]), "three days apart");
    let units = vec![first, later.record];
    assert_eq!(life.act(Event::DecideGroup { units: units.clone(), keep: units }), Ok(()));
    assert_eq!(quota_of(&life, 0, 2026).recognized, 32_00);
    assert_eq!(open_groups(&life.county), []);
    let third = HourEntry { record: RecordId(2), ..later };
    assert_eq!(life.act(Event::RecordHour(third)), Ok(()));
    let rule = Event::DecideGroups { rule: NamedRule::Source(Source::Platform), training_year: None };
    assert_eq!(life.act(rule), Ok(()));
    assert_eq!(life.county.records[2].status(), RecordStatus::Pending, "two of the platform");
    assert_eq!(life.act(Event::DecideGroups { rule: NamedRule::First, training_year: Some(2026) }), Ok(()));
    assert_eq!(quota_of(&life, 0, 2026).recognized, 16_00);
}

#[test]
fn four_days_apart_other_hours_or_another_lesson_are_not_suspected() {
    let (life, _, again) = told_twice();
    let manual = HourEntry { source: Source::Manual, ..again };
    let other = HourEntry { title: Title { wording: Wording::Other, ..again.title }, ..manual };
    let four_days = HourEntry { first: date(2026, 5, 16), last: date(2026, 5, 17), ..manual };
    let half = HourEntry { first: date(2026, 5, 13), last: date(2026, 5, 14), hours: 8_00, ..manual };
    for entry in [other, four_days, half] {
        let mut life = Life { county: life.county.clone() };
        assert_eq!(life.act(Event::RecordHour(entry)), Ok(()));
        assert_eq!(open_groups(&life.county), [], "{entry:?}");
    }
}
