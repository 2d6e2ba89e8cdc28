//! Finds the features of acts and figures.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::feature::Feature;
use crate::{
    county::{County, Exemption, OrganizationKind, QuotaStatus, Spell},
    dates::{Span, day_before, next_day},
    event::{Decision, Event},
    hours::{Hold, HourEntry, HourRecord, Level, Mode, RecordStatus},
    ids::{RecordId, TeacherId},
    policy::MonthBasis,
    project::{Participant, ParticipantStatus},
    rules::{
        bulk::{reached, taken_back},
        calendar::{year_months, year_of},
        credit::{CreditStatus, credit},
        duplicates::{NamedRule, groups_by_rule, is_suspected, open_groups},
        holds::hold,
        months::{month_basis, months_not_owed},
        projects::{held_and_missed, is_mark_missing},
        quota::{quota, recognized_by_dimension},
        service::serves_on,
        whose_year::policy_of_year,
    },
};

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
            features.extend(before.records[record.0].issued.map(|_| Feature::IssuedVoided));
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
        Event::AddProject(_) => features.push(Feature::Project),
        Event::Admit { project, on, .. } => {
            features.extend((*on > before.projects[project.0].starts_on).then_some(Feature::LateJoiner));
        }
        Event::AddActivity(activity) => {
            features.extend((activity.days > 1).then_some(Feature::ActivityOfDays));
            features.extend((!activity.schools.is_empty()).then_some(Feature::ActivityOfSchools));
        }
        Event::CancelActivity { .. } => features.push(Feature::ActivityCancelled),
        Event::MarkDay { .. } => {}
        Event::StartPhase { .. } => features.push(Feature::SecondPhase),
        Event::CompletePhase { project, phase, .. } => {
            features.push(Feature::PhaseCompleted);
            if is_mark_missing(before, &before.projects[project.0], Some(*phase), today) {
                features.push(Feature::MarksFilled);
            }
            let issued = &after.records[before.records.len()..];
            let repeats = |record: &HourRecord| {
                let mut others = issued.iter().filter(|other| other.entry.record != record.entry.record);
                others.any(|other| other.entry.teacher == record.entry.teacher)
            };
            features.extend(issued.iter().any(repeats).then_some(Feature::IssuedAtTwoPlaces));
            features.extend(issued.iter().any(|record| !record.flags.is_empty()).then_some(Feature::IssuedFlagged));
        }
        Event::CompleteProject { project } => {
            for participant in &after.projects[project.0].participants {
                features.push(Feature::HasOutcome(participant.status));
                let (held, missed) = held_and_missed(after, &after.projects[project.0], participant);
                features.extend((missed > 0 && missed * 5 == held).then_some(Feature::MissedExactlyTheLimit));
            }
        }
        Event::ReopenPhase { .. } => features.push(Feature::PhaseReopened),
        Event::ReopenProject { .. } => features.push(Feature::ProjectReopened),
        Event::WithdrawParticipant { .. } => features.push(Feature::HasOutcome(ParticipantStatus::Withdrawn)),
        Event::CorrectMark { activity, .. } => {
            features.push(Feature::MarkCorrected);
            let of = before.activities[activity.0].project.0;
            let (then, now) = (&before.projects[of], &after.projects[of]);
            let changed = |(then, now): (&Participant, &Participant)| then.status != now.status;
            let changed = then.participants.iter().zip(&now.participants).any(changed);
            features.extend(changed.then_some(Feature::OutcomeChanged));
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
            if credit.awaiting_project_end > 0 {
                features.insert(Feature::AwaitingProjectEnd);
            }
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
