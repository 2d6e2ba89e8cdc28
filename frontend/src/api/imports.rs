//! Imports 批量导入: a file goes up, a report comes back, whether the file was taken or not.

use songjiao_types::{
    ImportId, Page,
    imports::{ImportKind, ImportReport},
};
use web_sys::File;

use super::{ApiResult, Client, Get};
use crate::query::Query;

/// The filters that a list of imports takes.
pub const FILTERS: &[&str] = &["kind"];

/// A page of the imports so far.
pub fn list_imports(query: &Query) -> Get<Page<ImportReport>> {
    Get::list("/imports", query)
}

/// The report of an import.
pub fn find_import(id: ImportId) -> Get<ImportReport> {
    Get::new(format!("/imports/{id}"))
}

/// Imports a file, or checks it. A file with faults gives a report too, not an error; a large one
/// a report that is not final.
pub async fn create_import(client: &Client, kind: ImportKind, query: &Query, file: &File) -> ApiResult<ImportReport> {
    let path = query.on(&format!("/imports/{}", kind.slug()));
    client.upload(&path, "application/octet-stream", file).await
}

/// Calls an import off that waits or runs.
pub async fn cancel_import(client: &Client, id: ImportId) -> ApiResult<()> {
    client.post_silent(&format!("/imports/{id}/cancel"), &()).await
}
