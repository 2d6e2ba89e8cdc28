//! The classes of characters that the normal form tells apart.

/// Returns whether a character is a Chinese one.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3007}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Returns whether a character is one of the Chinese ones of the Basic Multilingual Plane that every form keeps.
pub fn is_plain_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
}

/// Returns whether a character has no width, directs the writing or selects a variant of a glyph.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns whether a character ends a line.
pub fn is_line_break(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether a character is a middle dot, as between the parts of a name.
pub fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙' | '⋅' | '･')
}

/// Returns whether a character is a dash other than the hyphen of ASCII.
pub fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2500}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// Returns whether a character is full-width punctuation of Chinese prose.
pub fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '！' | '（' | '）' | '，' | '：' | '；' | '？' | '～')
}

/// Returns whether a character is punctuation of Chinese prose that has no other width.
pub fn is_chinese_punctuation(c: char) -> bool {
    matches!(c, '、'..='〃' | '〈'..='】' | '‘'..='”')
}

/// Returns whether a character is a bracket or a quotation mark after NFKC.
pub fn is_bracket_or_quote(c: char) -> bool {
    matches!(c,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '`' | '«' | '»' | '‘'..='‟' | '‹' | '›' | '′' | '″'
        | '〈'..='】' | '〔'..='〟')
}
