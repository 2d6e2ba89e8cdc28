//! What a play has in it, so that one can count how often each rule is tried.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::{
    county::{County, Exemption, OrganizationKind, QuotaStatus, Spell},
    dates::{Span, day_before, next_day},
    event::{Decision, Event, Refusal},
    hours::{Flag, Hold, HourEntry, HourRecord, Level, Mode, RecordStatus, Source},
    ids::{RecordId, TeacherId},
    policy::MonthBasis,
    rules::{
        bulk::{reached, taken_back},
        calendar::{year_months, year_of},
        credit::{CreditStatus, credit},
        duplicates::{NamedRule, groups_by_rule, is_suspected, open_groups},
        holds::hold,
        months::{month_basis, months_not_owed},
        quota::{quota, recognized_by_dimension},
        service::serves_on,
        whose_year::policy_of_year,
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    TwoCounties,
    RootPolicy,
    CountyPolicy,
    PolicyOfMidYear,
    PolicyReplaced,
    PolicyWithdrawn,
    CalendarMonths,
    BasisChanged,
    LongYear,
    ShortYear,
    Cap,
    Minimum,
    ReportedTeacher,
    FutureService,
    PastTransfer,
    FutureTransfer,
    TransferOnFirstDay,
    TransferBetweenCounties,
    TransferInClosedYear,
    RecordMovedByTransfer,
    PastEnd,
    FutureEnd,
    RecordsTakenAway,
    Gap,
    GapAcrossYears,
    UnbrokenReturn,
    ReturnOnLastDay,
    SpellCorrected,
    SpellTakenBack,
    TransferTakenBack,
    SpellReported,
    SpellConfirmed,
    CorrectionReported,
    CorrectionConfirmed,
    HeldForService,
    ReleasedByConfirmation,
    Exemption,
    ExemptionAcrossYears,
    ExemptionBesideGap,
    ExemptionUnconfirmed,
    ExemptionConfirmed,
    ExemptionEnded,
    RecordByHand,
    RecordPending,
    Import,
    TwoDecimals,
    OtherLevel,
    Flagged(Flag),
    Recognized,
    Rejected,
    Returned,
    Voided,
    Online,
    Pushed,
    FlagsAccepted,
    /// A record that waits for the decision on its group, by the door through which it came.
    Suspected(Source),
    /// A group of three or more.
    LargeGroup,
    /// A unit that is no longer suspected since another ended.
    SuspicionLifted,
    KeptOne,
    KeptSeveral,
    /// A kept unit that something else holds.
    KeptAndHeld,
    DecidedByFirst,
    DecidedByLongest,
    DecidedBySource,
    /// A group that a rule leaves.
    LeftByRule,
    RecognizedTogether,
    DecidedByFilter(Decision),
    /// A decision by filter that leaves records out.
    LeftOut,
    Withdrawn,
    Corrected,
    /// From this status.
    Restored(RecordStatus),
    RestoredSuspected,
    ImportTakenBack,
    /// An import some of whose records stay.
    ImportPartlyTakenBack,
    YearClosed,
    TwoYearsClosed,
    Waived,
    Reopened,
    LateHour,
    LateVoid,
    LateDecision,
    MonthsReduced,
    HasStatus(QuotaStatus),
    CappedHours,
    MinimumMissed,
    HasCredit(CreditStatus),
    /// Counted hours are what is required, to the hundredth.
    ExactlyMet,
    /// A minimum is reached to the hundredth, and the year met.
    MinimumExactlyMet,
    /// A month that is not owed ends with its month since that has no such day.
    MonthCutShort,
    /// A hundredth up to a tenth is lacking.
    NearlyMet,
    /// Recognised hours are what is owed so far, to the hundredth.
    ExactlyOnTrack,
    Refused(Refusal),
}

fn entry_features(entry: &HourEntry, after: &County, today: NaiveDate) -> Vec<Feature> {
    let record = &after.records[entry.record.0];
    let mut features: Vec<Feature> = record.flags.iter().map(|flag| Feature::Flagged(*flag)).collect();
    if record.is_pending() {
        features.push(Feature::RecordPending);
        if hold(after, record, today) == Hold::ServiceUnconfirmed {
            features.push(Feature::HeldForService);
        }
    }
    if record.is_pending() && is_suspected(after, record) {
        features.push(Feature::Suspected(entry.source));
    }
    if entry.mode == Mode::Online {
        features.push(Feature::Online);
    }
    if record.flags_accepted {
        features.push(Feature::FlagsAccepted);
    }
    if entry.hours % 10 != 0 {
        features.push(Feature::TwoDecimals);
    }
    if entry.level == Level::Other {
        features.push(Feature::OtherLevel);
    }
    features
}

