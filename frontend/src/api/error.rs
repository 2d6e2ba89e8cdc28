//! Why a request failed, in terms that a page can show.

use std::{collections::HashMap, hash::Hash, rc::Rc};

use songjiao_types::{ErrorCode, FieldError, Problem};

use crate::i18n;

/// The outcome of a request.
pub type ApiResult<T> = Result<T, ApiError>;

/// Why a request failed.
#[derive(Clone, PartialEq)]
pub enum ApiError {
    /// No answer: offline, or the server is down.
    Network,
    /// The API answered with a problem document.
    Problem(Rc<Problem>),
    /// Something else answered with this status: a proxy, or another version of the API.
    Unreadable(u16),
}

impl ApiError {
    /// Reads the body of an unsuccessful answer.
    pub fn read(status: u16, body: &str) -> Self {
        match serde_json::from_str::<Problem>(body) {
            Ok(mut problem) => {
                problem.detail = problem.detail.map(|detail| i18n::translate_message(&detail));
                problem.errors.iter_mut().for_each(translate_error);
                Self::Problem(Rc::new(problem))
            }
            Err(_) => Self::Unreadable(status),
        }
    }

    /// The stable error code, if the API gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Network | Self::Unreadable(_) => None,
        }
    }

    /// What happened, in one sentence.
    pub fn title(&self) -> String {
        match self {
            Self::Network => t!("无法连接服务器").to_owned(),
            Self::Problem(problem) => problem.title.clone(),
            Self::Unreadable(status) => t!("服务器返回了无法识别的内容（{status}）", status),
        }
    }

    /// What to do about it, or further details.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Network => Some(t!("请检查网络连接后重试。").to_owned()),
            Self::Problem(problem) => problem.detail.clone(),
            Self::Unreadable(_) => Some(t!("请稍后重试；若仍不行，请联系系统管理员。").to_owned()),
        }
    }

    /// Title and detail in one line, for a toast.
    pub fn message(&self) -> String {
        match self.detail() {
            Some(detail) => t!("{title}：{detail}", title = self.title(), detail),
            None => self.title(),
        }
    }

    /// The errors of single fields.
    pub fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Problem(problem) => &problem.errors,
            Self::Network | Self::Unreadable(_) => &[],
        }
    }

    /// The id by which the request is found in the server's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) if !problem.request_id.is_empty() => Some(&problem.request_id),
            _ => None,
        }
    }

    /// Whether the request may have been carried out although no answer says so.
    pub(super) fn outcome_unknown(&self) -> bool {
        match self {
            Self::Network | Self::Unreadable(_) => true,
            Self::Problem(problem) => problem.status >= 500 || problem.code == ErrorCode::RequestInProgress,
        }
    }
}

/// Translates an error into the language of the pages.
pub fn translate_error(error: &mut FieldError) {
    error.message = i18n::translate_message(&error.message);
}

/// The errors of single elements of a list that was sent, by element: `/ids/3` points to the fourth.
pub fn errors_by_item<T: Copy + Eq + Hash>(errors: &[FieldError], prefix: &str, sent: &[T]) -> HashMap<T, String> {
    let mut by_item: HashMap<T, String> = HashMap::new();
    for error in errors {
        let place = error.pointer.strip_prefix(prefix).and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
        if let Some(id) = place.and_then(|place| sent.get(place)) {
            let message = by_item.entry(*id).or_default();
            if !message.is_empty() {
                message.push_str(t!("；"));
            }
            message.push_str(&error.message);
        }
    }
    by_item
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBLEM: &str = r#"{"type":"/problems/invalid","title":"填写的内容有误","status":422,"code":"invalid",
        "errors":[{"pointer":"/name","code":"required","message":"不能为空"}],"request_id":"r-1"}"#;

    #[test]
    fn a_problem_names_the_field_and_its_error() {
        let error = ApiError::read(422, PROBLEM);
        assert!(error.code() == Some(ErrorCode::Invalid));
        assert_eq!(error.message(), "填写的内容有误");
        assert_eq!(error.field_errors().len(), 1);
        assert_eq!(error.request_id(), Some("r-1"));
        assert!(!error.outcome_unknown());
    }

    #[test]
    fn a_body_that_is_no_problem_document_is_still_an_error() {
        let error = ApiError::read(502, "<html>Bad Gateway</html>");
        assert!(error == ApiError::Unreadable(502));
        assert!(error.outcome_unknown());
        assert!(error.field_errors().is_empty());
    }

    #[test]
    fn errors_are_assigned_to_their_participants() {
        let errors = [
            FieldError::new("/ids/1", "not_eligible", "学科不符"),
            FieldError::new("/ids/1", "not_eligible", "不是乡村学校教师"),
            FieldError::new("/ids/9", "not_eligible", "不在名单中"),
            FieldError::new("/ids", "length", "太多"),
        ];
        let by_item = errors_by_item(&errors, "/ids/", &['甲', '乙']);
        assert_eq!(by_item.get(&'乙').map(String::as_str), Some("学科不符；不是乡村学校教师"));
        assert_eq!(by_item.len(), 1);
    }
}
