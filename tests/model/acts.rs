//! The request of each act.

use chrono::{Datelike, NaiveDate};
use model::{
    county::OrganizationKind,
    dates::Span,
    event::{EndReason, Event},
    hours::{Dimension, Tier},
    ids::{ExemptionId, OrganizationId, RecordId, SpellId, TeacherId},
    policy::{Calendar, MonthBasis, PolicyValues},
    rules::closing::OpenMatter,
};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session};

use crate::driver::{Driver, Outcome, expect, hours};

pub const REASON: &str = "据任免文件更正";

pub fn dimension_name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Ethics => "ethics",
        Dimension::Knowledge => "knowledge",
        Dimension::Skill => "skill",
    }
}

pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::School => "school",
        Tier::County => "county",
        Tier::AboveCounty => "above_county",
        Tier::Other => "other",
    }
}

fn policy_body(
    organization: &str,
    effective_on: NaiveDate,
    values: &PolicyValues,
    calendar: Option<Calendar>,
) -> Value {
    let caps: serde_json::Map<String, Value> =
        values.caps.iter().map(|(tier, cap)| (tier_name(*tier).to_owned(), hours(*cap))).collect();
    let minima: serde_json::Map<String, Value> =
        values.minima.iter().map(|(of, least)| (dimension_name(*of).to_owned(), hours(*least))).collect();
    let mut body = json!({
        "organization_id": organization, "effective_from": effective_on, "annual_hours": hours(values.annual_hours),
        "cycle_hours": hours(values.cycle_hours), "hours_per_day": hours(values.hours_per_day),
        "tier_caps": caps, "dimension_minimums": minima,
    });
    if let Some(calendar) = calendar {
        let (month, day) = calendar.year_starts_on;
        body["year_starts_on"] = json!(format!("{month:02}-{day:02}"));
        body["cycle_years"] = json!(calendar.cycle_years);
        body["cycle_first_year"] = json!(calendar.cycle_first_year);
        body["month_basis"] = json!(match calendar.month_basis {
            MonthBasis::Elapsed => "elapsed",
            MonthBasis::Calendar => "calendar",
        });
    }
    body
}

