//! CORS: the other origins whose pages may call the API; none unless the installation names them.

use std::str::FromStr;

use actix_cors::Cors;
use actix_web::{
    http::{Uri, header},
    middleware::Condition,
};

/// The origin of a page: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Option<Uri> = text.parse().ok();
        // A browser sends neither a path nor a trailing slash, so an origin with one would never match.
        let plain = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https"))) && !text.ends_with('/');
        match text.split_once("://") {
            Some((_, host)) if plain && !host.is_empty() && !host.contains(['/', '?', '#', '@', '*']) => {
                Ok(Self(text.to_ascii_lowercase()))
            }
            _ => Err(format!("{text} is no origin such as https://peixun.example.cn")),
        }
    }
}

/// The allowed origins, separated by commas in the configuration; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<Origin>);

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// Answers preflight requests and sets the CORS headers. Bearer tokens are not cookies, so credentials
/// need not be allowed.
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
