//! The requests of acts on projects, and the hours that they issue.

use chrono::NaiveDate;
use model::{
    ids::{ActivityId, ProjectId, RecordId, TeacherId},
    project::{Activity, Mark, ParticipantStatus, PhaseStatus, Project},
};
use serde_json::{Value, json};
use songjiao_tests::{Answer, id};

use crate::{
    acts::{REASON, dimension_name},
    driver::{Driver, Outcome, expect, hours},
    figures::{record_status, same},
    ledger::level_name,
};

/// The API's ids of a project.
pub struct ProjectIds {
    project: String,
    phases: Vec<String>,
    enrollments: Vec<(TeacherId, String)>,
}

fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Present => "present",
        Mark::Late => "late",
        Mark::LeftEarly => "left_early",
        Mark::Absent => "absent",
        Mark::Leave => "leave",
    }
}

fn participant_status(status: ParticipantStatus) -> &'static str {
    match status {
        ParticipantStatus::Admitted => "admitted",
        ParticipantStatus::Completed => "completed",
        ParticipantStatus::NotCompleted => "not_completed",
        ParticipantStatus::Withdrawn => "withdrawn",
    }
}

fn filling(fills: bool) -> Value {
    if fills { json!({ "unmarked": "absent", "reason": REASON }) } else { json!({}) }
}

impl Driver {
    /// Creates, publishes and starts a project and its first phase.
    pub async fn add_project(&mut self, project: &Project) -> Outcome<Answer> {
        let new = json!({
            "title": project.title.text(), "kind": "send_teaching", "training_year": project.training_year,
            "level": level_name(project.level), "mode": "face_to_face", "planned_hours": hours(project.planned_hours),
            "dimension": project.dimension.map(dimension_name), "capacity": 50, "starts_on": project.starts_on,
            "ends_on": self.today,
        });
        let created = id(&expect(self.admin.post("/projects", new).await, 201)?);
        expect(self.admin.act(&format!("/projects/{created}/publish")).await, 200)?;
        let started = expect(self.admin.act(&format!("/projects/{created}/start")).await, 200)?;
        let phases: Vec<String> = started["phases"].as_array().into_iter().flatten().map(id).collect();
        let answer = self.admin.act(&format!("/phases/{}/start", phases[0])).await;
        self.projects.push(ProjectIds { project: created, phases, enrollments: Vec::new() });
        Ok(answer)
    }

    pub async fn admit(&mut self, project: ProjectId, teacher: TeacherId, on: NaiveDate) -> Outcome<Answer> {
        let path = format!("/projects/{}/enrollments", self.projects[project.0].project);
        let nominated = self.admin.post(&path, json!({ "teacher_ids": [self.teacher(teacher)] })).await;
        let enrollment = id(&expect(nominated, 201)?["items"][0]);
        let admission = json!({ "ids": [enrollment], "admitted_on": on });
        let answer = self.admin.post(&format!("{path}/admit"), admission).await;
        self.projects[project.0].enrollments.push((teacher, enrollment));
        Ok(answer)
    }

    fn enrollment(&self, project: ProjectId, teacher: TeacherId) -> &str {
        let mut enrollments = self.projects[project.0].enrollments.iter();
        enrollments.find(|(of, _)| *of == teacher).map_or("", |(_, enrollment)| enrollment)
    }

    pub async fn add_activity(&self, activity: &Activity) -> Answer {
        let schools: Vec<&str> = activity.schools.iter().map(|school| self.organization(*school)).collect();
        let new = json!({
            "title": "研讨", "form": "seminar", "held_on": activity.first, "days": activity.days,
            "hours": hours(activity.hours), "concerns": schools,
        });
        let phase = &self.projects[activity.project.0].phases[activity.phase];
        self.admin.post(&format!("/phases/{phase}/activities"), new).await
    }

    fn activity_path(&self, activity: ActivityId) -> String {
        format!("/activities/{}", self.activities[activity.0])
    }

    pub async fn mark_day(&self, activity: ActivityId, day: NaiveDate, marks: &[(TeacherId, Mark)]) -> Answer {
        let project = self.county.activities[activity.0].project;
        let entry = |(teacher, mark): &(TeacherId, Mark)| json!({ "enrollment_id": self.enrollment(project, *teacher), "status": mark_name(*mark) });
        let entries: Vec<Value> = marks.iter().map(entry).collect();
        let path = format!("{}/attendance", self.activity_path(activity));
        self.admin.post(&path, json!({ "day": day, "entries": entries })).await
    }

    pub async fn cancel_activity(&self, activity: ActivityId) -> Answer {
        self.admin.post(&format!("{}/cancel", self.activity_path(activity)), json!({ "reason": REASON })).await
    }