impl Driver {
    /// Sends the request that decides about an act.
    pub async fn request(&mut self, event: &Event) -> Outcome<Answer> {
        Ok(match event {
            Event::AddTeacher { teacher, organization, first, reported, .. } => {
                self.add_teacher(*teacher, *organization, *first, *reported).await
            }
            Event::Transfer { teacher, to, on, .. } => {
                let transfer = json!({ "organization_id": self.organization(*to), "starts_on": on, "reason": REASON });
                self.admin.post(&format!("/teachers/{}/transfers", self.teacher(*teacher)), transfer).await
            }
            Event::EndService { teacher, on, reason, takes_away } => {
                self.end_service(*teacher, *on, *reason, !takes_away.is_empty()).await?
            }
            Event::Return { teacher, organization, first, .. } => {
                self.add_spell(&self.admin, *teacher, *organization, Span::new(*first, NaiveDate::MAX)).await
            }
            Event::ReportSpell { teacher, organization, first, last, .. } => {
                let days = Span::new(*first, last.unwrap_or(NaiveDate::MAX));
                self.add_spell(self.reporter(), *teacher, *organization, days).await
            }
            Event::CorrectSpell { spell, first, last, takes_away } => {
                self.correct_spell(&self.admin, *spell, (*first, *last), !takes_away.is_empty()).await?
            }
            Event::ReportCorrection { spell, first, last } => {
                self.correct_spell(self.reporter(), *spell, (*first, *last), false).await?
            }
            Event::TakeBackSpell { spell, takes_away } => {
                let appointment = self.appointment_of(*spell).await?;
                let body = json!({ "reason": REASON, "void_records": !takes_away.is_empty() });
                self.admin.post(&format!("/appointments/{appointment}/withdraw"), body).await
            }
            Event::ConfirmSpell { spell } => {
                let corrections = &self.county.reported_corrections;
                let waiting =
                    corrections.iter().find(|waiting| waiting.spell == *spell && waiting.confirmed_on.is_none());
                let appointment = match waiting {
                    Some(waiting) => self.appointment(waiting.teacher, waiting.first, false).await?,
                    None => self.appointment_of(*spell).await?,
                };
                self.admin.post(&format!("/appointments/{appointment}/confirm"), json!({})).await
            }
            Event::AddExemption { teacher, first, last, confirmed, .. } => {
                let by = if *confirmed { &self.admin } else { self.reporter() };
                self.add_exemption(by, *teacher, *first, *last).await
            }
            Event::ConfirmExemption { exemption } => {
                self.admin.act(&format!("/exemptions/{}/confirm", self.exemption(*exemption))).await
            }
            Event::EndExemption { exemption, last } => self.end_exemption(*exemption, *last).await?,
            Event::AddPolicy { organization, effective_on, values, calendar, .. } => {
                let body = policy_body(self.organization(*organization), *effective_on, values, *calendar);
                self.admin.post("/policies", body).await
            }
            Event::WithdrawPolicy { policy } => self.admin.delete(&format!("/policies/{}", self.policy(*policy))).await,
            Event::RecordHour(entry) => self.record_hour(entry, json!({})).await,
            Event::LateHour(entry) => self.record_hour(entry, json!({ "reason": REASON })).await,
            Event::PushHour(entry) => self.push_hour(entry).await?,
            Event::ImportHours(rows) => self.import_hours(rows, false).await,
            Event::ImportAcceptedHours(rows) => self.import_hours(rows, true).await,
            Event::DecideHour { record, decision } => self.decide_hour(*record, *decision).await,
            Event::VoidHour { record } => self.on_record(*record, "void").await,
            Event::WithdrawHour { record } => self.on_record(*record, "withdraw").await,
            Event::RestoreHour { former, .. } => self.on_record(*former, "restore").await,
            Event::CorrectHour { former, entry } => {
                self.record_hour(entry, json!({ "former_id": self.record(*former) })).await
            }
            Event::RecognizeSelected(records) => self.recognize_selected(records).await,
            Event::DecideFiltered { filter, decision } => self.decide_filtered(filter, *decision).await?,
            Event::TakeBackImport { import } => self.take_back_import(*import).await?,
            Event::DecideGroup { units, keep } => self.decide_group(units, keep).await?,
            Event::DecideGroups { rule, training_year } => self.decide_groups(*rule, *training_year).await?,
            Event::AddProject(project) => self.add_project(project).await?,
            Event::Admit { project, teacher, on } => self.admit(*project, *teacher, *on).await?,
            Event::AddActivity(activity) => self.add_activity(activity).await,
            Event::CancelActivity { activity } => self.cancel_activity(*activity).await,
            Event::MarkDay { activity, day, marks } => self.mark_day(*activity, *day, marks).await,
            Event::StartPhase { project, phase } => self.start_phase(*project, *phase).await,
            Event::CompletePhase { project, phase, fills } => self.complete_phase(*project, *phase, *fills).await,
            Event::ReopenPhase { project, phase } => self.reopen_phase(*project, *phase).await,
            Event::CompleteProject { project } => self.complete_project(*project).await?,
            Event::ReopenProject { project } => self.reopen_project(*project).await,
            Event::WithdrawParticipant { project, teacher, fills } => {
                self.withdraw_participant(*project, *teacher, *fills).await
            }
            Event::CorrectMark { activity, teacher, day, mark } => {
                self.correct_mark(*activity, *teacher, *day, *mark).await
            }
            Event::CloseYear { training_year, waived } => self.close_year(*training_year, waived).await?,
            Event::ReopenYear { training_year } => self.reopen_year(*training_year).await?,
            Event::Refused { .. } => return Err(no_request()),
        })
    }

    async fn add_teacher(
        &self,
        teacher: TeacherId,
        organization: OrganizationId,
        first: NaiveDate,
        reported: bool,
    ) -> Answer {
        let new = json!({
            "teacher_no": format!("T{:03}", teacher.0 + 1), "name": "王芳", "subject": "语文", "stage": "primary",
            "organization_id": self.organization(organization), "joined_on": first,
        });
        let by = if reported { self.reporter() } else { &self.admin };
        by.post("/teachers", new).await
    }

    /// Ends service by the teacher's form or by that of the appointment.
    async fn end_service(&self, teacher: TeacherId, on: NaiveDate, reason: EndReason, voids: bool) -> Outcome<Answer> {
        if reason == EndReason::Retired {
            let end = json!({ "left_on": on, "reason": REASON, "void_records": voids });
            return Ok(self.admin.patch(&format!("/teachers/{}", self.teacher(teacher)), end).await);
        }
        let spell = self.county.spells_of(teacher).last().map(|spell| spell.first);
        let appointment = self.appointment(teacher, spell.unwrap_or_default(), true).await?;
        let end = json!({ "ends_on": on, "end_reason": "resigned", "reason": REASON, "void_records": voids });
        Ok(self.admin.patch(&format!("/appointments/{appointment}"), end).await)
    }

    async fn add_spell(&self, by: &Session, teacher: TeacherId, organization: OrganizationId, days: Span) -> Answer {
        let mut new = json!({
            "teacher_id": self.teacher(teacher), "organization_id": self.organization(organization),
            "starts_on": days.first, "reason": "返聘",
        });
        if days.last < NaiveDate::MAX {
            new["ends_on"] = json!(days.last);
        }
        by.post("/appointments", new).await
    }

    /// Returns the statement about a spell that stands.
    async fn appointment_of(&self, spell: SpellId) -> Outcome<String> {
        let found =
            self.county.spells.iter().find(|statement| statement.id == spell && statement.taken_back_on.is_none());
        let found = found.ok_or("the model has no such spell")?;
        self.appointment(found.teacher, found.first, found.confirmed_on.is_some()).await
    }

