use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use futures_util::StreamExt;
use serde::Deserialize;
use songjiao_types::{
    ErrorCode, FieldError, ImportId, Page, Permission, WireEnum,
    hour_records::{HourRecordStatus, IMPORT_SOURCE, client_source},
    imports::{ImportKind, ImportReport, ImportStatus, OnConflict},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    hour_records::Manner,
    store::{self, Job},
};
use crate::{
    app::AppState,
    auth::CurrentUser,
    error::{ApiError, Result},
    extract::{PathId, ValidQuery},
    list::PageRequest,
};

/// The largest file.
const FILE_LIMIT: usize = 64 * 1024 * 1024;

pub fn configure(config: &mut ServiceConfig) {
    // The names of kinds stand before the ids.
    config
        .service(import_organizations)
        .service(import_teachers)
        .service(import_hour_records)
        .service(download_import_template)
        .service(list_imports)
        .service(find_import);
}

/// How a file is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// Check only
    pub dry_run: Option<bool>,
}

/// Import organizations
///
/// Columns 单位编号 `code`, 单位名称 `name`, 单位类型 `kind`, 上级编号 `parent_code` (by default the
/// caller's organization), 乡村 `rural`, 学区基地校 `base_school`. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["organizations.write", "imports.write"])),
    params(ImportOptions),
    request_body(
        content = String,
        content_type = "text/csv",
        example = json!("单位编号,单位名称,单位类型,上级编号,乡村,学区基地校\nSL-XX-021,亮甲山中心小学,school,220283,是,否\n")
    ),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
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
    run(&state, user, Job::Organizations, options.dry_run, &request, payload).await
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
    request_body(
        content = String,
        content_type = "text/csv",
        example = json!("教师编号,姓名,单位编号,学科,学段,入职日期\nT0001,王秀兰,SL-XX-021,语文,小学,2009-08-20\n")
    ),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
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
    let job = Job::Teachers(Arc::new(state.id_numbers.clone()));
    run(&state, user, job, options.dry_run, &request, payload).await
}

/// How a file of hour records is to be taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HourImportOptions {
    /// Check only
    pub dry_run: Option<bool>,
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
    request_body(
        content = String,
        content_type = "text/csv",
        example = json!("教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\nT0001,2026,国培,送教下乡,舒兰市教师进修学校,混合研修,16.5,2026-03-10,2026-03-12,GP-2026-000123\n")
    ),
    responses(
        (status = 201, description = "Imported, or checked", body = ImportReport),
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
    let job = Job::HourRecords(Manner { source, status, on_conflict });
    run(&state, user, job, options.dry_run, &request, payload).await
}

async fn run(
    state: &AppState,
    user: CurrentUser,
    job: Job,
    dry_run: Option<bool>,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    if !user.allows(Permission::ImportsWrite) {
        return Err(ApiError::forbidden());
    }
    if !is_csv(request) {
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType).detail("请以 text/csv 提交文件内容"));
    }
    let bytes = read_body(payload).await?;
    let file = web::block(move || store::read(&bytes, job)).await.map_err(ApiError::internal)?;
    let dry_run = dry_run.unwrap_or_default();
    let report = state.db.write(user.actor(), move |tx| store::carry_out(tx, &user, file, dry_run)).await?;
    let status = match report.status {
        ImportStatus::Rejected => StatusCode::UNPROCESSABLE_ENTITY,
        ImportStatus::Imported | ImportStatus::Checked => StatusCode::CREATED,
    };
    let location = (header::LOCATION, format!("/api/v1/imports/{}", report.id));
    Ok(HttpResponse::build(status).insert_header(location).json(report))
}

fn is_csv(request: &HttpRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next()).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"))
}

/// The body, larger than a request with JSON may have.
async fn read_body(mut payload: web::Payload) -> Result<web::Bytes> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(ErrorCode::Malformed))?;
        if body.len() + chunk.len() > FILE_LIMIT {
            return Err(ApiError::new(ErrorCode::TooLarge).detail("文件不能超过 64 MB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Download an empty file with the columns of a kind
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["imports.write"])),
    params(("file" = String, Path, description = "`organizations.csv`, `teachers.csv` or `hour_records.csv`", example = "teachers.csv")),
    responses((status = 200, description = "The template, in UTF-8 with BOM", body = String, content_type = "text/csv"))
)]
#[get("/imports/templates/{file}")]
pub async fn download_import_template(file: web::Path<String>) -> Result<HttpResponse> {
    let kind = file.strip_suffix(".csv").and_then(ImportKind::from_identifier).ok_or_else(ApiError::not_found)?;
    let labels: Vec<_> = store::columns(kind).iter().map(|column| column.label).collect();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{kind}.csv\"")))
        .body(format!("\u{feff}{}\r\n", labels.join(","))))
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
    state.db.read(move |conn| store::list(conn, &user.scope, query.kind, &page)).await.map(web::Json)
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
    state.db.read(move |conn| store::find(conn, &user.scope, id)).await.map(web::Json)
}
