//! Citizen ID numbers 公民身份号码 (GB 11643): their check, and their masks in text.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use validator::ValidationError;

/// Hides all of a number but its last two characters.
const HIDDEN: &str = "****************";
/// The value of the check character `X`.
const X: u8 = 10;
/// The digits of a number before 1999, which had no century and no check character.
const OLD_LENGTH: usize = 15;
/// The characters of a number.
const LENGTH: usize = 18;
/// Separators that may stand between two groups of digits.
const SEPARATORS: usize = 4;

/// Checks a citizen ID number: 17 digits with a valid date of birth, and a check character.
///
/// # Errors
/// `bad_id_number`.
pub fn possible_id_number(number: &str) -> Result<(), ValidationError> {
    let digits: Option<Vec<u8>> = number.bytes().map(|byte| value(byte.into())).collect();
    let possible = digits.is_some_and(|digits| digits.len() == LENGTH && has_birth_date(&digits) && has_check(&digits));
    if possible {
        Ok(())
    } else {
        Err(ValidationError::new("bad_id_number").with_message("身份证号不正确".into()))
    }
}

/// Returns the date of birth and whether the person is male, as a possible number states them.
pub fn birth_and_sex(number: &str) -> Option<(NaiveDate, bool)> {
    let digits: Vec<u8> = number.bytes().map(|byte| value(byte.into())).collect::<Option<_>>()?;
    let born = digits.get(6..14).and_then(|born| date(number_of(&born[..4]), &born[4..]))?;
    Some((born, digits.get(LENGTH - 2)? % 2 == 1))
}

/// Returns the mask of a number: only its last two characters are shown.
pub fn mask_id_number(number: &str) -> String {
    let start = number.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    format!("{HIDDEN}{}", &number[start..])
}

/// Checks that a text contains no ID number: a code is shown to many.
///
/// # Errors
/// `id_number_not_allowed`.
pub fn no_id_number(text: &str) -> Result<(), ValidationError> {
    if contains_id_number(text) {
        return Err(ValidationError::new("id_number_not_allowed").with_message("不能以身份证号作为编号".into()));
    }
    Ok(())
}

/// Returns whether a text contains an ID number that [`mask_id_numbers`] would mask.
pub fn contains_id_number(text: &str) -> bool {
    matches!(mask_id_numbers(text), Cow::Owned(_))
}

/// Masks the ID numbers in a text: numbers of 18 characters and old ones of 15 digits, also in full-width characters and
/// with spaces or hyphens between groups of digits. A number that stands by itself is masked even if its check character
/// is wrong, because a slip of the pen hides little.
pub fn mask_id_numbers(text: &str) -> Cow<'_, str> {
    if !has_enough_digits(text) {
        return Cow::Borrowed(text);
    }
    let mut found = Vec::new();
    for run in runs(text) {
        find(&run, &mut found);
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut copied) = (String::with_capacity(text.len()), 0);
    for Found { start, end, last } in found {
        masked.push_str(&text[copied..start]);
        masked.push_str(HIDDEN);
        masked.extend(last.map(|value| if value == X { 'X' } else { char::from(b'0' + value) }));
        copied = end;
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// Like [`mask_id_numbers`], without a copy of a text that contains none.
pub fn mask_owned(text: String) -> String {
    match mask_id_numbers(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(masked) => masked,
    }
}

/// Returns the value of a digit or of `X`, in ASCII or full-width.
fn value(c: char) -> Option<u8> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '０'..='９' => c as u32 - '０' as u32,
        'X' | 'x' | 'Ｘ' | 'ｘ' => X.into(),
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6f0}'..='\u{6f9}' => c as u32 - 0x6f0,
        '①'..='⑨' => c as u32 - '①' as u32 + 1,
        '⓪' => 0,
        '\u{1d7ce}'..='\u{1d7ff}' => (c as u32 - 0x1d7ce) % 10,
        _ => return None,
    };
    u8::try_from(value).ok()
}

