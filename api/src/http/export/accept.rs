//! Content negotiation by `Accept` (RFC 9110, 12.5.1).

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{Accept, Header, Quality, QualityItem},
    mime::{self, Mime},
};
use songjiao_types::ErrorCode;

use crate::{
    error::{ApiError, Result},
    http::problems::RequestId,
};

/// A format of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A page, as JSON.
    Json,
    /// All rows, as a workbook.
    Xlsx,
    /// All rows, with a header.
    Csv,
    /// All rows, each a line of JSON.
    Ndjson,
}

impl Format {
    /// The formats of lists, the default first.
    pub const OF_LISTS: [Self; 4] = [Self::Json, Self::Xlsx, Self::Csv, Self::Ndjson];

    /// Returns the media type, without parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// Returns the extension of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// The negotiated format of a request.
pub struct Accepted {
    /// The format.
    pub format: Format,
    pub(super) request_id: String,
}

impl Accepted {
    /// Negotiates among the offered formats, the default first.
    ///
    /// # Errors
    /// 406 if the client accepts none of them.
    pub fn of(request: &HttpRequest, offered: &[Format]) -> Result<Self> {
        let accept = Accept::parse(request).unwrap_or_else(|_| Accept(Vec::new()));
        let format = preferred(&accept, offered).ok_or_else(|| {
            let names: Vec<_> = offered.iter().map(|format| format.media_type()).collect();
            ApiError::new(ErrorCode::NotAcceptable).detail(format!("可用格式：{}", names.join("、")))
        })?;
        Ok(Self { format, request_id: RequestId::of(request) })
    }
}

impl FromRequest for Accepted {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request, &Format::OF_LISTS))
    }
}

/// Returns the format of the highest quality; among equals the one that is named more specifically, then
/// the one offered first. Without an Accept header, the first.
fn preferred(accept: &Accept, offered: &[Format]) -> Option<Format> {
    if accept.is_empty() {
        return offered.first().copied();
    }
    let mut best: Option<((Quality, u8), Format)> = None;
    for format in offered.iter().copied() {
        let Some((specificity, quality)) = named(accept, format) else { continue };
        let rank = (quality, specificity);
        if quality > Quality::ZERO && best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, format));
        }
    }
    best.map(|(_, format)| format)
}

/// Returns how specifically a format is named, and its quality.
fn named(accept: &Accept, format: Format) -> Option<(u8, Quality)> {
    let (kind, name) = format.media_type().split_once('/')?;
    let matching = |QualityItem { item, quality }: &QualityItem<Mime>| match (item.type_(), item.essence_str()) {
        (mime::STAR, _) => Some((0, *quality)),
        (of, _) if of == kind && item.subtype() == mime::STAR => Some((1, *quality)),
        (_, essence) if essence.split_once('/') == Some((kind, name)) => Some((2, *quality)),
        _ => None,
    };
    accept.iter().filter_map(matching).max_by_key(|(specificity, _)| *specificity)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn chosen(accept: &str) -> Option<Format> {
        let request = TestRequest::get().insert_header(("accept", accept)).to_http_request();
        Accepted::of(&request, &Format::OF_LISTS).ok().map(|accepted| accepted.format)
    }

    #[test]
    fn json_is_what_who_does_not_care_gets() {
        for accept in ["", "*/*", "application/*", "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"] {
            assert_eq!(chosen(accept), Some(Format::Json), "{accept}");
        }
        let request = TestRequest::get().to_http_request();
        assert_eq!(Accepted::of(&request, &Format::OF_LISTS).ok().map(|it| it.format), Some(Format::Json));
    }

    #[test]
    fn the_quality_decides_and_then_the_more_exact_name() {
        for (accept, format) in [
            ("text/csv", Format::Csv),
            ("TEXT/CSV; charset=utf-8", Format::Csv),
            ("text/*", Format::Csv),
            ("text/csv, */*", Format::Csv),
            ("text/csv;q=0.5, application/json", Format::Json),
            ("application/json;q=0.5, application/x-ndjson;q=0.6", Format::Ndjson),
            ("application/json;q=0, */*", Format::Xlsx),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Format::Xlsx),
        ] {
            assert_eq!(chosen(accept), Some(format), "{accept}");
        }
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        for accept in ["text/html", "application/pdf, image/*", "text/csv;q=0", "*/*;q=0"] {
            assert_eq!(chosen(accept), None, "{accept}");
        }
    }
}
