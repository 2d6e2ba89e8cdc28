use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use serde::Deserialize;
use songjiao_types::{
    ErrorCode, FieldError, ImportId, Page, Permission, WireEnum,
    hour_records::{HourRecordStatus, IMPORT_SOURCE, client_source},
    imports::{ImportKind, ImportReport, ImportStatus, OnConflict, UnknownColumns},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{
    jobs,
    order::{Options, Order},
    store, templates, upload,
};
use crate::{
    app::AppState,
    auth::CurrentUser,
    error::{ApiError, Result},
    export::Format,
    extract::{PathId, ValidQuery},
    list::PageRequest,
};

pub fn configure(config: &mut ServiceConfig) {
    // The names of kinds stand before the ids.
    config
        .service(import_organizations)
        .service(import_teachers)
        .service(import_hour_records)
        .service(download_import_template)
        .service(list_imports)
        .service(download_failed_rows)
        .service(cancel_import)
        .service(find_import);
}

/// How a file is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// Check only
    pub dry_run: Option<bool>,
    /// Of columns that the kind does not know; by default faults
    #[param(inline)]
    pub unknown_columns: Option<UnknownColumns>,
}

impl ImportOptions {
    fn options(&self) -> Options {
        Options {
            dry_run: self.dry_run.unwrap_or_default(),
            unknown_columns: self.unknown_columns.unwrap_or(UnknownColumns::Reject),
            source: None,
            status: HourRecordStatus::Pending,
            on_conflict: OnConflict::Reject,
        }
    }
}

/// A form with a file.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "for the documents: the parts are read as they come")]
pub struct FileForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Import organizations
///
/// Columns 单位编号 `code`, 单位名称 `name`, 单位类型 `kind`, 上级编号 `parent_code` (by default the
/// caller's organization), 乡村 `rural`, 学区基地校 `base_school`. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["organizations.write", "imports.write"])),
    params(ImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("单位编号,单位名称,单位类型,上级编号,乡村,学区基地校\nSL-XX-021,亮甲山中心小学,school,220283,是,否\n")),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileForm = "multipart/form-data")
    )),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
        (status = 202, description = "Taken for later, with `Prefer: respond-async`: the report at Location tells how far it is", body = ImportReport),
        (status = 422, description = "Nothing was written: each fault is named", body = ImportReport)
    )
)]
#[post("/imports/organizations")]
pub async fn import_organizations(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(state, user, ImportKind::Organizations, options.options(), &request, payload).await
}

/// Import teachers
///
/// Columns 教师编号 `teacher_no`, 姓名 `name`, 单位编号 `organization_code`, 学科 `subject`, 学段
/// `stage`, 入职日期 `joined_on`; optional 性别 `gender`, 职称 `title`, 骨干 `backbone`, 身份证号
/// `id_number`, 离任日期 `left_on`, 状态 `status`. An empty cell leaves what is there; another
/// organization is a transfer of today. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["teachers.write", "imports.write"])),
    params(ImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("教师编号,姓名,单位编号,学科,学段,入职日期\nT0001,王秀兰,SL-XX-021,语文,小学,2009-08-20\n")),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileForm = "multipart/form-data")
    )),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
        (status = 202, description = "Taken for later, with `Prefer: respond-async`: the report at Location tells how far it is", body = ImportReport),
        (status = 422, description = "Nothing was written: each fault is named", body = ImportReport)
    )
)]
#[post("/imports/teachers")]
pub async fn import_teachers(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(state, user, ImportKind::Teachers, options.options(), &request, payload).await
}

/// How a file of hour records is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HourImportOptions {
    /// Check only
    pub dry_run: Option<bool>,
    /// Of columns that the kind does not know; by default faults
    #[param(inline)]
    pub unknown_columns: Option<UnknownColumns>,
    /// Who tells of the records, by default `import`
    pub source: Option<String>,
    /// `pending` holds back what would be recognised at once
    #[param(inline)]
    pub status: Option<HourRecordStatus>,
    /// Of a record that is there and differs; by default a fault
    #[param(inline)]
    pub on_conflict: Option<OnConflict>,
}

