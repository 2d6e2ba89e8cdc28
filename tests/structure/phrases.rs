//! The phrases that this repository avoids. Only this file may contain them.

/// A phrase, and what to write instead.
pub struct Phrase {
    /// A regular expression for whole words. A space in it also matches a line break.
    pub pattern: &'static str,
    /// Exempts the matches that it matches as well.
    pub unless: Option<&'static str>,
    /// Searches only prose: comments in Rust code, Markdown and YAML.
    pub prose_only: bool,
    pub instead: &'static str,
}

pub const PHRASES: [Phrase; 7] = [
    phrase(r"(?i)\bwhoever\b", "name the subject: “a caller who”, “the user”, “anyone who”"),
    phrase(r"(?i)\btold of\b", "write “informed about”, “notified of”, “announced”"),
    phrase(r"(?i)\bthe own\b", "write “their own”, “its own”"),
    phrase(r"(?i)\bof nobody\b", "say what is empty or absent"),
    phrase(r"(?i)\blet(?:s|ting)? go of\b", "write “releases”, “drops”, “discards”"),
    Phrase {
        pattern: r"(?i)\b(?:has|have|had|having)(?: [\w'’`-]+){1,6}? be\b",
        // "has to be", "has rows that can be read".
        unless: Some(r"(?i)\b(?:to|can|cannot|could|may|might|must|shall|should|will|would)\b"),
        prose_only: false,
        instead: "name the action: “sets the version”, “bumps the version so that …”",
    },
    Phrase {
        pattern: r"\bThat\b",
        unless: None,
        prose_only: true,
        instead: "begin the sentence with its subject, or join it to the one before",
    },
];

const fn phrase(pattern: &'static str, instead: &'static str) -> Phrase {
    Phrase { pattern, unless: None, prose_only: false, instead }
}

/// Texts that contain a phrase, each with its file's name.
pub const FAULTY: [(&str, &str); 9] = [
    ("a.rs", "/// Waits for whoever holds the lock."),
    ("a.rs", "fn whoever_comes_later_waits() {}"),
    ("a.rs", "// What a client is told\n    // of the row."),
    ("a.md", "Teachers see the own records."),
    ("a.rs", "/// Has sheets be of another version."),
    ("a.rs", "//! It had all of the rows\n//! be written anew."),
    ("a.rs", "/// That a record waits."),
    ("openapi.yaml", "description: That nobody overwrites it."),
    ("a.rs", "// The list of nobody; lets go of it."),
];

/// Texts that contain none.
pub const GOOD: [(&str, &str); 8] = [
    ("a.rs", "/// Has to be sent again."),
    ("a.rs", "/// A teacher has records that can be voided."),
    ("a.rs", "/// Has the document list. Be careful."),
    ("a.rs", "/// The rows that it has\n///\n/// be it as it may."),
    ("a.rs", "let text = \"That\"; struct That;"),
    ("a.rs", "/// Returns the record that a caller sees."),
    ("a.md", "The owner has told each of them."),
    ("a.md", "These may be of another version; nobody has to wait."),
];
