//! Random lives of a county hold what the rules promise of every county.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use model::{
    county::{County, QuotaStatus},
    dates::date,
    event::{Decision, Event, Refusal},
    explain::evaluate,
    explain_credit::evaluate_credit,
    hours::{Flag, RecordStatus, Source},
    play::{Feature, Pace, Play, play},
    policy::MonthBasis,
    project::ParticipantStatus,
    rules::{
        calendar::{year_months, year_of},
        credit::{CreditStatus, credit},
        explanation::{explain_credit, explain_quota},
        figures::{by_place, by_teacher},
        months::{month_basis, months_not_owed},
        quota::quota,
        service::is_idle_on,
    },
};

const SEEDS: u64 = 400;

fn today() -> NaiveDate {
    date(2026, 11, 30)
}

fn county_of(play: &Play) -> County {
    play.county().unwrap_or_else(|refusal| panic!("seed {}: {refusal:?}", play.seed))
}

fn years(county: &County) -> std::ops::RangeInclusive<i32> {
    county.first_year..=year_of(county, today()) + 1
}

/// The features that each must be in 5 % of the plays.
fn wanted() -> Vec<Feature> {
    use Feature as F;
    let mut wanted = vec![
        F::TwoCounties,
        F::RootPolicy,
        F::CountyPolicy,
        F::PolicyOfMidYear,
        F::PolicyReplaced,
        F::PolicyWithdrawn,
        F::CalendarMonths,
        F::BasisChanged,
        F::LongYear,
        F::ShortYear,
        F::Cap,
        F::Minimum,
        F::ReportedTeacher,
        F::FutureService,
        F::PastTransfer,
        F::FutureTransfer,
        F::TransferOnFirstDay,
        F::TransferBetweenCounties,
        F::TransferInClosedYear,
        F::RecordMovedByTransfer,
        F::PastEnd,
        F::FutureEnd,
        F::RecordsTakenAway,
        F::Gap,
        F::GapAcrossYears,
        F::UnbrokenReturn,
        F::ReturnOnLastDay,
        F::SpellCorrected,
        F::SpellTakenBack,
        F::TransferTakenBack,
        F::SpellReported,
        F::SpellConfirmed,
        F::CorrectionReported,
        F::CorrectionConfirmed,
        F::HeldForService,
        F::ReleasedByConfirmation,
        F::Exemption,
        F::ExemptionAcrossYears,
        F::ExemptionBesideGap,
        F::ExemptionUnconfirmed,
        F::ExemptionConfirmed,
        F::ExemptionEnded,
        F::RecordByHand,
        F::RecordPending,
        F::Import,
        F::TwoDecimals,
        F::OtherLevel,
        F::Recognized,
        F::Rejected,
        F::Voided,
        F::YearClosed,
        F::TwoYearsClosed,
        F::Waived,
        F::Reopened,
        F::LateHour,
        F::LateVoid,
        F::LateDecision,
        F::MonthsReduced,
        F::CappedHours,
        F::MinimumMissed,
        F::ExactlyMet,
        F::NearlyMet,
        F::MinimumExactlyMet,
        F::MonthCutShort,
        F::ExactlyOnTrack,
        F::Returned,
        F::Online,
        F::Pushed,
        F::FlagsAccepted,
        F::LargeGroup,
        F::SuspicionLifted,
        F::KeptOne,
        F::KeptSeveral,
        F::KeptAndHeld,
        F::DecidedByFirst,
        F::DecidedByLongest,
        F::DecidedBySource,
        F::LeftByRule,
        F::RecognizedTogether,
        F::LeftOut,
        F::Withdrawn,
        F::Corrected,
        F::RestoredSuspected,
        F::ImportTakenBack,
        F::ImportPartlyTakenBack,
        F::Project,
        F::SecondPhase,
        F::LateJoiner,
        F::ActivityOfDays,
        F::ActivityOfSchools,
        F::ActivityCancelled,
        F::MarksFilled,
        F::PhaseCompleted,
        F::IssuedFlagged,
        F::MarkCorrected,
        F::OutcomeChanged,
        F::PhaseReopened,
        F::ProjectReopened,
        F::IssuedVoided,
        F::AwaitingProjectEnd,
    ];
    wanted.extend(
        [ParticipantStatus::Completed, ParticipantStatus::NotCompleted, ParticipantStatus::Withdrawn]
            .map(F::HasOutcome),
    );
    wanted.extend([Source::Manual, Source::Import, Source::Platform].map(F::Suspected));
    wanted.extend([Decision::Recognize, Decision::Reject, Decision::Return].map(F::DecidedByFilter));
    wanted.extend([RecordStatus::Rejected, RecordStatus::Voided].map(F::Restored));
    wanted.extend(
        [Flag::AboveDayLimit, Flag::DayOverlap, Flag::OutsideYear, Flag::NotOver, Flag::BeforeService].map(F::Flagged),
    );
    wanted.extend([QuotaStatus::Met, QuotaStatus::Short, QuotaStatus::Exempt].map(F::HasStatus));
    wanted.extend(
        [CreditStatus::Met, CreditStatus::OnTrack, CreditStatus::Behind, CreditStatus::Exempt].map(F::HasCredit),
    );
    wanted.extend(
        [
            Refusal::AppointmentOverlaps,
            Refusal::NotInService,
            Refusal::ImplausibleHours,
            Refusal::RecordsAfterService,
            Refusal::YearClosed,
            Refusal::YearNotOver,
            Refusal::YearOutOfOrder,
            Refusal::OpenMatters,
            Refusal::ReasonMissing,
            Refusal::CyclesDoNotJoin,
            Refusal::PolicyInForce,
            Refusal::DuplicateSuspected,
            Refusal::HeldBack,
            Refusal::AlreadyLive,
            Refusal::HoursAbovePlan,
            Refusal::ActivitiesAhead,
            Refusal::MarksMissing,
        ]
        .map(F::Refused),
    );
    wanted
}

