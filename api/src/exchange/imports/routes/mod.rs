mod files;
mod reports;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use songjiao_types::{
    ImportId,
    hour_records::HourRecordStatus,
    imports::{ImportKind, ImportOptions, ImportStatus, OnConflict, UnknownColumns},
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{
    jobs::{self, Jobs},
    order::{Options, Order},
    upload,
};
use crate::{auth::CurrentUser, error::Result};

pub fn configure(config: &mut ServiceConfig) {
    // The names of kinds stand before the ids.
    config
        .service(files::import_organizations)
        .service(files::import_teachers)
        .service(files::import_hour_records)
        .service(files::import_enrollments)
        .service(files::import_attendance)
        .service(files::import_lessons)
        .service(reports::download_import_template)
        .service(reports::list_imports)
        .service(reports::download_failed_rows)
        .service(reports::cancel_import)
        .service(reports::find_import);
}

impl From<&ImportOptions> for Options {
    fn from(given: &ImportOptions) -> Self {
        Self {
            dry_run: given.dry_run.unwrap_or_default(),
            unknown_columns: given.unknown_columns.unwrap_or(UnknownColumns::Reject),
            source: None,
            status: HourRecordStatus::Pending,
            on_conflict: OnConflict::Reject,
        }
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
    let upload = upload::receive(request, payload, jobs.dir()).await?;
    let order = Order {
        id: ImportId::from_uuid(Uuid::now_v7()),
        kind,
        options,
        file_name: upload.name.clone(),
        user,
        watch: Arc::default(),
        id_numbers: jobs.id_numbers(),
    };
    let (status, report) = if wants_async(request) {
        (StatusCode::ACCEPTED, jobs::enqueue(jobs, order, upload).await?)
    } else {
        let report = jobs::run_now(&jobs, order, &upload).await?;
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
