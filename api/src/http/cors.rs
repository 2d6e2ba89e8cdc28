//! Pages of other origins that may call the API; none unless the installation names them.

use std::str::FromStr;

use actix_cors::Cors;
use actix_web::{
    http::{Uri, header},
    middleware::Condition,
};

/// Where a page comes from: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Option<Uri> = text.parse().ok();
        // A browser sends neither a path nor a slash: what has one would never match.
        let plain = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https"))) && !text.ends_with('/');
        match text.split_once("://") {
            Some((_, host)) if plain && !host.is_empty() && !host.contains(['/', '?', '#', '@', '*']) => {
                Ok(Self(text.to_ascii_lowercase()))
            }
            _ => Err(format!("{text} is no origin such as https://peixun.example.cn")),
        }
    }
}

/// The origins whose pages may call, separated by commas; none where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<Origin>);

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// Answers the browser's question beforehand, and tells it whose pages may read an answer. A
/// bearer token is no cookie, so credentials need no leave.
pub fn cors(Origins(origins): &Origins) -> Condition<Cors> {
    let cors = origins.iter().fold(Cors::default(), |cors, Origin(origin)| cors.allowed_origin(origin));
    let cors = cors
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT, header::IF_MATCH])
        .allowed_headers(["idempotency-key", "prefer"])
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .expose_headers(["x-request-id", "idempotency-replayed"])
        .max_age(3600);
    Condition::new(!origins.is_empty(), cors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        for (right, count) in [("", 0), ("https://peixun.example.cn", 1), ("http://127.0.0.1:3000, https://a.cn,", 2)] {
            assert_eq!(right.parse::<Origins>().map(|Origins(all)| all.len()), Ok(count), "{right}");
        }
        for wrong in [
            "*",
            "https://a.cn,*",
            "https://",
            "a.cn",
            "https://a.cn/",
            "https://a.cn/app",
            "ftp://a.cn",
            "https://*.cn",
        ] {
            assert!(wrong.parse::<Origins>().is_err(), "{wrong}");
        }
    }
}
