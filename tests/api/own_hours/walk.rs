use std::collections::BTreeSet;

use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, County, Session, id, unique};
use songjiao_types::{Hours, Role};

/// A person who tries to come by recognised hours of the teacher that they are, with the county's administrator beside
/// them, who does what the person may not.
pub struct Walk {
    pub county: County,
    pub person: Session,
    pub teacher: String,
    pub number: String,
    /// The school where the teacher serves.
    pub school: String,
    /// The source under which the person pushes records.
    pub source: String,
    /// The team to which the teacher belongs, unless they take part in projects.
    pub team: Option<String>,
    /// Whether the person's account is linked to the teacher.
    linked: bool,
    /// Whether the person may do everything, so that every attempt has to be valid.
    may_do_everything: bool,
    /// The operations tried so far.
    pub tried: BTreeSet<String>,
    /// The operations by which recognised hours grew.
    pub grown: BTreeSet<String>,
    /// Projects so far; each has days of its own.
    projects: u64,
}

/// Who tries.
pub struct Who {
    pub role: Role,
    pub in_team: bool,
    /// Whether the account is linked to the teacher.
    pub linked: bool,
    /// Whether it is an API key that the person made.
    pub by_key: bool,
}

impl Walk {
    pub async fn start(who: &Who) -> Self {
        let county = County::start().await;
        let school = county.id_of("organizations").to_owned();
        let number = unique("T");
        // Before their service there is a spell that is only reported.
        let more = json!({ "teacher_no": number, "joined_on": "2020-09-01" });
        let teacher = county.ours.teacher_with(&school, more).await;
        let team = if who.in_team {
            let named = json!({ "name": unique("送培团队"), "subject": "语文", "stage": "primary" });
            let team = id(&county.ours.post("/teams", named).await.expect(201));
            let member = json!({ "teacher_id": teacher, "role": "member", "joined_on": "2026-01-01" });
            county.ours.post(&format!("/teams/{team}/members"), member).await.expect(201);
            Some(team)
        } else {
            None
        };
        let place = match who.role {
            Role::SchoolAdmin | Role::TeamMember | Role::Teacher => school.clone(),
            _ => county.ours.me("/organization/id"),
        };
        let link = if who.linked { json!({ "teacher_id": teacher }) } else { json!({}) };
        let account = county.app.user_with(&county.admin, who.role, &place, link).await;
        let source = unique("script");
        let person = if who.by_key { key_of(&county, &account, &place, &source).await } else { account };
        Self {
            person,
            teacher,
            number,
            school,
            source,
            team,
            linked: who.linked,
            may_do_everything: who.role == Role::BureauAdmin && !who.by_key,
            tried: BTreeSet::new(),
            grown: BTreeSet::new(),
            projects: 0,
            county,
        }
    }

    /// Returns the sum of the teacher's recognised hours in hundredths, and checks that somebody else decided on each.
    async fn recognized(&self) -> i64 {
        let path = format!("/hour-records?teacher_id={}&status=recognized&limit=500", self.teacher);
        let page = self.county.ours.get(&path).await.expect(200);
        assert_eq!(page["next_cursor"], Value::Null);
        let records = page["items"].as_array().unwrap();
        let decided =
            |record: &Value| record["decided_by"].as_str().or(record["created_by"].as_str()).map(str::to_owned);
        if self.linked && self.person.tokens.as_ref().is_some_and(|tokens| tokens["user"].is_object()) {
            let own = self.person.me("/id");
            assert!(records.iter().all(|record| decided(record).as_ref() != Some(&own)), "{records:?}");
        }
        let hours = |record: &Value| serde_json::from_value::<Hours>(record["hours"].clone()).unwrap();
        records.iter().map(hours).sum::<Hours>().hundredths()
    }

    /// Tries an operation at a path. A body that is text is a CSV file.
    ///
    /// Asserts that recognised hours of the teacher have not grown if the person is that teacher, and that the request was
    /// valid: what is refused is refused for who asks.
    pub async fn attempt(&mut self, operation: &str, path: &str, body: Value) -> Answer {
        let answer = self.attempt_whatever_follows(operation, path, body).await;
        let place = format!("{operation}: {} {}", answer.status, answer.text);
        assert!(![400, 412, 415, 422, 428].contains(&answer.status) || answer.json["code"] == "own_record", "{place}");
        if self.may_do_everything {
            let own = answer.status == 403 && answer.json["code"] == "own_record";
            assert!(answer.status < 300 || own, "{place}");
        }
        answer
    }