/// Whether a gap between spells, or time after the last, touches an exemption of the teacher.
fn exemption_beside_gap(county: &County, teacher: TeacherId) -> bool {
    county.exemptions_of(teacher).filter(|exemption| exemption.confirmed_on.is_some()).any(|exemption| {
        let around = Span::new(day_before(exemption.first), next_day(exemption.last));
        around.days().any(|day| !serves_on(county, teacher, day))
            && around.days().any(|day| serves_on(county, teacher, day))
    })
}

/// Whether the exemption ends with a shorter month than the one it began in, or a day before that.
fn is_cut_short(exemption: &Exemption) -> bool {
    let is_last_of_month = |day: NaiveDate| next_day(day).day() == 1;
    let mut ends = [exemption.last, next_day(exemption.last)].into_iter();
    ends.any(|end| is_last_of_month(end) && end.day() < exemption.first.day())
}

/// Returns the features of an act, given the county before and after it.
pub fn act_features(event: &Event, before: &County, after: &County, today: NaiveDate) -> Vec<Feature> {
    let mut features = Vec::new();
    match event {
        Event::AddTeacher { first, reported, .. } => {
            if *reported {
                features.push(Feature::ReportedTeacher);
            }
            if *first > today {
                features.push(Feature::FutureService);
            }
        }
        Event::Transfer { teacher, on, to, .. } => {
            let from = before.spells_of(*teacher).last().map(|spell| (spell.first, spell.organization));
            features.push(if *on > today { Feature::FutureTransfer } else { Feature::PastTransfer });
            if from.is_some_and(|(first, _)| first == *on) {
                features.push(Feature::TransferOnFirstDay);
            }
            if from.is_some_and(|(_, of)| before.organizations[of.0].parent != before.organizations[to.0].parent) {
                features.push(Feature::TransferBetweenCounties);
            }
            if before.is_closed(year_of(before, *on)) {
                features.push(Feature::TransferInClosedYear);
            }
            let moved = |record: &&HourRecord| {
                record.entry.teacher == *teacher && record.is_recognized() && record.frozen_place.is_none()
            };
            if before.records.iter().filter(moved).any(|record| record.entry.last >= *on) {
                features.push(Feature::RecordMovedByTransfer);
            }
        }
        Event::EndService { on, .. } => {
            features.push(if *on > today { Feature::FutureEnd } else { Feature::PastEnd });
        }
        Event::Return { teacher, first, .. } => {
            let end = before.spells_of(*teacher).last().and_then(|spell| spell.last);
            features.push(match end {
                Some(end) if end == *first => Feature::ReturnOnLastDay,
                Some(end) if next_day(end) == *first => Feature::UnbrokenReturn,
                Some(end) if year_of(before, end) < year_of(before, *first) => Feature::GapAcrossYears,
                _ => Feature::Gap,
            });
        }
        Event::CorrectSpell { .. } => features.push(Feature::SpellCorrected),
        Event::TakeBackSpell { spell, .. } => {
            let moved_end = |of: &Spell| of.id == *spell && of.moved_end_of.is_some();
            features.push(match before.spells.iter().any(moved_end) {
                true => Feature::TransferTakenBack,
                false => Feature::SpellTakenBack,
            });
        }
        Event::ReportSpell { .. } => features.push(Feature::SpellReported),
        Event::ReportCorrection { .. } => features.push(Feature::CorrectionReported),
        Event::ConfirmSpell { spell } => {
            features.push(match before.reported_corrections.iter().any(|waiting| waiting.spell == *spell) {
                true => Feature::CorrectionConfirmed,
                false => Feature::SpellConfirmed,
            });
            let held = |county: &County, id: usize| {
                let record = &county.records[id];
                record.is_pending() && hold(county, record, today) == Hold::ServiceUnconfirmed
            };
            if (0..before.records.len()).any(|id| held(before, id) && !held(after, id)) {
                features.push(Feature::ReleasedByConfirmation);
            }
        }
        Event::AddExemption { teacher, first, last, confirmed, .. } => {
            features.push(if *confirmed { Feature::Exemption } else { Feature::ExemptionUnconfirmed });
            if year_of(before, *first) < year_of(before, *last) {
                features.push(Feature::ExemptionAcrossYears);
            }
            if exemption_beside_gap(after, *teacher) {
                features.push(Feature::ExemptionBesideGap);
            }
        }
        Event::ConfirmExemption { .. } => features.push(Feature::ExemptionConfirmed),
        Event::EndExemption { .. } => features.push(Feature::ExemptionEnded),
        Event::AddPolicy { organization, effective_on, values, .. } => {
            let is_root = *organization == County::ROOT;
            features.push(if is_root { Feature::RootPolicy } else { Feature::CountyPolicy });
            let mut earlier = before.policies.iter();
            if earlier.any(|row| row.organization == *organization && row.effective_on == *effective_on) {
                features.push(Feature::PolicyReplaced);
            }
            if effective_on.day() != 1 {
                features.push(Feature::PolicyOfMidYear);
            }
            if !values.caps.is_empty() {
                features.push(Feature::Cap);
            }
            if !values.minima.is_empty() {
                features.push(Feature::Minimum);
            }
        }
        Event::WithdrawPolicy { .. } => features.push(Feature::PolicyWithdrawn),
        Event::RecordHour(entry) => {
            features.push(Feature::RecordByHand);
            features.extend(entry_features(entry, after, today));
        }
        Event::PushHour(entry) => {
            features.push(Feature::Pushed);
            features.extend(entry_features(entry, after, today));
        }
        Event::ImportHours(rows) | Event::ImportAcceptedHours(rows) => {
            features.push(Feature::Import);
            features.extend(rows.iter().flat_map(|row| entry_features(row, after, today)));
        }
        Event::DecideHour { record, decision } => {
            features.push(match decision {
                Decision::Recognize => Feature::Recognized,
                Decision::Reject => Feature::Rejected,
                Decision::Return => Feature::Returned,
            });
            if before.is_closed(before.records[record.0].entry.training_year) {
                features.push(Feature::LateDecision);
            }
        }
        Event::VoidHour { record } => {
            features.push(match before.is_closed(before.records[record.0].entry.training_year) {
                true => Feature::LateVoid,
                false => Feature::Voided,
            });
        }
        Event::RecognizeSelected(_) => features.push(Feature::RecognizedTogether),
        Event::DecideFiltered { filter, decision } => {
            let reached = reached(before, filter, today);
            if !reached.records.is_empty() {
                features.push(Feature::DecidedByFilter(*decision));
            }
            if !reached.left_out.is_empty() {
                features.push(Feature::LeftOut);
            }
        }
        Event::WithdrawHour { .. } => features.push(Feature::Withdrawn),
        Event::CorrectHour { entry, .. } => {
            features.push(Feature::Corrected);
            features.extend(entry_features(entry, after, today));
        }
        Event::RestoreHour { former, record } => {
            features.push(Feature::Restored(before.records[former.0].status()));
            if is_suspected(after, &after.records[record.0]) {
                features.push(Feature::RestoredSuspected);
            }
        }
        Event::TakeBackImport { import } => {
            features.push(Feature::ImportTakenBack);
            let of_import = taken_back(before, *import);
            if !of_import.kept.is_empty() && of_import.kept.len() < of_import.voided.len() + of_import.kept.len() {
                features.push(Feature::ImportPartlyTakenBack);
            }
        }
        Event::DecideGroup { keep, .. } => {
            features.push(if keep.len() > 1 { Feature::KeptSeveral } else { Feature::KeptOne });
            let was_suspected = |record: &&RecordId| is_suspected(before, &before.records[record.0]);
            if keep.iter().filter(was_suspected).any(|record| after.records[record.0].is_pending()) {
                features.push(Feature::KeptAndHeld);
            }
        }
        Event::DecideGroups { rule, training_year } => {
            for (_, kept) in groups_by_rule(before, *rule, *training_year).unwrap_or_default() {
                features.push(match rule {
                    _ if kept.is_none() => Feature::LeftByRule,
                    NamedRule::First => Feature::DecidedByFirst,
                    NamedRule::Longest => Feature::DecidedByLongest,
                    NamedRule::Source(_) => Feature::DecidedBySource,
                });
            }
        }
        Event::CloseYear { waived, training_year } => {
            features.push(Feature::YearClosed);
            if before.is_closed(training_year - 1) {
                features.push(Feature::TwoYearsClosed);
            }
            if !waived.is_empty() {
                features.push(Feature::Waived);
            }
        }
        Event::ReopenYear { .. } => features.push(Feature::Reopened),
        Event::LateHour(entry) => {
            features.extend(entry_features(entry, after, today));
            if after.records[entry.record.0].status() == RecordStatus::Recognized {
                features.push(Feature::LateHour);
            }
        }
        Event::Refused { refusal, .. } => features.push(Feature::Refused(*refusal)),
    }
    if open_groups(after).iter().any(|group| group.units.len() > 2) {
        features.push(Feature::LargeGroup);
    }
    let decides = matches!(event, Event::DecideGroup { .. } | Event::DecideGroups { .. });
    let falls = |record: &&HourRecord| {
        record.is_pending() && after.records[record.entry.record.0].is_pending() && is_suspected(before, record)
    };
    if !decides
        && before.records.iter().filter(falls).any(|record| !is_suspected(after, &after.records[record.entry.record.0]))
    {
        features.push(Feature::SuspicionLifted);
    }
    if let Event::EndService { takes_away, .. }
    | Event::CorrectSpell { takes_away, .. }
    | Event::TakeBackSpell { takes_away, .. } = event
        && !takes_away.is_empty()
    {
        features.push(Feature::RecordsTakenAway);
    }
    features
}

