//! The participants on the attendance sheets of projects, with the days that concern each of them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{EnrollmentId, ProjectId, TeacherId, enrollments::EnrollmentStatus};

use super::rules::Span;
use crate::{
    db::{
        DbConnection,
        schema::{enrollments, organizations, projects, teachers},
    },
    error::Result,
    people::appointments::service::{Service, services_of},
    training::activities::plan::PlannedActivity,
};

/// A participant: who is or was admitted to a project.
#[derive(Clone, Debug)]
pub struct Participant {
    /// The enrollment.
    pub id: EnrollmentId,
    /// The project.
    pub project_id: ProjectId,
    /// The status.
    pub status: EnrollmentStatus,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number.
    pub teacher_no: String,
    /// The teacher's name.
    pub teacher_name: String,
    /// The path of the school that nominated the teacher.
    pub school: String,
    /// The days from admission to withdrawal.
    pub span: Span,
    /// The teacher's service.
    pub service: Service,
}

type Row = (
    EnrollmentId,
    ProjectId,
    EnrollmentStatus,
    TeacherId,
    String,
    String,
    String,
    NaiveDate,
    Option<NaiveDate>,
    Option<NaiveDate>,
);

/// Returns the participants of projects, by name of school and teacher number.
///
/// # Errors
/// If the database fails.
pub fn load(conn: &mut DbConnection, of: &[ProjectId]) -> Result<Vec<Participant>> {
    let was_admitted = enrollments::status
        .eq_any([EnrollmentStatus::Withdrawn, EnrollmentStatus::Disqualified])
        .and(enrollments::admitted_on.is_not_null());
    let rows: Vec<Row> = enrollments::table
        .inner_join(teachers::table)
        .inner_join(organizations::table)
        .inner_join(projects::table)
        .filter(enrollments::project_id.eq_any(of))
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE).or(was_admitted))
        .order((organizations::name, teachers::teacher_no))
        .select((
            enrollments::id,
            enrollments::project_id,
            enrollments::status,
            teachers::id,
            teachers::teacher_no,
            teachers::name,
            organizations::path,
            projects::starts_on,
            enrollments::admitted_on,
            enrollments::left_on,
        ))
        .load(conn)?;
    let teachers: Vec<TeacherId> = rows.iter().map(|row| row.3).collect();
    let services = services_of(conn, &teachers)?;
    let participant = |row: Row| {
        let (id, project_id, status, teacher_id, teacher_no, teacher_name, school, starts_on, admitted_on, left_on) =
            row;
        let span = Span::of(starts_on, admitted_on, left_on);
        let service = services.get(&teacher_id).cloned().unwrap_or_default();
        Participant { id, project_id, status, teacher_id, teacher_no, teacher_name, school, span, service }
    };
    Ok(rows.into_iter().map(participant).collect())
}

/// Returns the participants of a project, by enrollment.
///
/// # Errors
/// If the database fails.
pub fn by_enrollment(conn: &mut DbConnection, of: ProjectId) -> Result<HashMap<EnrollmentId, Participant>> {
    Ok(load(conn, &[of])?.into_iter().map(|participant| (participant.id, participant)).collect())
}

impl Participant {
    /// Returns whether a day of an activity concerns the participant.
    pub fn is_concerned(&self, activity: &PlannedActivity, day: NaiveDate) -> bool {
        activity.concerns(&self.school) && self.span.contains(day)
    }

    /// Returns whether a day of an activity may be marked: admissions are entered late, so that a mark before the day of
    /// admission moves it back.
    fn may_be_marked(&self, activity: &PlannedActivity, day: NaiveDate) -> bool {
        activity.concerns(&self.school) && Span { from: None, ..self.span }.contains(day)
    }

    /// Returns the days of an activity that concern the participant.
    pub fn days_of(&self, activity: &PlannedActivity) -> Vec<NaiveDate> {
        let days = activity.days().into_iter().map(|(day, _)| day);
        days.filter(|day| self.is_concerned(activity, *day)).collect()
    }

    /// Returns whether the teacher was in service on a day, confirmed or reported.
    fn served_on(&self, day: NaiveDate) -> bool {
        let Service { confirmed, reported } = &self.service;
        confirmed.iter().chain(reported).any(|spell| spell.meets(day, day))
    }

    /// Returns the days of an activity that a mark is for: the given one or, without one, all that concern the participant.
    ///
    /// # Errors
    /// The code and the message why the participant is not marked.
    pub fn days_to_mark(
        &self,
        activity: &PlannedActivity,
        day: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Vec<NaiveDate>, (&'static str, String)> {
        let name = &self.teacher_name;
        let days = match day {
            Some(day) if activity.days().iter().all(|(other, _)| *other != day) => {
                return Err(("not_a_day", "活动不在这一天".to_owned()));
            }
            Some(day) => vec![day],
            None => match self.days_of(activity) {
                days if days.is_empty() => activity.days().into_iter().map(|(day, _)| day).collect(),
                days => days,
            },
        };
        if let Some(ahead) = days.iter().find(|day| **day > today) {
            return Err(("day_ahead", format!("{ahead} 尚未到来，当天起方可登记考勤")));
        }
        if let Some(day) = days.iter().find(|day| !self.served_on(**day)) {
            return Err(("not_in_service", format!("{name}在 {day} 没有任职")));
        }
        if days.iter().any(|day| !self.may_be_marked(activity, *day)) {
            return Err(("not_concerned", format!("该活动不涉及{name}（按学校和退出日期）")));
        }
        Ok(days)
    }
}