/// Returns whether a character may stand between two groups of digits: blanks, punctuation, and what is not seen.
fn is_separator(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Returns whether a text has as many digits in a row as the shortest number. Most texts have not, so this decides how
/// long an import takes.
fn has_enough_digits(text: &str) -> bool {
    if text.len() < OLD_LENGTH {
        return false;
    }
    let mut digits = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => digits += 1,
            _ if digits == 0 && c.is_ascii() => {}
            c if value(c).is_some_and(|value| value != X) => digits += 1,
            c if digits > 0 && !is_separator(c) => digits = 0,
            _ => {}
        }
        if digits == OLD_LENGTH {
            return true;
        }
    }
    false
}

/// A digit of a text, or an `X` after digits.
struct Digit {
    value: u8,
    /// The bytes of the text.
    start: usize,
    end: usize,
    /// Whether it is the first of its group.
    begins: bool,
}

/// Returns the runs of digits, whose groups have separators between them. An `X` ends a run.
fn runs(text: &str) -> Vec<Vec<Digit>> {
    let (mut runs, mut run) = (Vec::new(), Vec::<Digit>::new());
    let mut separators = 0;
    for (start, c) in text.char_indices() {
        let digit = value(c).filter(|value| *value != X || !run.is_empty());
        match digit {
            Some(value) => {
                let begins = run.is_empty() || separators > 0;
                run.push(Digit { value, start, end: start + c.len_utf8(), begins });
                separators = 0;
                if value == X {
                    runs.push(std::mem::take(&mut run));
                }
            }
            None if is_separator(c) && separators < SEPARATORS => separators += 1,
            None => {
                runs.push(std::mem::take(&mut run));
                separators = 0;
            }
        }
    }
    runs.push(run);
    runs.retain(|run| run.len() >= OLD_LENGTH);
    runs
}

/// A number in a text: its bytes, and the values of its last two characters.
struct Found {
    start: usize,
    end: usize,
    last: [u8; 2],
}

fn find(run: &[Digit], found: &mut Vec<Found>) {
    let mut at = 0;
    while at + OLD_LENGTH <= run.len() {
        let length = [LENGTH, OLD_LENGTH].into_iter().find(|length| is_number(run, at, *length));
        if let Some(length) = length {
            let digits = &run[at..at + length];
            let last = [digits[length - 2].value, digits[length - 1].value];
            found.push(Found { start: digits[0].start, end: digits[length - 1].end, last });
        }
        at += length.unwrap_or(1);
    }
}

/// Returns whether the digits at a position are a number.
fn is_number(run: &[Digit], at: usize, length: usize) -> bool {
    let Some(digits) = run.get(at..at + length) else { return false };
    let values: Vec<u8> = digits.iter().map(|digit| digit.value).collect();
    let whole = digits[0].begins && run.get(at + length).is_none_or(|next| next.begins);
    let groups: Vec<usize> = (1..length).filter(|at| digits[*at].begins).collect();
    if length == OLD_LENGTH {
        let written_so = groups.is_empty() || groups == [6, 12];
        return whole && written_so && has_region(&values) && has_old_birth_date(&values);
    }
    let plausible = has_region(&values) && has_birth_date(&values);
    // Inside a longer number, or where separators may join what does not belong together, the check has to be right.
    plausible && if groups.is_empty() { whole || has_check(&values) } else { whole && has_check(&values) }
}

/// Returns whether a number begins with a province, GB/T 2260.
fn has_region(digits: &[u8]) -> bool {
    let province = digits[0] * 10 + digits[1];
    matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
}

fn number_of(digits: &[u8]) -> i32 {
    digits.iter().fold(0, |number, digit| number * 10 + i32::from(*digit))
}

fn date(year: i32, month_and_day: &[u8]) -> Option<NaiveDate> {
    let month_and_day = u32::try_from(number_of(month_and_day)).ok()?;
    NaiveDate::from_ymd_opt(year, month_and_day / 100, month_and_day % 100)
}

