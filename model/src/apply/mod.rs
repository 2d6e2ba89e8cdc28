//! Applies acts to a county.

mod bulk;
mod duplicates;
mod exemptions;
mod hours;
mod policies;
mod projects;
mod service;
mod undoing;
mod years;

use chrono::NaiveDate;

use crate::{
    county::County,
    event::{Event, Refusal},
};

/// Applies an act done on a day. Leaves the county as it was where the act is refused.
///
/// # Errors
/// Why the act is refused; a `Refused` event that is not refused so is `Unspecified`.
pub fn apply(county: &mut County, event: &Event, today: NaiveDate) -> Result<(), Refusal> {
    let mut changed = county.clone();
    change(&mut changed, event, today)?;
    *county = changed;
    Ok(())
}

fn change(county: &mut County, event: &Event, today: NaiveDate) -> Result<(), Refusal> {
    match event {
        Event::AddTeacher { teacher, spell, organization, first, reported } => {
            service::add_teacher(county, *teacher, *spell, *organization, *first, *reported, today)
        }
        Event::Transfer { teacher, spell, to, on } => service::transfer(county, *teacher, *spell, *to, *on, today),
        Event::EndService { teacher, on, takes_away, .. } => {
            service::end_service(county, *teacher, *on, takes_away, today)
        }
        Event::Return { teacher, spell, organization, first } => {
            service::add_return(county, *teacher, *spell, *organization, *first, today)
        }
        Event::CorrectSpell { spell, first, last, takes_away } => {
            service::correct_spell(county, *spell, *first, *last, takes_away, today)
        }
        Event::TakeBackSpell { spell, takes_away } => service::take_back_spell(county, *spell, takes_away, today),
        Event::ReportSpell { teacher, spell, organization, first, last } => {
            service::report_spell(county, *teacher, *spell, *organization, *first, *last, today)
        }
        Event::ReportCorrection { spell, first, last } => {
            service::report_correction(county, *spell, *first, *last, today)
        }
        Event::ConfirmSpell { spell } => service::confirm_spell(county, *spell, today),
        Event::AddExemption { exemption, teacher, first, last, confirmed } => {
            exemptions::add_exemption(county, *exemption, *teacher, *first, *last, *confirmed, today)
        }
        Event::ConfirmExemption { exemption } => exemptions::confirm_exemption(county, *exemption, today),
        Event::EndExemption { exemption, last } => exemptions::end_exemption(county, *exemption, *last, today),
        Event::AddPolicy { policy, organization, effective_on, values, calendar } => {
            policies::add_policy(county, *policy, *organization, *effective_on, values, *calendar, today)
        }
        Event::WithdrawPolicy { policy } => policies::withdraw_policy(county, *policy, today),
        Event::RecordHour(entry) => hours::record_hour(county, entry, false, today),
        Event::LateHour(entry) => hours::record_hour(county, entry, true, today),
        Event::PushHour(entry) => hours::push_hour(county, entry, today),
        Event::ImportHours(rows) => hours::import_hours(county, rows, false, today),
        Event::ImportAcceptedHours(rows) => hours::import_hours(county, rows, true, today),
        Event::DecideHour { record, decision } => hours::decide_hour(county, *record, *decision, today),
        Event::VoidHour { record } => hours::void_hour(county, *record, today),
        Event::RecognizeSelected(records) => bulk::recognize_selected(county, records, today),
        Event::DecideFiltered { filter, decision } => bulk::decide_filtered(county, filter, *decision, today),
        Event::TakeBackImport { import } => bulk::take_back_import(county, *import, today),
        Event::WithdrawHour { record } => undoing::withdraw_hour(county, *record, today),
        Event::CorrectHour { former, entry } => undoing::correct_hour(county, *former, entry, today),
        Event::RestoreHour { former, record } => undoing::restore_hour(county, *former, *record, today),
        Event::DecideGroup { units, keep } => duplicates::decide_group(county, units, keep, today),
        Event::DecideGroups { rule, training_year } => duplicates::decide_groups(county, *rule, *training_year, today),
        Event::AddProject(project) => projects::add_project(county, project),
        Event::Admit { project, teacher, on } => projects::admit(county, *project, *teacher, *on, today),
        Event::AddActivity(activity) => projects::add_activity(county, activity),
        Event::CancelActivity { activity } => projects::cancel_activity(county, *activity),
        Event::MarkDay { activity, day, marks } => projects::mark_day(county, *activity, *day, marks, today),
        Event::CompletePhase { project, phase, fills } => {
            projects::complete_phase(county, *project, *phase, *fills, today)
        }
        Event::StartPhase { project, phase } => projects::start_phase(county, *project, *phase),
        Event::ReopenPhase { project, phase } => projects::reopen_phase(county, *project, *phase, today),
        Event::CompleteProject { project } => projects::complete_project(county, *project, today),
        Event::ReopenProject { project } => projects::reopen_project(county, *project, today),
        Event::WithdrawParticipant { project, teacher, fills } => {
            projects::withdraw_participant(county, *project, *teacher, *fills, today)
        }
        Event::CorrectMark { activity, teacher, day, mark } => {
            projects::correct_mark(county, *activity, *teacher, *day, *mark, today)
        }
        Event::CloseYear { training_year, waived } => years::close_year(county, *training_year, waived, today),
        Event::ReopenYear { training_year } => years::reopen_year(county, *training_year, today),
        Event::Refused { event, refusal } => match change(&mut county.clone(), event, today) {
            Err(actual) if actual == *refusal => Ok(()),
            _ => Err(Refusal::Unspecified("not refused so")),
        },
    }
}
