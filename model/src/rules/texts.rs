//! When titles and institutions are equal or similar.

/// Returns a text in normal form: radicals and full width folded, without brackets, quotes and blanks, in lower case.
pub fn normal(text: &str) -> String {
    let mut normal = String::new();
    for character in text.chars().map(folded) {
        let left_out = character.is_whitespace() || "()[]{}【】〔〕《》〈〉「」『』\"'“”‘’".contains(character);
        if !left_out {
            normal.extend(character.to_lowercase());
        }
    }
    normal
}

/// Returns the character for which a radical or a character of full width stands. Knows those of [`crate::titles`].
fn folded(character: char) -> char {
    match character {
        '\u{2fbb}' => '骨',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        _ => character,
    }
}

/// Whether two texts have the same digits in order and at least 80 % of their character pairs alike.
pub fn are_similar(a: &str, b: &str) -> bool {
    let (a, b) = (normal(a), normal(b));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(&a) != digits(&b) {
        return false;
    }
    let pairs = |text: &str| text.chars().zip(text.chars().skip(1)).collect::<Vec<_>>();
    let (a, mut left) = (pairs(&a), pairs(&b));
    let all = a.len() + left.len();
    let mut alike = 0;
    for pair in a {
        if let Some(at) = left.iter().position(|other| *other == pair) {
            left.remove(at);
            alike += 2;
        }
    }
    alike * 100 >= all * 80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::titles::{Institution, Title, Wording};

    fn text(topic: usize, wording: Wording) -> String {
        Title { topic, wording }.text()
    }

    #[test]
    fn spellings_of_a_title_are_equal_a_word_more_is_similar_and_the_rest_differs() {
        let plain = text(12, Wording::Plain);
        for wording in [Wording::Typed, Wording::FullWidth, Wording::Radical] {
            assert_eq!(normal(&text(12, wording)), normal(&plain), "{wording:?}");
        }
        let similar = text(12, Wording::Similar);
        assert_ne!(normal(&similar), normal(&plain));
        assert!(are_similar(&similar, &plain));
        assert!(!are_similar(&text(13, Wording::Similar), &plain), "another number");
        assert!(!are_similar(&text(12, Wording::Other), &plain));
        assert!(!are_similar(&text(12, Wording::Other), &similar));
        assert_eq!(normal(Institution::TrainingSchoolTyped.text()), normal(Institution::TrainingSchool.text()));
    }
}