#[test]
fn each_feature_is_in_five_percent_of_the_plays() {
    let mut counts: BTreeMap<Feature, u64> = wanted().into_iter().map(|feature| (feature, 0)).collect();
    for seed in 0..SEEDS {
        let play = play(seed, today(), Pace::OneDay);
        assert!((15..=100).contains(&play.steps.len()), "seed {seed} has {} acts", play.steps.len());
        assert!((4..=8).contains(&county_of(&play).teachers.len()), "seed {seed}");
        for feature in play.features {
            *counts.entry(feature).or_default() += 1;
        }
    }
    let rare: Vec<_> = counts.into_iter().filter(|(_, count)| count * 20 < SEEDS).collect();
    assert!(rare.is_empty(), "rare: {rare:?}");
}

#[test]
fn a_play_is_the_same_for_the_same_seed() {
    assert_eq!(play(7, today(), Pace::OneDay).steps, play(7, today(), Pace::OneDay).steps);
    assert_ne!(play(7, today(), Pace::OneDay).steps, play(8, today(), Pace::OneDay).steps);
}

#[test]
fn plays_work_on_any_day() {
    for (index, day) in [date(2027, 1, 1), date(2028, 2, 29), date(2030, 12, 31), date(2026, 9, 1)].iter().enumerate() {
        for seed in 0..10 {
            for pace in [Pace::OneDay, Pace::Spread] {
                let play = play(seed + 1000 * index as u64, *day, pace);
                county_of(&play);
                assert!(play.steps.len() >= 10, "{day} {seed}: {}", play.steps.len());
            }
        }
    }
}

#[test]
fn both_bases_agree_at_the_root() {
    for seed in 0..SEEDS / 4 {
        let county = county_of(&play(seed, today(), Pace::OneDay));
        for year in years(&county) {
            let teachers = by_teacher(&county, County::ROOT, year, today());
            let places = by_place(&county, County::ROOT, year);
            assert_eq!((teachers.recognized, teachers.late), (places.recognized, places.late), "seed {seed}, {year}");
        }
    }
}

