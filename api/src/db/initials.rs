//! Pinyin initials 拼音首字母: `wf` finds 王芳, `slsdsz` finds 舒兰市第三中学校. A column beside each name stores
//! them; every writer of the name fills it with [`of`] or [`of_person`].
//!
//! A character with several readings has several initials, and so has the name: 单丹 is stored as
//! `sd dd cd`. The likeliest reading comes first, so that a prefix index finds it.

use diesel::{prelude::*, sql_query, sql_types::Text};
use encoding_rs::GBK;
use pinyin::ToPinyinMulti;

use crate::{
    db::{DbConnection, readings, types::contains_pattern},
    error::Result,
};

/// Characters of a text that get initials. Nobody types more, and it bounds the entries of the index.
const MAX_CHARACTERS: usize = 48;
/// Readings of a text that are stored.
const MAX_READINGS: usize = 16;
/// A text that no initials contain.
const NO_MATCH: &str = "-";
/// Names filled by one statement.
const CHUNK: usize = 1000;

/// Returns the initials of a name or a title: its readings, separated by spaces.
pub fn of(text: &str) -> String {
    all_readings(text, &[])
}

/// Returns the initials of a person's name, which begins with the surname.
pub fn of_person(name: &str) -> String {
    all_readings(name.trim_start(), readings::surname(name.trim_start()))
}

/// `surname` has the readings of the first characters, if they are read differently as a surname.
fn all_readings(text: &str, surname: &[&[&str]]) -> String {
    let mut found = vec![String::new()];
    let letters = text.chars().enumerate().map(|(at, c)| {
        let of_surname = surname.get(at).into_iter().copied().flatten().filter_map(|reading| reading.chars().next());
        let mut all: Vec<char> = of_surname.collect();
        for letter in letters(c) {
            if !all.contains(&letter) {
                all.push(letter);
            }
        }
        all
    });
    for mut letters in letters.filter(|letters| !letters.is_empty()).take(MAX_CHARACTERS) {
        if found.len() * letters.len() > MAX_READINGS {
            letters.truncate(1);
        }
        let with = |letter: &char| found.iter().map(|before| format!("{before}{letter}")).collect::<Vec<_>>();
        found = letters.iter().flat_map(with).collect();
    }
    found.join(" ")
}

/// Returns the initials of a character: a letter or digit itself, the readings of a Chinese character, nothing
/// for all others.
fn letters(character: char) -> Vec<char> {
    if character.is_ascii_alphanumeric() {
        return vec![character.to_ascii_lowercase()];
    }
    if let Some(letters) = readings::polyphone_initials(character) {
        return letters.chars().collect();
    }
    let mut found = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let letter = reading.first_letter().chars().next().filter(char::is_ascii_lowercase);
        found.extend(letter.filter(|letter| !found.contains(letter)));
    }
    if is_common(character) {
        found.truncate(1);
    }
    found
}

/// Returns whether a character is one of the 3755 common ones, level 1 of GB 2312.
fn is_common(character: char) -> bool {
    let mut text = [0; 4];
    let (bytes, _, unknown) = GBK.encode(character.encode_utf8(&mut text));
    !unknown && matches!(*bytes, [0xB0..=0xD7, 0xA1..=0xFE])
}

/// Returns the initials that a search text stands for; a text that matches none if it has other characters than
/// letters and digits.
pub fn query(text: &str) -> String {
    let typed: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if typed.is_empty() || !typed.chars().all(|character| character.is_ascii_alphanumeric()) {
        return NO_MATCH.to_owned();
    }
    typed.to_ascii_lowercase()
}

/// Returns the pattern of `LIKE … ESCAPE '\'` that finds a search text in initials.
pub fn pattern(text: &str) -> String {
    contains_pattern(&query(text))
}

