use std::collections::HashMap;

use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_types::Role;

use crate::{Answer, Operation, Session, TestApp, id, unique};

/// A county of two districts. The first has one of every resource, the second only a school and a teacher.
pub struct County {
    pub app: TestApp,
    /// The bureau's administrator, who sees both districts.
    pub admin: Session,
    /// An administrator who sees only the first district.
    pub ours: Session,
    /// The ids in the first district, by the resource's segment of the path, such as `lessons`.
    ids: HashMap<&'static str, String>,
    /// The second district, its school and the school's teacher.
    pub their_district: String,
    pub their_school: String,
    pub their_teacher: String,
}

impl County {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let their_district = admin.organization("district", &root).await;
        let their_school = admin.organization("school", &their_district).await;
        let their_teacher = admin.teacher(&their_school).await;
        let district = admin.organization("district", &root).await;
        let ours = app.user(&admin, Role::BureauAdmin, &district).await;
        let ids = create_resources(&app, &ours, &district).await;
        Self { app, admin, ours, ids, their_district, their_school, their_teacher }
    }

    /// Returns the id of the first district's resource.
    pub fn id_of(&self, resource: &str) -> &str {
        self.ids.get(resource).unwrap_or_else(|| panic!("the county has no {resource}"))
    }

    pub fn ids(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.ids.iter().map(|(resource, id)| (*resource, id))
    }

    /// Signs in as a user of the second district. Roles that need a teacher are linked to one.
    pub async fn outsider(&self, role: Role) -> Session {
        let teacher = self.admin.teacher(&self.their_school).await;
        let organization = match role {
            Role::Teacher | Role::TeamLeader | Role::TeamMember | Role::SchoolAdmin => &self.their_school,
            _ => &self.their_district,
        };
        let more = if role == Role::Teacher || role == Role::TeamLeader {
            json!({ "teacher_id": teacher })
        } else {
            json!({})
        };
        self.app.user_with(&self.admin, role, organization, more).await
    }

    /// Returns the operation's path with ids of the first district.
    pub fn path(&self, operation: &Operation) -> String {
        let mut resource = String::new();
        let mut filled = Vec::new();
        for part in operation.path.split('/') {
            let value = match part {
                "{id}" | "{member_id}" | "{delivery_id}" | "{reviewer_id}" => self.id_of(&resource).to_owned(),
                "{year}" | "{cycle_first_year}" => "2026".to_owned(),
                "{file}" => "teachers.csv".to_owned(),
                "{number}" => "SL2026-示-0001".to_owned(),
                "{source}" => "province".to_owned(),
                part => {
                    assert!(!part.starts_with('{'), "{part} is unknown");
                    part.clone_into(&mut resource);
                    part.to_owned()
                }
            };
            filled.push(value);
        }
        filled.join("/")
    }

    /// Returns the operation's example body with ids of the first district.
    pub fn body(&self, operation: &Operation) -> Option<Value> {
        let mut body = operation.body.clone()?;
        for (name, value) in body.as_object_mut().unwrap() {
            match name.as_str() {
                "ids" if operation.path.contains("hour-records") => *value = json!([self.id_of("hour-records")]),
                "ids" if operation.path.contains("appointments") => *value = json!([self.id_of("appointments")]),
                "ids" => *value = json!([self.id_of("enrollments")]),
                "keep" => *value = json!([self.id_of("kept-records")]),
                "units" => *value = json!(null),
                "teacher_ids" => *value = json!([self.id_of("teachers")]),
                "user_ids" => *value = json!([self.id_of("users")]),
                "entries" => value[0]["enrollment_id"] = json!(self.id_of("enrollments")),
                "external_id" => {}
                name if name.ends_with("_id") => *value = json!(self.id_of(resource_of(name))),
                _ => {}
            }
        }
        Some(body)
    }

    /// Returns the current ETag at a path, as the first district sees it.
    pub async fn tag(&self, path: &str) -> String {
        let found = self.ours.get(path).await;
        found.headers.get(header::ETAG).map_or("\"0\"".to_owned(), |tag| tag.to_str().unwrap().to_owned())
    }

    /// Returns the number of the last entry in the audit log, which every change increases.
    pub async fn last_audit_seq(&self) -> i64 {
        self.admin.get("/audit-log?limit=1").await.expect(200)["items"][0]["seq"].as_i64().unwrap()
    }
}

/// Returns the resource to which a field of this name refers.
pub fn resource_of(field: &str) -> &'static str {
    match field {
        "teacher_id" => "teachers",
        "project_id" => "projects",
        "phase_id" => "phases",
        "team_id" => "teams",
        "lesson_id" => "lessons",
        "enrollment_id" => "enrollments",
        "former_id" => "hour-records",
        "user_id" => "users",
        field if field.ends_with("organization_id") || field == "parent_id" => "organizations",
        field => panic!("{field} refers to an unknown resource"),
    }
}