#[test]
fn an_explanation_alone_gives_the_quota() {
    for seed in 0..SEEDS / 4 {
        let county = county_of(&play(seed, today(), Pace::OneDay));
        for teacher in county.teacher_ids() {
            for year in years(&county) {
                let quota = quota(&county, teacher, year, today());
                let explanation = explain_quota(&county, teacher, year, today());
                let evaluation = evaluate(&explanation)
                    .unwrap_or_else(|fault| panic!("seed {seed}, {teacher:?}, {year}: {fault:?} in {explanation:#?}"));
                assert_eq!(
                    (evaluation.months_owed, evaluation.required, evaluation.recognized, evaluation.counted),
                    (quota.months_owed, quota.required, quota.recognized, quota.counted),
                    "seed {seed}, {teacher:?}, {year}"
                );
                assert_eq!(
                    (evaluation.pending, evaluation.remaining, evaluation.status),
                    (quota.pending, quota.remaining, quota.status),
                    "seed {seed}, {teacher:?}, {year}"
                );
            }
        }
    }
}

#[test]
fn an_explanation_alone_gives_the_credit() {
    for seed in 0..SEEDS / 4 {
        let county = county_of(&play(seed, today(), Pace::OneDay));
        for teacher in county.teacher_ids() {
            for year in [county.first_year, today().year()] {
                let credit = credit(&county, teacher, year, today());
                let evaluation = evaluate_credit(&explain_credit(&county, teacher, year, today()))
                    .unwrap_or_else(|fault| panic!("seed {seed}, {teacher:?}, {year}: {fault:?}"));
                assert_eq!(
                    (evaluation.required, evaluation.recognized, evaluation.remaining),
                    (credit.required, credit.recognized, credit.remaining),
                    "seed {seed}, {teacher:?}, {year}"
                );
                assert_eq!(
                    (evaluation.owed_so_far, evaluation.status),
                    (credit.owed_so_far, credit.status),
                    "seed {seed}, {teacher:?}, {year}"
                );
            }
        }
    }
}

#[test]
fn nobody_is_worse_off_by_elapsed_months_than_by_calendar_months() {
    for seed in 0..SEEDS / 4 {
        let county = county_of(&play(seed, today(), Pace::OneDay));
        for teacher in county.teacher_ids() {
            for year in years(&county).filter(|year| month_basis(&county, *year) == MonthBasis::Elapsed) {
                let months = year_months(&county, year);
                let idle = |month: &&model::dates::Span| month.days().all(|day| is_idle_on(&county, teacher, day));
                let by_calendar = months.iter().filter(idle).count();
                let by_elapsed = months_not_owed(&county, teacher, year).len();
                assert!(by_elapsed >= by_calendar, "seed {seed}, {teacher:?}, {year}");
            }
        }
    }
}

#[test]
fn a_schools_teachers_are_met_short_or_exempt() {
    for seed in 0..SEEDS / 4 {
        let county = county_of(&play(seed, today(), Pace::OneDay));
        for organization in county.organization_ids() {
            for year in years(&county) {
                let figures = by_teacher(&county, organization, year, today());
                assert_eq!(figures.teachers, figures.met + figures.short + figures.exempt, "seed {seed}");
            }
        }
    }
}

#[test]
fn what_was_known_on_a_day_is_what_the_acts_up_to_it_made() {
    for seed in 0..40 {
        let play = play(seed, today(), Pace::Spread);
        let whole = county_of(&play);
        let days: BTreeSet<NaiveDate> = play.steps.iter().map(|step| step.on).collect();
        for day in days.into_iter().step_by(5) {
            let steps = play.steps.iter().filter(|step| step.on <= day).cloned().collect();
            let early = county_of(&Play { steps, ..play.clone() });
            let known = whole.known_on(day);
            for teacher in early.teacher_ids() {
                for year in day.year() - 1..=day.year() {
                    let then = quota(&early, teacher, year, day);
                    assert_eq!(then, quota(&known, teacher, year, day), "seed {seed}, {teacher:?}, {year} on {day}");
                }
                let then = credit(&early, teacher, day.year(), day);
                assert_eq!(then, credit(&known, teacher, day.year(), day), "seed {seed}, {teacher:?} on {day}");
            }
        }
    }
}

#[test]
fn a_refused_act_changes_nothing() {
    let mut refused = 0;
    for seed in 0..60 {
        let play = play(seed, today(), Pace::OneDay);
        let accepted =
            play.steps.iter().filter(|step| !matches!(step.event, Event::Refused { .. })).cloned().collect::<Vec<_>>();
        refused += play.steps.len() - accepted.len();
        assert_eq!(county_of(&play), county_of(&Play { steps: accepted, ..play.clone() }));
    }
    assert!(refused > 0);
}