/// Returns the features of the figures on a day.
pub fn figure_features(county: &County, today: NaiveDate) -> BTreeSet<Feature> {
    let mut features = BTreeSet::new();
    let bureaus = county.organizations.iter().filter(|of| of.kind == OrganizationKind::Bureau);
    if bureaus.count() > 2 {
        features.insert(Feature::TwoCounties);
    }
    let years = county.first_year..=year_of(county, today);
    for year in years.clone() {
        match year_months(county, year).len() {
            12 => None,
            13.. => Some(Feature::LongYear),
            _ => Some(Feature::ShortYear),
        }
        .map(|feature| features.insert(feature));
        if month_basis(county, year) == MonthBasis::Calendar {
            features.insert(Feature::CalendarMonths);
        }
        if month_basis(county, year) != month_basis(county, year + 1) {
            features.insert(Feature::BasisChanged);
        }
    }
    for teacher in county.teacher_ids() {
        for year in years.clone() {
            let quota = quota(county, teacher, year, today);
            if quota.organization.is_none() {
                continue;
            }
            features.insert(Feature::HasStatus(quota.status));
            if quota.counted < quota.recognized {
                features.insert(Feature::CappedHours);
            }
            if quota.counted == quota.required && quota.required > 0 {
                features.insert(Feature::ExactlyMet);
            }
            if (1..10).contains(&quota.remaining) {
                features.insert(Feature::NearlyMet);
            }
            let reached = recognized_by_dimension(county, teacher, year);
            let minima = &policy_of_year(county, teacher, year, today).values.minima;
            if quota.status == QuotaStatus::Met
                && minima.iter().any(|(dimension, least)| reached.get(dimension) == Some(least))
            {
                features.insert(Feature::MinimumExactlyMet);
            }
            let mut exemptions = county.exemptions_of(teacher);
            if month_basis(county, year) == MonthBasis::Elapsed && exemptions.any(is_cut_short) {
                features.insert(Feature::MonthCutShort);
            }
            if !quota.missed_dimensions.is_empty() && quota.counted >= quota.required {
                features.insert(Feature::MinimumMissed);
            }
            if !months_not_owed(county, teacher, year).is_empty() {
                features.insert(Feature::MonthsReduced);
            }
        }
        for year in [county.first_year, year_of(county, today)] {
            let credit = credit(county, teacher, year, today);
            features.insert(Feature::HasCredit(credit.status));
            if credit.status == CreditStatus::OnTrack
                && credit.recognized == credit.owed_so_far
                && credit.recognized > 0
            {
                features.insert(Feature::ExactlyOnTrack);
            }
        }
    }
    features
}
