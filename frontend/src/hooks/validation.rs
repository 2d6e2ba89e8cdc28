//! Validation of a draft before it is sent: the checks of the wire type, which the API makes too, and those of the form
//! alone.

use std::str::FromStr;

use songjiao_types::{FieldError, Hours, HoursError, normal, validate};
use validator::Validate;

use crate::api::translate_error;

/// Makes the checks of the wire type.
pub fn check<B: Validate>(body: B) -> Result<B, Vec<FieldError>> {
    match body.validate() {
        Ok(()) => Ok(body),
        Err(errors) => {
            let mut errors = validate::field_errors(&errors);
            errors.iter_mut().for_each(translate_error);
            Err(errors)
        }
    }
}

/// Checks that required texts are not blank. The message is plainer than that of the wire type.
pub fn required(texts: &[(&str, &str)]) -> Result<(), Vec<FieldError>> {
    Errors::required(texts).finish()
}

/// An error that only the form can find: nothing chosen, two passwords that differ.
pub fn field_error(pointer: &str, message: &str) -> FieldError {
    FieldError::new(pointer, "form", message)
}

/// The trimmed text, unless it is blank.
pub fn optional_text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The normal form of a number or a code, as the API stores it.
pub fn code_text(text: &str) -> String {
    normal::code(text).into_owned()
}

/// Collects the errors of a draft, so that all are reported at once.
#[derive(Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Starts with the required texts that are blank.
    pub fn required(texts: &[(&str, &str)]) -> Self {
        let blank = texts.iter().filter(|(_, text)| text.trim().is_empty());
        Self(blank.map(|(pointer, _)| field_error(pointer, t!("请填写此项"))).collect())
    }

    /// Adds an error.
    pub fn push(&mut self, pointer: &str, message: &str) {
        self.0.push(field_error(pointer, message));
    }

    /// Requires a value that has to be chosen.
    pub fn chosen<T>(&mut self, pointer: &str, value: Option<T>, message: &str) -> Option<T> {
        if value.is_none() {
            self.push(pointer, message);
        }
        value
    }

    /// Requires a text that parses as a `T`.
    pub fn parsed<T: FromStr>(&mut self, pointer: &str, text: &str, message: &str) -> Option<T> {
        let text = self.chosen(pointer, optional_text(text), t!("请填写此项"))?;
        self.chosen(pointer, text.parse().ok(), message)
    }

    /// Requires hours.
    pub fn hours(&mut self, pointer: &str, text: &str) -> Option<Hours> {
        let text = self.chosen(pointer, optional_text(text), t!("请填写此项"))?;
        text.parse().map_err(|error: HoursError| self.push(pointer, &error.to_string())).ok()
    }

    /// Builds and checks the body if there are no errors. `build` may return `None` only where an error was added.
    pub fn build<B: Validate>(self, build: impl FnOnce() -> Option<B>) -> Result<B, Vec<FieldError>> {
        match build() {
            Some(body) if self.0.is_empty() => check(body),
            _ => Err(self.0),
        }
    }

    /// The errors, if any.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The pointers of the errors, for tests.
#[cfg(test)]
pub fn pointers<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<String> {
    outcome.err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
}

#[cfg(test)]
mod tests {
    use super::{field_error as error, *};

    #[test]
    fn blank_texts_are_named() {
        assert_eq!(required(&[("/name", " "), ("/code", "X")]), Err(vec![error("/name", "请填写此项")]));
        assert_eq!(required(&[("/code", "X")]), Ok(()));
    }
}
