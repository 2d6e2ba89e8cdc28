//! Requests and answers as values.

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
    rc::Rc,
};

use serde::{Serialize, de::DeserializeOwned};
use songjiao_types::Page;
use web_sys::{Blob, File};

use super::ApiResult;
use crate::query::{encode, with_query};

/// The root of the API, on the same origin as the page.
pub(super) const BASE: &str = "/api/v1";

/// A read: what to fetch, and as which type.
pub struct Get<T> {
    path: String,
    signed: bool,
    output: PhantomData<fn() -> T>,
}

impl<T> Get<T> {
    /// A read of a path below `/api/v1`.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), signed: true, output: PhantomData }
    }

    /// The same read without the user's token: for public resources, whether or not the session is still valid.
    #[must_use]
    pub fn unsigned(self) -> Self {
        Self { signed: false, ..self }
    }

    /// A read with parameters: of a list, its filters, order and page.
    pub fn list(path: &str, parameters: &impl Serialize) -> Self {
        Self::new(with_query(path, parameters))
    }

    /// Path and query, which identify the read.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl<T> Get<Page<T>> {
    /// The same list by pages of `limit` rows, from a cursor on.
    #[must_use]
    pub fn page(&self, limit: i64, cursor: Option<&str>) -> Self {
        let separator = if self.path.contains('?') { '&' } else { '?' };
        Self::new(format!("{}{separator}{}", self.path, encode(&PageParameters { limit, cursor })))
    }
}

/// The parameters of a page that all lists share.
#[derive(Serialize)]
struct PageParameters<'a> {
    limit: i64,
    cursor: Option<&'a str>,
}

impl<T: DeserializeOwned + 'static> Get<T> {
    /// The read without its type.
    pub fn erase(&self) -> ErasedGet {
        ErasedGet {
            path: self.path.clone(),
            signed: self.signed,
            output: TypeId::of::<Fetched<T>>(),
            parse: |reply| Ok(Rc::new(reply.fetched::<T>()?)),
        }
    }
}

/// A read without its type, so that the code around it is compiled once and not once for each type.
#[derive(Clone)]
pub struct ErasedGet {
    path: String,
    pub(super) signed: bool,
    /// The type that `parse` returns.
    pub(super) output: TypeId,
    pub(super) parse: fn(Reply) -> ApiResult<Rc<dyn Any>>,
}

impl ErasedGet {
    /// Path and query, which identify the read.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl<T> Clone for Get<T> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), signed: self.signed, output: PhantomData }
    }
}

impl<T> PartialEq for Get<T> {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

/// The answer to a read or a change, with the ETag that the next change has to name.
#[derive(Clone, PartialEq)]
pub struct Fetched<T> {
    /// The resource.
    pub value: T,
    /// Its ETag; empty if the API gave none.
    pub etag: String,
}

/// The ETag of a version, for rows of a list, which carry no header of their own.
pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}

/// A request to be sent, twice if the first access token has expired.
pub(super) struct Outgoing {
    pub method: Method,
    pub path: String,
    pub body: Option<Body>,
    /// The media type of the expected answer.
    pub accept: &'static str,
    /// Whether the answer is a file, which is not read into the program's memory.
    pub file: bool,
    pub if_match: Option<String>,
    pub idempotency_key: Option<String>,
    /// Whether it carries the user's token.
    pub signed: bool,
}

/// The body of a request.
pub(super) enum Body {
    Json(String),
    /// A file of the user's disk, and its content type.
    File(File, &'static str),
}

/// The methods of the API.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// An answer, read completely.
pub(super) struct Reply {
    pub status: u16,
    pub etag: String,
    /// Empty for a file.
    pub body: String,
    pub file: Option<Blob>,
}

/// The collection of a path: `/organizations/1?x=2` → `/organizations`. A change below it makes its cached answers
/// stale.
pub(super) fn collection(path: &str) -> &str {
    let end = path.get(1..).and_then(|rest| rest.find(['/', '?'])).map_or(path.len(), |at| at + 1);
    path.get(..end).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use songjiao_types::users::UserQuery;

    use super::*;

    #[test]
    fn a_path_belongs_to_its_collection() {
        for path in ["/organizations", "/organizations?q=1/2", "/organizations/7", "/organizations/7/x?y=z"] {
            assert_eq!(collection(path), "/organizations");
        }
        assert_eq!(collection(""), "");
    }

    #[test]
    fn a_list_carries_its_query() {
        let query = UserQuery { q: Some("张".into()), ..Default::default() };
        let get: Get<Page<()>> = Get::list("/users", &query);
        assert_eq!(get.path(), "/users?q=%E5%BC%A0");
        assert_eq!(get.page(500, Some("c")).path(), "/users?q=%E5%BC%A0&limit=500&cursor=c");
    }
}
