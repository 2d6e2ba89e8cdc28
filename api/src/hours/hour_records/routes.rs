use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use songjiao_types::{
    HourRecordId, Page,
    hour_records::{
        AnnualReturnQuery, CreateHourRecord, DecideHourRecords, DecidedHourRecords, HourRecordQuery, HourRecordReason,
        HourRecordStatus, HourRecordView, RecognizeHourRecord, RecognizeHourRecords, RecognizedHourRecords,
        WithdrawHourRecord,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{annual_return, decisions, store, undoing};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::Result,
    http::{
        export::{self, Accepted, Format},
        extract::{OptionalJson, PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_hour_records)
        .service(create_hour_record)
        .service(recognize_hour_records)
        .service(decide_hour_records)
        // Before the paths with an id.
        .service(export_annual_return)
        .service(find_hour_record)
        .service(recognize_hour_record)
        .service(reject_hour_record)
        .service(void_hour_record)
        .service(withdraw_hour_record)
        .service(return_hour_record)
        .service(restore_hour_record);
}

/// List hour records
///
/// Teachers see their own records, members of teams also those that the projects of their teams issued. Everyone else
/// also sees the records earned in their scope and those of the teachers who serve there now.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(HourRecordQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<HourRecordView>, extensions(("x-files" = json!(true)))))
)]
#[get("/hour-records")]
pub async fn list_hour_records(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<HourRecordQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Export a training year's recognised hours for the national teacher system (年度学时报表)
///
/// The columns are 教师编号, 姓名, 单位编号, 单位名称, 培训年度, 培训类别 (10 国培, 20 省培, 30 市级, 40 县级, 60 校本, 99 其他), 项目名称, 机构名称, 培训方式 (1 脱产,
/// 2 面授, 3 网络, 4 混合, 9 其他), 获得学时, 开始日期 and 结束日期. The file is CSV or, if `Accept` asks for it, a workbook. It contains
/// every recognised record that the caller sees. 单位 is the organization where the teacher served when the hours were
/// earned.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(AnnualReturnQuery),
    responses((status = 200, description = "A file of all rows", extensions(("x-files" = json!(true)))))
)]
#[get("/hour-records/annual-return")]
pub async fn export_annual_return(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<AnnualReturnQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let accepted = Accepted::of(&request, &[Format::Csv, Format::Xlsx])?;
    export::table(&db, accepted, move |conn, page| annual_return::list(conn, &user, &query, page)).await
}

/// Record hours
///
/// The record is pending unless the caller may recognise hours and sends `recognized`. A record that is suspected to
/// repeat others is always pending, with the hold `suspected`, and names its group in `duplicate_group_id`. Sources other than `manual` and
/// `import` are for callers who may recognise hours, and belong to organizations: a free name becomes a source of the
/// caller's organization, another organization's is 403 `foreign_source`. An API key writes under its own source.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.submit"])),
    request_body = CreateHourRecord,
    responses((status = 201, description = "Recorded", body = HourRecordView))
)]
#[post("/hour-records")]
pub async fn create_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateHourRecord>,
) -> Result<HttpResponse> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, new)).await?;
    let location = (header::LOCATION, format!("/api/v1/hour-records/{}", created.id));
    Ok(HttpResponse::Created().insert_header(location).json(created))
}

/// Get an hour record
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.read"])),
    params(("id" = HourRecordId, Path)),
    responses((status = 200, description = "The record", body = HourRecordView))
)]
#[get("/hour-records/{id}")]
pub async fn find_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
) -> Result<web::Json<HourRecordView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(web::Json)
}

/// Recognise a pending hour record
///
/// A record of a closed year asks for a reason; its hours become late hours 补录.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = Option<RecognizeHourRecord>,
    responses((status = 200, description = "Recognised", body = HourRecordView))
)]
#[post("/hour-records/{id}/recognize")]
pub async fn recognize_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    OptionalJson(RecognizeHourRecord { reason }): OptionalJson<RecognizeHourRecord>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Recognized;
    db.write(user.actor(), move |tx| decisions::decide(tx, &user, id, to, trimmed(reason.as_deref())))
        .await
        .map(web::Json)
}

/// Returns a reason without blanks around it.
fn trimmed(reason: Option<&str>) -> Option<&str> {
    reason.map(str::trim)
}

