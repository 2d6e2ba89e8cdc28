use actix_web::{HttpResponse, get, http::header, post, web};
use songjiao_types::{
    ImportId, Page, WireEnum,
    hour_records::{TakeBackImport, TakenBackImport},
    imports::{ImportKind, ImportQuery, ImportReport},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    super::{jobs::Jobs, store, templates},
    files::{DEPRECATION, FileBody},
};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::{ApiError, Result},
    http::{
        export::{self, Accepted, Format},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(download_import_template)
        .service(list_imports)
        .service(download_failed_rows)
        .service(cancel_import)
        .service(take_back_import)
        .service(find_import);
}

/// Download a template
///
/// Returns an empty file with the columns of a kind of import. The workbook offers choices in its cells and has a sheet
/// that explains the columns. Kinds are written in kebab case; `hour_records` is deprecated.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("file" = String, Path, description = "A kind in kebab case, and `.csv` or `.xlsx`", example = "hour-records.xlsx")),
    responses((status = 200, description = "The template, as CSV in UTF-8 with BOM, or as a workbook", content(
        (String = "text/csv"),
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )))
)]
#[get("/imports/templates/{file}")]
pub async fn download_import_template(file: web::Path<String>) -> Result<HttpResponse> {
    let (name, extension) = file.rsplit_once('.').ok_or_else(ApiError::not_found)?;
    let named = |kind: &&ImportKind| [kind.slug(), kind.as_str()].contains(&name);
    let kind = ImportKind::ALL.iter().copied().find(|kind| named(&kind)).ok_or_else(ApiError::not_found)?;
    let (media_type, body) = match extension {
        "csv" => ("text/csv; charset=utf-8", templates::csv(kind).into_bytes()),
        "xlsx" => (Format::Xlsx.media_type(), templates::xlsx(kind)?),
        _ => return Err(ApiError::not_found()),
    };
    let mut answer = attachment(&file);
    if name != kind.slug() {
        answer.insert_header(DEPRECATION);
    }
    Ok(answer.content_type(media_type).body(body))
}

fn attachment(name: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    answer
}

/// Download the failed rows of an import
///
/// Returns the first 10,000 failed rows as they were sent, with their row numbers and reasons. Once corrected, the file
/// can be imported as it is. ID numbers are left out. The rows are kept for days, by default 14.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("id" = ImportId, Path)),
    responses((status = 200, description = "The rows, in UTF-8 with BOM", body = String, content_type = "text/csv"))
)]
#[get("/imports/{id}/errors.csv")]
pub async fn download_failed_rows(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<HttpResponse> {
    let csv = db.read(move |conn| store::failed_rows(conn, &user, id)).await?;
    Ok(attachment(&format!("errors-{id}.csv")).content_type("text/csv; charset=utf-8").body(csv))
}

/// Cancel an import
///
/// A queued or running import ends without writing anything, unless it finishes first; its report shows which.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("id" = ImportId, Path)),
    responses((status = 202, description = "The import is being cancelled", body = ImportReport))
)]
#[post("/imports/{id}/cancel")]
pub async fn cancel_import(
    db: web::Data<Database>,
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<HttpResponse> {
    let report = db.read(move |conn| store::find(conn, &user, id)).await?;
    if report.status.is_final() || !jobs.cancel(id) {
        return Err(ApiError::wrong_state("该导入已经结束"));
    }
    Ok(HttpResponse::Accepted().json(report))
}

/// Take an import of hour records back
///
/// All its records end in one act: recognised ones are voided, pending ones withdrawn. Those of closed years, those that
/// other records have replaced and those on which a person has decided stay, and the answer names them. The same file may be
/// imported again.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["hours.submit", "imports.write"])),
    params(("id" = ImportId, Path)),
    request_body = TakeBackImport,
    responses((status = 200, description = "Taken back or, in a dry run, counted", body = TakenBackImport))
)]
#[post("/imports/{id}/take-back")]
pub async fn take_back_import(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
    ValidJson(TakeBackImport { reason, dry_run }): ValidJson<TakeBackImport>,
) -> Result<web::Json<TakenBackImport>> {
    if dry_run {
        return db.read(move |conn| store::count_records(conn, &user, id)).await.map(web::Json);
    }
    db.write(user.actor(), move |tx| store::take_back(tx, &user, id, reason.trim())).await.map(web::Json)
}

/// List imports
///
/// Returns the caller's imports and those of importers whose scope lies within the caller's, latest first and without
/// their faults. Team members see only their own.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(ImportQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ImportReport>, extensions(("x-files" = json!(true)))))
)]
#[get("/imports")]
pub async fn list_imports(
    db: web::Data<Database>,
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ImportQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    let at_work = jobs.clone();
    let list = move |conn: &mut DbConnection, page: &PageRequest| {
        let mut found = store::list(conn, &user, query.kind, page)?;
        found.items.iter_mut().for_each(|report| at_work.add_progress(report));
        Ok(found)
    };
    export::list(&db, accepted, page, list).await
}

/// Get an import
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("id" = ImportId, Path)),
    responses((status = 200, description = "The report", body = ImportReport))
)]
#[get("/imports/{id}")]
pub async fn find_import(
    db: web::Data<Database>,
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<web::Json<ImportReport>> {
    let mut report = db.read(move |conn| store::find(conn, &user, id)).await?;
    jobs.add_progress(&mut report);
    Ok(web::Json(report))
}
