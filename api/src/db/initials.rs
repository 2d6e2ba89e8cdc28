//! 拼音首字母: `wf` finds 王芳, `slsdsz` 舒兰市第三中学校. A name's initials are kept beside it, in a column
//! that every writer of the name fills with [`of`] or [`of_person`].
//!
//! A character that is read in several ways has several initials, and so has the name: 单丹 is kept
//! as `sd dd cd`, the likeliest reading first, which an index finds by its beginning.

use std::{collections::HashMap, sync::LazyLock};

use diesel::{prelude::*, sql_query, sql_types::Text};
use encoding_rs::GBK;
use pinyin::ToPinyinMulti;

use crate::{
    db::{DbConnection, types::contains_pattern},
    error::Result,
};

/// Characters of a text that have initials; nobody types more. It also bounds the index's entries.
const CHARACTERS: usize = 48;
/// Readings of a text that are kept at most.
const READINGS: usize = 16;
/// What no initials contain.
const NOTHING: &str = "-";
/// Names filled by one statement.
const CHUNK: usize = 1000;

/// The characters of everyday use that are read in several ways today, with the initials of these,
/// the likeliest first. Of the others of everyday use the first reading is the only one alive: the
/// dictionaries know an old `y` of 王 and a `z` of 育, which nobody means.
const EVERYDAY: &str = "\
    阿ae 扒bp 膀bp 磅bp 刨pb 暴bp 堡bp 辟bp 便bp 泊bp 屏pb 参cs 藏cz 侧cz 曾zc 查cz 刹sc 单dsc 颤cz 长cz 朝cz 车cj \
    乘cs 盛sc 澄cd 匙cs 重zc 臭cx 畜cx 传cz 幢zc 椎zc 伺sc 攒zc 撮cz 弹dt 石sd 提td 调dt 囤td 恶ew 番fp 否fp 脯fp \
    给gj 谷gy 龟gjq 虾xh 巷xh 行xh 吭hk 吓xh 会hk 缉jq 稽jq 系xj 夹jg 贾jg 见jx 将jq 降jx 强qj 校xj 解jx 芥jg 颈jg \
    圈qj 咖kg 卡kq 咳kh 壳kq 溃kh 乐ly 率ls 弄nl 蔓mw 秘mb 泌mb 粘zn 尿ns 疟ny 区qo 瀑pb 栖qx 奇qj 铅qy 乾qg 纤xq \
    茄qj 厦xs 汤ts 召zs 折zs 蛇sy 省sx 识sz 属sz 说sy 宿sx 陶ty 尉wy 尾wy 蔚wy 遗yw 轧yzg 殖zs 种zc 兹zc 仇cq 翟zd \
    万wm 俞ys 冯fp 叶yx 祭jz 合hg 氏sz";

/// [`EVERYDAY`] by character.
static READ_IN_SEVERAL_WAYS: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    let entry = |entry: &'static str| entry.chars().next().map(|first| (first, &entry[first.len_utf8()..]));
    EVERYDAY.split_whitespace().filter_map(entry).collect()
});

/// Surnames whose reading as such is not their character's first.
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

/// The initials of a name or a title: its readings, separated by spaces.
pub fn of(text: &str) -> String {
    readings(text, None)
}

/// The initials of a person's name, which begins with the surname.
pub fn of_person(name: &str) -> String {
    let surname = name.trim_start().chars().next();
    readings(name, SURNAMES.iter().find(|(known, _)| Some(*known) == surname).map(|(_, letter)| *letter))
}

/// `surname` is the first character's likeliest initial, where its own first is not.
fn readings(text: &str, surname: Option<char>) -> String {
    let mut found = vec![String::new()];
    for (at, mut letters) in
        text.chars().map(letters).filter(|letters| !letters.is_empty()).take(CHARACTERS).enumerate()
    {
        if let Some(surname) = surname.filter(|_| at == 0) {
            letters.retain(|letter| *letter != surname);
            letters.insert(0, surname);
        }
        if found.len() * letters.len() > READINGS {
            letters.truncate(1);
        }
        let with = |letter: &char| found.iter().map(|before| format!("{before}{letter}")).collect::<Vec<_>>();
        found = letters.iter().flat_map(with).collect();
    }
    found.join(" ")
}

