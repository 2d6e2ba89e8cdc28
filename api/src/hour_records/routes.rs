use actix_web::{HttpResponse, get, http::header, post, web};
use serde::Deserialize;
use songjiao_types::{
    HourRecordId, OrganizationId, Page, ProjectId, TeacherId,
    hour_records::{
        CreateHourRecord, DuplicatePair, HourRecordReason, HourRecordSort, HourRecordStatus, HourRecordView,
        RecognizeHourRecords, RecognizedHourRecords, ResolveDuplicate,
    },
    training::{TrainingLevel, TrainingMode},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{duplicates, store};
use crate::{
    app::AppState,
    auth::CurrentUser,
    error::Result,
    extract::{PathId, ValidJson, ValidQuery},
    list::PageRequest,
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_hour_records)
        .service(create_hour_record)
        .service(recognize_hour_records)
        .service(find_hour_record)
        .service(recognize_hour_record)
        .service(reject_hour_record)
        .service(void_hour_record)
        .service(find_duplicate_pair)
        .service(resolve_duplicate);
}

/// What a list of hour records can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HourRecordQuery {
    /// Part of the title, the institution, or the teacher's name or number
    pub q: Option<String>,
    #[param(value_type = Option<TeacherId>)]
    pub teacher_id: Option<TeacherId>,
    /// Earned in this organization or below
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    pub training_year: Option<i32>,
    #[param(inline)]
    pub status: Option<HourRecordStatus>,
    #[param(inline)]
    pub level: Option<TrainingLevel>,
    #[param(inline)]
    pub mode: Option<TrainingMode>,
    pub source: Option<String>,
    #[param(value_type = Option<ProjectId>)]
    pub project_id: Option<ProjectId>,
    /// Suspected of telling of the same training as another source's record
    pub suspected: Option<bool>,
    /// By default `-created`
    #[param(inline)]
    pub sort: Option<HourRecordSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List hour records
///
/// A teacher sees the own ones; others those earned in their scope and those of the teachers who
/// serve there now.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(HourRecordQuery),
    responses((status = 200, description = "A page", body = Page<HourRecordView>))
)]
#[get("/hour-records")]
pub async fn list_hour_records(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<HourRecordQuery>,
) -> Result<web::Json<Page<HourRecordView>>> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    state.db.read(move |conn| store::list(conn, &user, &query, &page)).await.map(web::Json)
}

/// Record hours
///
/// They wait as pending unless the caller may recognise hours and says `recognized`. Training of
/// which another source tells already waits in any case, with `duplicate_of`.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.submit"])),
    request_body = CreateHourRecord,
    responses((status = 201, description = "Recorded", body = HourRecordView))
)]
#[post("/hour-records")]
pub async fn create_hour_record(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateHourRecord>,
) -> Result<HttpResponse> {
    let created = state.db.write(user.actor(), move |tx| store::create(tx, &user, new)).await?;
    let location = (header::LOCATION, format!("/api/v1/hour-records/{}", created.id));
    Ok(HttpResponse::Created().insert_header(location).json(created))
}

/// Find an hour record
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(("id" = HourRecordId, Path)),
    responses((status = 200, description = "The record", body = HourRecordView))
)]
#[get("/hour-records/{id}")]
pub async fn find_hour_record(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
) -> Result<web::Json<HourRecordView>> {
    state.db.read(move |conn| store::find(conn, &user, id)).await.map(web::Json)
}

/// Recognise a pending record
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    responses((status = 200, description = "Recognised", body = HourRecordView))
)]
#[post("/hour-records/{id}/recognize")]
pub async fn recognize_hour_record(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Recognized;
    state.db.write(user.actor(), move |tx| store::decide(tx, &user, id, to, None)).await.map(web::Json)
}

/// Recognise pending records, all or none
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    request_body = RecognizeHourRecords,
    responses((status = 200, description = "Recognised", body = RecognizedHourRecords))
)]
#[post("/hour-records/recognize")]
pub async fn recognize_hour_records(
    state: web::Data<AppState>,
    user: CurrentUser,
    ValidJson(RecognizeHourRecords { ids }): ValidJson<RecognizeHourRecords>,
) -> Result<web::Json<RecognizedHourRecords>> {
    let (count, hours) = state.db.write(user.actor(), move |tx| store::recognize_all(tx, &user, &ids)).await?;
    Ok(web::Json(RecognizedHourRecords { recognized: i64::try_from(count).unwrap_or(i64::MAX), hours }))
}

/// Reject a pending record
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 200, description = "Rejected", body = HourRecordView))
)]
#[post("/hour-records/{id}/reject")]
pub async fn reject_hour_record(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Rejected;
    state.db.write(user.actor(), move |tx| store::decide(tx, &user, id, to, Some(reason.trim()))).await.map(web::Json)
}

/// Void a recognised record
///
/// It stays in the ledger with the reason; its hours no longer count.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 200, description = "Voided", body = HourRecordView))
)]
#[post("/hour-records/{id}/void")]
pub async fn void_hour_record(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Voided;
    state.db.write(user.actor(), move |tx| store::decide(tx, &user, id, to, Some(reason.trim()))).await.map(web::Json)
}

/// Find an hour record beside the one that it seems to repeat
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(("id" = HourRecordId, Path)),
    responses((status = 200, description = "Both records", body = DuplicatePair))
)]
#[get("/hour-records/{id}/duplicate")]
pub async fn find_duplicate_pair(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
) -> Result<web::Json<DuplicatePair>> {
    state.db.read(move |conn| duplicates::find_pair(conn, &user, id)).await.map(web::Json)
}

/// Decide on a suspected duplicate
///
/// `keep_this` recognises it and voids the other (rejects it, where it was pending); `keep_other`
/// rejects it; `keep_both` recognises it and leaves the other as it is.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = ResolveDuplicate,
    responses((status = 200, description = "Both records as they are now", body = DuplicatePair))
)]
#[post("/hour-records/{id}/resolve-duplicate")]
pub async fn resolve_duplicate(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(asked): ValidJson<ResolveDuplicate>,
) -> Result<web::Json<DuplicatePair>> {
    state.db.write(user.actor(), move |tx| duplicates::resolve(tx, &user, id, &asked)).await.map(web::Json)
}
