use actix_web::{HttpRequest, HttpResponse, post, web};
use songjiao_types::{
    Permission,
    hour_records::{IMPORT_SOURCE, client_source},
    imports::{HourImportOptions, ImportKind, ImportReport, OnConflict},
};

use super::{
    super::{jobs::Jobs, order::Options},
    ImportOptions, run,
};
use crate::{
    auth::CurrentUser,
    error::{ApiError, Result},
    hours::hour_records::{Intake, initial_status},
    http::extract::ValidQuery,
};

/// The bytes of a file.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "for the documents: the body is read as it comes")]
pub struct FileBody(Vec<u8>);

/// A form with a file.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "for the documents: the parts are read as they come")]
pub struct FileForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// What an import of any kind answers.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "for the documents: the status follows from the report")]
enum ImportAnswer {
    /// Imported, or checked
    #[response(status = 201)]
    Done(ImportReport),
    /// Taken for later, with `Prefer: respond-async`: the report at Location tells how far it is
    #[response(status = 202)]
    Taken(ImportReport),
    /// Nothing was written: each fault is named
    #[response(status = 422)]
    AtFault(ImportReport),
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
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/organizations")]
pub async fn import_organizations(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(jobs, user, ImportKind::Organizations, Options::from(&options), &request, payload).await
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
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/teachers")]
pub async fn import_teachers(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(jobs, user, ImportKind::Teachers, Options::from(&options), &request, payload).await
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
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/hour_records")]
pub async fn import_hour_records(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<HourImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let source = options.source.unwrap_or_else(|| IMPORT_SOURCE.to_owned());
    if source.len() > 64 || client_source(&source).is_err() {
        let message = "来源只能由字母、数字和 - _ . 组成，且不能是 project";
        return Err(ApiError::invalid("source", "bad_source", message));
    }
    let may = user.allows(Permission::HoursRecognize);
    let status = initial_status(Intake::Batch, options.status, may)?;
    let on_conflict = options.on_conflict.unwrap_or(OnConflict::Reject);
    // What is superseded is voided: that is for who may recognise.
    if on_conflict == OnConflict::Supersede && !may {
        return Err(ApiError::forbidden());
    }
    let common = ImportOptions { dry_run: options.dry_run, unknown_columns: options.unknown_columns };
    let options = Options { source: Some(source), status, on_conflict, ..Options::from(&common) };
    run(jobs, user, ImportKind::HourRecords, options, &request, payload).await
}

/// Import participants
///
/// Columns 项目名称 `project` (the title or the id), 教师编号 `teacher_no`; optional 培训年度
/// `training_year`, which tells projects of one title apart, and 状态 `status`: 已选派 `nominated`
/// or, of who reviews the project's participants, 已录取 `admitted`. The conditions of selection
/// and the capacity hold as for one. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["enrollments.nominate", "imports.write"])),
    params(ImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("项目名称,教师编号,培训年度,状态\n小学语文送教下乡,T0001,2026,已选派\n")),
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/enrollments")]
pub async fn import_enrollments(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(jobs, user, ImportKind::Enrollments, Options::from(&options), &request, payload).await
}

/// Import attendance
///
/// Columns 活动名称 `activity` (the title or the id), 教师编号 `teacher_no`, 考勤 `status`; 项目名称
/// `project`, which a title needs; optional 培训年度 `training_year` and 活动日期 `held_on`, which
/// tell those of one title apart, and 备注 `note`. Another mark replaces the one there, as long as
/// attendance is taken; a row without a mark leaves what is there. All rows or none.
#[utoipa::path(
    tag = "imports",
    security(("bearer" = ["attendance.write", "imports.write"])),
    params(ImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("项目名称,活动名称,活动日期,教师编号,考勤,备注\n小学语文送教下乡,专题讲座,2026-03-10,T0001,出勤,\n")),
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/attendance")]
pub async fn import_attendance(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(jobs, user, ImportKind::Attendance, Options::from(&options), &request, payload).await
}

/// Import lessons
///
/// Columns 教师编号 `teacher_no`, 课题 `title`; optional 项目名称 `project` (the title or the id),
/// 培训年度 `training_year`, 学科 `subject`, 学段 `stage`, 授课日期 `taught_on`, 说明 `summary`, and of
/// who grades lessons, 等次 `grade` with 评语 `grade_comment`. Teacher, project and title make a
/// lesson one; an empty cell leaves what is there. All rows or none.
#[utoipa::path(
    tag = "imports",
    // In this order: a teacher enters the own lessons, and imports nothing.
    security(("bearer" = ["imports.write", "lessons.write"])),
    params(ImportOptions),
    request_body(content(
        (String = "text/csv", example = json!("教师编号,课题,项目名称,授课日期,等次\nT0001,《荷花》第二课时,小学语文送教下乡,2026-05-12,优质课\n")),
        (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBody = "application/gzip"),
        (FileForm = "multipart/form-data")
    )),
    responses(ImportAnswer)
)]
#[post("/imports/lessons")]
pub async fn import_lessons(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    ValidQuery(options): ValidQuery<ImportOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    run(jobs, user, ImportKind::Lessons, Options::from(&options), &request, payload).await
}
