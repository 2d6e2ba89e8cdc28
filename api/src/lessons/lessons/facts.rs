//! Loads the facts by which the rules decide who enters and grades lessons, in one query per kind for
//! many teachers and projects.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{
    LessonId, OrganizationId, ProjectId, TeacherId,
    enrollments::EnrollmentStatus,
    phases::{PhaseKind, PhaseStatus},
    projects::ProjectStatus,
    training::Stage,
};
use uuid::Uuid;

use super::{
    batch::Lesson,
    rules::{self, CallerRelation, ProjectProgress},
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, folded,
        schema::{enrollments, phases, projects, teachers, team_members},
        types::{UtcTime, lower},
    },
    error::{ApiError, Result},
    visibility::{organization_ids_in, team_project_ids, visible_records},
};

/// Returns which of the given projects have the caller in their team.
pub fn own_projects(conn: &mut DbConnection, user: &CurrentUser, ids: &[ProjectId]) -> Result<HashSet<ProjectId>> {
    let found: Vec<ProjectId> = team_project_ids!(user).filter(projects::id.eq_any(ids)).load(conn)?;
    Ok(found.into_iter().collect())
}

/// Returns the caller's relation to a teacher's lesson in a project.
pub fn relation(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teacher: TeacherId,
    project: Option<ProjectId>,
) -> Result<CallerRelation> {
    let own = own_projects(conn, user, project.as_slice())?;
    Ok(CallerRelation::new(user, teacher, project, &own))
}

impl CallerRelation {
    /// Returns the relation of a caller who is in the teams of the `own` projects.
    pub fn new(user: &CurrentUser, teacher: TeacherId, project: Option<ProjectId>, own: &HashSet<ProjectId>) -> Self {
        Self {
            role: user.role,
            own: user.teacher_id == Some(teacher),
            in_team: project.is_some_and(|project| own.contains(&project)),
        }
    }
}

/// The teacher of a new lesson, with what the lesson takes over by default.
#[derive(Clone, Debug)]
pub struct LessonTeacher {
    pub id: TeacherId,
    pub teacher_no: String,
    pub organization_id: OrganizationId,
    pub subject: String,
    pub stage: Stage,
}

impl LessonTeacher {
    /// Returns a new lesson of the teacher, not graded, in the teacher's subject and stage.
    pub fn lesson(&self, project_id: Option<ProjectId>, title: String, now: UtcTime) -> Lesson {
        Lesson {
            id: LessonId::from_uuid(Uuid::now_v7()),
            teacher_id: self.id,
            organization_id: self.organization_id,
            project_id,
            title,
            subject: self.subject.clone(),
            stage: self.stage,
            taught_on: None,
            summary: None,
            grade: None,
            grade_comment: None,
            graded_by: None,
            graded_at: None,
            distinct_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// How new lessons name their teachers.
pub enum TeacherRef<'a> {
    Id(TeacherId),
    Numbers(&'a [&'a str]),
}

/// Returns those of the named teachers whose lessons the caller may enter: teachers in scope, the
/// caller, and participants of projects of the caller's team.
pub fn find_teachers(
    conn: &mut DbConnection,
    user: &CurrentUser,
    named: &TeacherRef<'_>,
) -> Result<Vec<LessonTeacher>> {
    let rows = match named {
        TeacherRef::Id(id) => teachers::table.filter(teachers::id.eq(*id)).into_boxed(),
        TeacherRef::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| folded(number).into_owned()).collect();
            teachers::table.filter(lower(teachers::teacher_no).eq_any(numbers)).into_boxed()
        }
    };
    let participants = enrollments::table
        .filter(enrollments::project_id.eq_any(team_project_ids!(user)))
        .select(enrollments::teacher_id);
    let found = visible_records!(user, rows,
        own: teachers::id.nullable().eq(user.teacher_id),
        teams: teachers::id.eq_any(participants),
        scope: |scope| teachers::organization_id.eq_any(organization_ids_in!(scope)),
    );
    let rows: Vec<(TeacherId, String, OrganizationId, String, Stage)> = found
        .select((teachers::id, teachers::teacher_no, teachers::organization_id, teachers::subject, teachers::stage))
        .load(conn)?;
    let teacher = |(id, teacher_no, organization_id, subject, stage)| LessonTeacher {
        id,
        teacher_no,
        organization_id,
        subject,
        stage,
    };
    Ok(rows.into_iter().map(teacher).collect())
}

