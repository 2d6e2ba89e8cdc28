//! The normal form of text. Whatever is typed, pasted from a PDF or sent by another system is stored, searched for and
//! compared in one form, so that it is found however it was written.
//!
//! Names, titles and institutions are a [`line`], free text is [`paragraphs`], numbers and codes are a [`code`], and the
//! numbers of certificates have [`certificate_number`]. [`key`] is for comparison alone. Every form is idempotent, and a
//! text that is in its form already is not copied.
//!
//! A stored line keeps the signs that NFKC would change for the reader: the full-width punctuation of Chinese text, `…`,
//! `①`, `x²`. [`key`] and the forms of numbers apply NFKC.

mod chars;
mod compose;
mod radicals;

use std::borrow::Cow;

pub use chars::is_ignorable;
use chars::{
    is_bracket_or_quote, is_chinese_punctuation, is_dash, is_dot, is_han, is_line_break, is_plain_han,
    is_wide_punctuation,
};
use compose::nfc;
use radicals::fold_radical;

/// Returns a name, a title or another text of one line: radicals, compatibility ideographs and full-width letters and
/// digits folded, NFC, without zero-width, bidirectional and control characters, without blanks at the ends and between
/// Chinese characters, other blanks and line breaks as one space, U+00B7 as the dot between Chinese characters, and a
/// hyphen as the dash between letters or digits.
pub fn line(text: &str) -> Cow<'_, str> {
    if is_line(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => folded.push(' '),
            c if c.is_control() || is_ignorable(c) => {}
            '．' => folded.push(c),
            c if is_wide_punctuation(c) => folded.push(c),
            // Widths, Roman numerals and ligatures.
            '\u{FF01}'..='\u{FFEE}' | '\u{2160}'..='\u{217F}' | '\u{FB00}'..='\u{FB06}' => {
                folded.push_str(&compose::nfkc(c.encode_utf8(&mut [0; 4])));
            }
            c => folded.push(fold_radical(c)),
        }
    }
    changed(text, space(&nfc(&folded)))
}

/// Returns free text: radicals folded, NFC, without zero-width, bidirectional and control characters and without blanks
/// at the ends. Line breaks stay, as U+000A.
pub fn paragraphs(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain_prose) && text.trim().len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            c if is_line_break(c) => folded.push('\n'),
            '\t' => folded.push(c),
            c if c.is_control() || is_ignorable(c) => {}
            c => folded.push(fold_radical(c)),
        }
    }
    changed(text, nfc(folded.trim()))
}

/// Returns a number or a code: radicals folded, NFKC, without zero-width, bidirectional and control characters and
/// without blanks at the ends, each dash as a hyphen. The case stays; numbers are compared without regard to it.
pub fn code(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| matches!(c, ' '..='~') || is_plain_han(c)) && text.trim_ascii().len() == text.len() {
        return Cow::Borrowed(text);
    }
    let folded: String = nfkc(text).chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    changed(text, folded.trim().to_owned())
}

/// Returns the number of a certificate: a [`code`] in capitals, without blanks and without the label before it.
pub fn certificate_number(text: &str) -> String {
    let number: String = code(text).chars().filter(|c| !c.is_whitespace()).collect();
    let number = number.to_ascii_uppercase();
    // 证书编号, 编号 and No. are copied with the number.
    let number = number.trim_start_matches(['证', '书', '编', '号', ':']);
    let label = ["NO.", "NO:"].iter().find_map(|label| number.strip_prefix(label));
    label.unwrap_or(number).to_owned()
}

/// Returns what two texts that read alike have in common: NFKC without regard to case, blanks, brackets and quotation
/// marks. For comparison only.
pub fn key(text: &str) -> String {
    let lower = nfkc(text).to_lowercase();
    let kept = lower.chars().filter(|c| !c.is_whitespace() && !is_bracket_or_quote(*c));
    let alike = kept.map(|c| match c {
        c if is_dot(c) => '·',
        c if is_dash(c) => '-',
        c => c,
    });
    alike.collect()
}

/// Applies a form without a copy of a text that has it.
pub fn owned(text: String, form: fn(&str) -> Cow<'_, str>) -> String {
    match form(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(normal) => normal,
    }
}

fn changed(text: &str, normal: String) -> Cow<'_, str> {
    if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) }
}

