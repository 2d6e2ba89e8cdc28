//! Pinyin initials 拼音首字母: `wf` finds 王芳, `slsdsz` finds 舒兰市第三中学校. A column beside each name stores
//! them; every writer of the name fills it with [`of`] or [`of_person`].
//!
//! A character with several readings has several initials, and so has the name: 单丹 is stored as
//! `sd dd cd`. The likeliest reading comes first, so that a prefix index finds it.

use std::{collections::HashMap, sync::LazyLock};

use diesel::{prelude::*, sql_query, sql_types::Text};
use encoding_rs::GBK;
use pinyin::ToPinyinMulti;

use crate::{
    db::{DbConnection, types::contains_pattern},
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

/// The common characters with several readings in use today, each with the initials of these, the likeliest
/// first. For all other common characters the first reading counts alone: dictionaries also list archaic
/// ones, such as `y` for 王 and `z` for 育.
const POLYPHONES: &str = "\
    阿ae 扒bp 膀bp 磅bp 刨pb 暴bp 堡bp 辟bp 便bp 泊bp 屏pb 参cs 藏cz 侧cz 曾zc 查cz 刹sc 单dsc 颤cz 长cz 朝cz 车cj \
    乘cs 盛sc 澄cd 匙cs 重zc 臭cx 畜cx 传cz 幢zc 椎zc 伺sc 攒zc 撮cz 弹dt 石sd 提td 调dt 囤td 恶ew 番fp 否fp 脯fp \
    给gj 谷gy 龟gjq 虾xh 巷xh 行xh 吭hk 吓xh 会hk 缉jq 稽jq 系xj 夹jg 贾jg 见jx 将jq 降jx 强qj 校xj 解jx 芥jg 颈jg \
    圈qj 咖kg 卡kq 咳kh 壳kq 溃kh 乐ly 率ls 弄nl 蔓mw 秘mb 泌mb 粘zn 尿ns 疟ny 区qo 瀑pb 栖qx 奇qj 铅qy 乾qg 纤xq \
    茄qj 厦xs 汤ts 召zs 折zs 蛇sy 省sx 识sz 属sz 说sy 宿sx 陶ty 尉wy 尾wy 蔚wy 遗yw 轧yzg 殖zs 种zc 兹zc 仇cq 翟zd \
    万wm 俞ys 冯fp 叶yx 祭jz 合hg 氏sz";

/// [`POLYPHONES`] by character.
static POLYPHONE_INITIALS: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    let entry = |entry: &'static str| entry.chars().next().map(|first| (first, &entry[first.len_utf8()..]));
    POLYPHONES.split_whitespace().filter_map(entry).collect()
});

/// Surnames whose reading is not the first one of their character.
const SURNAMES: &[(char, char)] = &[
    ('单', 's'),
    ('解', 'x'),
    ('仇', 'q'),
    ('查', 'z'),
    ('乐', 'y'),
    ('区', 'o'),
    ('种', 'c'),
    ('召', 's'),
    ('缪', 'm'),
    ('隗', 'w'),
];

/// Returns the initials of a name or a title: its readings, separated by spaces.
pub fn of(text: &str) -> String {
    readings(text, None)
}

/// Returns the initials of a person's name, which begins with the surname.
pub fn of_person(name: &str) -> String {
    let surname = name.trim_start().chars().next();
    readings(name, SURNAMES.iter().find(|(known, _)| Some(*known) == surname).map(|(_, letter)| *letter))
}

/// `surname` is the likeliest initial of the first character, if that is read differently as a surname.
fn readings(text: &str, surname: Option<char>) -> String {
    let mut found = vec![String::new()];
    for (at, mut letters) in
        text.chars().map(letters).filter(|letters| !letters.is_empty()).take(MAX_CHARACTERS).enumerate()
    {
        if let Some(surname) = surname.filter(|_| at == 0) {
            letters.retain(|letter| *letter != surname);
            letters.insert(0, surname);
        }
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
    if let Some(letters) = POLYPHONE_INITIALS.get(&character) {
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

/// Fills the initials of rows that are older than the column.
///
/// # Errors
/// If the database fails.
pub fn fill(conn: &mut DbConnection) -> Result<()> {
    fill_table(conn, "organizations", "name", of)?;
    fill_table(conn, "teachers", "name", of_person)?;
    fill_table(conn, "projects", "title", of)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn fill_table(conn: &mut DbConnection, table: &str, column: &str, initials: fn(&str) -> String) -> Result<()> {
    loop {
        let missing = format!("SELECT DISTINCT {column} AS name FROM {table} WHERE initials IS NULL LIMIT {CHUNK}");
        let names: Vec<Named> = sql_query(missing).load(conn)?;
        if names.is_empty() {
            return Ok(());
        }
        let values: Vec<_> = (0..names.len()).map(|at| format!("(${}, ${})", 2 * at + 1, 2 * at + 2)).collect();
        let update = format!(
            "UPDATE {table} SET initials = named.column2 FROM (VALUES {}) AS named \
             WHERE {table}.{column} = named.column1 AND {table}.initials IS NULL",
            values.join(", ")
        );
        let bound = names.into_iter().fold(sql_query(update).into_boxed(), |query, Named { name }| {
            let initials = initials(&name);
            query.bind::<Text, _>(name).bind::<Text, _>(initials)
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
        assert!(POLYPHONE_INITIALS.len() > 100);
        for (character, letters) in POLYPHONE_INITIALS.iter() {
            let known: Vec<char> = character
                .to_pinyin_multi()
                .into_iter()
                .flatten()
                .filter_map(|reading| reading.first_letter().chars().next())
                .collect();
            assert!(is_common(*character) && letters.chars().all(|letter| known.contains(&letter)), "{character}");
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
