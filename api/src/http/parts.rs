//! The registered parts of the application that middleware reads from a request.

use std::{path::PathBuf, str::FromStr, time::Duration};

use actix_web::{HttpRequest, web};

use crate::error::{ApiError, Result};

/// The number of proxies in front of the server, each of which appends the address that it sees to `X-Forwarded-For`.
#[derive(Clone, Copy)]
pub struct TrustedProxies(pub usize);

/// How long to wait for the next bytes of a body, and for a small body as a whole.
#[derive(Clone, Copy)]
pub struct BodyTimeout(pub Duration);

/// The address at which the public reaches the SPA: scheme, host and port, in ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not an address such as https://peixun.example.cn");
        let url = url::Url::parse(text).map_err(|_| wrong())?;
        let bare = matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if bare { Ok(Self(url.origin().ascii_serialization())) } else { Err(wrong()) }
    }
}

/// The public address, if one is configured.
#[derive(Clone, Debug, Default)]
pub struct PublicAddress(pub Option<PublicUrl>);

impl PublicAddress {
    /// Returns the address without a slash at the end.
    pub fn to_text(&self) -> Option<String> {
        self.0.as_ref().map(|url| url.0.clone())
    }
}

/// The folder for bodies that are read before their handler runs.
pub struct SpoolDir(pub PathBuf);

/// Returns a part that `app` has registered.
///
/// # Errors
/// 500 if it is not registered.
pub fn part<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>> {
    request.app_data::<web::Data<T>>().ok_or_else(|| ApiError::internal("a part is not registered"))
}

/// Returns the token of an `Authorization` header; the case of the scheme does not matter (RFC 9110).
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_is_an_origin_in_ascii() {
        let parsed = |text: &str| text.parse::<PublicUrl>().map(|url| url.0).ok();
        assert_eq!(parsed("https://peixun.example.cn/").as_deref(), Some("https://peixun.example.cn"));
        assert_eq!(parsed("http://10.0.0.8:8080").as_deref(), Some("http://10.0.0.8:8080"));
        assert!(parsed("https://培训.example.cn").is_some_and(|url| url.starts_with("https://xn--")));
        for text in ["", "peixun.example.cn", "ftp://a.cn", "https://a.cn/pei", "https://a.cn/?a", "https://u@a.cn"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
