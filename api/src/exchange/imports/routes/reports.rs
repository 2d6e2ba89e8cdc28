use actix_web::{HttpResponse, get, http::header, post, web};
use songjiao_types::{
    ImportId, Page, WireEnum,
    imports::{ImportKind, ImportQuery, ImportReport},
};

use super::{
    super::{jobs::Jobs, store, templates},
    files::FileBody,
};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::{ApiError, Result},
    http::{
        export::{self, Accepted, Format},
        extract::{PathId, ValidQuery},
        listing::PageRequest,
    },
};

/// Download an empty file with the columns of a kind
///
/// The workbook has lists to choose from in its cells, and a sheet that explains the columns.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("file" = String, Path, description = "A kind, and `.csv` or `.xlsx`", example = "teachers.xlsx")),
    responses((status = 200, description = "The template, as CSV in UTF-8 with BOM, or as a workbook", content(
        (String = "text/csv"),
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )))
)]
#[get("/imports/templates/{file}")]
pub async fn download_import_template(file: web::Path<String>) -> Result<HttpResponse> {
    let (kind, extension) = file.rsplit_once('.').ok_or_else(ApiError::not_found)?;
    let kind = ImportKind::from_identifier(kind).ok_or_else(ApiError::not_found)?;
    let (media_type, body) = match extension {
        "csv" => ("text/csv; charset=utf-8", templates::csv(kind).into_bytes()),
        "xlsx" => (Format::Xlsx.media_type(), templates::xlsx(kind)?),
        _ => return Err(ApiError::not_found()),
    };
    Ok(attachment(&format!("{kind}.{extension}")).content_type(media_type).body(body))
}

fn attachment(name: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    answer
}

/// Download the rows at fault of an import
///
/// As they were sent, with their numbers and what is wrong with them beside: mended, the file can
/// be sent again as it is. ID numbers are left out. The first 10,000 rows.
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

/// Call an import off that waits or runs
///
/// Nothing of it is written then. It may have ended before: the report tells.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("id" = ImportId, Path)),
    responses((status = 202, description = "It will end", body = ImportReport))
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

/// List the imports of the organizations in scope, of a team's member the own ones: the latest
/// first, without their faults
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
        found.items.iter_mut().for_each(|report| at_work.complete(report));
        Ok(found)
    };
    export::list(&db, accepted, page, list).await
}

/// Find an import's report
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
    jobs.complete(&mut report);
    Ok(web::Json(report))
}
