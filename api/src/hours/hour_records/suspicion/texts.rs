//! Titles, institutions and sources in normal form, each stored once and compared by number.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use songjiao_types::normal;

/// Spellings whose normal form is kept at hand. Files repeat few titles for many teachers.
const SPELLINGS: usize = 10_000;

/// A text by its normal form: equal numbers are equal texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text(u32);

/// The digits of a text, in order: equal numbers are equal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(u32);

/// The texts met so far.
#[derive(Default)]
pub struct Texts {
    by_spelling: HashMap<String, Text>,
    by_key: HashMap<Arc<str>, Text>,
    entries: Vec<(Arc<str>, Digits)>,
    digits: HashMap<String, Digits>,
}

impl Texts {
    /// Returns the number of a text.
    pub fn intern(&mut self, text: &str) -> Text {
        if let Some(found) = self.by_spelling.get(text) {
            return *found;
        }
        let found = self.intern_key(&normal::key(text));
        if self.by_spelling.len() >= SPELLINGS {
            self.by_spelling.clear();
        }
        self.by_spelling.insert(text.to_owned(), found);
        found
    }

    fn intern_key(&mut self, key: &str) -> Text {
        if let Some(found) = self.by_key.get(key) {
            return *found;
        }
        let next = self.digits.len();
        let digits = match self.digits.entry(digits(key)) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(slot) => *slot.insert(Digits(number(next))),
        };
        let text = Text(number(self.entries.len()));
        let key: Arc<str> = key.into();
        self.entries.push((key.clone(), digits));
        self.by_key.insert(key, text);
        text
    }

    fn entry(&self, Text(number): Text) -> Option<&(Arc<str>, Digits)> {
        self.entries.get(usize::try_from(number).ok()?)
    }

    /// Returns the digits of a text.
    pub fn digits(&self, text: Text) -> Option<Digits> {
        self.entry(text).map(|(_, digits)| *digits)
    }

    /// Returns whether two texts are equal or similar: the same digits in order and 80 % of the character pairs alike.
    pub fn are_similar(&self, a: Text, b: Text) -> bool {
        if a == b {
            return true;
        }
        match (self.entry(a), self.entry(b)) {
            (Some((a, digits)), Some((b, others))) => digits == others && pairs_are_alike(a, b),
            _ => false,
        }
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Returns a digit. The numerals 一 to 九 are digits too: they tell 第一期 from 第二期.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' | '十' => Some(c),
        '〇' | '零' => Some('0'),
        '一' => Some('1'),
        '二' => Some('2'),
        '三' => Some('3'),
        '四' => Some('4'),
        '五' => Some('5'),
        '六' => Some('6'),
        '七' => Some('7'),
        '八' => Some('8'),
        '九' => Some('9'),
        _ => None,
    }
}

/// Returns the digits of a text in order.
fn digits(key: &str) -> String {
    key.chars().filter_map(digit).collect()
}

/// Returns whether at least 80 % of the pairs of adjacent characters of two texts are alike.
fn pairs_are_alike(a: &str, b: &str) -> bool {
    let (a, b) = (pairs(a), pairs(b));
    let (mut common, mut left, mut right) = (0_usize, a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                common += 1;
                _ = (left.next(), right.next());
            }
        }
    }
    common > 0 && 10 * common >= mutate!(SimilarAsEqual, 4, 5) * (a.len() + b.len())
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let folded = || text.chars().map(|c| digit(c).unwrap_or(c));
    let mut pairs: Vec<_> = folded().zip(folded().skip(1)).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similar(a: &str, b: &str) -> bool {
        let mut texts = Texts::default();
        let (a, b) = (texts.intern(a), texts.intern(b));
        texts.are_similar(a, b)
    }

    #[test]
    fn texts_are_equal_in_their_normal_form() {
        let mut texts = Texts::default();
        let plain = texts.intern("国培计划(2026)送教下乡");
        for same in ["国培计划（2026）送教下乡", "“国培计划”（２０２６） 送教下乡", "国培计划〔2026〕送教下乡"]
        {
            assert_eq!(texts.intern(same), plain, "{same}");
        }
        assert_ne!(texts.intern("国培计划(2025)送教下乡"), plain);
    }

    #[test]
    fn a_title_is_similar_with_the_same_digits_and_most_pairs_alike() {
        assert!(similar("2026年小学数学骨干教师提升培训", "2026年小学数学骨干教师能力提升培训"));
        assert!(!similar("2026年小学数学骨干教师提升培训", "2025年小学数学骨干教师提升培训"), "another year");
        assert!(!similar("小学数学骨干教师提升培训1班", "小学数学骨干教师提升培训2班"), "another class");
        assert!(!similar("小学数学骨干教师培训第一期", "小学数学骨干教师培训第二期"), "another term");
        assert!(similar("小学数学骨干教师培训第1期", "小学数学骨干教师培训（第一期）"), "the same number");
        assert!(!similar("小学数学骨干教师提升培训", "初中语文骨干教师提升培训"), "other words");
    }

    #[test]
    fn eighty_percent_of_the_pairs_suffice() {
        // Ten pairs each, eight of them alike; then seven.
        assert!(similar("甲乙丙丁戊己庚辛壬癸子", "甲乙丙丁戊己庚辛壬丑寅"));
        assert!(!similar("甲乙丙丁戊己庚辛壬癸子", "甲乙丙丁戊己庚辛丑寅卯"));
        assert!(!similar("甲", "乙"));
    }
}