/// Returns the teacher that a new lesson names, by default the caller.
///
/// # Errors
/// 422 at `/teacher_id` if there is none, or the caller may not enter their lessons.
pub fn find_teacher(conn: &mut DbConnection, user: &CurrentUser, teacher: Option<TeacherId>) -> Result<LessonTeacher> {
    let unknown = || ApiError::invalid("/teacher_id", "unknown_teacher", "教师不存在或不在您的管理范围内");
    let id =
        teacher.or(user.teacher_id).ok_or_else(|| ApiError::invalid("/teacher_id", "required", "请选择授课教师"))?;
    find_teachers(conn, user, &TeacherRef::Id(id))?.pop().ok_or_else(unknown)
}

/// Returns the progress of each project.
pub fn progress(conn: &mut DbConnection, ids: &[ProjectId]) -> Result<HashMap<ProjectId, ProjectProgress>> {
    let rows: Vec<(ProjectId, ProjectStatus, Option<PhaseStatus>)> = projects::table
        .left_join(
            phases::table.on(phases::project_id.eq(projects::id).and(phases::kind.eq(PhaseKind::LessonPolishing))),
        )
        .filter(projects::id.eq_any(ids))
        .select((projects::id, projects::status, phases::status.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, project, phase)| (id, (project, phase))).collect())
}

/// Which teachers take part in which projects, as participants or in the team, and the progress of
/// these projects.
pub struct Participation {
    pairs: HashSet<(TeacherId, ProjectId)>,
    progress: HashMap<ProjectId, ProjectProgress>,
}

impl Participation {
    /// Loads the participation of any of the teachers in any of the projects.
    pub fn load(conn: &mut DbConnection, teachers: &[TeacherId], projects: &[ProjectId]) -> Result<Self> {
        let participants: Vec<(TeacherId, ProjectId)> = enrollments::table
            .filter(enrollments::teacher_id.eq_any(teachers).and(enrollments::project_id.eq_any(projects)))
            .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
            .select((enrollments::teacher_id, enrollments::project_id))
            .load(conn)?;
        let members: Vec<(Option<TeacherId>, ProjectId)> = projects::table
            .inner_join(team_members::table.on(team_members::team_id.nullable().eq(projects::team_id)))
            .filter(projects::id.eq_any(projects))
            .filter(team_members::teacher_id.eq_any(teachers.iter().map(|id| Some(*id))))
            .filter(team_members::left_on.is_null())
            .select((team_members::teacher_id, projects::id))
            .load(conn)?;
        let members = members.into_iter().filter_map(|(teacher, project)| Some((teacher?, project)));
        let pairs = participants.into_iter().chain(members).collect();
        Ok(Self { pairs, progress: progress(conn, projects)? })
    }

    /// Returns the progress of a lesson's project, `None` for a lesson outside any project.
    pub fn progress(&self, project: Option<ProjectId>) -> Option<ProjectProgress> {
        self.progress.get(&project?).copied()
    }

    /// Checks that a teacher takes part in a lesson's project.
    ///
    /// # Errors
    /// A code and a message, as [`rules::check_participation`].
    pub fn check(&self, teacher: TeacherId, project: Option<ProjectId>) -> Result<(), (&'static str, &'static str)> {
        let Some(id) = project else { return Ok(()) };
        let status = self.progress(project).map(|(status, _)| status);
        rules::check_participation(status.filter(|_| self.pairs.contains(&(teacher, id))))
    }
}

/// Checks that a teacher takes part in a lesson's project, as participant or in the team.
///
/// # Errors
/// 422 at `/project_id`.
pub fn check_project(conn: &mut DbConnection, teacher: TeacherId, project: Option<ProjectId>) -> Result<()> {
    let participation = Participation::load(conn, &[teacher], project.as_slice())?;
    participation.check(teacher, project).map_err(|(code, message)| ApiError::invalid("/project_id", code, message))
}
