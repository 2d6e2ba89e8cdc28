//! `Idempotency-Key`: a POST that is sent again has its effect once, and the same answer.
//!
//! The answer is kept in the transaction of the effect (see [`DeferredCommit`]): whatever becomes of the program
//! or of the caller in between, there are both or neither.

use std::{
    io::{Read, Seek, SeekFrom, Write},
    pin::Pin,
    rc::Rc,
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, Responder, ResponseError,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use sha2::{Digest, Sha256};
use songjiao_types::{ErrorCode, UserId};
use tempfile::SpooledTempFile;

use crate::{
    auth::CurrentUser,
    db::{Actor, Database, DbConnection, DeferredCommit, Tx, hex, schema::idempotency_keys, types::UtcTime},
    error::{ApiError, Result},
    http::{
        body::{FILE_LIMIT, cut_off},
        etag::Tagged,
        parts::part,
    },
};

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// After this a request that never finished is taken for dead, even if its process is not.
const DEAD: TimeDelta = TimeDelta::minutes(10);
/// A body is kept in memory up to this, and on disk beyond it.
const IN_MEMORY: usize = 1024 * 1024;
/// Read from the disk at once.
const BLOCK: usize = 64 * 1024;

/// The headers of an answer that are kept with it.
const KEPT_HEADERS: [header::HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Among an answer's extensions: what is kept in place of its body.
struct KeptInstead(String);

/// What has a secret that is shown once.
pub trait Issued: Clone + Serialize {
    /// The same with no secret.
    fn without_secret(&self) -> Self;
}

/// An answer with its secret. What is kept for a repetition of the request has none.
pub struct ShownOnce<T>(pub Tagged<T>);

impl<T: Issued> Responder for ShownOnce<T> {
    type Body = <Tagged<T> as Responder>::Body;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Self::Body> {
        let kept = serde_json::to_string(&self.0.body.without_secret());
        let mut response = self.0.respond_to(request);
        response.extensions_mut().insert(KeptInstead(kept.unwrap_or_default()));
        response
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn of<B>(response: &HttpResponse<B>, body: &[u8]) -> Self {
        let kept = |name: &header::HeaderName| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some((name.to_string(), value.to_owned()))
        };
        Self {
            status: response.status().as_u16(),
            headers: KEPT_HEADERS.iter().filter_map(kept).collect(),
            body: response
                .extensions()
                .get::<KeptInstead>()
                .map_or_else(|| String::from_utf8_lossy(body).into_owned(), |kept| kept.0.clone()),
        }
    }
}

enum Claim {
    /// Nobody has used the key.
    First,
    Again(Answer),
}

/// See the module.
pub async fn idempotency<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let user = request.extensions().get::<CurrentUser>().cloned();
    let key = request.headers().get("idempotency-key").cloned();
    let (Some(user), Some(key)) = (user, key.filter(|_| request.method() == Method::POST)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let db = Database::clone(part::<Database>(request.request())?);
    let id = match begin(&mut request, &db, user.id, &key).await {
        Ok(Begun { id, claim: Claim::First }) => id,
        Ok(Begun { claim: Claim::Again(answer), .. }) => return Ok(request.into_response(replay(answer))),
        Err(error) => return Ok(request.error_response(error)),
    };
    let mut claimed = Claimed { db, id: Some(id) };
    let deferred = Rc::new(DeferredCommit::default());
    let response = deferred.scope(next.call(request)).await?.map_into_boxed_body();
    let (http, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|_| ApiError::internal("the answer could not be read"))?;
    let answer = response.status().is_success().then(|| Answer::of(&response, &bytes));
    match claimed.settle(&deferred, answer).await {
        Ok(()) => Ok(ServiceResponse::new(http, response.set_body(bytes).map_into_boxed_body())),
        Err(error) => Ok(ServiceResponse::new(http, error.error_response())),
    }
}

/// A key whose request is under way.
struct Claimed {
    db: Database,
    id: Option<(String, String)>,
}

impl Claimed {
    /// Keeps the answer, or frees the key for another try where it tells of an error.
    async fn settle(&mut self, deferred: &DeferredCommit, answer: Option<Answer>) -> Result<()> {
        let Some(id) = self.id.clone() else { return Ok(()) };
        let freed = id.clone();
        let settle = move |tx: &mut Tx<'_>| match &answer {
            Some(answer) => keep(tx, &id, answer),
            None => release(tx, &id),
        };
        let settled = self.db.commit_deferred(deferred, settle).await;
        if settled.is_err() {
            // Nothing was done: the key is free for another try.
            self.db.write(Actor::system(), move |tx| release(tx, &freed)).await?;
        }
        self.id = None;
        settled
    }
}

impl Drop for Claimed {
    /// The caller went away: nothing was done, and the key is free for another try.
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let db = self.db.clone();
        runtime.spawn_blocking(move || {
            if let Err(error) = db.write_now(Actor::system(), |tx| release(tx, &id)) {
                tracing::warn!(%error, "an idempotency key could not be freed");
            }
        });
    }
}

struct Begun {
    id: (String, String),
    claim: Claim,
}

async fn begin(request: &mut ServiceRequest, db: &Database, user: UserId, key: &HeaderValue) -> Result<Begun> {
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| ApiError::invalid("Idempotency-Key", "bad_key", "幂等键须为 1 到 255 个字符"))?;
    let id = (user.to_string(), key.to_owned());
    let fingerprint = fingerprint(request).await?;
    let claimed = id.clone();
    let claim = db.write(Actor::system(), move |tx| claim(tx, &claimed, &fingerprint)).await?;
    Ok(Begun { id, claim })
}

