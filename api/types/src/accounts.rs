//! Accounts of teachers and schools: opened in bulk, and activated by their owners with a code.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, OrganizationId, Role, Tabular, TeacherId, TeamId, UserId, auth::PASSWORD_MIN, column,
    organizations::OrganizationRef, validate,
};

/// The number of accounts that one request may open or issue codes for.
pub const ACCOUNTS_MAX: u64 = 5000;
/// For how many days a code is valid by default.
pub const CODE_DAYS: i64 = 14;
/// For how many days a code may be valid.
pub const CODE_DAYS_MAX: i64 = 60;
/// The version of the notice on personal data 个人信息处理告知 that activation accepts. A new text needs a new version.
pub const NOTICE_VERSION: i32 = 1;

wire_enum! {
    /// The state of an account.
    AccountState {
        /// The teacher has no account.
        Missing = "missing", "未开通";
        /// The account was opened, and its owner has never set a password.
        NotActivated = "not_activated", "未激活";
        /// The owner has set a password and has never signed in.
        NeverSignedIn = "never_signed_in", "未登录过";
        /// The owner has signed in.
        Active = "active", "正常";
        /// An administrator has disabled the account.
        Disabled = "disabled", "已停用";
        /// The account ended with the teacher's service.
        Ended = "ended", "已离任";
    }
}

/// A teacher with the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    /// The teacher.
    pub id: TeacherId,
    /// The teacher number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-0031"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// Where the teacher serves.
    pub organization: OrganizationRef,
    /// The state of the account.
    pub state: AccountState,
    /// The user.
    pub user_id: Option<UserId>,
    /// The name to sign in with.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-0031"))]
    pub username: Option<String>,
    /// The role of the user.
    pub role: Option<Role>,
    /// Until when the current activation code is valid.
    pub code_expires_at: Option<DateTime<Utc>>,
    /// When the user last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
}

wire_enum! {
    /// The orders of a list of accounts.
    AccountSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        Name = "name", "姓名升序";
        NameDesc = "-name", "姓名降序";
    }
}

list_query! {
    /// The parameters of a list of accounts.
    AccountQuery {
        /// Part of the teacher's name, number or pinyin initials
        q: String,
        /// Teachers who serve in this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Accounts in this state
        #[param(inline)]
        state: AccountState,
    }
    /// Defaults to `teacher_no`
    sort: AccountSort
}

impl Tabular for AccountView {
    const NAME: &'static str = "教师账号";
    const FILE: &'static str = "accounts";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("name", "姓名", 12, |row: &Self| row.name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("state", "账号状态", 12, |row: &Self| row.state.into()),
            column("username", "用户名", 16, |row: &Self| row.username.as_deref().into()),
            column("role", "角色", 22, |row: &Self| row.role.into()),
            column("code_expires_at", "激活码有效期至", 20, |row: &Self| row.code_expires_at.into()),
            column("last_login_at", "最近登录", 20, |row: &Self| row.last_login_at.into()),
        ]
    }
}

/// Accounts to open for teachers: the given ones, the members of a team, or all in an organization and below it. Exactly
/// one of the three is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = one_choice))]
pub struct OpenTeacherAccounts {
    /// These teachers.
    #[validate(length(min = 1, max = "ACCOUNTS_MAX"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5000))]
    pub teacher_ids: Option<Vec<TeacherId>>,
    /// All teachers in service in this organization and below it who have no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The current members of this team, leaders as `team_leader`, others as `team_member`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
    /// The role: `teacher`, `team_leader` or `team_member`; defaults to `teacher`. A team decides by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The pattern of user names: letters, digits and `- _ .`, with `{teacher_no}`, `{organization_code}` and `{initials}`
    /// in place; defaults to `{teacher_no}`.
    #[validate(length(min = 1, max = 64))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "{teacher_no}", min_length = 1, max_length = 64))]
    pub username_pattern: Option<String>,
}

fn one_choice(new: &OpenTeacherAccounts) -> Result<(), ValidationError> {
    let given = [new.teacher_ids.is_some(), new.organization_id.is_some(), new.team_id.is_some()];
    match given.into_iter().filter(|given| *given).count() {
        1 => Ok(()),
        _ => Err(ValidationError::new("one_of").with_message("教师、单位和送培团队须且只能指定一种".into())),
    }
}

