//! The response: a page as JSON, or a file of all rows.

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

use songjiao_types::Tabular;

use super::{
    accept::{Accepted, Format},
    csv, ndjson,
    pages::{self, Pages, ReadPage},
    xlsx::WorkbookWriter,
};
use crate::{
    db::Database,
    error::{ApiError, Result},
    http::listing::PageRequest,
};

/// Bytes of a file read at once.
const CHUNK: usize = 64 * 1024;

/// Returns a list in the negotiated format: the requested page as JSON, all rows otherwise.
///
/// # Errors
/// Those of reading the first page.
pub async fn list<T, F>(db: &Database, accepted: Accepted, page: PageRequest, read: F) -> Result<HttpResponse>
where
    T: Tabular + Serialize,
    F: ReadPage<T>,
{
    match accepted.format {
        Format::Json => {
            let page = db.read(move |conn| read(conn, &page)).await?;
            Ok(HttpResponse::Ok().append_header((VARY, "accept")).json(page))
        }
        Format::Ndjson => {
            let bytes = pages::bytes(Pages::new(db, read), ndjson::encoder::<T>).await?;
            Ok(response::<T>(&accepted, db).streaming(log_errors(bytes, accepted.request_id)))
        }
        Format::Csv | Format::Xlsx => table(db, accepted, read).await,
    }
}

/// Returns all rows as a table: as a workbook if that was negotiated, else as CSV.
///
/// # Errors
/// Those of reading the first page; for a workbook, of any page.
pub async fn table<T, F>(db: &Database, accepted: Accepted, read: F) -> Result<HttpResponse>
where
    T: Tabular,
    F: ReadPage<T>,
{
    let pages = Pages::new(db, read);
    if accepted.format != Format::Xlsx {
        let bytes = pages::bytes(pages, csv::encoder::<T>).await?;
        return Ok(response::<T>(&accepted, db).streaming(log_errors(bytes, accepted.request_id)));
    }
    let file = workbook(pages).await?;
    let size = file.metadata().map_err(ApiError::internal)?.len();
    Ok(response::<T>(&accepted, db)
        // A workbook is compressed already.
        .insert_header((CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(size, log_errors(contents(file), accepted.request_id))))
}

fn response<T: Tabular>(accepted: &Accepted, db: &Database) -> HttpResponseBuilder {
    let format = accepted.format;
    let media_type = match format {
        Format::Csv => "text/csv; charset=utf-8",
        other => other.media_type(),
    };
    let ending = format!("-{}.{}", db.clock().today(), format.extension());
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: format!("{}{ending}", T::title()).into_bytes(),
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

/// Logs the error that ends a stream. It closes the connection, so that nobody mistakes half a file for the
/// whole, but the client cannot learn its cause.
fn log_errors(bytes: impl Stream<Item = Result<Bytes>>, request_id: String) -> impl Stream<Item = Result<Bytes>> {
    bytes.inspect_err(move |error| {
        tracing::error!(%request_id, code = %error.code, cause = error.cause(), "export aborted");
    })
}

async fn workbook<T, F>(pages: Pages<F>) -> Result<File>
where
    T: Tabular,
    F: ReadPage<T>,
{
    let first = pages.next(|rows: &[T]| WorkbookWriter::new(rows.first())?.with(rows));
    let (mut book, mut rest) = first.await?;
    while let Some(pages) = rest {
        (book, rest) = pages.next(move |rows: &[T]| book.with(rows)).await?;
    }
    tokio::task::spawn_blocking(move || book.finish()).await.map_err(ApiError::internal)?
}

/// Streams a file from its current position.
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use actix_web::{body, rt::System};
    use songjiao_types::Page;

    use super::*;
    use songjiao_types::{Column, column};

    struct Row;

    impl Tabular for Row {
        const NAME: &'static str = "行";
        const FILE: &'static str = "rows";

        fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
            vec![column("cell", "行", 10, |_: &Self| 1.into())]
        }
    }

    /// A list of which `pages` can be read, and then no more.
    async fn breaking_after(pages: usize, format: Format) -> Result<HttpResponse> {
        let dir = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", dir.path().join("empty.sqlite").display()).parse().expect("a URL");
        let effects = crate::db::Effects::default();
        let db = Database::connect(&url, 1, crate::db::clock::Clock::system(), effects).expect("a database");
        let read = AtomicUsize::new(0);
        let accepted = Accepted { format, request_id: String::new() };
        table(&db, accepted, move |_, _| match read.fetch_add(1, Ordering::Relaxed) {
            at if at < pages => Ok(Page { items: vec![Row], next_cursor: Some(String::new()), total: None }),
            _ => Err(ApiError::unavailable()),
        })
        .await
    }

    #[test]
    fn a_file_that_breaks_off_never_ends_as_if_it_were_whole() {
        System::new().block_on(async {
            let begun = breaking_after(2, Format::Csv).await.expect("a first page");
            assert!(body::to_bytes(begun.into_body()).await.is_err());
            assert!(breaking_after(0, Format::Csv).await.is_err(), "a problem, while there is time for one");
            assert!(breaking_after(2, Format::Xlsx).await.is_err());
        });
    }
}