/// Creates one of every resource in a district.
async fn create_resources(app: &TestApp, ours: &Session, district: &str) -> HashMap<&'static str, String> {
    let school = ours.organization("school", district).await;
    let teacher = ours.teacher(&school).await;
    let named = json!({ "name": unique("送培团队"), "subject": "语文", "stage": "primary" });
    let team = id(&ours.post("/teams", named).await.expect(201));
    let member = json!({ "teacher_id": ours.teacher(&school).await, "role": "member" });
    let member = id(&ours.post(&format!("/teams/{team}/members"), member).await.expect(201));
    let project = ours.running_project(json!({ "team_id": team })).await;
    let phases: Vec<_> = project["phases"].as_array().unwrap().iter().map(id).collect();
    for phase in &phases[..2] {
        ours.post(&format!("/phases/{phase}/skip"), json!({ "reason": "本年不做" })).await.expect(200);
    }
    let phase = phases[2].clone();
    ours.act(&format!("/phases/{phase}/start")).await.expect(200);
    let enrollment = ours.admitted(&project, &teacher).await;
    let activity = ours.activity(&phase, json!({})).await;
    let deliverable =
        ours.submit_deliverable(&phase, "lesson_study_record", json!({ "organization_id": school })).await;
    let lesson = json!({ "teacher_id": teacher, "project_id": id(&project), "title": "草原" });
    let lesson = id(&ours.post("/lessons", lesson).await.expect(201));
    ours.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "good" })).await.expect(200);
    let certification = id(&ours.post("/certifications", json!({ "lesson_id": lesson })).await.expect(201));
    let reviewer = app.user(ours, Role::TrainingSchoolAdmin, district).await.me("/id");
    let named = json!({ "user_id": reviewer });
    ours.post(&format!("/certifications/{certification}/reviewers"), named).await.expect(201);
    let exemption =
        json!({ "teacher_id": teacher, "kind": "maternity", "starts_on": "2024-03-01", "ends_on": "2024-05-31" });
    let exemption = id(&ours.post("/exemptions", exemption).await.expect(201));
    let appointment = id(&ours.get(&format!("/teachers/{teacher}/appointments")).await.expect(200)[0]);
    let record = id(&ours.hours_with(&teacher, 2025, 8.0, json!({ "status": "pending" })).await);
    let repeated = json!({ "title": "国培计划", "external_id": "G-1" });
    let kept = id(&ours.hours_with(&teacher, 2025, 8.0, repeated).await);
    let waiting = ours.hours_with(&teacher, 2025, 8.0, json!({ "title": "国培计划", "external_id": "G-2" })).await;
    let group = waiting["duplicate_group_id"].as_str().unwrap().to_owned();
    let code = ours.get(&format!("/organizations/{school}")).await.expect(200)["code"].clone();
    let code = code.as_str().unwrap();
    let csv = format!("教师编号,姓名,单位编号,学科,学段,入职日期\n{},王芳,{code},语文,大学,2015-08-01\n", unique("T"));
    let import = ours.request(Method::POST, "/imports/teachers").header(header::CONTENT_TYPE, "text/csv").body(csv);
    // Rejected, so that it has faulty rows.
    let import = id(&Answer::of(import).await.expect(422));
    let key = json!({ "name": "省平台", "organization_id": school, "scopes": ["hours.read"] });
    let key = id(&ours.post("/api-keys", key).await.expect(201));
    // No server listens there.
    let webhook = json!({ "name": "省平台", "organization_id": school, "url": "https://hooks.songjiao.invalid/" });
    let webhook = id(&ours.post("/webhooks", webhook).await.expect(201));
    let delivery = id(&ours.act(&format!("/webhooks/{webhook}/test")).await.expect(202));
    let pushed = json!([{ "external_id": "A", "withdrawn": true }]);
    ours.post("/sources/province/hour-records", pushed).await.expect(200);
    let source = id(&ours.get("/sources").await.expect(200)["items"][0]);
    let user = app.user(ours, Role::SchoolAdmin, &school).await.me("/id");
    let policy = id(&ours.get("/policies").await.expect(200)["items"][0]);
    HashMap::from([
        ("organizations", school),
        ("teachers", teacher),
        ("appointments", appointment),
        ("users", user),
        ("policies", policy),
        ("teams", team),
        ("members", member),
        ("projects", id(&project)),
        ("phases", phase),
        ("activities", activity),
        ("deliverables", deliverable),
        ("enrollments", enrollment),
        ("lessons", lesson),
        ("certifications", certification),
        ("reviewers", reviewer),
        ("exemptions", exemption),
        ("hour-records", record),
        ("duplicate-groups", group),
        ("kept-records", kept),
        ("imports", import),
        ("api-keys", key),
        ("sources", source),
        ("webhooks", webhook),
        ("deliveries", delivery),
    ])
}
