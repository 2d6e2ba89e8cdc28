//! The rendered document and how it is served: compressed once, and with an ETag.

use std::io::Write;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, ContentEncoding, ETag, Encoding, EntityTag, Header,
        IfNoneMatch, VARY,
    },
    web,
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use utoipa::openapi;

use crate::{db::hex, error::Result};

/// The document as JSON and as YAML.
pub struct Documents {
    json: Document,
    yaml: Document,
}

impl Documents {
    /// Renders the document.
    ///
    /// # Errors
    /// The serializer's message.
    pub fn render(document: &openapi::OpenApi) -> Result<Self, String> {
        let json = document.to_pretty_json().map_err(|error| error.to_string())?;
        let yaml = document.to_yaml().map_err(|error| error.to_string())?;
        let pack = |text, media_type| Document::new(text, media_type).map_err(|error| error.to_string());
        Ok(Self { json: pack(json, "application/json")?, yaml: pack(yaml, "application/yaml")? })
    }
}

struct Document {
    media_type: &'static str,
    plain: web::Bytes,
    gzip: web::Bytes,
    hash: String,
}

impl Document {
    fn new(text: String, media_type: &'static str) -> std::io::Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes())?;
        let hash = hex(&Sha256::digest(&text)[..16]);
        Ok(Self { media_type, plain: text.into(), gzip: gzip.finish()?.into(), hash })
    }

    /// Returns the document in an encoding that the client accepts, or 304 if the client has it.
    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let compressed = accepts_gzip(request);
        let tag = EntityTag::new_strong(if compressed { format!("{}-gzip", self.hash) } else { self.hash.clone() });
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&tag)),
            Err(_) => false,
        };
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header(ETag(tag))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((VARY, "Accept-Encoding"));
        if is_known {
            return response.finish();
        }
        // A response that names its encoding is not compressed again.
        let (encoding, body) =
            if compressed { (ContentEncoding::Gzip, &self.gzip) } else { (ContentEncoding::Identity, &self.plain) };
        response.content_type(self.media_type).insert_header((CONTENT_ENCODING, encoding.as_str())).body(body.clone())
    }
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let accepted = AcceptEncoding::parse(request).ok();
    let chosen = accepted.and_then(|accepted| accepted.negotiate([Encoding::gzip(), Encoding::identity()].iter()));
    chosen == Some(Encoding::gzip())
}

/// Serves the document as JSON.
pub async fn serve_json(documents: web::Data<Documents>, request: HttpRequest) -> HttpResponse {
    documents.json.respond(&request)
}

/// Serves the document as YAML.
pub async fn serve_yaml(documents: web::Data<Documents>, request: HttpRequest) -> HttpResponse {
    documents.yaml.respond(&request)
}
