//! The figures that are counts of rows, a grouped query each.

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    CertificationId, ProjectId, TeacherId,
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
            certification_reviews, certifications, enrollments, hour_records, lessons, organizations, phases, projects,
            team_members,
        },
    },
    error::Result,
    people::policies,
    visibility::team_project_ids,
};

/// Late phases that are named.
const MOST_LATE: i64 = 5;

/// What the figures are about.
pub struct Sight {
    /// The organizations whose rows count; none for the role `teacher`.
    pub scope: Scope,
    /// The teacher whose rows count wherever they are, and whose teams' do.
    pub teacher_id: Option<TeacherId>,
    pub today: NaiveDate,
    pub year: i32,
}

/// The ids of the organizations in sight, as a subquery.
macro_rules! places {
    ($sight:expr) => {
        $crate::db::schema::organizations::table
            .filter($crate::visibility::in_scope!($crate::db::schema::organizations::path, $sight.scope))
            .select($crate::db::schema::organizations::id)
    };
}
pub(super) use places;

/// The condition that a row is of an organization in sight or of the teacher in sight.
macro_rules! within {
    ($sight:expr, $table:ident) => {
        $table::organization_id.eq_any(places!($sight)).or($table::teacher_id.nullable().eq($sight.teacher_id))
    };
}

/// The ids of the lessons of the own team's projects, as a subquery.
macro_rules! of_the_team {
    ($sight:expr) => {
        lessons::table
            .filter(lessons::project_id.eq_any(team_project_ids!($sight).select(projects::id.nullable())))
            .select(lessons::id)
    };
}

/// The condition that a project concerns somebody in sight: planned or held there, of the own
/// team, or with participants from there.
macro_rules! concerned {
    ($sight:expr) => {
        projects::owner_organization_id
            .eq_any(places!($sight))
            .or(projects::host_organization_id.eq_any(places!($sight).select(organizations::id.nullable())))
            .or(projects::team_id.eq_any(
                team_members::table
                    .filter(team_members::teacher_id.eq($sight.teacher_id).and(team_members::left_on.is_null()))
                    .select(team_members::team_id.nullable()),
            ))
            .or(projects::id
                .eq_any(enrollments::table.filter(within!($sight, enrollments)).select(enrollments::project_id)))
    };
}

/// Projects of the training year, by status.
pub fn projects(conn: &mut DbConnection, sight: &Sight) -> Result<ProjectFigures> {
    let rows: Vec<(ProjectStatus, i64)> = projects::table
        .filter(projects::training_year.eq(sight.year))
        .filter(concerned!(sight))
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

/// Active phases of running projects, by kind.
pub fn running_phases(conn: &mut DbConnection, sight: &Sight) -> Result<PhaseFigures> {
    let rows: Vec<(PhaseKind, i64)> = phases::table
        .inner_join(projects::table)
        .filter(phases::status.eq(PhaseStatus::Active))
        .filter(projects::status.eq(ProjectStatus::Running))
        .filter(concerned!(sight))
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

/// Phases that should be over, of all years: how many, and the longest overdue.
pub fn late(conn: &mut DbConnection, sight: &Sight) -> Result<(i64, Vec<LatePhase>)> {
    macro_rules! overdue {
        () => {
            phases::table
                .inner_join(projects::table)
                .filter(crate::training::phases::late!(sight.today))
                .filter(concerned!(sight))
        };
    }
    let count = overdue!().select(count_star()).first(conn)?;
    let most: Vec<(ProjectId, String, i32, NaiveDate)> = overdue!()
        .order((phases::ends_on, phases::id))
        .limit(MOST_LATE)
        .select((projects::id, projects::title, phases::position, phases::ends_on.assume_not_null()))
        .load(conn)?;
    let most = most.into_iter().map(|(project_id, project_title, position, ends_on)| LatePhase {
        project_id,
        project_title,
        position,
        ends_on,
    });
    Ok((count, most.collect()))
}

/// What waits for somebody.
pub fn waiting(conn: &mut DbConnection, sight: &Sight) -> Result<WaitingFigures> {
    let enrollments = enrollments::table
        .filter(enrollments::status.eq_any([EnrollmentStatus::Nominated, EnrollmentStatus::Announced]))
        .filter(within!(sight, enrollments))
        .select(count_star())
        .first(conn)?;
    let hour_records = hour_records::table
        .filter(hour_records::status.eq(HourRecordStatus::Pending))
        .filter(within!(sight, hour_records))
        .select(count_star())
        .first(conn)?;
    // The reviews of each certification that is not decided; one without any counts, too.
    let reviews: Vec<(CertificationId, i64)> = certifications::table
        .left_join(certification_reviews::table)
        .filter(certifications::status.eq(CertificationStatus::Applied))
        .filter(within!(sight, certifications).or(certifications::lesson_id.eq_any(of_the_team!(sight))))
        .group_by(certifications::id)
        .select((certifications::id, diesel::dsl::count(certification_reviews::id.nullable())))
        .load(conn)?;
    let required = i64::from(policies::in_force(conn, sight.today)?.reviews_required);
    let with_at_least = |least: i64| reviews.iter().filter(|(_, count)| *count >= least).count();
    Ok(WaitingFigures {
        enrollments,
        hour_records,
        certifications: i64::try_from(with_at_least(0)).unwrap_or(i64::MAX),
        certifications_to_decide: i64::try_from(with_at_least(required)).unwrap_or(i64::MAX),
    })
}

/// Lessons of all years, by grade.
pub fn lessons(conn: &mut DbConnection, sight: &Sight) -> Result<LessonFigures> {
    let rows: Vec<(Option<LessonGrade>, i64)> = lessons::table
        .filter(
            within!(sight, lessons)
                .or(lessons::project_id.eq_any(team_project_ids!(sight).select(projects::id.nullable()))),
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

/// Awards in force that were issued in the year.
pub fn awards(conn: &mut DbConnection, sight: &Sight) -> Result<AwardFigures> {
    let rows: Vec<(Option<Award>, i64)> = certifications::table
        .filter(certifications::status.eq(CertificationStatus::Accepted))
        .filter(certifications::number_year.eq(sight.year))
        .filter(within!(sight, certifications).or(certifications::lesson_id.eq_any(of_the_team!(sight))))
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
