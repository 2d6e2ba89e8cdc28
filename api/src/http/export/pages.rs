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

/// Reads a page of a list.
pub trait Read<T>: Fn(&mut DbConnection, &PageRequest) -> Result<Page<T>> + Send + Sync + 'static {}

impl<T, F> Read<T> for F where F: Fn(&mut DbConnection, &PageRequest) -> Result<Page<T>> + Send + Sync + 'static {}

/// What is still to be read of a list: one page at least.
pub struct Pages<F> {
    db: Database,
    read: Arc<F>,
    next: PageRequest,
}

impl<F> Pages<F> {
    pub fn new(db: &Database, read: F) -> Self {
        Self { db: db.clone(), read: Arc::new(read), next: PageRequest::of_export(None) }
    }

    /// What is made of the next page's rows, and the pages after it.
    pub async fn next<T, U, W>(self, work: W) -> Result<(U, Option<Self>)>
    where
        T: 'static,
        U: Send + 'static,
        F: Read<T>,
        W: FnOnce(&[T]) -> Result<U> + Send + 'static,
    {
        let Self { db, read, next } = self;
        let page_of = Arc::clone(&read);
        // The work is done where it may block, too.
        let (made, cursor) = db
            .read(move |conn| {
                let page = page_of(conn, &next)?;
                Ok((work(&page.items)?, page.next_cursor))
            })
            .await?;
        let rest = cursor.map(|cursor| Self { db, read, next: PageRequest::of_export(Some(cursor)) });
        Ok((made, rest))
    }
}

/// Makes the bytes of rows.
pub type Encode<T> = Arc<dyn Fn(&[T]) -> Result<Vec<u8>> + Send + Sync>;

/// The bytes before the first row, and what makes the bytes of rows.
pub struct Begun<T> {
    pub head: Vec<u8>,
    pub encode: Encode<T>,
}

/// The bytes of an export, a page at a time. The first page is read before it is returned, so
/// that what cannot be read at all is answered by a problem; each further one when the one before
/// has been taken.
pub async fn bytes<T, F>(
    pages: Pages<F>,
    begin: fn(&[T]) -> Result<Begun<T>>,
) -> Result<impl Stream<Item = Result<Bytes>>>
where
    T: 'static,
    F: Read<T>,
{
    let begun = pages.next(move |rows: &[T]| {
        let Begun { mut head, encode } = begin(rows)?;
        head.extend(encode(rows)?);
        Ok((Bytes::from(head), encode))
    });
    let ((head, encode), rest) = begun.await?;
    let rest = stream::try_unfold(rest, move |rest| {
        let encode = Arc::clone(&encode);
        async move {
            let Some(pages) = rest else { return Ok(None) };
            pages.next(move |rows: &[T]| encode(rows).map(Bytes::from)).await.map(Some)
        }
    });
    Ok(stream::once(async { Ok(head) }).chain(rest))
}
