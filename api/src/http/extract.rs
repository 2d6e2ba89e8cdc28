//! Extractors that validate their input and report each fault at its JSON pointer.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use futures_util::future::{LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use songjiao_types::{ErrorCode, FieldError, normal, validate::field_errors};
use validator::Validate;

use super::normal_json::normal_json;
use crate::{error::ApiError, http::body};

/// A JSON body, parsed and valid by the rules of its type.
pub struct ValidJson<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for ValidJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move { parse_valid(is_json, &received(bytes.await)?).map(Self) })
    }
}

/// A JSON body as [`ValidJson`], or the default of its type if the request has no body.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Validate + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = received(bytes.await)?;
            if !is_json && bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            parse_valid(is_json, &bytes).map(Self)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn received(bytes: Result<web::Bytes, actix_web::Error>) -> Result<web::Bytes, ApiError> {
    bytes.map_err(|error| error.as_error().map_or_else(|| ApiError::new(ErrorCode::Malformed), body::problem))
}

/// Parses a body and checks it by the rules of its type.
fn parse_valid<T: DeserializeOwned + Validate>(is_json: bool, bytes: &[u8]) -> Result<T, ApiError> {
    if !is_json {
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType).detail("请以 application/json 提交"));
    }
    check_nul(bytes)?;
    let value: T = parse_json(&normal_json(bytes))?;
    value.validate().map_err(|errors| ApiError::new(ErrorCode::Invalid).errors(field_errors(&errors)))?;
    Ok(value)
}

/// Parses JSON: 400 if it is not JSON, 422 at the pointer if it has the wrong shape.
fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde would also read a struct from an array of its fields.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::invalid("", "wrong_type", "内容须是 JSON 对象"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                ApiError::invalid(pointer, "wrong_type", format!("内容不符合要求：{}", without_position(&inner)))
            }
            _ => ApiError::new(ErrorCode::Malformed).detail("请求体不是有效的 JSON"),
        }
    })?;
    deserializer.end().map_err(|_| ApiError::new(ErrorCode::Malformed).detail("请求体不是有效的 JSON"))?;
    Ok(value)
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text).to_owned()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// Refuses a document with a string that contains U+0000.
fn check_nul(bytes: &[u8]) -> Result<(), ApiError> {
    if contains_nul(bytes) { Err(ApiError::invalid("", "nul", "内容不能包含空字符")) } else { Ok(()) }
}

/// Returns whether a string of the document contains U+0000, which PostgreSQL's text cannot store.
fn contains_nul(bytes: &[u8]) -> bool {
    bytes.contains(&0)
        || bytes.windows(6).enumerate().any(|(at, window)| {
            window == b"\\u0000" && bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
        })
}

/// The longest parameter in bytes: a cursor may carry a title. SQLite refuses longer patterns.
const PARAMETER_LIMIT: usize = 4096;

/// The query string; unknown parameters are refused.
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequest for ValidQuery<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(request.query_string()).map(Self))
    }
}

fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    if query.contains("%00") {
        return Err(ApiError::invalid("", "nul", "参数不能包含空字符"));
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|_| ApiError::new(ErrorCode::Malformed).detail("查询参数格式有误"))?;
    if let Some((name, _)) = pairs.iter().find(|(_, value)| value.len() > PARAMETER_LIMIT) {
        return Err(ApiError::invalid(name.as_str(), "length", "查询参数过长"));
    }
    // Empty parameters come from empty form fields and count as absent.
    let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let given: Vec<_> = given
        .map(|(name, value)| {
            let normal = normal::line(&value);
            // A cursor carries what is stored, whatever its form. A blank text matches nothing, unlike an absent one.
            let value = if name == "cursor" || normal.is_empty() { value } else { normal.into_owned() };
            (name, value)
        })
        .collect();
    let text = serde_urlencoded::to_string(&given).map_err(ApiError::internal)?;
    let deserializer = serde_urlencoded::Deserializer::new(url_pairs(&text));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().to_string();
        let error = FieldError::new(name, "wrong_parameter", format!("查询参数不正确：{}", error.inner()));
        ApiError::new(ErrorCode::Invalid).errors(vec![error])
    })
}

fn url_pairs(text: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text.as_bytes())
}

/// The id in a path; 404 if it is not a UUID.
pub struct PathId<T>(pub T);

impl<T: std::str::FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(ApiError::not_found))
    }
}

/// The two ids in a path; 404 if either is not a UUID.
pub struct PathIds<A, B>(pub A, pub B);

impl<A: std::str::FromStr, B: std::str::FromStr> FromRequest for PathIds<A, B> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = request.match_info().iter().map(|(_, text)| text);
        let ids = parts.next().and_then(|id| id.parse().ok()).zip(parts.next().and_then(|id| id.parse().ok()));
        ready(ids.map(|(first, second)| Self(first, second)).ok_or_else(ApiError::not_found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_nul_is_found_and_an_escaped_backslash_is_not_one() {
        assert!(contains_nul(br#"{"name":"a\u0000b"}"#));
        assert!(!contains_nul(br#"{"name":"a\\u0000b"}"#));
        assert!(contains_nul(br#"{"name":"a\\\u0000b"}"#));
        assert!(contains_nul(b"\0"));
    }
}
