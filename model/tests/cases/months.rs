//! Months owed, quotas and credits.

use model::{
    county::County,
    dates::date,
    hours::RecordStatus,
    ids::TeacherId,
    policy::{Calendar, PolicyValues},
    rules::{
        calendar::{cycle_of, year_months, year_span},
        credit::{CreditStatus, credit},
        months::months_owed,
    },
};

use crate::support::{Life, by_calendar, required, today};

#[test]
fn b1_each_year_of_a_cycle_requires_its_share_by_its_own_policy() {
    let mut life = Life::new();
    let values = PolicyValues { annual_hours: 90_00, cycle_hours: 450_00, ..PolicyValues::default() };
    life.policy(County::ROOT, date(2027, 1, 1), values, Some(Calendar::default()));
    let joined_late = life.serve(date(2030, 1, 1));
    let exempt = life.serve(date(2020, 9, 1));
    life.exempt(exempt, date(2027, 1, 1), date(2030, 12, 31));
    assert_eq!(credit(&life.county, TeacherId(joined_late), 2026, today()).required, 90_00);
    assert_eq!(credit(&life.county, TeacherId(exempt), 2026, today()).required, 72_00);
}

#[test]
fn b4_a_moved_year_lengthens_or_shortens_the_year_before() {
    let mut life = Life::new();
    let autumn = Calendar { year_starts_on: (9, 1), ..Calendar::default() };
    life.policy(County::ROOT, date(2027, 1, 1), PolicyValues::default(), Some(autumn));
    assert_eq!(year_span(&life.county, 2026).last, date(2027, 8, 31));
    assert_eq!(year_months(&life.county, 2026).len(), 20);
    let joined = life.serve(date(2027, 1, 1));
    let exempt = life.serve(date(2020, 9, 1));
    life.exempt(exempt, date(2026, 3, 1), date(2026, 12, 31));
    assert_eq!(required(&life, joined, 2026), 28_80);
    assert_eq!(required(&life, exempt, 2026), 36_00);
    assert_eq!(required(&life, exempt, 2027), 72_00);

    life.policy(County::ROOT, date(2030, 1, 1), PolicyValues::default(), Some(Calendar::default()));
    assert_eq!(year_span(&life.county, 2029).last, date(2029, 12, 31));
    assert_eq!(year_months(&life.county, 2029).len(), 4);
    assert_eq!(required(&life, exempt, 2029), 24_00);
    assert_eq!(cycle_of(&life.county, 2029), (2026, 2030), "cycles are counted in years");
}

#[test]
fn b8_a_month_without_service_counts_in_the_year_in_which_it_ends() {
    let mut life = Life::new();
    let maternity = life.serve(date(2020, 9, 1));
    life.exempt(maternity, date(2026, 3, 10), date(2026, 8, 14));
    let end_of_january = life.serve(date(2020, 9, 1));
    life.exempt(end_of_january, date(2026, 1, 31), date(2026, 4, 29));
    let short = life.serve(date(2020, 9, 1));
    life.exempt(short, date(2026, 1, 31), date(2026, 2, 27));
    let clamped = life.serve(date(2020, 9, 1));
    life.exempt(clamped, date(2026, 1, 31), date(2026, 2, 28));
    let across = life.serve(date(2020, 9, 1));
    life.exempt(across, date(2025, 11, 15), date(2026, 4, 14));
    assert_eq!(required(&life, maternity, 2026), 42_00);
    assert_eq!(required(&life, end_of_january, 2026), 60_00);
    assert_eq!(required(&life, short, 2026), 72_00);
    assert_eq!(required(&life, clamped, 2026), 66_00);
    assert_eq!(required(&life, across, 2025), 66_00);
    assert_eq!(required(&life, across, 2026), 48_00);
}

#[test]
fn by_calendar_only_whole_calendar_months_are_not_owed() {
    let mut life = by_calendar();
    let maternity = life.serve(date(2020, 9, 1));
    life.exempt(maternity, date(2026, 3, 10), date(2026, 8, 14));
    let across = life.serve(date(2020, 9, 1));
    life.exempt(across, date(2025, 11, 15), date(2026, 4, 14));
    assert_eq!(required(&life, maternity, 2026), 48_00);
    assert_eq!((required(&life, across, 2025), required(&life, across, 2026)), (66_00, 54_00));
}

#[test]
fn days_without_service_and_exemptions_are_merged_where_they_touch() {
    let mut life = Life::new();
    let teacher = life.serve(date(2020, 9, 1));
    life.end(teacher, date(2026, 3, 15));
    life.come_back(teacher, 2, date(2026, 4, 1));
    life.exempt(teacher, date(2026, 4, 1), date(2026, 4, 15));
    assert_eq!(required(&life, teacher, 2026), 66_00, "16 March to 15 April is a month");
    let joined = life.serve(date(2026, 1, 16));
    life.exempt(joined, date(2026, 1, 16), date(2026, 2, 28));
    assert_eq!(required(&life, joined, 2026), 60_00, "time before the first spell begins with the year");
}

#[test]
fn what_is_required_is_rounded_up_to_the_tenth() {
    let mut life = Life::new();
    life.policy(
        County::ROOT,
        date(2016, 1, 1),
        PolicyValues { annual_hours: 70_00, ..PolicyValues::default() },
        Some(Calendar::default()),
    );
    let teacher = life.serve(date(2026, 2, 1));
    assert_eq!(months_owed(&life.county, TeacherId(teacher), 2026), 11);
    assert_eq!(required(&life, teacher, 2026), 64_20);
}

#[test]
fn b12_a_credit_is_behind_below_what_is_owed_for_the_months_that_are_over() {
    let mut life = Life::new();
    let below = life.serve(date(2020, 9, 1));
    life.hours(below, 2026, 59_99, date(2026, 5, 12), 8);
    let exactly = life.serve(date(2020, 9, 1));
    life.hours(exactly, 2026, 60_00, date(2026, 5, 12), 8);
    let status = |teacher| credit(&life.county, TeacherId(teacher), 2026, today());
    assert_eq!(status(below).owed_so_far, 60_00);
    assert_eq!(status(below).status, CreditStatus::Behind);
    assert_eq!(status(exactly).status, CreditStatus::OnTrack);
    let awaiting = {
        let record = life.hours(below, 2026, 1, date(2026, 6, 12), 1);
        life.county.records[record.0].states[0].1 = RecordStatus::Pending;
        life.county.records[record.0].awaits_project_end = true;
        credit(&life.county, TeacherId(below), 2026, today())
    };
    assert_eq!((awaiting.awaiting_project_end, awaiting.status), (1, CreditStatus::OnTrack));
}

#[test]
fn a_cycle_that_is_over_is_met_or_behind() {
    let mut life = Life::new();
    let teacher = life.serve(date(2024, 1, 1));
    life.hours(teacher, 2024, 80_00, date(2024, 5, 12), 10);
    life.hours(teacher, 2025, 63_00, date(2025, 5, 12), 10);
    let before = credit(&life.county, TeacherId(teacher), 2025, today());
    assert_eq!((before.required, before.remaining, before.status), (144_00, 1_00, CreditStatus::Behind));
    life.hours(teacher, 2025, 1_00, date(2025, 6, 12), 1);
    let after = credit(&life.county, TeacherId(teacher), 2025, today());
    assert_eq!(after.status, CreditStatus::Met);
    let years: Vec<bool> = after.years.iter().map(|year| year.met).collect();
    assert_eq!(years, [false, false, false, true, false], "360 in all can hide a year below 72");
}