/// Recognise pending hour records, all or none
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    request_body = RecognizeHourRecords,
    responses((status = 200, description = "Recognised", body = RecognizedHourRecords))
)]
#[post("/hour-records/recognize")]
pub async fn recognize_hour_records(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(RecognizeHourRecords { ids, reason }): ValidJson<RecognizeHourRecords>,
) -> Result<web::Json<RecognizedHourRecords>> {
    let (count, hours) =
        db.write(user.actor(), move |tx| decisions::recognize_all(tx, &user, &ids, trimmed(reason.as_deref()))).await?;
    Ok(web::Json(RecognizedHourRecords { recognized: i64::try_from(count).unwrap_or(i64::MAX), hours }))
}

/// Decide on all pending hour records that a filter matches
///
/// Reaches only records that nothing but a decision keeps, and none of the teacher that the caller is; `left_out` counts the
/// others by what they wait for. A dry run counts without deciding.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    request_body = DecideHourRecords,
    responses((status = 200, description = "Decided or, in a dry run, counted", body = DecidedHourRecords))
)]
#[post("/hour-records/decide")]
pub async fn decide_hour_records(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(request): ValidJson<DecideHourRecords>,
) -> Result<web::Json<DecidedHourRecords>> {
    if request.dry_run {
        let count = move |conn: &mut DbConnection| decisions::reached(conn, &user, request.filter);
        return db.read(count).await.map(|reached| web::Json(reached.summary));
    }
    db.write(user.actor(), move |tx| decisions::decide_all(tx, &user, request)).await.map(web::Json)
}

/// Reject a pending hour record
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 200, description = "Rejected", body = HourRecordView))
)]
#[post("/hour-records/{id}/reject")]
pub async fn reject_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Rejected;
    db.write(user.actor(), move |tx| decisions::decide(tx, &user, id, to, Some(reason.trim()))).await.map(web::Json)
}

/// Void a recognised hour record
///
/// The record stays in the ledger with the reason; its hours no longer count.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 200, description = "Voided", body = HourRecordView))
)]
#[post("/hour-records/{id}/void")]
pub async fn void_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Voided;
    db.write(user.actor(), move |tx| decisions::decide(tx, &user, id, to, Some(reason.trim()))).await.map(web::Json)
}

/// Withdraw a pending hour record
///
/// For the user who submitted it. The record stays in the ledger; it may be submitted again.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.submit"])),
    params(("id" = HourRecordId, Path)),
    request_body = Option<WithdrawHourRecord>,
    responses((status = 200, description = "Withdrawn", body = HourRecordView))
)]
#[post("/hour-records/{id}/withdraw")]
pub async fn withdraw_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    OptionalJson(WithdrawHourRecord { reason }): OptionalJson<WithdrawHourRecord>,
) -> Result<web::Json<HourRecordView>> {
    db.write(user.actor(), move |tx| undoing::withdraw(tx, &user, id, trimmed(reason.as_deref()))).await.map(web::Json)
}

/// Return a pending hour record for correction
///
/// The record has ended. Its correction is a new record whose `former_id` names it.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 200, description = "Returned", body = HourRecordView))
)]
#[post("/hour-records/{id}/return")]
pub async fn return_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<web::Json<HourRecordView>> {
    let to = HourRecordStatus::Returned;
    db.write(user.actor(), move |tx| decisions::decide(tx, &user, id, to, Some(reason.trim()))).await.map(web::Json)
}

/// Restore a rejected or voided hour record
///
/// A new record with the same content and key takes its place and names it in `former_id`: pending if the former was
/// rejected, recognised if it was voided and nothing else keeps it.
#[utoipa::path(
    tag = "hour_records",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = HourRecordId, Path)),
    request_body = HourRecordReason,
    responses((status = 201, description = "The new record", body = HourRecordView))
)]
#[post("/hour-records/{id}/restore")]
pub async fn restore_hour_record(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<HourRecordId>,
    ValidJson(HourRecordReason { reason }): ValidJson<HourRecordReason>,
) -> Result<HttpResponse> {
    let restored = db.write(user.actor(), move |tx| undoing::restore(tx, &user, id, reason.trim())).await?;
    let location = (header::LOCATION, format!("/api/v1/hour-records/{}", restored.id));
    Ok(HttpResponse::Created().insert_header(location).json(restored))
}
