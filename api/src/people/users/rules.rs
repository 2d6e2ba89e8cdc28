use songjiao_types::{FieldError, Role, TeacherId};

use crate::error::{ApiError, Result};

/// A user of the role `teacher` sees one teacher's records, so it has to be linked to one.
///
/// # Errors
/// 422 at `/teacher_id`.
pub fn check_teacher_link(role: Role, teacher: Option<TeacherId>) -> Result<()> {
    if role == Role::Teacher && teacher.is_none() {
        return Err(ApiError::invalid("/teacher_id", "required", "教师角色须关联一名教师"));
    }
    Ok(())
}

/// Nobody locks themselves out: the own role stays, and so does the own access.
///
/// # Errors
/// 422 at the field.
pub fn check_own_account(own: bool, role_changes: bool, disables: bool) -> Result<()> {
    let pointer = match (own, role_changes, disables) {
        (true, true, _) => "/role",
        (true, _, true) => "/disabled",
        _ => return Ok(()),
    };
    Err(ApiError::new(songjiao_types::ErrorCode::Invalid).errors(vec![FieldError::new(
        pointer,
        "own_account",
        "不能更改自己的角色或停用自己的账号",
    )]))
}
