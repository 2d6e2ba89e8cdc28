//! Teachers 教师.

use songjiao_types::{Page, TeacherId, teachers::TeacherView};

use super::Get;
use crate::query::Query;

/// A page of the teachers in scope.
pub fn list_teachers(query: &Query) -> Get<Page<TeacherView>> {
    Get::list("/teachers", query)
}

/// One teacher.
pub fn find_teacher(id: TeacherId) -> Get<TeacherView> {
    Get::new(format!("/teachers/{id}"))
}
