//! Receives a file, as the body or as a part of it, and writes it to disk as it arrives.

use std::{io::Write, path::Path};

use actix_multipart::{Multipart, MultipartError};
use actix_web::{HttpRequest, http::header, web};
use futures_util::{Stream, StreamExt};
use songjiao_types::{ErrorCode, id_numbers::mask_owned};
use tempfile::NamedTempFile;

use crate::{
    error::{ApiError, Result},
    http::body::{self, FILE_LIMIT, stop_reading},
};

/// The bytes written at once.
const BLOCK: usize = 256 * 1024;

/// The accepted media types of a body; the format is detected from the content.
const MEDIA_TYPES: [&str; 10] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    // Browsers send it for CSV files, too, if Excel is installed.
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
    "application/gzip",
    "application/x-gzip",
    "application/zip",
];

/// A complete file.
pub struct Upload {
    pub file: NamedTempFile,
    /// The client's name for the file, cleaned for display.
    pub name: Option<String>,
}

/// Receives the file of a request into a folder.
///
/// # Errors
/// 400 if it is incomplete, 413 if it is too large, 415 for other media types, 422 if a form has no file.
pub async fn receive(request: &HttpRequest, payload: web::Payload, dir: &Path) -> Result<Upload> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    if media_type == "multipart/form-data" {
        return receive_part(Multipart::new(request.headers(), payload), dir).await;
    }
    if !MEDIA_TYPES.contains(&media_type.as_str()) {
        let detail = "请以 text/csv 或 xlsx 的媒体类型提交文件内容，例如 curl --data-binary @文件.csv -H 'Content-Type: text/csv'";
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType).detail(detail));
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length > FILE_LIMIT) {
        return Err(too_large());
    }
    let name = request.headers().get(header::CONTENT_DISPOSITION).and_then(file_name);
    let mut payload = payload.into_inner();
    let file = spool(&mut payload, dir, |error| body::problem(&error).detail("文件没有传完")).await;
    if file.as_ref().is_err_and(|error| error.code == ErrorCode::TooLarge) {
        stop_reading(payload);
    }
    Ok(Upload { file: file?, name })
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::TooLarge).detail("文件不能超过 256 MB，请压缩（gzip）或拆分后再上传")
}

fn file_name(value: &header::HeaderValue) -> Option<String> {
    let disposition = header::ContentDisposition::from_raw(value).ok()?;
    named(disposition.get_filename_ext().map_or_else(
        || disposition.get_filename().map(str::to_owned),
        |name| String::from_utf8(name.value.clone()).ok(),
    ))
}

/// Cleans a file name for display and masks ID numbers in it.
fn named(name: Option<String>) -> Option<String> {
    let name = name?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    (!name.is_empty()).then(|| mask_owned(name))
}

/// Receives the first part that is a file and skips the others.
async fn receive_part(mut parts: Multipart, dir: &Path) -> Result<Upload> {
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| bad_form(&error))?;
        let disposition = part.content_disposition();
        let is_file = disposition.is_some_and(|d| d.get_filename().is_some() || d.get_name() == Some("file"));
        if !is_file {
            let mut length = 0;
            while let Some(chunk) = part.next().await {
                length += chunk.map_err(|error| bad_form(&error))?.len();
                if length > BLOCK {
                    drop(part);
                    stop_reading(parts);
                    return Err(too_large());
                }
            }
            continue;
        }
        let name = named(disposition.and_then(|d| d.get_filename().map(str::to_owned)));
        let file = spool(part, dir, |error| bad_form(&error)).await;
        if file.as_ref().is_err_and(|error| error.code == ErrorCode::TooLarge) {
            stop_reading(parts);
        }
        return Ok(Upload { file: file?, name });
    }
    Err(ApiError::invalid("file", "required", "请在字段 file 中上传文件"))
}

fn bad_form(error: &MultipartError) -> ApiError {
    let problem = match error {
        MultipartError::Payload(error) => body::problem(error),
        _ => ApiError::new(ErrorCode::Malformed),
    };
    problem.detail("上传的表单不完整")
}

async fn spool<S, E>(mut chunks: S, dir: &Path, broken: impl Fn(E) -> ApiError) -> Result<NamedTempFile>
where
    S: Stream<Item = Result<web::Bytes, E>> + Unpin,
{
    let dir = dir.to_owned();
    let mut file = blocking(move || NamedTempFile::new_in(dir)).await?;
    let (mut length, mut block) = (0, web::BytesMut::new());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(&broken)?;
        length += chunk.len() as u64;
        if length > FILE_LIMIT {
            return Err(too_large());
        }
        block.extend_from_slice(&chunk);
        if block.len() >= BLOCK {
            file = append(file, block.split().freeze()).await?;
        }
    }
    file = append(file, block.freeze()).await?;
    Ok(file)
}

async fn append(mut file: NamedTempFile, block: web::Bytes) -> Result<NamedTempFile> {
    blocking(move || file.write_all(&block).map(|()| file)).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    web::block(work).await.map_err(ApiError::internal)?.map_err(ApiError::internal)
}