/// Takes the body out, and puts it back.
async fn fingerprint(request: &mut ServiceRequest) -> Result<String> {
    let mut payload = request.take_payload();
    let mut body = SpooledTempFile::new(IN_MEMORY);
    let (mut digest, mut length) = (Sha256::new(), 0);
    for part in [request.path().as_bytes(), request.query_string().as_bytes()] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(ErrorCode::Malformed))?;
        length += chunk.len() as u64;
        if length > FILE_LIMIT {
            cut_off(payload);
            return Err(ApiError::new(ErrorCode::TooLarge));
        }
        digest.update(&chunk);
        body.write_all(&chunk).map_err(ApiError::internal)?;
    }
    body.seek(SeekFrom::Start(0)).map_err(ApiError::internal)?;
    request.set_payload(Payload::from(Box::pin(stream::iter(Blocks(body))) as BoxedPayloadStream));
    Ok(hex(&digest.finalize()))
}

type BoxedPayloadStream = Pin<Box<dyn Stream<Item = Result<web::Bytes, PayloadError>>>>;

/// What a file holds, block by block.
struct Blocks(SpooledTempFile);

impl Iterator for Blocks {
    type Item = Result<web::Bytes, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut block = vec![0; BLOCK];
        match self.0.read(&mut block) {
            Ok(0) => None,
            Ok(length) => {
                block.truncate(length);
                Some(Ok(block.into()))
            }
            Err(error) => Some(Err(PayloadError::Io(error))),
        }
    }
}

/// Frees the keys of requests that the end of the program cut short: their effect came about
/// whole or not at all. On PostgreSQL another process may still work on them: whoever sends such a
/// request again finds out.
pub fn forget_unfinished(db: &Database) -> Result<(), String> {
    db.write_now(Actor::system(), |tx| {
        if matches!(tx.conn, DbConnection::Sqlite(_)) {
            diesel::delete(idempotency_keys::table.filter(idempotency_keys::status.is_null())).execute(tx.conn)?;
        }
        Ok(())
    })
    .map_err(|error| format!("unfinished requests cannot be forgotten: {error}"))
}

fn claim(tx: &mut Tx<'_>, (caller, key): &(String, String), fingerprint: &str) -> Result<Claim> {
    type Kept = (String, Option<i32>, Option<String>, Option<String>, UtcTime, Option<i32>);

    let old = tx.now.after(-KEPT);
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(old))).execute(tx.conn)?;
    let row = idempotency_keys::table.find((caller, key));
    let found: Option<Kept> = row
        .select((
            idempotency_keys::fingerprint,
            idempotency_keys::status,
            idempotency_keys::headers,
            idempotency_keys::body,
            idempotency_keys::created_at,
            idempotency_keys::instance,
        ))
        .first(tx.conn)
        .optional()?;
    match found {
        Some((kept, ..)) if kept != fingerprint => Err(ApiError::new(ErrorCode::IdempotencyMismatch)),
        Some((_, Some(status), headers, body, ..)) => Ok(Claim::Again(Answer {
            status: u16::try_from(status).map_err(ApiError::internal)?,
            headers: serde_json::from_str(&headers.unwrap_or_default()).unwrap_or_default(),
            body: body.unwrap_or_default(),
        })),
        Some((.., since, instance)) => {
            if since > tx.now.after(-DEAD) && !tx.is_gone(instance)? {
                return Err(ApiError::new(ErrorCode::RequestInProgress));
            }
            diesel::update(row)
                .set((idempotency_keys::created_at.eq(tx.now), idempotency_keys::instance.eq(tx.instance)))
                .execute(tx.conn)?;
            Ok(Claim::First)
        }
        None => {
            let inserted = diesel::insert_into(idempotency_keys::table)
                .values((
                    idempotency_keys::caller.eq(caller),
                    idempotency_keys::idempotency_key.eq(key),
                    idempotency_keys::fingerprint.eq(fingerprint),
                    idempotency_keys::created_at.eq(tx.now),
                    idempotency_keys::instance.eq(tx.instance),
                ))
                .execute(tx.conn);
            match inserted {
                Ok(_) => Ok(Claim::First),
                // Two at once on PostgreSQL: the other was first.
                Err(error) => match ApiError::from(error) {
                    error if error.code == ErrorCode::AlreadyExists => Err(ApiError::new(ErrorCode::RequestInProgress)),
                    error => Err(error),
                },
            }
        }
    }
}

fn keep(tx: &mut Tx<'_>, (caller, key): &(String, String), answer: &Answer) -> Result<()> {
    let headers = serde_json::to_string(&answer.headers).map_err(ApiError::internal)?;
    diesel::update(idempotency_keys::table.find((caller, key)))
        .set((
            idempotency_keys::status.eq(Some(i32::from(answer.status))),
            idempotency_keys::headers.eq(Some(headers)),
            idempotency_keys::body.eq(Some(&answer.body)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn release(tx: &mut Tx<'_>, (caller, key): &(String, String)) -> Result<()> {
    diesel::delete(idempotency_keys::table.find((caller, key))).execute(tx.conn)?;
    Ok(())
}

fn replay(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.insert_header(("idempotency-replayed", "true"));
    response.body(answer.body)
}
