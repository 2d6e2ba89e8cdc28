//! Rows of the tables that have no set-wise writer yet.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ActivityId, AttendanceId, CertificationId, DeliverableId, EnrollmentId, Hours, LessonId, OrganizationId, PhaseId,
    ProjectId, ReviewId, TeacherId, TeamId, UserId,
    activities::ActivityForm,
    attendance::AttendanceStatus,
    certifications::{Award, CertificationStatus, Verdict},
    deliverables::{DeliverableKind, DiagnosisMethod},
    enrollments::EnrollmentStatus,
    lessons::LessonGrade,
    phases::{PhaseKind, PhaseStatus, Responsible},
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingLevel, TrainingMode},
};

use songjiao_api::{
    db::{
        DbConnection, Tx,
        schema::{
            activities, attendance, certificate_counters, certification_reviews, certifications, deliverables,
            enrollments, lessons, phases, projects,
        },
        types::UtcTime,
    },
    error::Result,
    hours::{exemptions, hour_records},
};

pub use songjiao_api::hours::{exemptions::batch::NewExemption, hour_records::batch::NewHourRecord};

/// The values that SQLite binds in one statement, with some to spare.
const SQLITE_BINDS: usize = 32_000;

/// Rows that are written as a set.
pub trait Rows {
    fn write(self, tx: &mut Tx<'_>) -> Result<()>;
}

macro_rules! rows {
    ($($table:ident: $name:ident { $($field:ident: $type:ty,)+ })+) => {
        $(
            #[derive(Insertable)]
            #[diesel(table_name = $table, treat_none_as_default_value = false)]
            pub struct $name { $(pub $field: $type,)+ }

            impl Rows for Vec<$name> {
                fn write(self, tx: &mut Tx<'_>) -> Result<()> {
                    const COLUMNS: usize = [$(stringify!($field)),+].len();
                    match tx.conn {
                        DbConnection::Postgres(connection) => {
                            diesel::copy_from($table::table).from_insertable(self).execute(connection)?;
                        }
                        DbConnection::Sqlite(connection) => {
                            for chunk in self.chunks(SQLITE_BINDS / COLUMNS) {
                                diesel::insert_into($table::table).values(chunk).execute(connection)?;
                            }
                        }
                    }
                    Ok(())
                }
            }
        )+
    };
}

impl Rows for Vec<NewHourRecord> {
    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        hour_records::batch::insert(tx.conn, &self)
    }
}

impl Rows for Vec<NewExemption> {
    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        exemptions::batch::insert(tx.conn, &self)
    }
}

rows! {
    projects: ProjectRow {
        id: ProjectId,
        title: String,
        kind: ProjectKind,
        training_year: i32,
        level: TrainingLevel,
        mode: TrainingMode,
        subject: Option<String>,
        stage: Option<Stage>,
        theme: Option<String>,
        school_theme: Option<String>,
        research_topic: Option<String>,
        conditions: Option<String>,
        requires_rural: bool,
        look_back_years: i32,
        planned_hours: Hours,
        capacity: i32,
        starts_on: NaiveDate,
        ends_on: NaiveDate,
        owner_organization_id: OrganizationId,
        host_organization_id: Option<OrganizationId>,
        team_id: Option<TeamId>,
        status: ProjectStatus,
        status_reason: Option<String>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
        initials: String,
    }
    phases: PhaseRow {
        id: PhaseId,
        project_id: ProjectId,
        kind: PhaseKind,
        position: i32,
        status: PhaseStatus,
        planned_hours: Hours,
        starts_on: Option<NaiveDate>,
        ends_on: Option<NaiveDate>,
        responsible: Responsible,
        started_at: Option<UtcTime>,
        completed_at: Option<UtcTime>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    activities: ActivityRow {
        id: ActivityId,
        project_id: ProjectId,
        phase_id: PhaseId,
        title: String,
        form: ActivityForm,
        held_on: NaiveDate,
        days: i32,
        hours: Hours,
        place: Option<String>,
        organization_id: Option<OrganizationId>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    deliverables: DeliverableRow {
        id: DeliverableId,
        project_id: ProjectId,
        phase_id: PhaseId,
        kind: DeliverableKind,
        title: String,
        method: Option<DiagnosisMethod>,
        content: Option<String>,
        organization_id: Option<OrganizationId>,
        teacher_id: Option<TeacherId>,
        submitted_by: UserId,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    enrollments: EnrollmentRow {
        id: EnrollmentId,
        project_id: ProjectId,
        teacher_id: TeacherId,
        organization_id: OrganizationId,
        status: EnrollmentStatus,
        reason: Option<String>,
        nominated_by: UserId,
        reviewed_by: Option<UserId>,
        reviewed_at: Option<UtcTime>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    attendance: AttendanceRow {
        id: AttendanceId,
        activity_id: ActivityId,
        enrollment_id: EnrollmentId,
        status: AttendanceStatus,
        note: Option<String>,
        recorded_by: UserId,
        recorded_at: UtcTime,
    }
    lessons: LessonRow {
        id: LessonId,
        teacher_id: TeacherId,
        organization_id: OrganizationId,
        project_id: Option<ProjectId>,
        title: String,
        subject: String,
        stage: Stage,
        taught_on: Option<NaiveDate>,
        summary: Option<String>,
        grade: Option<LessonGrade>,
        grade_comment: Option<String>,
        graded_by: Option<UserId>,
        graded_at: Option<UtcTime>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    certifications: CertificationRow {
        id: CertificationId,
        lesson_id: LessonId,
        teacher_id: TeacherId,
        organization_id: OrganizationId,
        grade: LessonGrade,
        status: CertificationStatus,
        award: Option<Award>,
        number: Option<String>,
        number_year: Option<i32>,
        number_sequence: Option<i32>,
        teacher_name: String,
        school_name: String,
        lesson_title: String,
        lesson_subject: String,
        issued_on: Option<NaiveDate>,
        applied_by: UserId,
        decided_by: Option<UserId>,
        decided_at: Option<UtcTime>,
        decision_reason: Option<String>,
        superseded_by: Option<CertificationId>,
        version: i32,
        created_at: UtcTime,
        updated_at: UtcTime,
    }
    certification_reviews: ReviewRow {
        id: ReviewId,
        certification_id: CertificationId,
        reviewer_id: UserId,
        verdict: Verdict,
        comment: String,
        created_at: UtcTime,
    }
    certificate_counters: CounterRow {
        number_year: i32,
        award: Award,
        last_sequence: i32,
    }
}
