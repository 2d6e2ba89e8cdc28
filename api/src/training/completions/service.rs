//! Withdraws participants whose service ends, and takes away their marks after it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ActivityId, AttendanceId, EnrollmentId, ErrorCode, FieldError, ProjectId, TeacherId, enrollments::EnrollmentStatus,
    projects::ProjectStatus,
};

use super::{leave, mending};
use crate::{
    db::{
        Tx,
        schema::{activities, attendance, enrollments, projects},
    },
    error::{ApiError, Result},
    people::{
        appointments::service::services_of,
        effects::{Participation, ServiceChange},
    },
    training::{
        attendance::{batch, participants},
        enrollments::batch as enrollment_rows,
        projects::lock,
    },
};

/// Teachers in one statement.
const CHUNK: usize = 2000;
/// Marks that an error names.
const NAMED: usize = 100;

/// Lets participation in projects follow service.
pub struct ParticipationInProjects;

/// A mark after the end of service.
#[derive(Clone, Debug, Queryable)]
struct LateMark {
    id: AttendanceId,
    activity_id: ActivityId,
    title: String,
    day: NaiveDate,
    enrollment_id: EnrollmentId,
    project_id: ProjectId,
    teacher_id: TeacherId,
}

/// Returns the marks of teachers after their last days.
fn late_marks(tx: &mut Tx<'_>, last: &HashMap<TeacherId, NaiveDate>) -> Result<Vec<LateMark>> {
    let teachers: Vec<TeacherId> = last.keys().copied().collect();
    let mut found = Vec::new();
    for chunk in teachers.chunks(CHUNK) {
        let rows = attendance::table
            .inner_join(activities::table)
            .inner_join(enrollments::table)
            .filter(enrollments::teacher_id.eq_any(chunk))
            .order((attendance::day, attendance::id))
            .select((
                attendance::id,
                activities::id,
                activities::title,
                attendance::day,
                enrollments::id,
                enrollments::project_id,
                enrollments::teacher_id,
            ));
        let marks: Vec<LateMark> = rows.load(tx.conn)?;
        found.extend(marks.into_iter().filter(|mark| last.get(&mark.teacher_id).is_some_and(|last| mark.day > *last)));
    }
    Ok(found)
}

/// Returns the error that names the marks after the end of service.
fn refusal(marks: &[LateMark]) -> ApiError {
    let fault = |mark: &LateMark| {
        let pointer = format!("/activities/{}/attendance/{}", mark.activity_id, mark.enrollment_id);
        FieldError::new(pointer, "marks_without_service", format!("{}《{}》的考勤", mark.day, mark.title))
    };
    let detail = format!("{} 条考勤将不在任职期间；确需变更时，可填写原因并取消这些考勤", marks.len());
    let code = ErrorCode::RecordsWithoutService;
    ApiError::new(code).detail(detail).errors(marks.iter().take(NAMED).map(fault).collect())
}

impl Participation for ParticipationInProjects {
    fn follow_service(&self, tx: &mut Tx<'_>, changes: &[ServiceChange], void_for: Option<&str>) -> Result<()> {
        let last = changes.iter().filter_map(|change| {
            let last = change.after.spells().last().and_then(|spell| spell.last)?;
            Some((change.teacher_id, last))
        });
        let last: HashMap<TeacherId, NaiveDate> = last.collect();
        let marks = late_marks(tx, &last)?;
        if marks.is_empty() {
            return Ok(());
        }
        let reason = void_for.ok_or_else(|| refusal(&marks))?;
        batch::delete(tx, &marks.iter().map(|mark| mark.id).collect::<Vec<_>>())?;
        let activities: BTreeSet<ActivityId> = marks.iter().map(|mark| mark.activity_id).collect();
        batch::marks_changed(tx, &activities.iter().copied().collect::<Vec<_>>())?;
        for id in activities {
            let taken: Vec<String> =
                marks.iter().filter(|mark| mark.activity_id == id).map(|mark| mark.day.to_string()).collect();
            tx.audit("void_marks", "activity", id, Some(&taken), Some(&reason))?;
        }
        let participants: BTreeSet<(ProjectId, EnrollmentId)> =
            marks.iter().map(|mark| (mark.project_id, mark.enrollment_id)).collect();
        for (project, enrollment) in participants {
            let project = lock(tx, project)?;
            if let Some(participant) = participants::by_enrollment(tx.conn, project.id)?.remove(&enrollment) {
                mending::end_service(tx, &project, &participant, reason)?;
            }
        }
        Ok(())
    }

    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
        let open = [ProjectStatus::Published, ProjectStatus::Running];
        let mut found: Vec<(EnrollmentId, ProjectId, TeacherId)> = Vec::new();
        for chunk in teachers.chunks(CHUNK) {
            let rows = enrollments::table
                .inner_join(projects::table)
                .filter(enrollments::teacher_id.eq_any(chunk))
                .filter(enrollments::status.eq(EnrollmentStatus::Admitted).and(projects::status.eq_any(open)))
                .order((projects::id, enrollments::id))
                .select((enrollments::id, projects::id, enrollments::teacher_id));
            found.extend(rows.load::<(EnrollmentId, ProjectId, TeacherId)>(tx.conn)?);
        }
        let admitted: Vec<TeacherId> = found.iter().map(|(.., teacher)| *teacher).collect();
        let services = services_of(tx.conn, &admitted)?;
        let today = tx.now.local_date();
        for (id, project, teacher) in found {
            let last = services.get(&teacher).and_then(|service| service.spells().last()).and_then(|spell| spell.last);
            let Some(last) = last.filter(|last| *last < today) else { continue };
            let project = lock(tx, project)?;
            enrollment_rows::withdraw(tx, id, last, format!("{last} 任职结束"))?;
            // Without a user, and while marks are missing, the project's end decides.
            if tx.user_id().is_ok() {
                leave::conclude_if_marked(tx, &project, id)?;
            }
        }
        Ok(())
    }
}