/// Accounts to open for the clerks of schools, one for each school that has no user of the role `school_admin`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenSchoolAccounts {
    /// All schools and kindergartens in this organization and below it.
    pub organization_id: OrganizationId,
    /// The pattern of user names, with `{organization_code}` in place; defaults to `{organization_code}`.
    #[validate(length(min = 1, max = 64))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "{organization_code}", min_length = 1, max_length = 64))]
    pub username_pattern: Option<String>,
}

/// The accounts that were opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedAccounts {
    /// The users, to whom activation codes can be issued next.
    pub user_ids: Vec<UserId>,
    /// Teachers or schools without a new account, with the reason.
    pub skipped: Vec<SkippedAccount>,
}

/// Why an account was not opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkippedAccount {
    /// The teacher number or the code of the school.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-0031"))]
    pub number: String,
    /// The name of the teacher or the school.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// The stable code of the reason.
    #[cfg_attr(feature = "openapi", schema(example = "username_taken"))]
    pub code: String,
    /// The reason in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "用户名 SL-ZX-0031 已被使用"))]
    pub message: String,
}

/// Whom to issue activation codes: the given users, or all in an organization and below it who have never signed in.
/// Exactly one of the two is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = users_or_organization))]
pub struct IssueCodes {
    /// These users.
    #[validate(length(min = 1, max = "ACCOUNTS_MAX"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5000))]
    pub user_ids: Option<Vec<UserId>>,
    /// All users who work in this organization or below it and have never signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// For how many days the codes are valid; defaults to 14.
    #[validate(range(min = 1, max = "CODE_DAYS_MAX"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub valid_days: Option<i64>,
}

fn users_or_organization(new: &IssueCodes) -> Result<(), ValidationError> {
    if new.user_ids.is_some() == new.organization_id.is_some() {
        return Err(ValidationError::new("one_of").with_message("用户和单位须且只能指定一种".into()));
    }
    Ok(())
}

/// Activation codes, shown this once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedCodes {
    /// Until when the codes are valid.
    pub expires_at: DateTime<Utc>,
    /// The slips, by organization and user name.
    pub slips: Vec<ActivationSlip>,
}

/// What a slip of paper tells the owner of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationSlip {
    /// The user.
    pub user_id: UserId,
    /// The name to sign in with.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-0031"))]
    pub username: String,
    /// The user's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// Where the user works.
    pub organization: OrganizationRef,
    /// The code: three groups of four letters and digits. Empty in a response repeated under its idempotency key.
    #[cfg_attr(feature = "openapi", schema(example = "K7QM-2F9T-XB4H"))]
    pub code: String,
    /// Whether the owner has to give the last six characters of their ID number, too.
    pub asks_id_number: bool,
}

/// The activation of an account by its owner.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivateAccount {
    /// The activation code; case, blanks and hyphens do not matter.
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(feature = "openapi", schema(example = "K7QM-2F9T-XB4H", min_length = 1, max_length = 64))]
    pub code: String,
    /// The last six characters of the owner's ID number 身份证号, where it is recorded.
    #[validate(length(max = 6))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "31002X", max_length = 6))]
    pub id_number_tail: Option<String>,
    /// The new password: 12 to 128 characters, not a common one, without the user name.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub password: String,
    /// The version of the notice on personal data that the owner has read and accepts.
    #[validate(custom(function = current_notice))]
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub notice_version: i32,
}

fn current_notice(version: i32) -> Result<(), ValidationError> {
    if version == NOTICE_VERSION {
        return Ok(());
    }
    Err(ValidationError::new("notice_version").with_message("请阅读并同意最新的个人信息处理告知".into()))
}

/// The account that was activated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivatedAccount {
    /// The name to sign in with.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-0031"))]
    pub username: String,
}

/// Checks the characters of a user name made from a pattern.
///
/// # Errors
/// As [`validate::plain_code`], and `length` above 64 characters.
pub fn check_username(username: &str) -> Result<(), ValidationError> {
    if username.is_empty() || username.len() > 64 {
        return Err(ValidationError::new("length").with_message("用户名须为 1 到 64 个字符".into()));
    }
    validate::plain_code(username)
}
