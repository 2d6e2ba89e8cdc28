//! Policies and closing.

use model::{
    county::{County, QuotaStatus},
    dates::date,
    event::{Decision, Event, Refusal},
    ids::{OrganizationId, PolicyId},
    policy::{Calendar, PolicyValues},
    rules::{
        calendar::cycle_of,
        closing::OpenMatter,
        figures::{by_place, by_teacher},
    },
};

use crate::support::{Life, quota_of, required, today};

#[test]
fn b2_a_row_that_would_change_cycles_within_a_cycle_is_refused() {
    let mut life = Life::new();
    let add = |calendar| Event::AddPolicy {
        policy: PolicyId(1),
        organization: County::ROOT,
        effective_on: date(2027, 1, 1),
        values: PolicyValues::default(),
        calendar: Some(calendar),
    };
    let shorter = Calendar { cycle_years: 3, ..Calendar::default() };
    assert_eq!(life.act(add(shorter)), Err(Refusal::CyclesDoNotJoin));
    let elsewhere = Calendar { cycle_first_year: 2027, ..Calendar::default() };
    assert_eq!(life.act(add(elsewhere)), Err(Refusal::CyclesDoNotJoin));
    assert_eq!(cycle_of(&life.county, 2016), (2016, 2020));
    assert_eq!(cycle_of(&life.county, 2025), (2021, 2025));
    assert_eq!(cycle_of(&life.county, 2026), (2026, 2030));
}

#[test]
fn b3_a_policy_that_touches_a_closed_year_is_refused() {
    let mut life = Life::new();
    life.serve(date(2020, 9, 1));
    life.close(2024);
    life.close(2025);
    let add = |effective_on, year_starts_on| Event::AddPolicy {
        policy: PolicyId(1),
        organization: County::ROOT,
        effective_on,
        values: PolicyValues::default(),
        calendar: Some(Calendar { year_starts_on, ..Calendar::default() }),
    };
    assert_eq!(life.act(add(date(2025, 1, 1), (1, 1))), Err(Refusal::YearClosed));
    assert_eq!(life.act(add(date(2023, 1, 1), (1, 1))), Err(Refusal::YearClosed));
    assert_eq!(life.act(add(date(2026, 1, 1), (9, 1))), Err(Refusal::YearClosed), "2025 would be longer");
    assert_eq!(life.act(add(date(2026, 1, 1), (1, 1))), Ok(()));
}

#[test]
fn a_closed_year_keeps_its_figures_and_shows_what_came_later_beside_them() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let first = life.hours(teacher, 2024, 60_00, date(2024, 5, 12), 8);
    assert_eq!(life.act(Event::CloseYear { training_year: 2026, waived: Vec::new() }), Err(Refusal::YearNotOver));
    assert_eq!(life.act(Event::CloseYear { training_year: 2025, waived: Vec::new() }), Err(Refusal::YearOutOfOrder));
    life.close(2024);
    let entry = life.entry(teacher, 2024, 20_00, date(2024, 6, 12), 3);
    assert_eq!(life.act(Event::RecordHour(entry)), Err(Refusal::ReasonMissing));
    assert_eq!(life.act(Event::LateHour(entry)), Ok(()));
    life.transfer(teacher, 3, date(2024, 3, 1));

    let quota = quota_of(&life, teacher, 2024);
    assert_eq!((quota.required, quota.recognized, quota.status), (72_00, 80_00, QuotaStatus::Met));
    assert_eq!((quota.closed, quota.late, quota.organization), (Some(60_00), 20_00, Some(OrganizationId(2))));
    let figures = by_teacher(&life.county, OrganizationId(2), 2024, today());
    assert_eq!((figures.teachers, figures.short, figures.recognized, figures.late), (1, 1, 60_00, 20_00));
    let places = by_place(&life.county, OrganizationId(2), 2024);
    assert_eq!((places.recognized, places.late), (60_00, 20_00));

    assert_eq!(life.act(Event::VoidHour { record: first }), Ok(()));
    assert_eq!(quota_of(&life, teacher, 2024).late, -40_00);
    assert_eq!(life.act(Event::ReopenYear { training_year: 2024 }), Ok(()));
    let reopened = quota_of(&life, teacher, 2024);
    assert_eq!((reopened.required, reopened.recognized, reopened.closed), (72_00, 20_00, None));
    assert_eq!(by_place(&life.county, OrganizationId(3), 2024).recognized, 20_00);
}

#[test]
fn open_matters_are_emptied_or_waived() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let pending = life.hours(teacher, 2024, 90_00, date(2024, 5, 12), 8);
    let close = |waived| Event::CloseYear { training_year: 2024, waived };
    assert_eq!(life.act(close(Vec::new())), Err(Refusal::OpenMatters));
    assert_eq!(life.act(close(vec![OpenMatter::PendingRecords])), Ok(()));
    assert_eq!(life.act(Event::DecideHour { record: pending, decision: Decision::Recognize }), Ok(()));
    let quota = quota_of(&life, teacher, 2024);
    assert_eq!((quota.closed, quota.late, quota.status), (Some(0), 90_00, QuotaStatus::Met));
}

#[test]
fn a_policy_of_the_same_day_replaces_and_one_not_in_force_may_be_withdrawn() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let values = |annual_hours| PolicyValues { annual_hours, ..PolicyValues::default() };
    life.policy(County::ROOT, date(2026, 1, 1), values(90_00), Some(Calendar::default()));
    life.policy(County::ROOT, date(2026, 1, 1), values(80_00), Some(Calendar::default()));
    let coming = life.policy(County::ROOT, date(2027, 1, 1), values(60_00), Some(Calendar::default()));
    assert_eq!((required(&life, teacher, 2026), required(&life, teacher, 2027)), (80_00, 60_00));
    assert_eq!(life.act(Event::WithdrawPolicy { policy: PolicyId(1) }), Err(Refusal::PolicyInForce));
    assert_eq!(life.act(Event::WithdrawPolicy { policy: coming }), Ok(()));
    assert_eq!(required(&life, teacher, 2027), 80_00);
}
