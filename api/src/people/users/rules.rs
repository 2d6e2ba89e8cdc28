use songjiao_types::{FieldError, Role, TeacherId};

use crate::error::{ApiError, Result};

/// Checks that a user of the role `teacher`, who sees one teacher's records, is linked to a teacher.
///
/// # Errors
/// 422 at `/teacher_id` if not.
pub fn check_teacher_link(role: Role, teacher: Option<TeacherId>) -> Result<()> {
    if role == Role::Teacher && teacher.is_none() {
        return Err(ApiError::invalid("/teacher_id", "required", "教师角色须关联一名教师"));
    }
    Ok(())
}

/// Checks that users do not lock themselves out by changing their own role or disabling themselves.
///
/// # Errors
/// 422 at `/role` or `/disabled`.
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
