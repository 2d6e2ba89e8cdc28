//! Plays the acts of a county's life through the API.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{
    apply::apply,
    county::{County, OrganizationKind},
    event::{Event, Refusal},
    ids::{ExemptionId, ImportId, OrganizationId, RecordId, TeacherId},
    play::Step,
};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

use crate::{ledger::ids_of_rows, projects::ProjectIds};

/// A result with a difference between the API and the model in words.
pub type Outcome<T> = Result<T, String>;

/// A county that is played on an application of its own, and the same county in the model.
pub struct Driver {
    pub admin: Session,
    /// A user of schools, who reports service and confirms none.
    reporter: Option<Session>,
    pub county: County,
    pub today: NaiveDate,
    /// The API's ids, by the model's.
    pub organizations: Vec<String>,
    pub teachers: Vec<String>,
    policies: Vec<String>,
    exemptions: BTreeMap<ExemptionId, String>,
    pub records: BTreeMap<RecordId, String>,
    imports: Vec<String>,
    pub projects: Vec<ProjectIds>,
    pub activities: Vec<String>,
}

/// Returns hours as the API writes them.
pub fn hours(hundredths: i64) -> Value {
    let sign = if hundredths < 0 { "-" } else { "" };
    let exact: f64 = format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100).parse().unwrap();
    json!(exact)
}

/// Returns the JSON of an answer with the status.
pub fn expect(answer: Answer, status: u16) -> Outcome<Value> {
    if answer.status == status { Ok(answer.json) } else { Err(format!("{} {}", answer.status, answer.text)) }
}

impl Driver {
    /// Founds the county's organizations. The application is a new one.
    pub async fn found(app: &TestApp, founded: &County, reports: bool, today: NaiveDate) -> Outcome<Self> {
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let policy = expect(admin.get("/policies").await, 200)?["items"][0].clone();
        let mut organizations = vec![root.clone()];
        for organization in &founded.organizations[1..] {
            let kind = match organization.kind {
                OrganizationKind::Bureau => "bureau",
                OrganizationKind::TrainingSchool => "training_school",
                OrganizationKind::School => "school",
            };
            let parent = organization.parent.map(|parent| organizations[parent.0].clone());
            let new = json!({
                "code": organization.code, "name": organization.name, "kind": kind, "parent_id": parent,
            });
            organizations.push(id(&expect(admin.post("/organizations", new).await, 201)?));
        }
        let reporter = if reports { Some(app.user(&admin, Role::SchoolAdmin, &root).await) } else { None };
        Ok(Self {
            admin,
            reporter,
            county: founded.clone(),
            today,
            organizations,
            teachers: Vec::new(),
            policies: vec![id(&policy)],
            exemptions: BTreeMap::new(),
            records: BTreeMap::new(),
            imports: Vec::new(),
            projects: Vec::new(),
            activities: Vec::new(),
        })
    }

    pub fn organization(&self, organization: OrganizationId) -> &str {
        &self.organizations[organization.0]
    }

    pub fn teacher(&self, teacher: TeacherId) -> &str {
        &self.teachers[teacher.0]
    }

    pub fn reporter(&self) -> &Session {
        self.reporter.as_ref().unwrap_or(&self.admin)
    }

    /// Returns the id of the statement about a teacher that stands, with its first day.
    pub async fn appointment(&self, teacher: TeacherId, first: NaiveDate, confirmed: bool) -> Outcome<String> {
        let path = format!("/teachers/{}/appointments", self.teacher(teacher));
        let rows = expect(self.admin.get(&path).await, 200)?;
        let sought = (json!(first), json!(confirmed));
        let found = rows
            .as_array()
            .into_iter()
            .flatten()
            .find(|row| (&row["starts_on"], &row["confirmed"]) == (&sought.0, &sought.1));
        found.map(id).ok_or_else(|| format!("no spell from {first}, confirmed: {confirmed}: {rows}"))
    }

