//! Hour records, tiers and caps.

use std::collections::BTreeSet;

use model::{
    county::{County, QuotaStatus},
    dates::date,
    event::{Decision, EndReason, Event, Refusal},
    hours::{Dimension, Flag, Hold, Level, RecordStatus, Tier},
    ids::{OrganizationId, TeacherId},
    policy::{Calendar, PolicyValues},
    rules::{figures::by_place, holds::hold, place::place_of},
};

use crate::support::{Life, quota_of, today};

#[test]
fn b10_an_end_of_service_names_the_records_after_it_and_is_refused_in_a_closed_year() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let record = life.hours(teacher, 2026, 16_00, date(2026, 5, 12), 2);
    let end = |takes_away| Event::EndService {
        teacher: TeacherId(0),
        on: date(2025, 6, 30),
        reason: EndReason::Retired,
        takes_away,
    };
    assert_eq!(life.act(end(Vec::new())), Err(Refusal::RecordsAfterService));
    assert_eq!(life.act(end(vec![record])), Ok(()));
    assert_eq!(life.county.records[record.0].status(), RecordStatus::Voided);
    assert_eq!(by_place(&life.county, County::ROOT, 2026).recognized, 0);

    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let record = life.hours(teacher, 2024, 16_00, date(2024, 5, 12), 2);
    life.close(2024);
    let end = Event::EndService {
        teacher: TeacherId(teacher),
        on: date(2024, 3, 31),
        reason: EndReason::Retired,
        takes_away: vec![record],
    };
    assert_eq!(life.act(end), Err(Refusal::YearClosed));
}

#[test]
fn b11_level_99_is_a_tier_of_its_own() {
    assert_eq!(Level::Other.tier(), Tier::Other);
    assert_eq!(Level::County.tier(), Tier::County);
    assert_eq!(Level::School.tier(), Tier::School);
    assert_eq!(Level::Municipal.tier(), Tier::AboveCounty);
}

#[test]
fn caps_limit_what_counts_and_a_missed_minimum_is_short() {
    let mut life = Life::new();
    let mut values = PolicyValues::default();
    values.caps.insert(Tier::County, 40_00);
    values.minima.insert(Dimension::Ethics, 8_00);
    life.policy(County::ROOT, date(2026, 1, 1), values, Some(Calendar::default()));
    let teacher = life.serve(date(2020, 9, 1));
    life.hours(teacher, 2026, 80_00, date(2026, 5, 12), 10);
    let capped = quota_of(&life, teacher, 2026);
    assert_eq!((capped.recognized, capped.counted, capped.remaining), (80_00, 40_00, 32_00));
    life.leveled(teacher, 2026, 32_00, date(2026, 6, 12), Level::National, None);
    let without_ethics = quota_of(&life, teacher, 2026);
    assert_eq!((without_ethics.remaining, without_ethics.status), (0, QuotaStatus::Short));
    assert_eq!(without_ethics.missed_dimensions, [Dimension::Ethics]);
    life.leveled(teacher, 2026, 8_00, date(2026, 7, 12), Level::School, Some(Dimension::Ethics));
    assert_eq!(quota_of(&life, teacher, 2026).status, QuotaStatus::Met);
}

#[test]
fn a18_a_record_counts_where_the_teacher_served_on_its_last_day() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let record = life.hours(teacher, 2026, 8_00, date(2026, 10, 10), 1);
    let place = |county: &County| place_of(county, &county.records[record.0]);
    assert_eq!(place(&life.county), Some(OrganizationId(2)));
    life.transfer(teacher, 3, date(2026, 9, 1));
    assert_eq!(place(&life.county), Some(OrganizationId(3)));
    assert_eq!(by_place(&life.county, OrganizationId(3), 2026).recognized, 8_00);
}

#[test]
fn a25_a_training_before_the_first_spell_is_flagged_and_counts_at_the_first_to_come() {
    let mut life = Life::new();
    let teacher = life.serve(date(2026, 9, 1));
    let record = life.hours(teacher, 2026, 40_00, date(2026, 8, 28), 9);
    assert_eq!(life.county.records[record.0].flags, BTreeSet::from([Flag::BeforeService]));
    assert_eq!(hold(&life.county, &life.county.records[record.0], today()), Hold::Flagged);
    assert_eq!(life.act(Event::DecideHour { record, decision: Decision::Recognize }), Ok(()));
    assert_eq!(by_place(&life.county, OrganizationId(2), 2026).recognized, 40_00);
    let early = life.entry(teacher, 2026, 8_00, date(2026, 5, 1), 1);
    assert_eq!(life.act(Event::RecordHour(early)), Err(Refusal::NotInService));
}

#[test]
fn hours_above_a_whole_day_are_refused_unless_the_year_is_over() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let running = life.entry(teacher, 2026, 24_01, date(2026, 5, 12), 1);
    assert_eq!(life.act(Event::RecordHour(running)), Err(Refusal::ImplausibleHours));
    let over = life.hours(teacher, 2025, 24_01, date(2025, 5, 12), 1);
    assert_eq!(hold(&life.county, &life.county.records[over.0], today()), Hold::Flagged);
    let ahead = life.hours(teacher, 2026, 8_00, date(2026, 12, 5), 1);
    let record = &life.county.records[ahead.0];
    assert_eq!(hold(&life.county, record, today()), Hold::Flagged);
    assert_eq!(hold(&life.county, record, date(2026, 12, 5)), Hold::Decision, "the flag falls by itself");
}