/// Import hour records
///
/// Columns 教师编号 `teacher_no`, 培训年度 `training_year`, 培训类别 `level`, 项目名称 `title`,
/// 机构名称 `institution`, 培训方式 `mode`, 获得学时 `hours`, 开始日期 `starts_on`, 结束日期
/// `ends_on`, 来源编号 `external_id`. Rows of who may recognise hours are recognised at once;
/// another's wait as pending. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["hours.submit", "imports.write"])),
    params(HourImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\nT0001,2026,国培,送教下乡,舒兰市教师进修学校,混合研修,16.5,2026-03-10,2026-03-12,GP-2026-000123\n")),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileForm = "multipart/form-data")
    )),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
        (status = 202, description = "Taken for later, with `Prefer: respond-async`: the report at Location tells how far it is", body = ImportReport),
        (status = 422, description = "Nothing was written: each fault is named", body = ImportReport)
    )
)]
#[post("/imports/hour_records")]
pub async fn import_hour_records(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<HourImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let fault = |name: &str, code: &str, message: &str| {
        Err(ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(name, code, message)]))
    };
    let source = options.source.unwrap_or_else(|| IMPORT_SOURCE.to_owned());
    if source.len() > 64 || client_source(&source).is_err() {
        return fault("source", "bad_source", "来源只能由字母、数字和 - _ . 组成，且不能是 project");
    }
    let may = user.allows(Permission::HoursRecognize);
    let status = match options.status {
        Some(HourRecordStatus::Pending) => HourRecordStatus::Pending,
        Some(HourRecordStatus::Recognized) if !may => return Err(ApiError::forbidden()),
        Some(HourRecordStatus::Rejected | HourRecordStatus::Voided) => {
            return fault("status", "bad_status", "新记录只能是待认定或已认定");
        }
        _ if may => HourRecordStatus::Recognized,
        _ => HourRecordStatus::Pending,
    };
    let on_conflict = options.on_conflict.unwrap_or(OnConflict::Reject);
    // What is superseded is voided: that is for who may recognise.
    if on_conflict == OnConflict::Supersede && !may {
        return Err(ApiError::forbidden());
    }
    let common = ImportOptions { dry_run: options.dry_run, unknown_columns: options.unknown_columns }.options();
    let options = Options { source: Some(source), status, on_conflict, ..common };
    run(state, user, ImportKind::HourRecords, options, &request, payload).await
}

async fn run(
    state: web::Data<AppState>,
    user: CurrentUser,
    kind: ImportKind,
    options: Options,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    if !user.allows(Permission::ImportsWrite) {
        return Err(ApiError::forbidden());
    }
    let upload = upload::receive(request, payload, state.imports.dir()).await?;
    let order = Order {
        id: ImportId::from_uuid(Uuid::now_v7()),
        kind,
        options,
        file_name: upload.name.clone(),
        user,
        watch: Arc::default(),
        id_numbers: Arc::new(state.id_numbers.clone()),
    };
    let (status, report) = if wants_async(request) {
        (StatusCode::ACCEPTED, jobs::enqueue(state, order, upload).await?)
    } else {
        let report = jobs::run_now(&state, order, &upload).await?;
        let rejected = report.status == ImportStatus::Rejected;
        (if rejected { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CREATED }, report)
    };
    let location = (header::LOCATION, format!("/api/v1/imports/{}", report.id));
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::ACCEPTED {
        answer.insert_header(("preference-applied", "respond-async"));
    }
    Ok(answer.insert_header(location).json(report))
}

/// Whether the sender prefers not to wait (RFC 7240).
fn wants_async(request: &HttpRequest) -> bool {
    let preferences = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|preference| preference.split(';').next().is_some_and(|p| p.trim().eq_ignore_ascii_case("respond-async")))
}

/// Download an empty file with the columns of a kind
///
/// The workbook has lists to choose from in its cells, and a sheet that explains the columns.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("file" = String, Path, description = "A kind, and `.csv` or `.xlsx`", example = "teachers.xlsx")),
    responses((status = 200, description = "The template, as CSV in UTF-8 with BOM, or as a workbook", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
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
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<HttpResponse> {
    let csv = state.db.read(move |conn| store::failed_rows(conn, &user.scope, id)).await?;
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
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<HttpResponse> {
    let report = state.db.read(move |conn| store::find(conn, &user.scope, id)).await?;
    if report.status.is_final() || !state.imports.cancel(id) {
        return Err(ApiError::wrong_state("该导入已经结束"));
    }
    Ok(HttpResponse::Accepted().json(report))
}

/// What a list of imports can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    #[param(inline)]
    pub kind: Option<ImportKind>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the imports of the organizations in scope, the latest first, without their faults
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(ImportQuery),
    responses((status = 200, description = "A page", body = Page<ImportReport>))
)]
#[get("/imports")]
pub async fn list_imports(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ImportQuery>,
) -> Result<web::Json<Page<ImportReport>>> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    let mut found = state.db.read(move |conn| store::list(conn, &user.scope, query.kind, &page)).await?;
    for report in &mut found.items {
        state.imports.complete(report);
    }
    Ok(web::Json(found))
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
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ImportId>,
) -> Result<web::Json<ImportReport>> {
    let mut report = state.db.read(move |conn| store::find(conn, &user.scope, id)).await?;
    state.imports.complete(&mut report);
    Ok(web::Json(report))
}
