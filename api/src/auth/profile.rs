//! Password profiles: the rules for passwords that an installation follows.

use chrono::TimeDelta;
use clap::ValueEnum;
use songjiao_types::auth::PASSWORD_MIN;

use crate::{
    db::types::UtcTime,
    error::{ApiError, Result},
};

/// Common passwords that are long enough to pass by length alone.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123123123123",
    "111111111111",
    "000000000000",
    "888888888888",
    "password1234",
    "passwordpassword",
    "administrator",
    "admin123456789",
    "qwertyuiop12",
    "qwerty123456",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcd12345678",
    "abc123456789",
    "woaini1314520",
    "a123456789012",
    "iloveyou1234",
];

/// Required kinds of characters, of lower case, upper case, digits and all others.
const KINDS: usize = 3;
/// The age at which a password has to be changed.
const EXPIRY: TimeDelta = TimeDelta::days(90);
/// How many passwords, the current one included, may not be used again.
pub const REMEMBERED: usize = 5;

// 等保2.0 requires eight characters; the wire types require more.
const _: () = assert!(PASSWORD_MIN >= 8);

/// The rules for new passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PasswordProfile {
    /// OWASP ASVS: a minimum length, no common passwords
    #[default]
    Asvs,
    /// 等保2.0: also three of four kinds of characters, expiry after 90 days, none of the last five
    Djbh,
}

impl PasswordProfile {
    /// Checks a password against the common ones (OWASP ASVS 2.1.7) and for kinds of characters (等保2.0). The
    /// wire type has checked its length.
    ///
    /// # Errors
    /// 422 at `pointer` if it is refused.
    pub fn check_strength(self, password: &str, username: &str, pointer: &'static str) -> Result<()> {
        let lower = password.to_lowercase();
        let repeated = lower.chars().all(|c| lower.starts_with(c));
        if repeated || COMMON.contains(&lower.as_str()) || lower.contains(&username.to_lowercase()) {
            return Err(ApiError::invalid(pointer, "weak_password", "密码过于常见，或包含用户名"));
        }
        if self == Self::Djbh && kinds(password) < KINDS {
            return Err(ApiError::invalid(
                pointer,
                "plain_password",
                "密码须含大写字母、小写字母、数字、其他字符中的至少三种",
            ));
        }
        Ok(())
    }

    /// Returns whether a password set at one instant has expired at another.
    pub fn expired(self, set_at: UtcTime, now: UtcTime) -> bool {
        self == Self::Djbh && set_at.after(EXPIRY) <= now
    }

    /// Returns whether earlier passwords are refused.
    pub fn remembers(self) -> bool {
        self == Self::Djbh
    }
}

/// Returns how many of the four kinds of characters a password has.
fn kinds(password: &str) -> usize {
    let of: [fn(char) -> bool; 4] = [
        char::is_lowercase,
        char::is_uppercase,
        |c| c.is_ascii_digit(),
        |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit(),
    ];
    of.into_iter().filter(|kind| password.chars().any(kind)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn djbh_asks_for_three_of_four_kinds_of_characters() {
        let taken = |profile: PasswordProfile, password: &str| profile.check_strength(password, "admin", "/p").is_ok();
        for plain in ["horse-battery-staple", "horsebattery2026", "HORSEBATTERY2026", "20261124-0907"] {
            assert!(!taken(PasswordProfile::Djbh, plain), "{plain}");
            assert!(taken(PasswordProfile::Asvs, plain), "{plain}");
        }
        for mixed in ["Horse-battery", "horse-battery-7", "HorseBattery7", "马到成功Horse", "马到成功horse7"] {
            assert!(taken(PasswordProfile::Djbh, mixed), "{mixed}");
        }
        assert!(!taken(PasswordProfile::Djbh, "The-Admin-of-2026"), "it holds the user name");
    }

    #[test]
    fn a_password_lasts_ninety_days_under_djbh_and_for_ever_under_asvs() {
        let now: UtcTime = chrono::Utc::now().into();
        let (fresh, old) = (now.after(TimeDelta::days(-89)), now.after(TimeDelta::days(-90)));
        assert!(!PasswordProfile::Djbh.expired(fresh, now) && PasswordProfile::Djbh.expired(old, now));
        assert!(!PasswordProfile::Asvs.expired(old, now));
    }
}