/// What a character may begin with: itself, where it is a letter or a digit; nothing, where it is
/// neither that nor 汉字.
fn letters(character: char) -> Vec<char> {
    if character.is_ascii_alphanumeric() {
        return vec![character.to_ascii_lowercase()];
    }
    if let Some(letters) = READ_IN_SEVERAL_WAYS.get(&character) {
        return letters.chars().collect();
    }
    let mut found = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let letter = reading.first_letter().chars().next().filter(char::is_ascii_lowercase);
        found.extend(letter.filter(|letter| !found.contains(letter)));
    }
    if is_everyday(character) {
        found.truncate(1);
    }
    found
}

/// Whether a character is one of the 3755 of everyday use: the first level of GB 2312.
fn is_everyday(character: char) -> bool {
    let mut text = [0; 4];
    let (bytes, _, unknown) = GBK.encode(character.encode_utf8(&mut text));
    !unknown && matches!(*bytes, [0xB0..=0xD7, 0xA1..=0xFE])
}

/// The initials that a search text means; what they never contain, where it means none.
pub fn asked(text: &str) -> String {
    let typed: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if typed.is_empty() || !typed.chars().all(|character| character.is_ascii_alphanumeric()) {
        return NOTHING.to_owned();
    }
    typed.to_ascii_lowercase()
}

/// The pattern of `LIKE … ESCAPE '\'` that finds a search text in initials.
pub fn pattern(text: &str) -> String {
    contains_pattern(&asked(text))
}

/// Fills the initials of rows that have none: those from before the column was.
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

    fn holds(initials: &str, reading: &str) -> bool {
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
        assert!(READ_IN_SEVERAL_WAYS.len() > 100);
        for (character, letters) in READ_IN_SEVERAL_WAYS.iter() {
            let known: Vec<char> = character
                .to_pinyin_multi()
                .into_iter()
                .flatten()
                .filter_map(|reading| reading.first_letter().chars().next())
                .collect();
            assert!(is_everyday(*character) && letters.chars().all(|letter| known.contains(&letter)), "{character}");
        }
        assert!(is_everyday('王') && !is_everyday('褚') && !is_everyday('w') && !is_everyday('—'));
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
            assert!(others.iter().all(|other| holds(&kept, other)), "{name}: {kept}");
        }
        assert!(holds(&of_person("尉迟敏"), "ycm") && holds(&of_person("万俟敏"), "mqm"));
    }

    #[test]
    fn a_character_in_the_middle_is_found_by_each_of_its_readings() {
        let kept = of("长春市重庆路小学校");
        for reading in ["zcszqlxxx", "ccscqlxxx", "ccscqlxxj"] {
            assert!(holds(&kept, reading), "{reading}: {kept}");
        }
    }

    #[test]
    fn a_long_text_has_a_bounded_number_of_readings_of_a_bounded_length() {
        let kept = of(&"单".repeat(300));
        assert!(kept.split(' ').count() <= READINGS);
        assert!(kept.split(' ').all(|reading| reading.len() == CHARACTERS));
    }

    #[test]
    fn signs_between_names_have_no_initial() {
        assert!(of_person("阿依古丽·买买提").starts_with("aygl"));
        assert_eq!(of_person(" 李 敏 "), "lm");
        assert_eq!(of("——"), "");
    }

    #[test]
    fn only_letters_and_digits_ask_for_initials() {
        assert_eq!((asked("WF"), asked("w f"), asked("三zx")), ("wf".into(), "wf".into(), NOTHING.into()));
        assert_eq!((asked(" "), asked("100%"), pattern("wf")), (NOTHING.into(), NOTHING.into(), "%wf%".into()));
    }
}
