use songjiao_types::{
    ErrorCode, FieldError, Role, TeacherId,
    accounts::AccountState,
    users::{UpdateUser, UserView},
};

use crate::{
    auth::password::NO_PASSWORD,
    error::{ApiError, Result},
};

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

/// Returns the state of an account. One without a password was never activated, or was reset with a code.
pub fn account_state(ended: bool, disabled: bool, password_hash: &str, has_signed_in: bool) -> AccountState {
    match (ended, disabled, password_hash == NO_PASSWORD, has_signed_in) {
        (true, ..) => AccountState::Ended,
        (_, true, ..) => AccountState::Disabled,
        (_, _, true, _) => AccountState::NotActivated,
        (_, _, _, false) => AccountState::NeverSignedIn,
        _ => AccountState::Active,
    }
}

/// Returns whether users of a role act for the teams of their teacher.
pub fn acts_for_teams(role: Role) -> bool {
    matches!(role, Role::TeamLeader | Role::TeamMember)
}

/// Returns whether changes concern what a user may do or see, or whose account it is.
pub fn changes_rights(changes: &UpdateUser) -> bool {
    changes.role.is_some()
        || changes.organization_id.is_some()
        || changes.scope_organization_id.is_some()
        || changes.teacher_id.is_some()
        || changes.disabled.is_some()
}

/// Checks that users change only the name of their own account. They could not undo a change of their rights, and a change
/// of the password requires the current one.
///
/// # Errors
/// 422 at each field.
pub fn check_own_account(before: &UserView, changes: &UpdateUser) -> Result<()> {
    let changed = [
        ("/role", changes.role.is_some_and(|role| role != before.role)),
        ("/organization_id", changes.organization_id.is_some_and(|id| id != before.organization.id)),
        ("/scope_organization_id", changes.scope_organization_id.is_some_and(|id| id != before.scope.id)),
        ("/teacher_id", changes.teacher_id.is_some_and(|id| id != before.teacher_id)),
        ("/disabled", changes.disabled == Some(true)),
    ];
    let mut errors: Vec<_> = changed
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(pointer, _)| {
            FieldError::new(pointer, "own_account", "不能更改自己的角色和管理范围，也不能停用自己的账号")
        })
        .collect();
    if changes.password.is_some() {
        errors.push(FieldError::new("/password", "own_account", "请在“账号”页面用当前密码修改自己的密码"));
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::new(ErrorCode::Invalid).errors(errors)) }
}