    async fn correct_spell(
        &self,
        by: &Session,
        spell: SpellId,
        (first, last): (NaiveDate, Option<NaiveDate>),
        voids: bool,
    ) -> Outcome<Answer> {
        let appointment = self.appointment_of(spell).await?;
        let body = json!({ "starts_on": first, "ends_on": last, "reason": REASON, "void_records": voids });
        Ok(by.patch(&format!("/appointments/{appointment}"), body).await)
    }

    async fn add_exemption(&self, by: &Session, teacher: TeacherId, first: NaiveDate, last: NaiveDate) -> Answer {
        let new =
            json!({ "teacher_id": self.teacher(teacher), "kind": "sick_leave", "starts_on": first, "ends_on": last });
        by.post("/exemptions", new).await
    }

    /// Takes the exemption back and enters it with an earlier end.
    async fn end_exemption(&self, exemption: ExemptionId, last: NaiveDate) -> Outcome<Answer> {
        let mut statements = self.county.exemptions.iter().rev();
        let former = statements.find(|statement| statement.id == exemption).ok_or("the model has no such exemption")?;
        expect(self.admin.delete(&format!("/exemptions/{}", self.exemption(exemption))).await, 204)?;
        let by = if former.confirmed_on.is_some() { &self.admin } else { self.reporter() };
        Ok(self.add_exemption(by, former.teacher, former.first, last).await)
    }

    async fn on_record(&self, record: RecordId, act: &str) -> Answer {
        let path = format!("/hour-records/{}/{act}", self.record(record));
        self.admin.post(&path, json!({ "reason": REASON })).await
    }

    fn bureaus(&self) -> Vec<&str> {
        let organizations = self.county.organization_ids();
        let is_bureau = |id: &OrganizationId| self.county.organizations[id.0].kind == OrganizationKind::Bureau;
        organizations.filter(is_bureau).map(|id| self.organization(id)).collect()
    }

    /// Closes a year of all bureaus, the county's first year with those before it. If one is refused, none stays closed.
    async fn close_year(&self, training_year: i32, waived: &[OpenMatter]) -> Outcome<Answer> {
        let mut years: Vec<(i32, bool)> = vec![(training_year, false)];
        if !self.county.is_closed(self.county.first_year) && training_year == self.county.first_year {
            let first = self.county.policies[0].effective_on.year();
            years.splice(0..0, (first..training_year).map(|year| (year, true)));
        }
        let mut closed = Vec::new();
        let mut answer = None;
        for (year, waives_all) in years {
            for bureau in self.bureaus() {
                let path = format!("/years/{year}/close?organization_id={bureau}");
                let waive = self.waived(year, bureau, waived, waives_all).await?;
                let closing = self.admin.post(&path, json!({ "waive": waive })).await;
                if closing.status != 200 {
                    for (year, bureau) in closed.into_iter().rev() {
                        self.reopen(year, bureau).await;
                    }
                    return Ok(closing);
                }
                closed.push((year, bureau));
                answer = Some(closing);
            }
        }
        answer.ok_or_else(no_request)
    }

    async fn reopen(&self, year: i32, bureau: &str) -> Answer {
        let path = format!("/years/{year}/reopen?organization_id={bureau}");
        self.admin.post(&path, json!({ "reason": REASON })).await
    }

    /// Reopens a year of all bureaus, the county's first year with those before it.
    async fn reopen_year(&self, training_year: i32) -> Outcome<Answer> {
        let first = match training_year == self.county.first_year {
            true => self.county.policies[0].effective_on.year(),
            false => training_year,
        };
        let mut answer = None;
        for year in (first..=training_year).rev() {
            for bureau in self.bureaus() {
                let reopened = self.reopen(year, bureau).await;
                if reopened.status != 200 {
                    return Ok(reopened);
                }
                answer = Some(reopened);
            }
        }
        answer.ok_or_else(no_request)
    }

    /// Returns the waivers of what is open in a bureau's year.
    async fn waived(&self, year: i32, bureau: &str, waived: &[OpenMatter], all: bool) -> Outcome<Vec<Value>> {
        let path = format!("/years/{year}?organization_id={bureau}");
        let found = self.admin.get(&path).await;
        // There is no year after the coming one to be closed.
        let found = if found.status == 404 { Value::Null } else { expect(found, 200)? };
        let open = found["open_matters"].as_array().into_iter().flatten();
        let kinds = open.filter_map(|matters| matters["kind"].as_str()).filter(|kind| {
            all || waived.contains(match *kind {
                "appointments" => &OpenMatter::UnconfirmedSpells,
                "exemptions" => &OpenMatter::UnconfirmedExemptions,
                "projects" => &OpenMatter::Projects,
                _ => &OpenMatter::PendingRecords,
            })
        });
        Ok(kinds.map(|kind| json!({ "kind": kind, "reason": REASON })).collect())
    }
}

fn no_request() -> String {
    "a refused act is played by what it holds".to_owned()
}
