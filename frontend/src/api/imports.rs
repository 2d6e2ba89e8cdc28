//! Imports 批量导入: an upload answers with a report, whether the file is imported or not.

use songjiao_types::{
    ImportId, Page,
    hour_records::{TakeBackImport, TakenBackImport},
    imports::{ImportKind, ImportQuery, ImportReport},
};
use web_sys::File;

use super::{ApiResult, Client, Fetched, Get};

/// Lists the imports, a page at a time.
pub fn list_imports(query: &ImportQuery) -> Get<Page<ImportReport>> {
    Get::list("/imports", query)
}

/// The report of an import.
pub fn find_import(id: ImportId) -> Get<ImportReport> {
    Get::new(format!("/imports/{id}"))
}

/// Imports a file or, with `dry_run` among the encoded options, checks it. A file with errors is answered with a report,
/// too; the report of a large file is not final.
pub async fn create_import(client: &Client, kind: ImportKind, options: &str, file: &File) -> ApiResult<ImportReport> {
    let path = format!("/imports/{}?{options}", kind.slug());
    client.upload(&path, "application/octet-stream", file).await
}

/// Cancels a queued or running import.
pub async fn cancel_import(client: &Client, id: ImportId) -> ApiResult<()> {
    client.post_silent(&format!("/imports/{id}/cancel"), &()).await
}

/// Takes the records of an import of hour records back or, in a dry run, counts them.
pub async fn take_back_import(
    client: &Client,
    id: ImportId,
    body: &TakeBackImport,
) -> ApiResult<Fetched<TakenBackImport>> {
    client.post(&format!("/imports/{id}/take-back"), body).await
}
