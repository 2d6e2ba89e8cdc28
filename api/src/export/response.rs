//! The answer: a page of JSON, or a file of all rows.

use std::{fs::File, io::Read as _};

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::header::{
        CONTENT_ENCODING, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, VARY,
    },
    web::Bytes,
};
use futures_util::{Stream, TryStreamExt, stream};
use serde::Serialize;

use super::{
    accept::{Accepted, Format},
    csv, ndjson,
    pages::{self, Pages, Read},
    table::Exported,
    xlsx::Book,
};
use crate::{
    db::{Database, types::UtcTime},
    error::{ApiError, Result},
    list::PageRequest,
};

/// How much of a file is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// A list, in the format accepted: as JSON the page asked for, else all rows.
pub async fn list<T, F>(db: &Database, accepted: Accepted, page: PageRequest, read: F) -> Result<HttpResponse>
where
    T: Exported + Serialize,
    F: Read<T>,
{
    match accepted.format {
        Format::Json => {
            let page = db.read(move |conn| read(conn, &page)).await?;
            Ok(HttpResponse::Ok().append_header((VARY, "accept")).json(page))
        }
        Format::Ndjson => {
            let bytes = pages::bytes(Pages::new(db, read), ndjson::begin::<T>).await?;
            Ok(answer::<T>(&accepted).streaming(unbroken(bytes, accepted.request_id)))
        }
        Format::Csv | Format::Xlsx => table(db, accepted, read).await,
    }
}

/// All rows as a table: as a workbook where that was accepted, else as CSV.
pub async fn table<T, F>(db: &Database, accepted: Accepted, read: F) -> Result<HttpResponse>
where
    T: Exported,
    F: Read<T>,
{
    let pages = Pages::new(db, read);
    if accepted.format != Format::Xlsx {
        let bytes = pages::bytes(pages, csv::begin::<T>).await?;
        return Ok(answer::<T>(&accepted).streaming(unbroken(bytes, accepted.request_id)));
    }
    let file = workbook(pages).await?;
    let size = file.metadata().map_err(ApiError::internal)?.len();
    Ok(answer::<T>(&accepted)
        // It is compressed already.
        .insert_header((CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(size, unbroken(contents(file), accepted.request_id))))
}

fn answer<T: Exported>(accepted: &Accepted) -> HttpResponseBuilder {
    let format = accepted.format;
    let media_type = match format {
        Format::Csv => "text/csv; charset=utf-8",
        other => other.media_type(),
    };
    let ending = format!("-{}.{}", UtcTime::now().local_date(), format.extension());
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: format!("{}{ending}", T::NAME).into_bytes(),
    };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(format!("{}{ending}", T::FILE)),
            DispositionParam::FilenameExt(name),
        ],
    };
    let mut response = HttpResponse::Ok();
    response.content_type(media_type).insert_header(disposition).append_header((VARY, "accept"));
    response
}

/// An error in the body breaks the connection, so that nobody takes half a file for the whole;
/// what went wrong only the log can tell.
fn unbroken(bytes: impl Stream<Item = Result<Bytes>>, request_id: String) -> impl Stream<Item = Result<Bytes>> {
    bytes.inspect_err(move |error| {
        tracing::error!(%request_id, code = %error.code, cause = error.cause(), "export broken off");
    })
}

async fn workbook<T, F>(pages: Pages<F>) -> Result<File>
where
    T: Exported,
    F: Read<T>,
{
    let begun = pages.next(|rows: &[T]| Book::begin(rows.first())?.with(rows));
    let (mut book, mut rest) = begun.await?;
    while let Some(pages) = rest {
        (book, rest) = pages.next(move |rows: &[T]| book.with(rows)).await?;
    }
    tokio::task::spawn_blocking(move || book.finish()).await.map_err(ApiError::internal)?
}

/// A file's contents, from where it stands.
fn contents(file: File) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold(file, |mut file| async {
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
            read.map(|_| (chunk, file))
        });
        let (chunk, file) = read.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    })
}
