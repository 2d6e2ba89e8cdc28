use actix_web::{HttpRequest, http::header, post, web};
use futures_util::StreamExt;
use songjiao_types::{
    ErrorCode, FieldError, Permission,
    hour_records::platform_source,
    imports::OnConflict,
    sources::{PushOptions, PushReport, PushedHourRecord},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    item, reading,
    store::{self, Manner},
};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    hours::hour_records::{Intake, initial_status},
    http::extract::ValidQuery,
};

/// The largest body: some 800 bytes for each of as many items as there may be.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

pub fn configure(config: &mut ServiceConfig) {
    config.service(push_hour_records);
}

/// Push hour records
///
/// At most 5,000 items and 4 MB, as a JSON array or as NDJSON. Each item is known by its
/// `external_id`: the same again is `unchanged`, other words end the record that was there (void it
/// where it was recognised, else reject it) and record the new one, `withdrawn: true` ends it. Each
/// good item is taken whatever is wrong with another; all of them at once, in their order. A second
/// item of the same id in one request is `unchanged` where it says the same, else `rejected`.
///
/// What the caller may recognise is recognised at once, else it waits as pending; training of which
/// another source tells already waits in any case. Who may not recognise hours cannot end recognised
/// ones. What a person rejected or voided stays so until the source says something else.
#[utoipa::path(
    tag = "sources",
    security(("bearer" = ["hours.submit"])),
    params(("source" = String, Path, description = "The platform's name: a plain code"), PushOptions),
    request_body(content(
        (Vec<PushedHourRecord> = "application/json"),
        (String = "application/x-ndjson", example = json!("{\"external_id\": \"GP-2026-000123\", \"withdrawn\": true}\n")),
    )),
    responses((status = 200, description = "What became of each item", body = PushReport))
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
    let manner = manner(&user, source.into_inner(), &options)?;
    let read = reader(&request)?;
    let body = receive(payload).await?;
    // A large body keeps a thread busy, and should keep nobody else from writing.
    let items = web::block(move || Ok::<_, ApiError>(read(&body)?.into_iter().map(item::read).collect::<Vec<_>>()));
    let items = items.await.map_err(ApiError::internal)??;
    db.write(user.actor(), move |tx| store::push(tx, &user, &manner, items)).await.map(web::Json)
}

fn manner(user: &CurrentUser, source: String, options: &PushOptions) -> Result<Manner> {
    platform_source(&source).map_err(|error| {
        let message = error.message.as_deref().unwrap_or_default().to_owned();
        ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new("source", error.code.to_string(), message)])
    })?;
    let status = initial_status(Intake::Batch, options.status, user.allows(Permission::HoursRecognize))?;
    Ok(Manner { source, status, on_conflict: options.on_conflict.unwrap_or(OnConflict::Supersede) })
}

type Read = fn(&[u8]) -> Result<Vec<reading::RawItem>>;

/// How a body of the request's kind is read.
fn reader(request: &HttpRequest) -> Result<Read> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(reading::read_array),
        "application/x-ndjson" => Ok(reading::read_lines),
        _ => {
            Err(ApiError::new(ErrorCode::UnsupportedMediaType)
                .detail("请以 application/json 或 application/x-ndjson 提交"))
        }
    }
}

async fn receive(mut payload: web::Payload) -> Result<web::BytesMut> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(ErrorCode::Malformed))?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(ApiError::new(ErrorCode::TooLarge).detail("一次最多推送 4 MB，请分批推送"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
