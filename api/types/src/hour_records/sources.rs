//! The names of sources.

use validator::ValidationError;

use crate::validate;

/// The source of a record that a person enters.
pub const MANUAL_SOURCE: &str = "manual";
/// The source of a record that a project issues; reserved.
pub const PROJECT_SOURCE: &str = "project";
/// The source of an imported record by default.
pub const IMPORT_SOURCE: &str = "import";

/// Returns the label of a source that the program reserves. Platforms are shown by their names.
pub fn source_label(source: &str) -> Option<&'static str> {
    match source {
        MANUAL_SOURCE => Some("手工录入"),
        PROJECT_SOURCE => Some("项目结业"),
        IMPORT_SOURCE => Some("批量导入"),
        _ => None,
    }
}

/// Checks a source that a client names: a plain code other than `project`.
///
/// # Errors
/// `reserved_source`, `bad_code` or `id_number_not_allowed`.
pub fn client_source(source: &str) -> Result<(), ValidationError> {
    if source.eq_ignore_ascii_case(PROJECT_SOURCE) {
        return Err(ValidationError::new("reserved_source").with_message("该来源仅供项目结业发放学时使用".into()));
    }
    validate::plain_code(source)
}

/// Checks the name of a platform's source: a plain code that the program does not reserve.
///
/// # Errors
/// `reserved_source`, `length` if it is longer than 64 bytes, `bad_code` or `id_number_not_allowed`.
pub fn platform_source(source: &str) -> Result<(), ValidationError> {
    if [MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE].iter().any(|reserved| source.eq_ignore_ascii_case(reserved)) {
        return Err(ValidationError::new("reserved_source").with_message("该来源名称由系统保留".into()));
    }
    if source.len() > 64 {
        return Err(ValidationError::new("length").with_message("最多 64 个字符".into()));
    }
    validate::plain_code(source)
}
