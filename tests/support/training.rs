use serde_json::{Value, json};

use crate::{Session, unique};

/// Returns the `id` of an answer.
pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl Session {
    /// Creates a draft of a county's 送教下乡 project of 2026 for 50 teachers, without conditions, with `more` fields.
    pub async fn project(&self, more: Value) -> Value {
        let mut new = json!({
            "title": unique("送教下乡"), "kind": "send_teaching", "training_year": 2026, "level": "national",
            "mode": "blended", "planned_hours": 80, "capacity": 50,
            "starts_on": "2026-03-02", "ends_on": "2026-12-18",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/projects", new).await.expect(201)
    }

    /// Creates a published project.
    pub async fn published_project(&self, more: Value) -> Value {
        let draft = self.project(more).await;
        self.act(&format!("/projects/{}/publish", id(&draft))).await.expect(200)
    }

    /// Creates a running project.
    pub async fn running_project(&self, more: Value) -> Value {
        let published = self.published_project(more).await;
        self.act(&format!("/projects/{}/start", id(&published))).await.expect(200)
    }

    /// Nominates and admits a teacher; returns the enrollment's id.
    pub async fn admitted(&self, project: &Value, teacher: &str) -> String {
        let enrollment = self.nominated(project, teacher).await;
        self.act(&format!("/enrollments/{enrollment}/admit")).await.expect(200);
        enrollment
    }

    /// Nominates a teacher; returns the enrollment's id.
    pub async fn nominated(&self, project: &Value, teacher: &str) -> String {
        let path = format!("/projects/{}/enrollments", id(project));
        let nominated = self.post(&path, json!({ "teacher_ids": [teacher] })).await.expect(201);
        id(&nominated["items"][0])
    }

    /// Creates an activity of 4 hours in a phase, with `more` fields; returns its id.
    pub async fn activity(&self, phase: &str, more: Value) -> String {
        let mut new = json!({ "title": "专题讲座", "form": "lecture", "held_on": "2026-03-10", "hours": 4 });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        id(&self.post(&format!("/phases/{phase}/activities"), new).await.expect(201))
    }

    /// Records one participant's attendance.
    pub async fn attend(&self, activity: &str, enrollment: &str, status: &str) {
        let entries = json!({ "entries": [{ "enrollment_id": enrollment, "status": status }] });
        self.post(&format!("/activities/{activity}/attendance"), entries).await.expect(200);
    }

    /// Submits a deliverable and returns its id.
    pub async fn submit_deliverable(&self, phase: &str, kind: &str, more: Value) -> String {
        let mut new = json!({ "kind": kind, "title": "成果材料" });
        if kind == "diagnosis_report" {
            new["method"] = json!("observation");
        }
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        id(&self.post(&format!("/phases/{phase}/deliverables"), new).await.expect(201))
    }

    /// Submits all missing deliverables of a phase, on behalf of a school.
    pub async fn submit_missing_deliverables(&self, phase: &str, school: &str) {
        let view = self.get(&format!("/phases/{phase}")).await.expect(200);
        for requirement in view["requirements"].as_array().unwrap() {
            if let Some(kind) = requirement["kinds"].get(0).filter(|_| requirement["met"] == false) {
                self.submit_deliverable(phase, kind.as_str().unwrap(), json!({ "organization_id": school })).await;
            }
        }
    }

    /// Creates a graded lesson of a participant and returns its id.
    pub async fn graded_lesson(&self, project: &Value, teacher: &str, grade: &str) -> String {
        let new = json!({ "teacher_id": teacher, "project_id": id(project), "title": "草原" });
        let lesson = id(&self.post("/lessons", new).await.expect(201));
        self.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": grade })).await.expect(200);
        lesson
    }
}
