//! Loads what decides who enters and grades lessons: for many teachers and projects in a query a
//! kind.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, ProjectId, TeacherId,
    enrollments::EnrollmentStatus,
    phases::{PhaseKind, PhaseStatus},
    projects::ProjectStatus,
    training::Stage,
};

use super::rules::{self, Standing};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{enrollments, organizations, phases, projects, teachers, team_members},
    },
    error::{ApiError, Result},
    visibility::{in_scope, team_project_ids},
};

/// Which of some projects the caller is in the team of.
pub fn own_projects(conn: &mut DbConnection, user: &CurrentUser, ids: &[ProjectId]) -> Result<HashSet<ProjectId>> {
    let found: Vec<ProjectId> = team_project_ids!(user).filter(projects::id.eq_any(ids)).load(conn)?;
    Ok(found.into_iter().collect())
}

/// How the caller stands to a lesson.
pub fn standing(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teacher: TeacherId,
    project: Option<ProjectId>,
) -> Result<Standing> {
    let own = own_projects(conn, user, project.as_slice())?;
    Ok(Standing::of(user, teacher, project, &own))
}

impl Standing {
    /// Of a caller who is in the teams of these projects.
    pub fn of(user: &CurrentUser, teacher: TeacherId, project: Option<ProjectId>, own: &HashSet<ProjectId>) -> Self {
        Self {
            role: user.role,
            own: user.teacher_id == Some(teacher),
            in_team: project.is_some_and(|project| own.contains(&project)),
        }
    }
}

/// The teacher of a new lesson, as far as the lesson takes over from them.
#[derive(Clone, Debug)]
pub struct Giver {
    pub id: TeacherId,
    pub teacher_no: String,
    pub organization_id: OrganizationId,
    pub subject: String,
    pub stage: Stage,
}

/// The teachers that new lessons name, by their ids or their numbers.
pub enum Named<'a> {
    Id(TeacherId),
    Numbers(&'a [&'a str]),
}

/// Those of the teachers whose lessons the caller may enter: in scope, the caller's own, or a
/// participant of a project of the caller's team.
pub fn givers(conn: &mut DbConnection, user: &CurrentUser, named: &Named<'_>) -> Result<Vec<Giver>> {
    let mut found = match named {
        Named::Id(id) => teachers::table.filter(teachers::id.eq(*id)).into_boxed(),
        Named::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
            teachers::table.filter(teachers::teacher_no.eq_any(numbers)).into_boxed()
        }
    };
    if let Some(own) = user.own_teacher_only()? {
        found = found.filter(teachers::id.eq(own));
    } else {
        let in_scope =
            organizations::table.filter(in_scope!(organizations::path, user.scope)).select(organizations::id);
        let participants = enrollments::table
            .filter(enrollments::project_id.eq_any(team_project_ids!(user)))
            .select(enrollments::teacher_id);
        found = found.filter(
            teachers::organization_id
                .eq_any(in_scope)
                .or(teachers::id.eq_any(participants))
                .or(teachers::id.nullable().eq(user.teacher_id))
                .assume_not_null(),
        );
    }
    let rows: Vec<(TeacherId, String, OrganizationId, String, Stage)> = found
        .select((teachers::id, teachers::teacher_no, teachers::organization_id, teachers::subject, teachers::stage))
        .load(conn)?;
    let giver =
        |(id, teacher_no, organization_id, subject, stage)| Giver { id, teacher_no, organization_id, subject, stage };
    Ok(rows.into_iter().map(giver).collect())
}

/// The teacher that a new lesson names; without one, the caller.
///
/// # Errors
/// 422 where there is none, or the caller may not enter lessons of theirs.
pub fn giver(conn: &mut DbConnection, user: &CurrentUser, teacher: Option<TeacherId>) -> Result<Giver> {
    let unknown = || ApiError::invalid("/teacher_id", "unknown_teacher", "教师不存在或不在您的管理范围内");
    let id =
        teacher.or(user.teacher_id).ok_or_else(|| ApiError::invalid("/teacher_id", "required", "请选择授课教师"))?;
    givers(conn, user, &Named::Id(id))?.pop().ok_or_else(unknown)
}

/// The status of a project, and that of its 研课磨课 where it has phases.
pub type Polishing = (ProjectStatus, Option<PhaseStatus>);

/// How far projects are, as far as their lessons go by it.
pub fn polishing(conn: &mut DbConnection, ids: &[ProjectId]) -> Result<HashMap<ProjectId, Polishing>> {
    let rows: Vec<(ProjectId, ProjectStatus, Option<PhaseStatus>)> = projects::table
        .left_join(
            phases::table.on(phases::project_id.eq(projects::id).and(phases::kind.eq(PhaseKind::LessonPolishing))),
        )
        .filter(projects::id.eq_any(ids))
        .select((projects::id, projects::status, phases::status.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, project, phase)| (id, (project, phase))).collect())
}

/// Who takes part in which projects, as participant or in the team; and how far these are.
pub struct Parts {
    taken: HashSet<(TeacherId, ProjectId)>,
    polishing: HashMap<ProjectId, Polishing>,
}

impl Parts {
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
        let taken = participants.into_iter().chain(members).collect();
        Ok(Self { taken, polishing: polishing(conn, projects)? })
    }

    /// How far a lesson's project is.
    pub fn polishing(&self, project: Option<ProjectId>) -> Option<Polishing> {
        self.polishing.get(&project?).copied()
    }

    /// # Errors
    /// As [`rules::check_part`].
    pub fn check(&self, teacher: TeacherId, project: Option<ProjectId>) -> Result<(), (&'static str, &'static str)> {
        let Some(id) = project else { return Ok(()) };
        let status = self.polishing(project).map(|(status, _)| status);
        rules::check_part(status.filter(|_| self.taken.contains(&(teacher, id))))
    }
}

/// A lesson belongs to a project in which its teacher takes part, as participant or in the team.
///
/// # Errors
/// 422 at `/project_id`.
pub fn check_project(conn: &mut DbConnection, teacher: TeacherId, project: Option<ProjectId>) -> Result<()> {
    let parts = Parts::load(conn, &[teacher], project.as_slice())?;
    parts.check(teacher, project).map_err(|(code, message)| ApiError::invalid("/project_id", code, message))
}