fn nfkc(text: &str) -> String {
    let kept = text.chars().filter(|c| !is_ignorable(*c) && (!c.is_control() || c.is_whitespace()));
    compose::nfkc(&kept.map(fold_radical).collect::<String>())
}

/// Returns whether a text is surely a [`line`] already; most are, so this decides how long an import takes.
fn is_line(text: &str) -> bool {
    // A text begins as if after a blank.
    let (mut before, mut last) = (' ', ' ');
    for c in text.chars() {
        let stays = match c {
            ' ' => last != ' ' && !is_dot(last),
            '!'..='~' => true,
            c if is_plain_han(c) => !(is_han(before) && matches!(last, ' ' | '.')),
            '·' => last != ' ',
            '—' => !last.is_ascii_alphanumeric(),
            c => is_chinese_punctuation(c) || is_wide_punctuation(c),
        };
        if !stays {
            return false;
        }
        (before, last) = (last, c);
    }
    last != ' ' || text.is_empty()
}

fn is_plain_prose(c: char) -> bool {
    matches!(c, ' '..='~' | '\n' | '\t' | '\u{3000}' | '—' | '…')
        || is_plain_han(c)
        || is_chinese_punctuation(c)
        || is_wide_punctuation(c)
}

/// Puts blanks, dots and dashes by what stands beside them.
fn space(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is =
        |at: Option<usize>, class: fn(char) -> bool| at.and_then(|at| characters.get(at)).is_some_and(|c| class(*c));
    let mut spaced = String::with_capacity(text.len());
    // The last character that was put, whether blanks follow it, and whether it is a dot between Chinese characters.
    let (mut last, mut blank, mut joins) = (None::<char>, false, false);
    for (at, &c) in characters.iter().enumerate() {
        if c == ' ' {
            blank = last.is_some();
            continue;
        }
        let after_han = last.is_some_and(is_han);
        let next = characters[at + 1..].iter().position(|c| *c != ' ').map(|ahead| at + 1 + ahead);
        let adjacent = |class: fn(char) -> bool| !blank && last.is_some_and(class) && is(Some(at + 1), class);
        let is_joint = is_dot(c) && after_han && is(next, is_han) || matches!(c, '.' | '．') && adjacent(is_han);
        let put = match c {
            _ if is_joint => '·',
            '．' => '.',
            c if is_dash(c) && adjacent(|c| c.is_ascii_alphanumeric()) => '-',
            c => c,
        };
        let together = is_joint || is_han(c) && (after_han || joins);
        if blank && !together {
            spaced.push(' ');
        }
        spaced.push(put);
        (last, blank, joins) = (Some(put), false, is_joint);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_the_ideographs_that_they_look_like() {
        // NFKC knows the Kangxi radicals, and nothing of the supplement.
        for radical in '\u{2F00}'..='\u{2FD5}' {
            let text = radical.to_string();
            assert_eq!(line(&text), compose::nfkc(&text), "{radical}");
        }
        for (radicals, ideographs) in
            [("⻢⻩⻰⻬⻔⻋⻓", "马黄龙齐门车长"), ("⼩学", "小学"), ("\u{2F70}范课", "示范课"), ("⻩⻰", "黄龙")]
        {
            assert_eq!(line(radicals), ideographs);
            assert_eq!(paragraphs(radicals), ideographs);
            assert_eq!(code(radicals), ideographs);
            assert_eq!(key(radicals), ideographs);
        }
        assert_eq!(line("\u{2E80}\u{2E9A}"), "\u{2E80}\u{2E9A}", "they have no equivalent");
    }

    #[test]
    fn a_name_has_one_form_however_it_was_written() {
        for written in [
            "王芳",
            "王　芳",
            " 王 芳 ",
            "王\u{200b}芳",
            "\u{202b}王芳\u{202c}",
            "王\n芳",
            "王\u{a0}\u{2003}芳",
            "\u{feff}王芳\r\n",
        ] {
            assert_eq!(line(written), "王芳", "{written:?}");
        }
        for written in [
            "阿卜杜拉·艾则孜",
            "阿卜杜拉•艾则孜",
            "阿卜杜拉・艾则孜",
            "阿卜杜拉‧艾则孜",
            "阿卜杜拉．艾则孜",
            "阿卜杜拉.艾则孜",
            "阿卜杜拉･艾则孜",
            "阿卜杜拉 · 艾则孜",
        ] {
            assert_eq!(line(written), "阿卜杜拉·艾则孜", "{written:?}");
        }
        assert_eq!(line("ＲＡＤ１"), "RAD1");
        assert_eq!(line("Anna  Li\tWang"), "Anna Li Wang");
        assert_eq!(line("e\u{301}cole"), "\u{e9}cole");
        assert_eq!(line("\u{f9d1}"), "六", "a compatibility ideograph");
    }

    #[test]
    fn a_title_keeps_what_readers_see() {
        for title in [
            "国培计划（2026）小学语文",
            "“三修三课”：送教下乡——第①阶段…",
            "平方差公式 a²-b²",
            "1. 送教",
            "• 第一项",
            "v1.2",
            "",
            "2026年送教",
            "读《水浒传》、写人物",
        ] {
            assert!(matches!(line(title), Cow::Borrowed(_)), "{title}");
        }
        assert_eq!(line("２０２６—２０２７ 学年"), "2026-2027 学年");
        assert_eq!(line("送教\r\n下乡 ２"), "送教下乡 2");
        assert_eq!(line("第一单元（ 上 ）"), "第一单元（ 上 ）");
    }

    #[test]
    fn free_text_keeps_its_lines() {
        let text = "一、目标\n　　朗读（２遍）\n\n二、作业 a\tb";
        assert!(matches!(paragraphs(text), Cow::Borrowed(_)) || paragraphs(text) == text);
        assert_eq!(paragraphs(" ⼀\u{202e}、目标\r\n二\u{2028}三\u{7} "), "一、目标\n二\n三");
    }

    #[test]
    fn a_code_has_ascii_digits_letters_and_hyphens() {
        assert_eq!(code(" Ｔ－００１\u{200b} "), "T-001");
        assert_eq!(code("SL–01−2"), "SL-01-2");
        assert!(matches!(code("SL-01"), Cow::Borrowed(_)));
        assert_eq!(code("a b"), "a b", "a blank inside is no part of a code, and refused as such");
    }

    #[test]
    fn a_certificate_number_is_found_however_it_was_typed() {
        for typed in [
            "SL2026-示-0007",
            " sl2026-示-0007 ",
            "ＳＬ２０２６－示－０００７",
            "SL2026 - 示 - 0007",
            "SL2026—示—0007",
            "SL2026–示−0007",
            "编号：SL2026-示-0007",
            "证书编号： SL2026-示-0007",
            "No. SL2026-示-0007",
            "SL2026-示-0007\u{200b}",
            "SL2026-\u{2F70}-0007",
            "SL2026-\u{2EAC}-0007",
        ] {
            assert_eq!(certificate_number(typed), "SL2026-示-0007", "{typed:?}");
        }
        assert_eq!(certificate_number("　\t"), "");
    }

    #[test]
    fn a_key_is_equal_for_texts_that_read_alike() {
        for text in ["国培计划（2026） 小学语文", "国培计划(２０２６)小学语文", "“国培计划”【2026】⼩学语文"]
        {
            assert_eq!(key(text), "国培计划2026小学语文");
        }
        assert_eq!(key("STEM–Kurs"), key("ｓｔｅｍ-kurs"));
        assert_ne!(key("送教一"), key("送教二"));
    }

    #[test]
    fn every_form_is_idempotent() {
        let parts =
            ["王", "A", "1", " ", "　", ".", "．", "·", "•", "—", "-", "（", "⼀", "\u{200b}", "\n", "e\u{301}", "Ⅱ"];
        for a in parts {
            for b in parts {
                for (c, d) in parts.iter().flat_map(|c| ["王", "1", " ", ".", ""].map(|d| (c, d))) {
                    let text = format!("{a}{b}{c}{d}");
                    for form in [line, paragraphs, code] {
                        let once = form(&text).into_owned();
                        assert_eq!(form(&once), once, "{text:?}");
                    }
                    let number = certificate_number(&text);
                    assert_eq!((certificate_number(&number), key(&key(&text))), (number, key(&text)), "{text:?}");
                    assert_eq!(is_line(&text), is_line(&text) && line(&text) == text);
                }
            }
        }
    }
}
