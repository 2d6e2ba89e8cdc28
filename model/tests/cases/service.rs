//! Service, and the organization to which a year belongs.

use model::{
    county::{County, QuotaStatus},
    dates::date,
    event::{Event, Refusal},
    hours::Hold,
    ids::{OrganizationId, SpellId, TeacherId},
    policy::PolicyValues,
    rules::{figures::by_teacher, holds::hold, service::in_post, whose_year::whose_year},
};

use crate::support::{Life, quota_of, required, today};

#[test]
fn b5_a_teacher_who_comes_back_owes_the_months_of_service() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    life.end(teacher, date(2024, 6, 30));
    life.come_back(teacher, 3, date(2026, 3, 1));
    for year in [2024, 2025, 2026] {
        let expected = match year {
            2024 => 36_00,
            2025 => 0,
            _ => 60_00,
        };
        assert_eq!(required(&life, teacher, year), expected, "{year}");
    }
    assert_eq!(quota_of(&life, teacher, 2025).status, QuotaStatus::Exempt);
    assert_eq!(life.county.spells_of(TeacherId(teacher)).len(), 2);
}

#[test]
fn b6_exempt_teachers_are_in_no_rate() {
    let mut life = Life::new();
    for number in 0..8 {
        let teacher = life.serve(date(2020, 9, 1));
        if number % 2 == 0 {
            life.exempt(teacher, date(2026, 1, 1), date(2026, 12, 31));
        }
    }
    let figures = by_teacher(&life.county, County::ROOT, 2026, today());
    assert_eq!((figures.teachers, figures.exempt, figures.rate()), (8, 4, (0, 4)));
}

#[test]
fn b7_a_year_that_is_over_belongs_to_the_school_of_its_last_day() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    life.hours(teacher, 2025, 72_00, date(2025, 5, 12), 9);
    let (old, new) = (OrganizationId(2), OrganizationId(3));
    life.transfer(teacher, 3, date(2026, 3, 1));
    let met = |of, year| by_teacher(&life.county, of, year, today()).met;
    assert_eq!((met(old, 2025), met(new, 2025)), (1, 0));
    assert_eq!(whose_year(&life.county, TeacherId(teacher), 2026, today()), Some(new));
    assert_eq!(whose_year(&life.county, TeacherId(teacher), 2026, date(2026, 2, 1)), Some(old));
    assert_eq!(by_teacher(&life.county, County::ROOT, 2025, today()).recognized, 72_00);
}

#[test]
fn whose_year_is_of_the_first_day_to_come_before_service_and_of_the_last_after_it() {
    let mut life = Life::new();
    let to_come = life.serve(date(2026, 12, 15));
    assert_eq!(whose_year(&life.county, TeacherId(to_come), 2026, today()), Some(OrganizationId(2)));
    assert_eq!(whose_year(&life.county, TeacherId(to_come), 2025, today()), None);
    let gone = life.serve(date(2020, 9, 1));
    life.end(gone, date(2026, 2, 28));
    assert_eq!(whose_year(&life.county, TeacherId(gone), 2026, today()), Some(OrganizationId(2)));
    assert_eq!(whose_year(&life.county, TeacherId(gone), 2027, today()), None);
}

#[test]
fn no_gap_between_spells_means_unbroken_service() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    life.end(teacher, date(2026, 3, 15));
    life.come_back(teacher, 3, date(2026, 3, 16));
    assert_eq!(required(&life, teacher, 2026), 72_00);
}

#[test]
fn b9_in_post_are_those_whom_a_spell_covers_on_the_day() {
    let mut life = Life::new();
    let gone = life.serve(date(2020, 9, 1));
    life.end(gone, date(2026, 11, 29));
    life.serve(date(2026, 12, 1));
    life.serve(date(2020, 9, 1));
    let count = |of, day| in_post(&life.county, of, day);
    assert_eq!(count(County::ROOT, date(2026, 11, 29)), 2);
    assert_eq!(count(County::ROOT, today()), 1);
    assert_eq!(count(OrganizationId(2), date(2026, 12, 1)), 2);
}

#[test]
fn a_teachers_year_follows_the_policy_of_the_organization_to_which_it_belongs() {
    let mut life = Life::new();
    let values = PolicyValues { annual_hours: 90_00, ..PolicyValues::default() };
    life.policy(OrganizationId(4), date(2026, 1, 1), values, None);
    let teacher = life.serve(date(2020, 9, 1));
    assert_eq!(required(&life, teacher, 2026), 72_00);
    life.transfer(teacher, 5, date(2026, 10, 1));
    assert_eq!(required(&life, teacher, 2026), 90_00);
    assert_eq!(required(&life, teacher, 2025), 72_00);
}

#[test]
fn c6_a_wrong_transfer_is_taken_back() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let spell = life.transfer(teacher, 3, today());
    assert_eq!(whose_year(&life.county, TeacherId(teacher), 2026, today()), Some(OrganizationId(3)));
    assert_eq!(life.act(Event::TakeBackSpell { spell, takes_away: Vec::new() }), Ok(()));
    assert_eq!(whose_year(&life.county, TeacherId(teacher), 2026, today()), Some(OrganizationId(2)));
    assert_eq!(required(&life, teacher, 2026), 72_00);
    assert!(life.county.spells.iter().any(|statement| statement.id == spell), "the statement is kept");
}

#[test]
fn spells_that_overlap_are_refused_and_one_on_the_last_day_moves_that_end() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    life.end(teacher, date(2024, 6, 30));
    let again =
        |first| Event::Return { teacher: TeacherId(0), spell: SpellId(9), organization: OrganizationId(5), first };
    assert_eq!(life.act(again(date(2024, 6, 29))), Err(Refusal::AppointmentOverlaps));
    assert_eq!(life.act(again(date(2024, 6, 30))), Ok(()));
    assert_eq!(life.county.spells_of(TeacherId(teacher))[0].last, Some(date(2024, 6, 29)));
    assert_eq!(required(&life, teacher, 2024), 72_00);
}

#[test]
fn c10_reported_service_waits_for_confirmation_and_its_records_with_it() {
    let mut life = Life::new();
    let teacher = life.report(date(2026, 3, 1));
    let record = life.hours(teacher, 2026, 8_00, date(2026, 5, 12), 1);
    assert_eq!(required(&life, teacher, 2026), 0);
    assert_eq!(by_teacher(&life.county, County::ROOT, 2026, today()).teachers, 0);
    assert_eq!(hold(&life.county, &life.county.records[record.0], today()), Hold::ServiceUnconfirmed);
    let spell = life.last_spell(teacher);
    assert_eq!(life.act(Event::ConfirmSpell { spell }), Ok(()));
    assert_eq!(required(&life, teacher, 2026), 60_00);
    assert_eq!(hold(&life.county, &life.county.records[record.0], today()), Hold::Decision);
}

#[test]
fn a_schools_correction_of_a_first_day_waits_for_confirmation() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    let spell = life.last_spell(teacher);
    assert_eq!(life.act(Event::ReportCorrection { spell, first: date(2026, 11, 1), last: None }), Ok(()));
    assert_eq!(required(&life, teacher, 2026), 72_00);
    assert_eq!(life.act(Event::ConfirmSpell { spell }), Ok(()));
    assert_eq!(required(&life, teacher, 2026), 12_00);
}
