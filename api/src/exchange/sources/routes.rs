use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use futures_util::StreamExt;
use songjiao_types::{
    ErrorCode, FieldError, Page, Permission,
    hour_records::{HourRecordStatus, platform_source},
    imports::OnConflict,
    sources::{PushOptions, PushReport, PushedHourRecord, SourceQuery, SourceView},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    list,
    parse::{self, Value},
    pushed_record,
    store::{self, PushSettings},
};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    hours::hour_records::{Intake, initial_status, sources},
    http::{
        body,
        export::{self, Accepted},
        extract::ValidQuery,
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_sources).service(push_hour_records);
}

/// List sources
///
/// Returns the sources of the organizations in scope.
#[utoipa::path(
    tag = "sources",
    security(("bearer" = ["hours.recognize"])),
    params(SourceQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<SourceView>, extensions(("x-files" = json!(true)))))
)]
#[get("/sources")]
pub async fn list_sources(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<SourceQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| list::list(conn, &user, &query, page)).await
}

/// Push hour records
///
/// An API key pushes under the source for which it was made. Users who may recognise hours push under the sources of
/// their organization, and under a free name, which becomes a source of their organization. Everyone else gets 403
/// `foreign_source`.
///
/// Accepts at most 5,000 items and 4 MB, as a JSON array or as NDJSON. An item is identified by its `external_id`. An
/// item equal to the existing record is `unchanged`. One that differs ends the existing record (voids it if recognised,
/// rejects it if pending) and records the new one. `withdrawn: true` ends the existing record. Valid items are recorded
/// in one transaction, in request order, even if other items are faulty. A second item with the same id in one request
/// is `unchanged` if it is equal, otherwise `rejected`.
///
/// Records are recognised at once if the caller may recognise hours, and pending otherwise. A record that seems to
/// repeat another source's training is always pending. Callers who may not recognise hours cannot end recognised
/// records. A record that a person rejected or voided stays so until the source pushes different content.
#[utoipa::path(
    tag = "sources",
    security(("bearer" = ["hours.submit"])),
    params(("source" = String, Path, description = "The platform's name: a plain code"), PushOptions),
    request_body(content(
        (Vec<PushedHourRecord> = "application/json"),
        (String = "application/x-ndjson", example = json!("{\"external_id\": \"GP-2026-000123\", \"withdrawn\": true}\n")),
    )),
    responses((status = 200, description = "The outcome of each item", body = PushReport))
)]
#[post("/sources/{source}/hour-records")]
pub async fn push_hour_records(
    db: web::Data<Database>,
    user: CurrentUser,
    source: web::Path<String>,
    ValidQuery(options): ValidQuery<PushOptions>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<web::Json<PushReport>> {
    let (source, status) = (source.into_inner(), status(&user, &options)?);
    check_name(&source)?;
    // Checked before the body is read.
    let (source, user) =
        db.read(move |conn| sources::writable(conn, &user, &source, "source").map(|source| (source, user))).await?;
    let settings = PushSettings { source, status, on_conflict: options.on_conflict.unwrap_or(OnConflict::Supersede) };
    let parse = parser(&request)?;
    let body = receive(payload).await?;
    // Parsed before the transaction: a large body should not keep others from writing.
    let items =
        web::block(move || Ok::<_, ApiError>(parse(&body)?.into_iter().map(pushed_record::check).collect::<Vec<_>>()));
    let items = items.await.map_err(ApiError::internal)??;
    db.write(user.actor(), move |tx| store::push(tx, &user, &settings, items)).await.map(web::Json)
}

fn check_name(source: &str) -> Result<()> {
    platform_source(source).map_err(|error| {
        let message = error.message.as_deref().unwrap_or_default().to_owned();
        ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new("source", error.code.to_string(), message)])
    })
}

fn status(user: &CurrentUser, options: &PushOptions) -> Result<HourRecordStatus> {
    initial_status(Intake::Batch, options.status, user.allows(Permission::HoursRecognize))
}

type Parser = fn(&[u8]) -> Result<Vec<Value>>;

/// Returns the parser of the request's media type.
fn parser(request: &HttpRequest) -> Result<Parser> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(parse::read_array),
        "application/x-ndjson" => Ok(parse::read_lines),
        _ => {
            Err(ApiError::new(ErrorCode::UnsupportedMediaType)
                .detail("请以 application/json 或 application/x-ndjson 提交"))
        }
    }
}

async fn receive(mut payload: web::Payload) -> Result<web::BytesMut> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| body::problem(&error))?;
        if (body.len() + chunk.len()) as u64 > body::PUSH_LIMIT {
            return Err(ApiError::new(ErrorCode::TooLarge).detail("一次最多推送 4 MB，请分批推送"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
