//! The figures that count rows, with one grouped query each.

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    ProjectId, TeacherId,
    certifications::{Award, CertificationStatus},
    dashboard::{AwardFigures, LatePhase, LessonFigures, PhaseFigures, ProjectFigures, WaitingFigures},
    enrollments::EnrollmentStatus,
    hour_records::HourRecordStatus,
    lessons::LessonGrade,
    phases::{PhaseKind, PhaseStatus},
    projects::ProjectStatus,
};

use crate::{
    auth::scope::Scope,
    db::{
        DbConnection,
        schema::{
            certification_reviewers, certifications, enrollments, hour_records, lessons, organizations, phases,
            projects, team_members, users,
        },
    },
    error::Result,
    lessons::certifications::{batch::Certification, independence},
    visibility::team_project_ids,
};

/// Late phases that the dashboard names.
const MAX_LATE_PHASES: i64 = 5;

/// The rows that the figures count, and the day as of which they count them.
pub struct Perspective {
    /// The organizations whose rows count; empty for users who see by assignment alone.
    pub scope: Scope,
    /// The teacher whose own rows and whose teams' projects count wherever they are.
    pub teacher_id: Option<TeacherId>,
    /// Whether records of persons that the projects of the teacher's teams issued count, too.
    pub sees_records_of_teams: bool,
    pub today: NaiveDate,
    pub year: i32,
}

/// The ids of the organizations of a perspective, as a subquery.
macro_rules! organizations_of {
    ($perspective:expr) => {
        $crate::db::schema::organizations::table
            .filter($crate::visibility::in_scope!($crate::db::schema::organizations::path, $perspective.scope))
            .select($crate::db::schema::organizations::id)
    };
}
pub(super) use organizations_of;

/// The condition that a row belongs to an organization or to the teacher of a perspective.
macro_rules! within {
    ($perspective:expr, $table:ident) => {
        $table::organization_id
            .eq_any(organizations_of!($perspective))
            .or($table::teacher_id.nullable().eq($perspective.teacher_id))
    };
}

/// The ids of the projects of the teacher's teams whose records of persons count, as a subquery.
macro_rules! record_project_ids {
    ($perspective:expr) => {{
        let member = Member { teacher_id: $perspective.teacher_id.filter(|_| $perspective.sees_records_of_teams) };
        team_project_ids!(member).select(projects::id.nullable())
    }};
}

/// The teacher whose teams are meant.
struct Member {
    teacher_id: Option<TeacherId>,
}

/// The ids of the lessons of the projects of the teacher's teams, as a subquery.
macro_rules! team_lesson_ids {
    ($perspective:expr) => {
        lessons::table.filter(lessons::project_id.eq_any(record_project_ids!($perspective))).select(lessons::id)
    };
}

/// The condition that a project concerns a perspective: it is planned or held there, run by one of the
/// teacher's teams, or has participants from there.
macro_rules! concerns {
    ($perspective:expr) => {
        projects::owner_organization_id
            .eq_any(organizations_of!($perspective))
            .or(projects::host_organization_id
                .eq_any(organizations_of!($perspective).select(organizations::id.nullable())))
            .or(projects::team_id.eq_any(
                team_members::table
                    .filter(team_members::teacher_id.eq($perspective.teacher_id).and(team_members::left_on.is_null()))
                    .select(team_members::team_id.nullable()),
            ))
            .or(projects::id
                .eq_any(enrollments::table.filter(within!($perspective, enrollments)).select(enrollments::project_id)))
    };
}

/// The condition that a certification is of a perspective: of its organizations, of the teacher, of a lesson of the teacher's
/// teams, or one that the teacher was named to review.
macro_rules! certifications_of {
    ($perspective:expr) => {
        within!($perspective, certifications)
            .or(certifications::lesson_id.eq_any(team_lesson_ids!($perspective)))
            .or(certifications::id.eq_any(named_certification_ids!($perspective)))
    };
}

/// The ids of the certifications that the teacher of a perspective was named to review, as a subquery.
macro_rules! named_certification_ids {
    ($perspective:expr) => {
        certification_reviewers::table
            .inner_join(users::table)
            .filter(users::teacher_id.eq($perspective.teacher_id.filter(|_| $perspective.sees_records_of_teams)))
            .select(certification_reviewers::certification_id)
    };
}

/// Returns the first day of a calendar year.
fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// Counts the projects of the training year by status.
pub fn projects(conn: &mut DbConnection, perspective: &Perspective) -> Result<ProjectFigures> {
    let rows: Vec<(ProjectStatus, i64)> = projects::table
        .filter(projects::training_year.eq(perspective.year))
        .filter(concerns!(perspective))
        .group_by(projects::status)
        .select((projects::status, count_star()))
        .load(conn)?;
    let mut figures = ProjectFigures::default();
    for (status, count) in rows {
        *match status {
            ProjectStatus::Draft => &mut figures.draft,
            ProjectStatus::Published => &mut figures.published,
            ProjectStatus::Running => &mut figures.running,
            ProjectStatus::Completed => &mut figures.completed,
            ProjectStatus::Archived => &mut figures.archived,
            ProjectStatus::Cancelled => &mut figures.cancelled,
        } = count;
    }
    Ok(figures)
}

