//! The routes that receive a file, one for each kind.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    middleware::DefaultHeaders,
    post, web,
};
use songjiao_types::{
    ImportId, Permission,
    hour_records::{IMPORT_SOURCE, client_source},
    id_numbers::mask_id_numbers,
    imports::{
        HourImportOptions, ImportKind, ImportOptions, ImportReport, ImportStatus, OnConflict, OnFlag,
        TeacherImportOptions,
    },
    normal,
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::super::{
    import_job::{ImportJob, Options},
    jobs::{self, Jobs},
    upload,
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
#[expect(dead_code, reason = "for the documents: the body is read as it arrives")]
pub struct FileBody(Vec<u8>);

/// A form with a file.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "for the documents: the parts are read as they arrive")]
pub struct FileForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// The responses of an import.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "for the documents: the status follows from the report")]
enum ImportAnswer {
    /// Imported or, in a dry run, checked
    #[response(status = 201)]
    Done(ImportReport),
    /// Queued, with `Prefer: respond-async`; the report at Location shows the progress
    #[response(status = 202)]
    Queued(ImportReport),
    /// Nothing was written; the report names the faults
    #[response(status = 422)]
    Rejected(ImportReport),
}

/// Defines the routes of the imports: documentation and attributes, path, function, kind, query, an example, and the
/// permissions that a caller needs, the most telling one first.
macro_rules! import_routes {
    ($(
        $(#[$($attribute:tt)+])*
        $path:literal $(($($wrap:tt)+))? => $name:ident: $kind:ident, $query:ident, $permissions:tt, $example:tt;
    )+) => {
        $(
            $(#[$($attribute)+])*
            #[utoipa::path(
                tag = "imports",
                security(("bearer" = $permissions)),
                params($query),
                request_body(content(
                    (String = "text/csv", example = json!($example)),
                    (FileBody = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                    (FileBody = "application/gzip"),
                    (FileForm = "multipart/form-data")
                )),
                responses(ImportAnswer)
            )]
            #[post($path $(, $($wrap)+)?)]
            pub async fn $name(
                jobs: web::Data<Jobs>,
                user: CurrentUser,
                ValidQuery(query): ValidQuery<$query>,
                request: HttpRequest,
                payload: web::Payload,
            ) -> Result<HttpResponse> {
                let options = query.resolve(&user)?;
                run(jobs, user, ImportKind::$kind, options, &request, payload).await
            }
        )+

        pub fn configure(config: &mut ServiceConfig) {
            config$(.service($name))+;
        }
    };
}

import_routes! {
    /// Import organizations
    ///
    /// Columns: 单位编号 `code`, 单位名称 `name`, 单位类型 `kind`; optional 上级编号 `parent_code` (defaults to the caller's
    /// organization), 乡村 `rural`, 学区基地校 `base_school`. All rows are imported or none.
    "/imports/organizations" => import_organizations: Organizations, ImportOptions,
        ["organizations.write", "imports.write"],
        "单位编号,单位名称,单位类型,上级编号,乡村,学区基地校\nSL-XX-021,亮甲山中心小学,school,220283,是,否\n";

    /// Import teachers
    ///
    /// Columns: 教师编号 `teacher_no`, 姓名 `name`, 单位编号 `organization_code`, 学科 `subject`, 学段 `stage`, 入职日期 `joined_on`;
    /// optional 性别 `gender`, 职称 `title`, 骨干 `backbone`, 身份证号 `id_number`, 任职日期 `appointed_on`, 离任日期 `left_on`, 状态
    /// `status`. Empty cells leave existing values unchanged. With 任职日期 the row's organization holds from that day on,
    /// which may lie in the past or in the future; without it, a different organization is a transfer as of today, and a
    /// fault unless `accept_transfers` is set. What callers enter who hold no `appointments.confirm` is reported and waits
    /// for confirmation. All rows are imported or none.
    "/imports/teachers" => import_teachers: Teachers, TeacherImportOptions,
        ["teachers.write", "imports.write"],
        "教师编号,姓名,单位编号,学科,学段,入职日期\nT0001,王秀兰,SL-XX-021,语文,小学,2009-08-20\n";

    /// Import hour records
    ///
    /// Columns: 教师编号 `teacher_no`, 培训年度 `training_year`, 培训类别 `level`, 项目名称 `title`, 机构名称 `institution`, 培训方式 `mode`,
    /// 获得学时 `hours`, 开始日期 `starts_on`, 结束日期 `ends_on`; optional 三修 `dimension`, 来源编号 `external_id`, 来源 `source`,
    /// 状态 `status`. Rows are recognised at once if the caller may recognise hours, and pending otherwise or where something
    /// keeps them: `held` counts these. All rows are imported or none, unless `accept_valid` is set. A row without 三修 equals
    /// the recorded one that has it.
    ///
    /// Rows whose 状态 says 已作废, 已驳回, 已撤回 or 已退回 are passed over. A row that states exactly what a record of its 来源
    /// states is unchanged; another 来源 than the import's source is a fault, or kept as `origin` if `source` is given. What a
    /// person has rejected, returned or voided is not recorded again.
    ///
    /// Under `import`, the default source, each organization numbers its own rows. Other sources belong to organizations:
    /// users who may recognise hours name one of their organization or a free name, which then belongs to it, and an API
    /// key names its own. Everyone else gets 403 `foreign_source`.
    "/imports/hour-records" => import_hour_records: HourRecords, HourImportOptions,
        ["hours.submit", "imports.write"],
        "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\nT0001,2026,国培,送教下乡,舒兰市教师进修学校,混合研修,16.5,2026-03-10,2026-03-12,GP-2026-000123\n";

    /// Import hour records (former path)
    ///
    /// Use `/imports/hour-records`, which does the same.
    #[deprecated]
    "/imports/hour_records" (wrap = "deprecated()") => import_hour_records_formerly: HourRecords, HourImportOptions,
        ["hours.submit", "imports.write"],
        "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\nT0001,2026,国培,送教下乡,舒兰市教师进修学校,混合研修,16.5,2026-03-10,2026-03-12,GP-2026-000123\n";

    /// Import participants
    ///
    /// Columns: 项目名称 `project` (title or id), 教师编号 `teacher_no`; optional 培训年度 `training_year`, which distinguishes
    /// projects with the same title, and 状态 `status`: 已选派 `nominated` or, for callers who review the project's
    /// participants, 已录取 `admitted`. The conditions of selection and the capacity apply as for single participants. All
    /// rows are imported or none.
    "/imports/enrollments" => import_enrollments: Enrollments, ImportOptions,
        ["enrollments.nominate", "imports.write"],
        "项目名称,教师编号,培训年度,状态\n小学语文送教下乡,T0001,2026,已选派\n";

    /// Import attendance
    ///
    /// Columns: 活动名称 `activity` (title or id), 教师编号 `teacher_no`, 考勤 `status`; 项目名称 `project`, required with a title;
    /// optional 培训年度 `training_year` and 活动日期 `held_on`, which distinguish projects and activities with the same title,
    /// and 备注 `note`. Existing marks are replaced as long as attendance is open; rows without a mark are skipped. All
    /// rows are imported or none.
    "/imports/attendance" => import_attendance: Attendance, ImportOptions,
        ["attendance.write", "imports.write"],
        "项目名称,活动名称,活动日期,教师编号,考勤,备注\n小学语文送教下乡,专题讲座,2026-03-10,T0001,出勤,\n";

    /// Import lessons
    ///
    /// Columns: 教师编号 `teacher_no`, 课题 `title`; optional 项目名称 `project` (title or id), 培训年度 `training_year`, 学科
    /// `subject`, 学段 `stage`, 授课日期 `taught_on`, 说明 `summary`, and for callers who grade lessons 等次 `grade` with 评语
    /// `grade_comment`. A lesson is identified by teacher, project and title; empty cells leave existing values
    /// unchanged. All rows are imported or none.
    "/imports/lessons" => import_lessons: Lessons, ImportOptions,
        ["imports.write", "lessons.write"],
        "教师编号,课题,项目名称,授课日期,等次\nT0001,《荷花》第二课时,小学语文送教下乡,2026-05-12,优质课\n";

    /// Import accounts
    ///
    /// Opens accounts for teachers who have none. Columns: 教师编号 `teacher_no`; optional 姓名 `name`, which must be that of
    /// the teacher, 用户名 `username` (defaults to the teacher number) and 角色 `role`: 教师 `teacher` or, for callers who form
    /// teams, 送培团队负责人 `team_leader` or 送培团队成员 `team_member`. An account that exists already stays as it is. All rows are
    /// imported or none; activation codes are issued afterwards at `/accounts/codes`.
    "/imports/accounts" => import_accounts: Accounts, ImportOptions,
        ["accounts.manage", "imports.write"],
        "教师编号,姓名,用户名,角色\nT0001,王秀兰,wangxiulan,教师\n";
}

/// The header of deprecated paths (RFC 9745), with the instant of their deprecation.
pub const DEPRECATION: (&str, &str) = ("Deprecation", "@1795968000");

fn deprecated() -> DefaultHeaders {
    DefaultHeaders::new().add(DEPRECATION)
}

/// The query parameters of an import.
trait ImportParameters {
    /// Applies the defaults and checks the caller's rights.
    fn resolve(self, user: &CurrentUser) -> Result<Options>;
}

impl ImportParameters for ImportOptions {
    fn resolve(self, _: &CurrentUser) -> Result<Options> {
        Ok(Options::from(&self))
    }
}

impl ImportParameters for TeacherImportOptions {
    fn resolve(self, _: &CurrentUser) -> Result<Options> {
        let common = ImportOptions { dry_run: self.dry_run, unknown_columns: self.unknown_columns };
        Ok(Options { accept_transfers: self.accept_transfers.unwrap_or_default(), ..Options::from(&common) })
    }
}

impl ImportParameters for HourImportOptions {
    fn resolve(self, user: &CurrentUser) -> Result<Options> {
        let names_source = self.source.is_some();
        let source = self.source.unwrap_or_else(|| IMPORT_SOURCE.to_owned());
        if source.len() > 64 || client_source(&source).is_err() {
            let message = "来源只能由字母、数字和 - _ . 组成，且不能是 project";
            return Err(ApiError::invalid("source", "bad_source", message));
        }
        let may_recognize = user.allows(Permission::HoursRecognize);
        let status = initial_status(Intake::Batch, self.status, may_recognize)?;
        let on_conflict = self.on_conflict.unwrap_or(OnConflict::Reject);
        // Superseding voids the old record, which only those who recognise hours may do.
        if on_conflict == OnConflict::Supersede && !may_recognize {
            return Err(ApiError::forbidden());
        }
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let accept_flags = match (self.on_flag.unwrap_or(OnFlag::Hold), reason) {
            (OnFlag::Hold, _) => None,
            (OnFlag::Accept, _) if !may_recognize => return Err(ApiError::forbidden()),
            (OnFlag::Accept, None) => {
                return Err(ApiError::invalid("reason", "required", "接受异常的学时须填写理由"));
            }
            (OnFlag::Accept, Some(reason)) if reason.chars().count() > 500 => {
                return Err(ApiError::invalid("reason", "length", "最多 500 个字符"));
            }
            (OnFlag::Accept, Some(reason)) => Some(mask_id_numbers(&normal::line(reason)).into_owned()),
        };
        let common = ImportOptions { dry_run: self.dry_run, unknown_columns: self.unknown_columns };
        Ok(Options {
            source: Some(source),
            status,
            on_conflict,
            names_source,
            accept_flags,
            accept_valid: self.accept_valid.unwrap_or_default(),
            ..Options::from(&common)
        })
    }
}

async fn run(
    jobs: web::Data<Jobs>,
    user: CurrentUser,
    kind: ImportKind,
    options: Options,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    // Checked before the file is received; a job in the background checks again.
    let user = jobs.check_source(user, options.source.clone()).await?;
    let upload = upload::receive(request, payload, jobs.dir()).await?;
    let job = ImportJob {
        id: ImportId::from_uuid(Uuid::now_v7()),
        kind,
        options,
        file_name: upload.name.clone(),
        user,
        progress: Arc::default(),
        id_numbers: jobs.id_numbers(),
    };
    let (status, report) = if wants_async(request) {
        (StatusCode::ACCEPTED, jobs::enqueue(jobs, job, upload).await?)
    } else {
        let report = jobs::run_now(&jobs, job, &upload).await?;
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

/// Returns whether the client prefers an asynchronous response (RFC 7240).
fn wants_async(request: &HttpRequest) -> bool {
    let preferences = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|preference| preference.split(';').next().is_some_and(|p| p.trim().eq_ignore_ascii_case("respond-async")))
}
