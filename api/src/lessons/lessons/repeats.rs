//! Lessons that look entered twice: equal titles of one teacher in one training year (case D5).

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{ErrorCode, FieldError, LessonId, ProjectId, TeacherId, normal};

use super::batch::Lesson;
use crate::{
    db::{
        DbConnection,
        schema::{lessons, projects, teachers},
    },
    error::{ApiError, Result},
    people::policies::{self, Policies},
};

/// A lesson that another one seems to repeat.
#[derive(Clone, Debug)]
pub struct Original {
    id: LessonId,
    title: String,
    entered_on: NaiveDate,
}

/// What equal lessons have in common: the teacher, the training year and the title in its normal form.
type Key = (TeacherId, i32, String);

/// The lessons of some teachers, whether or not the caller sees them.
pub struct TitleIndex {
    policies: Policies,
    project_years: HashMap<ProjectId, i32>,
    found: HashMap<Key, Vec<Original>>,
}

impl TitleIndex {
    /// Loads the lessons of teachers, and the years of the projects to which new ones belong. With `lock`, no other
    /// transaction enters lessons of these teachers meanwhile.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, of: &[TeacherId], belong_to: &[ProjectId], lock: bool) -> Result<Self> {
        if let (DbConnection::Postgres(connection), true) = (&mut *conn, lock) {
            let locked = teachers::table.filter(teachers::id.eq_any(of)).order(teachers::id).for_no_key_update();
            locked.select(teachers::id).load::<TeacherId>(connection)?;
        }
        let policies = policies::all(conn)?;
        let rows: Vec<Lesson> =
            lessons::table.filter(lessons::teacher_id.eq_any(of)).select(Lesson::as_select()).load(conn)?;
        let ids: Vec<ProjectId> =
            rows.iter().filter_map(|row| row.project_id).chain(belong_to.iter().copied()).collect();
        let project_years = projects::table
            .filter(projects::id.eq_any(ids))
            .select((projects::id, projects::training_year))
            .load(conn)?
            .into_iter()
            .collect();
        let mut index = Self { policies, project_years, found: HashMap::new() };
        for row in &rows {
            index.insert(row);
        }
        Ok(index)
    }

    /// Returns the training year of a lesson: its project's, else that of the day on which it was taught, else of its
    /// entry.
    fn year_of(&self, lesson: &Lesson) -> i32 {
        let year = lesson.project_id.and_then(|project| self.project_years.get(&project)).copied();
        let day = || lesson.taught_on.unwrap_or_else(|| lesson.created_at.local_date());
        year.unwrap_or_else(|| self.policies.root().calendar().year_of(day()))
    }

    fn key(&self, lesson: &Lesson) -> Key {
        let title = Some(normal::key(&lesson.title)).filter(|title| !title.is_empty());
        (lesson.teacher_id, self.year_of(lesson), title.unwrap_or_else(|| lesson.title.clone()))
    }

    /// Adds a lesson.
    pub fn insert(&mut self, lesson: &Lesson) {
        let (id, title, entered_on) = (lesson.id, lesson.title.clone(), lesson.created_at.local_date());
        self.found.entry(self.key(lesson)).or_default().push(Original { id, title, entered_on });
    }

    /// Returns whether two states of a lesson stand under different keys.
    pub fn differ(&self, before: &Lesson, after: &Lesson) -> bool {
        self.key(before) != self.key(after)
    }

    /// Returns another lesson that this one seems to repeat.
    pub fn original(&self, lesson: &Lesson) -> Option<&Original> {
        self.found.get(&self.key(lesson))?.iter().find(|original| original.id != lesson.id)
    }
}

impl Original {
    /// Returns what to say of a lesson that seems to repeat this one.
    pub fn message(&self) -> String {
        format!(
            "该教师在该培训年度已有同名课例“{}”（{} 登记）。如确是另一节课，请填写同名说明",
            self.title,
            self.entered_on.format("%Y-%m-%d")
        )
    }
}

/// Returns the lesson with the reason why it is none of those it seems to repeat.
///
/// # Errors
/// 409 `lesson_suspected` without a reason.
pub fn check(index: &TitleIndex, lesson: Lesson, reason: Option<String>) -> Result<Lesson> {
    match (index.original(&lesson), reason) {
        (None, _) => Ok(lesson),
        (Some(_), Some(reason)) => Ok(Lesson { distinct_reason: Some(reason), ..lesson }),
        (Some(original), None) => {
            let message = original.message();
            let error = FieldError::new("/distinct_reason", ErrorCode::LessonSuspected.to_string(), message.clone());
            Err(ApiError::new(ErrorCode::LessonSuspected).detail(message).errors(vec![error]))
        }
    }
}