    pub fn record(&self, record: RecordId) -> &str {
        self.records.get(&record).map_or("", String::as_str)
    }

    pub fn import(&self, import: ImportId) -> &str {
        &self.imports[import.0]
    }

    pub fn policy(&self, policy: model::ids::PolicyId) -> &str {
        &self.policies[policy.0]
    }

    pub fn exemption(&self, exemption: ExemptionId) -> &str {
        &self.exemptions[&exemption]
    }

    /// Plays an act on both sides.
    pub async fn play(&mut self, step: &Step) -> Outcome<()> {
        let (event, refusal) = match &step.event {
            Event::Refused { event, refusal } => (event.as_ref(), Some(*refusal)),
            event => (event, None),
        };
        let answer = self.request(event).await.map_err(|fault| format!("{event:?}: {fault}"))?;
        match refusal {
            Some(refusal) => check_refused(&answer, refusal).map_err(|fault| format!("{event:?}: {fault}"))?,
            None if (200..300).contains(&answer.status) => self.remember(event, &answer.json).await?,
            None => return Err(format!("{event:?}: {} {}", answer.status, answer.text)),
        }
        apply(&mut self.county, &step.event, step.on).map_err(|refusal| format!("{event:?}: model: {refusal:?}"))?;
        match event {
            Event::CompletePhase { project, .. }
            | Event::ReopenPhase { project, .. }
            | Event::CompleteProject { project }
            | Event::ReopenProject { project }
            | Event::WithdrawParticipant { project, .. } => self.match_issued(*project).await,
            Event::CorrectMark { activity, .. } => self.match_issued(self.county.activities[activity.0].project).await,
            _ => Ok(()),
        }
        .map_err(|fault| format!("{event:?}: {fault}"))
    }

    /// Keeps the ids that an act made.
    async fn remember(&mut self, event: &Event, answer: &Value) -> Outcome<()> {
        match event {
            Event::AddTeacher { .. } => self.teachers.push(id(answer)),
            Event::AddPolicy { .. } => self.policies.push(id(answer)),
            Event::AddExemption { exemption, .. } | Event::EndExemption { exemption, .. } => {
                self.exemptions.insert(*exemption, id(answer));
            }
            Event::AddActivity(_) => self.activities.push(id(answer)),
            Event::RecordHour(_)
            | Event::LateHour(_)
            | Event::PushHour(_)
            | Event::CorrectHour { .. }
            | Event::RestoreHour { .. } => {
                self.records.insert(RecordId(self.county.records.len()), id(answer));
            }
            Event::ImportHours(rows) | Event::ImportAcceptedHours(rows) => {
                let import = id(answer);
                let listed = self.admin.all(&format!("/hour-records?limit=500&import_id={import}")).await;
                self.records.extend(rows.iter().map(|row| row.record).zip(ids_of_rows(rows, &listed)?));
                self.imports.push(import);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Checks that the API refuses for the reason of the model.
fn check_refused(answer: &Answer, refusal: Refusal) -> Outcome<()> {
    // A record may lack both service and the reason that a closed year asks for.
    if refusal == Refusal::NotInService && answer.text.contains("reason_required") {
        return Ok(());
    }
    let code = match refusal {
        Refusal::RecordsAfterService => Some("records_without_service"),
        Refusal::CyclesDoNotJoin => Some("cycles_do_not_join"),
        Refusal::YearClosed => Some("year_closed"),
        Refusal::DuplicateSuspected => Some("duplicate_suspected"),
        Refusal::AlreadyLive => Some("already_exists"),
        Refusal::ActivitiesAhead => Some("activities_ahead"),
        Refusal::MarksMissing => Some("marks_missing"),
        refusal => refusal.code(),
    };
    let refused = (400..500).contains(&answer.status) && code.is_none_or(|code| answer.text.contains(code));
    if refused { Ok(()) } else { Err(format!("{refusal:?}, but {} {}", answer.status, answer.text)) }
}
