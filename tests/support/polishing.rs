use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use serde_json::json;
use songjiao_api::{
    db::{Actor, Tx},
    people::effects,
};
use songjiao_types::{Role, TeacherId};
use uuid::Uuid;

use crate::{Session, TestApp, id, unique};

/// A county with one project in the phase 研课磨课. A teacher of a rural school participates, a teacher of another school
/// leads the team.
pub struct Polishing {
    pub app: TestApp,
    pub admin: Session,
    pub root: String,
    pub school: String,
    pub other_school: String,
    /// Participates in the project and serves at `school`.
    pub teacher: String,
    /// Leads the team and serves at `other_school`.
    pub leader: String,
    pub project: String,
    pub team: String,
    applicant: OnceLock<Session>,
}

impl Polishing {
    pub async fn start() -> Self {
        Self::in_app(TestApp::start().await).await
    }

    /// Starts with the built SPA.
    pub async fn start_with_web() -> Self {
        Self::in_app(TestApp::start_with_web().await).await
    }

    async fn in_app(app: TestApp) -> Self {
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let (school, other_school) =
            (admin.organization("school", &root).await, admin.organization("school", &root).await);
        let [project, team] = [(); 2].map(|()| Uuid::now_v7().to_string());
        let mut county = Self {
            app,
            admin,
            root,
            school,
            other_school,
            teacher: String::new(),
            leader: String::new(),
            project,
            team,
            applicant: OnceLock::new(),
        };
        county.teacher = county.new_teacher("李敏", &county.school);
        county.leader = county.new_teacher("王芳", &county.other_school);
        county.insert_project();
        county.admit(&county.teacher);
        county
    }

    /// Runs SQL that both databases understand.
    pub fn sql(&self, sql: &str) {
        self.app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
    }

    fn insert_project(&self) {
        let Self { project, team, leader, root, .. } = self;
        let (member, phase) = (Uuid::now_v7(), Uuid::now_v7());
        self.sql(&format!(
            "INSERT INTO teams (id, name, organization_id, subject, stage, version, created_at, updated_at)
             VALUES ('{team}', '小学语文送培团队', '{root}', '语文', 'primary', 1, {NOW}, {NOW});
             INSERT INTO team_members (id, team_id, teacher_id, name, role, joined_on, created_at)
             VALUES ('{member}', '{team}', '{leader}', '王芳', 'leader', '2026-01-01', {NOW});
             INSERT INTO projects (id, title, kind, training_year, level, mode, requires_rural, look_back_years,
                 planned_hours, capacity, starts_on, ends_on, owner_organization_id, team_id, status, version,
                 created_at, updated_at)
             VALUES ('{project}', '小学语文送教下乡', 'send_teaching', 2026, 'national', 'blended', true, 2, 720, 50,
                 '2026-03-01', '2026-11-30', '{root}', '{team}', 'running', 1, {NOW}, {NOW});
             INSERT INTO phases (id, project_id, kind, position, status, planned_hours, responsible, version,
                 created_at, updated_at)
             VALUES ('{phase}', '{project}', 'lesson_polishing', 3, 'active', 200, 'school', 1, {NOW}, {NOW});"
        ));
    }

    /// Creates a teacher in post since 2015 and returns the id.
    pub fn new_teacher(&self, name: &str, organization: &str) -> String {
        let (id, no) = (Uuid::now_v7(), unique("T"));
        self.sql(&format!(
            "INSERT INTO teachers (id, teacher_no, name, organization_id, subject, stage, joined_on, status, backbone,
                 version, created_at, updated_at)
             VALUES ('{id}', '{no}', '{name}', '{organization}', '语文', 'primary', '2015-08-01', 'active', false,
                 1, {NOW}, {NOW});
             INSERT INTO appointments (id, teacher_id, organization_id, starts_on, confirmed_at, recorded_at, version)
             VALUES ('{id}', '{id}', '{organization}', '2015-08-01', {NOW}, {NOW}, 1);"
        ));
        let follow = |tx: &mut Tx<'_>| effects::service_changed(tx, &[TeacherId::from_uuid(id)]);
        self.app.db.write_now(Actor::system(), follow).unwrap();
        id.to_string()
    }

    /// Admits a teacher to the project.
    pub fn admit(&self, teacher: &str) {
        let (id, project, by) = (Uuid::now_v7(), &self.project, self.admin.me("/id"));
        self.sql(&format!(
            "INSERT INTO enrollments (id, project_id, teacher_id, organization_id, status, nominated_by, version,
                 created_at, updated_at)
             SELECT '{id}', '{project}', id, organization_id, 'admitted', '{by}', 1, {NOW}, {NOW}
             FROM teachers WHERE id = '{teacher}';"
        ));
    }

    /// Sets the status of the phase 研课磨课.
    pub fn set_phase_status(&self, status: &str) {
        let skip_reason = if status == "skipped" { "'本年不做'" } else { "NULL" };
        self.sql(&format!("UPDATE phases SET status = '{status}', skip_reason = {skip_reason}"));
    }

    pub async fn user(&self, role: Role, organization: &str) -> Session {
        self.app.user(&self.admin, role, organization).await
    }

    /// Signs in as a user linked to a teacher, in the organization where the teacher serves.
    pub async fn user_linked_to(&self, role: Role, teacher: &str, organization: &str) -> Session {
        self.app.user_with(&self.admin, role, organization, json!({ "teacher_id": teacher })).await
    }

    /// Signs in as the leader of the project's team.
    pub async fn team_leader(&self) -> Session {
        self.user_linked_to(Role::TeamLeader, &self.leader, &self.other_school).await
    }

    /// Signs in as a user of the training school, who sees the county.
    pub async fn training_school(&self) -> Session {
        self.user(Role::TrainingSchoolAdmin, &self.root).await
    }

    /// Creates a lesson of the teacher in the project and returns its id.
    pub async fn lesson(&self, title: &str) -> String {
        let new = json!({ "teacher_id": self.teacher, "project_id": self.project, "title": title });
        id(&self.admin.post("/lessons", new).await.expect(201))
    }

    pub async fn graded_lesson(&self, title: &str, grade: &str) -> String {
        let lesson = self.lesson(title).await;
        self.grade(&lesson, grade).await;
        lesson
    }

    pub async fn grade(&self, lesson: &str, grade: &str) {
        self.admin.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": grade })).await.expect(200);
    }

    /// Signs in as a clerk of the bureau who applies, and neither reviews nor decides.
    pub async fn applicant(&self) -> &Session {
        if self.applicant.get().is_none() {
            let clerk = self.user(Role::BureauAdmin, &self.root).await;
            self.applicant.get_or_init(|| clerk);
        }
        self.applicant.get().unwrap()
    }

    /// Applies for certification as the [`Self::applicant`] and returns its id.
    pub async fn apply(&self, lesson: &str) -> String {
        id(&self.applicant().await.post("/certifications", json!({ "lesson_id": lesson })).await.expect(201))
    }
}

/// A timestamp for rows whose time does not matter.
const NOW: &str = "'2026-01-01 00:00:00.000000'";