    pub async fn correct_mark(&self, activity: ActivityId, teacher: TeacherId, day: NaiveDate, mark: Mark) -> Answer {
        let enrollment = self.enrollment(self.county.activities[activity.0].project, teacher);
        let body = json!({ "enrollment_id": enrollment, "day": day, "status": mark_name(mark), "reason": REASON });
        self.admin.post(&format!("{}/attendance/correct", self.activity_path(activity)), body).await
    }

    pub async fn start_phase(&self, project: ProjectId, phase: usize) -> Answer {
        self.admin.act(&format!("/phases/{}/start", self.projects[project.0].phases[phase])).await
    }

    /// Completes a phase with its deliverables.
    pub async fn complete_phase(&self, project: ProjectId, phase: usize, fills: bool) -> Answer {
        let id = &self.projects[project.0].phases[phase];
        let root = self.organization(model::county::County::ROOT).to_owned();
        self.admin.submit_missing_deliverables(id, &root).await;
        self.admin.post(&format!("/phases/{id}/complete"), filling(fills)).await
    }

    pub async fn reopen_phase(&self, project: ProjectId, phase: usize) -> Answer {
        let path = format!("/phases/{}/reopen", self.projects[project.0].phases[phase]);
        self.admin.post(&path, json!({ "reason": REASON })).await
    }

    /// Skips the phases that have not begun and completes the project.
    pub async fn complete_project(&self, project: ProjectId) -> Outcome<Answer> {
        let ids = &self.projects[project.0];
        for (at, phase) in self.county.projects[project.0].phases.iter().enumerate() {
            if *phase == PhaseStatus::Planned {
                let skip = format!("/phases/{}/skip", ids.phases[at]);
                expect(self.admin.post(&skip, json!({ "reason": REASON })).await, 200)?;
            }
        }
        Ok(self.admin.post(&format!("/projects/{}/complete", ids.project), json!({})).await)
    }

    pub async fn reopen_project(&self, project: ProjectId) -> Answer {
        let path = format!("/projects/{}/reopen", self.projects[project.0].project);
        self.admin.post(&path, json!({ "reason": REASON })).await
    }

    pub async fn withdraw_participant(&self, project: ProjectId, teacher: TeacherId, fills: bool) -> Answer {
        let mut body = json!({ "reason": REASON });
        if fills {
            body["unmarked"] = json!("absent");
        }
        self.admin.post(&format!("/enrollments/{}/withdraw", self.enrollment(project, teacher)), body).await
    }

    /// Matches the live hours that a project issued with the model's, and keeps their ids.
    pub async fn match_issued(&mut self, project: ProjectId) -> Outcome<()> {
        let path = format!("/hour-records?limit=500&project_id={}", self.projects[project.0].project);
        let mut rows = self.admin.all(&path).await;
        rows.retain(|row| row["status"] == "pending" || row["status"] == "recognized");
        let issued = self.county.records.iter().filter(|record| record.is_live());
        let issued = issued.filter(|record| record.issued.is_some_and(|issued| issued.project == project));
        let mut found: Vec<(RecordId, String)> = Vec::new();
        for record in issued {
            let entry = &record.entry;
            let phase = record.issued.map_or(0, |issued| issued.phase);
            let expected = [
                ("teacher_id", json!(self.teacher(entry.teacher))),
                ("phase_id", json!(self.projects[project.0].phases[phase])),
                ("hours", hours(entry.hours)),
                ("starts_on", json!(entry.first)),
                ("ends_on", json!(entry.last)),
                ("training_year", json!(entry.training_year)),
                ("dimension", json!(entry.dimension.map(dimension_name))),
                ("status", json!(record_status(record.status()))),
            ];
            let at = rows.iter().position(|row| same("", row, &expected).is_ok());
            let at = at.ok_or_else(|| format!("no such hours of the project: {expected:?} in {rows:?}"))?;
            found.push((entry.record, id(&rows.remove(at))));
        }
        if !rows.is_empty() {
            return Err(format!("the project issued also {rows:?}"));
        }
        self.records.extend(found);
        Ok(())
    }

    /// Compares the hours that projects issued, and who completes.
    pub async fn compare_projects(&mut self) -> Outcome<()> {
        for project in self.county.projects.clone() {
            self.match_issued(project.id).await?;
            let path = format!("/projects/{}/enrollments?limit=500", self.projects[project.id.0].project);
            let rows = self.admin.all(&path).await;
            for participant in &project.participants {
                let sought = json!(self.teacher(participant.teacher));
                let row = rows.iter().find(|row| row["teacher_id"] == sought).ok_or("no enrollment")?;
                let what = format!("{:?} in {:?}", participant.teacher, project.id);
                same(&what, row, &[("status", json!(participant_status(participant.status)))])?;
            }
        }
        Ok(())
    }
}
