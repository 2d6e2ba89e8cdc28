//! The rows of an export, page by page.

use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, stream};
use songjiao_types::Page;

use crate::{
    db::{Database, DbConnection},
    error::Result,
    http::listing::PageRequest,
};

/// A function that reads a page of a list.
pub trait ReadPage<T>: Fn(&mut DbConnection, &PageRequest) -> Result<Page<T>> + Send + Sync + 'static {}

impl<T, F> ReadPage<T> for F where F: Fn(&mut DbConnection, &PageRequest) -> Result<Page<T>> + Send + Sync + 'static {}

/// The pages of a list that are still to be read, at least one.
pub struct Pages<F> {
    db: Database,
    read: Arc<F>,
    next: PageRequest,
}

impl<F> Pages<F> {
    /// Begins at the first page; `read` reads one page.
    pub fn new(db: &Database, read: F) -> Self {
        Self { db: db.clone(), read: Arc::new(read), next: PageRequest::of_export(None) }
    }

    /// Reads the next page and applies `work` to its rows. Returns the result and the pages after it.
    pub async fn next<T, U, W>(self, work: W) -> Result<(U, Option<Self>)>
    where
        T: 'static,
        U: Send + 'static,
        F: ReadPage<T>,
        W: FnOnce(&[T]) -> Result<U> + Send + 'static,
    {
        let Self { db, read, next } = self;
        let page_of = Arc::clone(&read);
        // The work may block, too.
        let (result, cursor) = db
            .read(move |conn| {
                let page = page_of(conn, &next)?;
                Ok((work(&page.items)?, page.next_cursor))
            })
            .await?;
        let rest = cursor.map(|cursor| Self { db, read, next: PageRequest::of_export(Some(cursor)) });
        Ok((result, rest))
    }
}

/// Encodes rows.
pub type Encode<T> = Arc<dyn Fn(&[T]) -> Result<Vec<u8>> + Send + Sync>;

/// The encoder of a format.
pub struct Encoder<T> {
    /// The bytes before the first row.
    pub head: Vec<u8>,
    /// Encodes rows.
    pub encode: Encode<T>,
}

/// Returns the bytes of an export, a page at a time. The first page is read at once, so that a failure is
/// still answered with a problem; each further page once the one before has been sent.
pub async fn bytes<T, F>(
    pages: Pages<F>,
    encoder: fn(&[T]) -> Result<Encoder<T>>,
) -> Result<impl Stream<Item = Result<Bytes>>>
where
    T: 'static,
    F: ReadPage<T>,
{
    let first = pages.next(move |rows: &[T]| {
        let Encoder { mut head, encode } = encoder(rows)?;
        head.extend(encode(rows)?);
        Ok((Bytes::from(head), encode))
    });
    let ((head, encode), rest) = first.await?;
    let rest = stream::try_unfold(rest, move |rest| {
        let encode = Arc::clone(&encode);
        async move {
            let Some(pages) = rest else { return Ok(None) };
            pages.next(move |rows: &[T]| encode(rows).map(Bytes::from)).await.map(Some)
        }
    });
    Ok(stream::once(async { Ok(head) }).chain(rest))
}
