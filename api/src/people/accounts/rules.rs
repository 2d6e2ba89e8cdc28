use songjiao_types::{Permission, Role, accounts::check_username};

use crate::{
    auth::CurrentUser,
    error::{ApiError, Result},
};

/// The alphabet of activation codes: Crockford's base 32, without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The characters of a code: 60 random bits.
const CODE_LENGTH: usize = 12;

/// Returns a new activation code in three groups of four.
pub fn new_code() -> String {
    let bits = u64::from_be_bytes(rand::random());
    let letters = (0..CODE_LENGTH).map(|at| {
        let index = usize::try_from(bits >> (5 * at) & 31).unwrap_or_default();
        char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
    });
    let mut code = String::with_capacity(CODE_LENGTH + 2);
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    code
}

/// Returns a code as people type it in the form in which it was issued, without its hyphens; `None` if it cannot be one.
pub fn normal_code(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(CODE_LENGTH);
    for c in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–')) {
        // Full-width letters and digits from Chinese input methods.
        let half = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xFEE0)?,
            c => c,
        };
        code.push(match half.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => c,
            _ => return None,
        });
    }
    (code.len() == CODE_LENGTH).then_some(code)
}

/// What a pattern of user names puts in place.
pub struct UsernameParts<'a> {
    pub teacher_no: &'a str,
    pub organization_code: &'a str,
    pub initials: &'a str,
}

/// Checks a pattern of user names against the placeholders that it may have.
///
/// # Errors
/// 422 at `/username_pattern`.
pub fn check_pattern(pattern: &str, placeholders: &[&str]) -> Result<()> {
    let mut rest = pattern.to_owned();
    let mut varies = false;
    for placeholder in placeholders {
        varies |= rest.contains(placeholder);
        rest = rest.replace(placeholder, "x");
    }
    let plain = check_username(&rest).is_ok();
    if varies && plain {
        return Ok(());
    }
    let message = format!("只能由字母、数字、- _ . 和 {} 组成，且至少含其中一项", placeholders.join("、"));
    Err(ApiError::invalid("/username_pattern", "bad_pattern", message))
}

/// Returns the user name that a pattern makes.
///
/// # Errors
/// The reason if it is no user name.
pub fn username(pattern: &str, parts: &UsernameParts<'_>) -> Result<String, String> {
    let name = pattern
        .replace("{teacher_no}", parts.teacher_no)
        .replace("{organization_code}", parts.organization_code)
        .replace("{initials}", parts.initials);
    match check_username(&name) {
        Ok(()) => Ok(name),
        Err(error) => Err(format!("“{name}”不能作为用户名：{}", error.message.unwrap_or_default())),
    }
}

/// The roles of accounts that are opened for teachers.
pub const OPENED_ROLES: [Role; 3] = [Role::Teacher, Role::TeamLeader, Role::TeamMember];

/// The message for a role that the caller may not open.
pub const ROLE_NOT_ALLOWED: &str = "不能开通此角色的账号";

/// Returns whether the caller may open accounts of a role for teachers: everyone those of teachers, and those who form
/// teams those of their members.
pub fn may_open(caller: &CurrentUser, role: Role) -> bool {
    may_manage(caller, role) && OPENED_ROLES.contains(&role)
}

/// Checks the role of accounts to be opened.
///
/// # Errors
/// 422 at `/role`.
pub fn check_role(caller: &CurrentUser, role: Role) -> Result<()> {
    if may_open(caller, role) {
        return Ok(());
    }
    Err(ApiError::invalid("/role", "role_not_allowed", ROLE_NOT_ALLOWED))
}

/// Returns whether the caller may open and reset accounts of a role: schools those of their teachers alone, since a team
/// member reaches other schools; those who manage users accounts of every role.
pub fn may_manage(caller: &CurrentUser, role: Role) -> bool {
    match role {
        Role::Teacher => true,
        Role::TeamLeader | Role::TeamMember => caller.allows(Permission::TeamsWrite),
        _ => caller.allows(Permission::UsersWrite),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for typed in ["K7QM-2F9T-0B41", "k7qm 2f9t ob4l", "Ｋ７ＱＭ－２Ｆ９Ｔ－０Ｂ４１", " K7QM2F9TOB4I "]
        {
            assert_eq!(normal_code(typed).as_deref(), Some("K7QM2F9T0B41"), "{typed}");
        }
        for wrong in ["", "K7QM-2F9T-0B4", "K7QM-2F9T-0B411", "K7QM-2F9T-0B4U", "王芳", "K7QM-2F9T-0B4é"] {
            assert_eq!(normal_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn new_codes_differ_and_are_normal() {
        let codes: std::collections::HashSet<_> = (0..1000).map(|_| new_code()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| normal_code(code) == Some(code.replace('-', ""))));
    }

    #[test]
    fn a_pattern_has_a_placeholder_and_plain_characters() {
        let known = ["{teacher_no}", "{initials}"];
        for good in ["{teacher_no}", "sl-{teacher_no}", "{initials}.{teacher_no}"] {
            assert!(check_pattern(good, &known).is_ok(), "{good}");
        }
        for bad in ["", "abc", "{organization_code}", "王{teacher_no}", "{teacher_no} x", "{{teacher_no}}"] {
            assert!(check_pattern(bad, &known).is_err(), "{bad}");
        }
        let parts = UsernameParts { teacher_no: "T1", organization_code: "S1", initials: "wf" };
        assert!(username("{initials}.{teacher_no}@", &parts).is_err());
        assert_eq!(username("{initials}.{teacher_no}", &parts), Ok("wf.T1".to_owned()));
    }
}