/// Counts the active phases of running projects by kind.
pub fn running_phases(conn: &mut DbConnection, perspective: &Perspective) -> Result<PhaseFigures> {
    let rows: Vec<(PhaseKind, i64)> = phases::table
        .inner_join(projects::table)
        .filter(phases::status.eq(PhaseStatus::Active))
        .filter(projects::status.eq(ProjectStatus::Running))
        .filter(concerns!(perspective))
        .group_by(phases::kind)
        .select((phases::kind, count_star()))
        .load(conn)?;
    let mut figures = PhaseFigures::default();
    for (kind, count) in rows {
        *match kind {
            PhaseKind::IntensiveStudy => &mut figures.intensive_study,
            PhaseKind::DiagnosisDemonstration => &mut figures.diagnosis_demonstration,
            PhaseKind::LessonPolishing => &mut figures.lesson_polishing,
            PhaseKind::OutcomeShowcase => &mut figures.outcome_showcase,
            PhaseKind::SummaryImprovement => &mut figures.summary_improvement,
        } = count;
    }
    Ok(figures)
}

/// Counts the late phases of all years and lists the longest overdue.
pub fn late(conn: &mut DbConnection, perspective: &Perspective) -> Result<(i64, Vec<LatePhase>)> {
    macro_rules! overdue {
        () => {
            phases::table
                .inner_join(projects::table)
                .filter(crate::training::phases::late!(perspective.today))
                .filter(concerns!(perspective))
        };
    }
    let count = overdue!().select(count_star()).first(conn)?;
    let longest: Vec<(ProjectId, String, i32, NaiveDate)> = overdue!()
        .order((phases::ends_on, phases::id))
        .limit(MAX_LATE_PHASES)
        .select((projects::id, projects::title, phases::position, phases::ends_on.assume_not_null()))
        .load(conn)?;
    let longest = longest.into_iter().map(|(project_id, project_title, position, ends_on)| LatePhase {
        project_id,
        project_title,
        position,
        ends_on,
    });
    Ok((count, longest.collect()))
}

/// Counts what waits for a decision.
pub fn waiting(conn: &mut DbConnection, perspective: &Perspective) -> Result<WaitingFigures> {
    let enrollments = enrollments::table
        .filter(enrollments::status.eq_any([EnrollmentStatus::Nominated, EnrollmentStatus::Announced]))
        .filter(within!(perspective, enrollments))
        .select(count_star())
        .first(conn)?;
    let hour_records = hour_records::table
        .filter(hour_records::status.eq(HourRecordStatus::Pending))
        .filter(
            within!(perspective, hour_records).or(hour_records::project_id.eq_any(record_project_ids!(perspective))),
        )
        .select(count_star())
        .first(conn)?;
    let open: Vec<Certification> = certifications::table
        .filter(certifications::status.eq(CertificationStatus::Applied))
        .filter(certifications_of!(perspective))
        .select(Certification::as_select())
        .load(conn)?;
    let applications = independence::load(conn, &open, perspective.today)?;
    let to_decide = applications.values().filter(|application| application.has_enough_reviews()).count();
    Ok(WaitingFigures {
        enrollments,
        hour_records,
        certifications: i64::try_from(open.len()).unwrap_or(i64::MAX),
        certifications_to_decide: i64::try_from(to_decide).unwrap_or(i64::MAX),
    })
}

/// Counts the lessons of all years by grade.
pub fn lessons(conn: &mut DbConnection, perspective: &Perspective) -> Result<LessonFigures> {
    let named = certifications::table
        .filter(certifications::id.eq_any(named_certification_ids!(perspective)))
        .select(certifications::lesson_id);
    let rows: Vec<(Option<LessonGrade>, i64)> = lessons::table
        .filter(
            within!(perspective, lessons)
                .or(lessons::project_id.eq_any(record_project_ids!(perspective)))
                .or(lessons::id.eq_any(named)),
        )
        .group_by(lessons::grade)
        .select((lessons::grade, count_star()))
        .load(conn)?;
    let mut figures = LessonFigures::default();
    for (grade, count) in rows {
        *match grade {
            None => &mut figures.ungraded,
            Some(LessonGrade::Qualified) => &mut figures.qualified,
            Some(LessonGrade::Good) => &mut figures.good,
            Some(LessonGrade::Excellent) => &mut figures.excellent,
        } = count;
    }
    Ok(figures)
}

/// Counts the awards in force that were accepted in the calendar year, whenever a certificate was issued anew.
pub fn awards(conn: &mut DbConnection, perspective: &Perspective) -> Result<AwardFigures> {
    let rows: Vec<(Option<Award>, i64)> = certifications::table
        .filter(certifications::status.eq(CertificationStatus::Accepted))
        .filter(
            certifications::awarded_on
                .ge(day(perspective.year))
                .and(certifications::awarded_on.lt(day(perspective.year + 1))),
        )
        .filter(certifications_of!(perspective))
        .group_by(certifications::award)
        .select((certifications::award, count_star()))
        .load(conn)?;
    let mut figures = AwardFigures::default();
    for (award, count) in rows {
        match award {
            Some(Award::Standard) => figures.standard = count,
            Some(Award::Quality) => figures.quality = count,
            Some(Award::Demonstration) => figures.demonstration = count,
            None => {}
        }
    }
    Ok(figures)
}