/// Returns whether 17 digits, of which a date of birth is part, come before the last character.
fn has_birth_date(digits: &[u8]) -> bool {
    digits[..LENGTH - 1].iter().all(|digit| *digit != X)
        && date(number_of(&digits[6..10]), &digits[10..14]).is_some_and(|born| (1800..2200).contains(&born.year()))
}

/// Returns whether an old number has a date of birth: nobody in service was born before 1930.
fn has_old_birth_date(digits: &[u8]) -> bool {
    let year = number_of(&digits[6..8]);
    digits.iter().all(|digit| *digit != X) && year >= 30 && date(1900 + year, &digits[8..12]).is_some()
}

/// Returns whether the last character is the check of those before it.
fn has_check(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; LENGTH - 1] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = [1, 0, X, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    digits.last() == CHECKS.get((sum % 11) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASKED: &str = "****************2X";

    #[test]
    fn an_id_number_has_a_date_and_a_checksum() {
        assert!(possible_id_number("11010519491231002X").is_ok());
        assert!(possible_id_number("11010519491231002x").is_ok());
        for bad in
            ["110105194912310021", "11010519491331002X", "1101051949123100", "", "一二三四五六", "11010519491231002X0"]
        {
            assert!(possible_id_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_states_birth_and_sex() {
        let born = NaiveDate::from_ymd_opt(1949, 12, 31);
        assert_eq!(birth_and_sex("11010519491231002X"), born.map(|born| (born, false)));
        assert_eq!(birth_and_sex("11010519491231001x"), born.map(|born| (born, true)));
        assert_eq!(birth_and_sex("1101"), None);
    }

    #[test]
    fn a_mask_shows_the_last_two_characters() {
        assert_eq!(mask_id_number("11010519491231002X"), MASKED);
        assert_eq!(mask_id_number(""), HIDDEN);
    }

    #[test]
    fn numbers_are_masked_however_they_are_written() {
        for written in [
            "11010519491231002X",
            "11010519491231002x",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002X",
            "110105-19491231-002X",
            "110105　1949－1231－002X",
            "1101 0519 4912 3100 2X",
            "110105 1949-12-31 002 X",
            "110105\u{200b}19491231002X",
            "110105\t19491231\t002X",
            "110105\n19491231\n002X",
            "110105   19491231   002X",
            "110105\u{2003}19491231\u{ad}002X",
            "110105/19491231/002X",
            "110105、19491231，002X",
            "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
            "①①⓪①⓪⑤①⑨④⑨①②③①⓪⓪②X",
            "𝟏𝟏𝟎𝟏𝟎𝟓𝟏𝟗𝟒𝟗𝟏𝟐𝟑𝟏𝟎𝟎𝟐X",
        ] {
            assert_eq!(mask_id_numbers(written), MASKED, "{written}");
            assert_eq!(mask_id_numbers(&format!("身份证{written}，电话")), format!("身份证{MASKED}，电话"));
            assert_eq!(mask_id_numbers(&format!("T{written}")), format!("T{MASKED}"));
        }
        for (written, masked) in [
            ("110105491231002", "****************02"),
            ("110105 491231 002", "****************02"),
            ("110105194912310021", "****************21"),
            ("甲11010519491231002X乙11010519491231002X", "甲****************2X乙****************2X"),
            ("11010519491231002X13800000000", "****************2X13800000000"),
            ("13800000000 11010519491231002X", "13800000000 ****************2X"),
            ("013800000000110101199003070791", "013800000000****************91"),
            ("2026-03-10 11010519491231002X 2026-03-12", "2026-03-10 ****************2X 2026-03-12"),
        ] {
            assert_eq!(mask_id_numbers(written), masked, "{written}");
        }
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for text in [
            "",
            "220283000123",
            "2026-03-10 2026-03-12 2026-03-14",
            "202603100000123",
            "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10",
            "01932510-7034-7041-8041-201165190010",
            "123456789012345678901234567890",
            "6222 0210 0112 3456 789",
            "110105194913310021",
            "GP-2026-000123",
            MASKED,
        ] {
            assert_eq!(mask_id_numbers(text), text);
            assert!(no_id_number(text).is_ok());
        }
    }
}