    /// Like [`Walk::attempt`], for operations whose requests need not be valid.
    pub async fn attempt_whatever_follows(&mut self, operation: &str, path: &str, body: Value) -> Answer {
        let method: Method = operation.split(' ').next().unwrap().parse().unwrap();
        let before = self.recognized().await;
        let mut request = self.person.request(method.clone(), path);
        if method != Method::POST {
            request = request.header(header::IF_MATCH, self.county.tag(path).await);
        }
        request = match body {
            Value::Null => request,
            Value::String(file) => request.header(header::CONTENT_TYPE, "text/csv").body(file),
            body => request.json(&body),
        };
        let answer = Answer::of(request).await;
        let after = self.recognized().await;
        let place = format!("{operation} {path}: {} {}", answer.status, answer.text);
        assert!(answer.status < 500, "{place}");
        assert!(!self.linked || after <= before, "own hours grew from {before} to {after}: {place}");
        if after > before {
            self.grown.insert(operation.to_owned());
        }
        self.tried.insert(operation.to_owned());
        answer
    }

    /// Tries an operation, and lets the administrator do it if the person may not.
    pub async fn attempt_or_let_do(&mut self, operation: &str, path: &str, body: Value) -> Value {
        let answer = self.attempt(operation, path, body.clone()).await;
        if answer.status < 300 {
            return answer.json;
        }
        let method: Method = operation.split(' ').next().unwrap().parse().unwrap();
        let tag = self.county.tag(path).await;
        let request = self.county.ours.request(method, path).header(header::IF_MATCH, tag);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = Answer::of(request).await;
        assert!(answer.status < 300, "{operation} by the administrator: {} {}", answer.status, answer.text);
        answer.json
    }

    /// Creates a running project of a kind, in which the teacher takes part or whose team they belong to. Returns the
    /// project, the enrollment of a participant, the teacher if they are one, and the first of seven days of its own.
    pub async fn project(&mut self, kind: &str, more: Value) -> (Value, String, chrono::NaiveDate) {
        let mut new = json!({
            "kind": kind, "level": "county", "planned_hours": 40, "training_year": 2026, "starts_on": "2026-01-05",
        });
        if let Some(team) = &self.team {
            new["team_id"] = json!(team);
        }
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let ours = &self.county.ours;
        let project = ours.running_project(new).await;
        let participant = if self.team.is_some() { ours.teacher(&self.school).await } else { self.teacher.clone() };
        let nominated = ours.nominated(&project, &participant).await;
        let admit = json!({ "ids": [nominated], "admitted_on": project["starts_on"] });
        ours.post(&format!("/projects/{}/enrollments/admit", id(&project)), admit).await.expect(200);
        let first: chrono::NaiveDate = project["starts_on"].as_str().unwrap().parse().unwrap();
        self.projects += 1;
        (project, nominated, first + chrono::Days::new(7 * self.projects))
    }

    /// Returns a new activity of a day and so many hours.
    pub fn activity(&self, day: chrono::NaiveDate, hours: i64) -> Value {
        let delivered_by: Vec<&String> = self.team.iter().map(|_| &self.teacher).collect();
        json!({ "title": "研讨", "form": "seminar", "held_on": day, "hours": hours, "delivered_by": delivered_by })
    }

    /// Creates a running workshop in which 8 hours were held and attended. Returns the project, the enrollment and the activity.
    pub async fn workshop(&mut self, more: Value) -> (Value, String, String) {
        let (project, enrollment, day) = self.project("workshop", more).await;
        let path = format!("/projects/{}/activities", id(&project));
        let activity = id(&self.county.ours.post(&path, self.activity(day, 8)).await.expect(201));
        self.county.ours.attend(&activity, &enrollment, "present").await;
        (project, enrollment, activity)
    }

    /// Creates a running project with a completed phase of 8 hours, which wait for its end. Returns the project, the
    /// enrollment, the activity and the phase.
    pub async fn project_with_phase(&mut self, more: Value) -> (Value, String, String, String) {
        let (project, enrollment, day) = self.project("send_teaching", more).await;
        let (ours, phase) = (&self.county.ours, id(&project["phases"][0]));
        ours.act(&format!("/phases/{phase}/start")).await.expect(200);
        ours.submit_missing_deliverables(&phase, &self.school).await;
        let activity = ours.activity(&phase, self.activity(day, 8)).await;
        ours.attend(&activity, &enrollment, "present").await;
        ours.act(&format!("/phases/{phase}/complete")).await.expect(200);
        (project, enrollment, activity, phase)
    }
}

/// Returns a client with an API key that an account made, which may do all that a key may.
async fn key_of(county: &County, account: &Session, organization: &str, source: &str) -> Session {
    use songjiao_types::{Permission, WireEnum};
    let scopes: Vec<Permission> = Permission::ALL.iter().copied().filter(|scope| scope.fits_a_key()).collect();
    let new = json!({ "name": "脚本", "organization_id": organization, "scopes": scopes, "source": source });
    let key = account.post("/api-keys", new).await.expect(201);
    county.app.anonymous().with_token(key["secret"].as_str().unwrap())
}