/// Fills the initials and the sort keys of rows that are older than the columns.
///
/// # Errors
/// If the database fails.
pub fn fill(conn: &mut DbConnection) -> Result<()> {
    fill_table(conn, "organizations", ("name", "initials"), of)?;
    fill_table(conn, "teachers", ("name", "initials"), of_person)?;
    fill_table(conn, "projects", ("title", "initials"), of)?;
    fill_table(conn, "teachers", ("name", "sort_key"), readings::sort_key)?;
    fill_table(conn, "users", ("name", "sort_key"), readings::sort_key)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn fill_table(
    conn: &mut DbConnection,
    table: &str,
    (column, target): (&str, &str),
    derived: fn(&str) -> String,
) -> Result<()> {
    loop {
        let missing = format!("SELECT DISTINCT {column} AS name FROM {table} WHERE {target} IS NULL LIMIT {CHUNK}");
        let names: Vec<Named> = sql_query(missing).load(conn)?;
        if names.is_empty() {
            return Ok(());
        }
        let values: Vec<_> = (0..names.len()).map(|at| format!("(${}, ${})", 2 * at + 1, 2 * at + 2)).collect();
        let update = format!(
            "UPDATE {table} SET {target} = named.column2 FROM (VALUES {}) AS named \
             WHERE {table}.{column} = named.column1 AND {table}.{target} IS NULL",
            values.join(", ")
        );
        let bound = names.into_iter().fold(sql_query(update).into_boxed(), |query, Named { name }| {
            let value = derived(&name);
            query.bind::<Text, _>(name).bind::<Text, _>(value)
        });
        bound.execute(conn)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_reading(initials: &str, reading: &str) -> bool {
        initials.split(' ').any(|kept| kept == reading)
    }

    #[test]
    fn a_name_has_the_initials_of_its_characters() {
        assert_eq!(of_person("王芳"), "wf", "nobody reads 王 as yù");
        assert_eq!(of_person("李敏"), "lm");
        assert_eq!(of("舒兰市第三中学校"), "slsdszxx slsdszxj");
        assert_eq!(of("2026年送教"), "2026nsj");
    }

    #[test]
    fn what_is_read_in_several_ways_is_of_everyday_use_and_read_so() {
        let polyphones = ('\u{4E00}'..='\u{9FFF}').filter_map(|c| Some((c, readings::polyphone_initials(c)?)));
        assert!(polyphones.clone().count() > 100);
        for (character, letters) in polyphones {
            let known: Vec<char> = character
                .to_pinyin_multi()
                .into_iter()
                .flatten()
                .filter_map(|reading| reading.first_letter().chars().next())
                .collect();
            assert!(is_common(character) && letters.chars().all(|letter| known.contains(&letter)), "{character}");
        }
        assert!(is_common('王') && !is_common('褚') && !is_common('w') && !is_common('—'));
    }

    #[test]
    fn a_surname_is_read_as_such_first_and_in_its_other_ways_too() {
        for (name, first, others) in [
            ("单丹", "sd", ["dd", "cd"].as_slice()),
            ("解敏", "xm", &["jm"]),
            ("曾敏", "zm", &["cm"]),
            ("仇敏", "qm", &["cm"]),
            ("翟敏", "zm", &["dm"]),
            ("褚敏", "cm", &["zm"]),
            ("乐敏", "ym", &["lm"]),
            ("区敏", "om", &["qm"]),
            // Case F5
            ("繁敏", "pm", &["fm"]),
            ("句敏", "gm", &["jm"]),
            ("谌敏", "cm", &["sm"]),
            ("费敏", "fm", &["bm"]),
            ("适敏", "km", &["sm"]),
            ("角敏", "jm", &["lm"]),
        ] {
            let kept = of_person(name);
            assert_eq!(kept.split(' ').next(), Some(first), "{name}");
            assert!(others.iter().all(|other| has_reading(&kept, other)), "{name}: {kept}");
        }
        assert!(has_reading(&of_person("尉迟敏"), "ycm") && has_reading(&of_person("万俟敏"), "mqm"));
    }

    #[test]
    fn a_character_in_the_middle_is_found_by_each_of_its_readings() {
        let kept = of("长春市重庆路小学校");
        for reading in ["zcszqlxxx", "ccscqlxxx", "ccscqlxxj"] {
            assert!(has_reading(&kept, reading), "{reading}: {kept}");
        }
    }

    #[test]
    fn a_long_text_has_a_bounded_number_of_readings_of_a_bounded_length() {
        let kept = of(&"单".repeat(300));
        assert!(kept.split(' ').count() <= MAX_READINGS);
        assert!(kept.split(' ').all(|reading| reading.len() == MAX_CHARACTERS));
    }

    #[test]
    fn signs_between_names_have_no_initial() {
        assert!(of_person("阿依古丽·买买提").starts_with("aygl"));
        assert_eq!(of_person(" 李 敏 "), "lm");
        assert_eq!(of("——"), "");
    }

    #[test]
    fn only_letters_and_digits_ask_for_initials() {
        assert_eq!((query("WF"), query("w f"), query("三zx")), ("wf".into(), "wf".into(), NO_MATCH.into()));
        assert_eq!((query(" "), query("100%"), pattern("wf")), (NO_MATCH.into(), NO_MATCH.into(), "%wf%".into()));
    }
}
