//! The built SPA, served from the API's origin: hashed files are cached for ever, all others are
//! revalidated, and `index.html` answers every path that the SPA routes.

use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::{
    HttpRequest, HttpResponse,
    dev::{Service, ServiceRequest, ServiceResponse, fn_service},
    http::header::{CACHE_CONTROL, HeaderValue},
    web,
};
use futures_util::FutureExt;
use songjiao_types::ErrorCode;

use crate::{
    error::ApiError,
    http::{guard::AccessTable, parts::part},
};

/// Serves `web_dir` if there is one, and answers all unknown paths.
pub fn configure(config: &mut web::ServiceConfig, web_dir: Option<&PathBuf>) {
    if let Some(dir) = web_dir {
        let index = dir.join("index.html");
        let files = Files::new("/", dir).index_file("index.html").try_compressed().prefer_utf8(true).default_handler(
            fn_service(move |request: ServiceRequest| {
                let index = index.clone();
                async move {
                    let (request, _) = request.into_parts();
                    // An old page may request files that an update removed: index.html would be cached in their place.
                    let response = if is_api(request.path()) || is_hashed(Path::new(request.path())) {
                        HttpResponse::from_error(unknown_path(&request))
                    } else {
                        NamedFile::open(index)?.into_response(&request)
                    };
                    Ok(ServiceResponse::new(request, response))
                }
            }),
        );
        config.service(
            web::scope("")
                .wrap_fn(|request, service| {
                    let hashed = is_hashed(Path::new(request.path()));
                    service.call(request).map(move |response| {
                        response.map(|mut response| {
                            let forever = hashed && response.status().is_success();
                            let value = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
                            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(value));
                            response
                        })
                    })
                })
                .service(files),
        );
    }
    config.default_service(web::to(|request: HttpRequest| async move {
        Err::<HttpResponse, ApiError>(unknown_path(&request))
    }));
}

fn is_api(path: &str) -> bool {
    ["/api/", "/docs", "/health/", "/metrics"].iter().any(|prefix| path.starts_with(prefix))
}

/// Returns whether a file name contains a hash of the content, as `app-0123456789abcdef.js` does.
fn is_hashed(path: &Path) -> bool {
    // A path without an extension is a page, whose id may end in as many digits.
    path.extension()
        .and(path.file_stem())
        .and_then(|stem| stem.to_str())
        .and_then(|stem| stem.rsplit_once('-'))
        .map(|(_, hash)| hash.trim_end_matches("_bg"))
        .is_some_and(|hash| hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Returns 405 if the path exists with other methods, else 404.
fn unknown_path(request: &HttpRequest) -> ApiError {
    match part::<AccessTable>(request).ok().and_then(|access| access.methods(request)) {
        Some(methods) => ApiError::new(ErrorCode::MethodNotAllowed).detail(format!("此地址支持 {methods}")),
        None => ApiError::not_found(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_hash_is_told_from_a_page_with_an_id() {
        assert!(is_hashed(Path::new("/app-0123456789abcdef.js")));
        assert!(is_hashed(Path::new("/app-0123456789abcdef_bg.wasm")));
        assert!(!is_hashed(Path::new("/favicon.svg")));
        assert!(!is_hashed(Path::new("/projects/019c0c74-ac46-797b-984c-09e5a8d9e020")));
    }
}
