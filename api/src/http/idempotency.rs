//! `Idempotency-Key`: a repeated POST takes effect once and gets the same response.
//!
//! The response is stored in the transaction of the effect (see [`DeferredCommit`]), so that both persist or
//! neither does, even if the process is killed or the client disconnects in between.

use std::{
    collections::HashMap,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{LazyLock, Mutex, PoisonError},
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
use futures_util::{StreamExt, stream};
use serde::Serialize;
use sha2::{Digest, Sha256};
use songjiao_types::{ErrorCode, UserId, WireEnum, id_numbers::contains_id_number};
use tempfile::{SpooledTempFile, spooled_tempfile_in};

use crate::{
    auth::CurrentUser,
    config::create_private_dir,
    db::{Actor, Database, DbConnection, DeferredCommit, Tx, hex, schema::idempotency_keys, types::UtcTime},
    error::{ApiError, Result},
    http::{
        body::{self, BoxedPayloadStream, FILE_LIMIT, JSON_LIMIT},
        etag::Tagged,
        parts::{SpoolDir, part},
    },
};

/// The folder of bodies in the data folder.
pub const FOLDER: &str = "requests";
/// How long a response is stored.
const RETENTION: TimeDelta = TimeDelta::hours(24);
/// When an unfinished request counts as abandoned, even if its process is alive.
const ABANDONED_AFTER: TimeDelta = TimeDelta::minutes(10);
/// Bytes of a body that are kept in memory; a larger one goes to disk.
const SPOOL_THRESHOLD: u64 = JSON_LIMIT;
/// Bytes that the bodies in memory may take together.
const MEMORY_LIMIT: u64 = 64 * 1024 * 1024;
/// Bytes that the bodies on disk may take together.
const DISK_LIMIT: u64 = 4 * FILE_LIMIT;
/// Bytes that those of one user may.
const DISK_LIMIT_OF_USER: u64 = FILE_LIMIT;
/// Bodies of one user at a time.
const BODIES_OF_USER: usize = 32;
/// Bytes read from disk at once.
const READ_CHUNK: usize = 64 * 1024;

/// The headers that are stored with a response.
const STORED_HEADERS: [header::HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// A response extension: the body to store in place of the real one.
struct StoredBody(String);

/// A view with a secret that is shown once.
pub trait WithSecret: Clone + Serialize {
    /// Returns the view without its secret.
    #[must_use]
    fn without_secret(&self) -> Self;
}

/// A response with a secret. The response stored for repeated requests has none.
pub struct ShownOnce<T>(pub Tagged<T>);

impl<T: WithSecret> Responder for ShownOnce<T> {
    type Body = <Tagged<T> as Responder>::Body;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Self::Body> {
        let stored = serde_json::to_string(&self.0.body.without_secret());
        let mut response = self.0.respond_to(request);
        response.extensions_mut().insert(StoredBody(stored.unwrap_or_default()));
        response
    }
}

/// A response 200 with secrets. The response stored for repeated requests has none.
pub struct SecretsShownOnce<T>(pub T);

impl<T: WithSecret> Responder for SecretsShownOnce<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let stored = serde_json::to_string(&self.0.without_secret());
        let mut response = HttpResponse::Ok().json(self.0);
        response.extensions_mut().insert(StoredBody(stored.unwrap_or_default()));
        response
    }
}

struct StoredResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl StoredResponse {
    fn of<B>(response: &HttpResponse<B>, body: &[u8]) -> Self {
        let stored = |name: &header::HeaderName| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some((name.to_string(), value.to_owned()))
        };
        Self {
            status: response.status().as_u16(),
            headers: STORED_HEADERS.iter().filter_map(stored).collect(),
            body: response
                .extensions()
                .get::<StoredBody>()
                .map_or_else(|| String::from_utf8_lossy(body).into_owned(), |stored| stored.0.clone()),
        }
    }
}

enum Claim {
    /// The key is new.
    New,
    /// The key was used: the response to repeat.
    Replay(StoredResponse),
}

/// The middleware.
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
    let id = match begin(&mut request, &db, &user, &key).await {
        Ok(Begun { id, claim: Claim::New }) => id,
        Ok(Begun { claim: Claim::Replay(stored), .. }) => return Ok(request.into_response(replay(stored))),
        Err(error) => return Ok(request.error_response(error)),
    };
    let mut claimed = Claimed { db, id: Some(id) };
    let deferred = Rc::new(DeferredCommit::default());
    let response = deferred.scope(next.call(request)).await?.map_into_boxed_body();
    let (http, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|_| ApiError::internal("the response could not be read"))?;
    let stored = response.status().is_success().then(|| StoredResponse::of(&response, &bytes));
    match claimed.settle(&deferred, stored).await {
        Ok(()) => Ok(ServiceResponse::new(http, response.set_body(bytes).map_into_boxed_body())),
        Err(error) => Ok(ServiceResponse::new(http, error.error_response())),
    }
}

/// A key whose request is in progress.
struct Claimed {
    db: Database,
    id: Option<(String, String)>,
}

impl Claimed {
    /// Stores the response, or releases the key for another attempt if it is an error.
    async fn settle(&mut self, deferred: &DeferredCommit, response: Option<StoredResponse>) -> Result<()> {
        let Some(id) = self.id.clone() else { return Ok(()) };
        let released = id.clone();
        let settle = move |tx: &mut Tx<'_>| match &response {
            Some(response) => store(tx, &id, response),
            None => release(tx, &id),
        };
        let settled = self.db.commit_deferred(deferred, settle).await;
        if settled.is_err() {
            // The transaction was rolled back.
            self.db.write(Actor::system(), move |tx| release(tx, &released)).await?;
        }
        self.id = None;
        settled
    }
}

impl Drop for Claimed {
    /// Releases the key when the client disconnects, since the transaction is rolled back then.
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let db = self.db.clone();
        runtime.spawn_blocking(move || {
            if let Err(error) = db.write_now(Actor::system(), |tx| release(tx, &id)) {
                tracing::warn!(%error, "an idempotency key could not be released");
            }
        });
    }
}

struct Begun {
    id: (String, String),
    claim: Claim,
}

async fn begin(request: &mut ServiceRequest, db: &Database, user: &CurrentUser, key: &HeaderValue) -> Result<Begun> {
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| ApiError::invalid("Idempotency-Key", "bad_key", "幂等键须为 1 到 255 个字符"))?;
    if contains_id_number(key) {
        return Err(ApiError::invalid("Idempotency-Key", "id_number_not_allowed", "不能以身份证号作为幂等键"));
    }
    let id = (user.id.to_string(), key.to_owned());
    let fingerprint = fingerprint(request, user).await?;
    let claimed = id.clone();
    let claim = db.write(Actor::system(), move |tx| claim(tx, &claimed, &fingerprint)).await?;
    Ok(Begun { id, claim })
}

/// Returns the SHA-256 of the path, the query and the body. Reads the body and puts it back.
async fn fingerprint(request: &mut ServiceRequest, user: &CurrentUser) -> Result<String> {
    let limit = body::limit(&request.match_pattern().unwrap_or_default());
    let mut payload = request.take_payload();
    let mut body = Spool::new(&part::<SpoolDir>(request.request())?.0, user.id)?;
    let (mut digest, mut length) = (Sha256::new(), 0);
    // With other rights it is another request: the stored response may hold what the caller no longer sees.
    let rights = [user.role.as_str(), &user.scope.root];
    for part in [request.path(), request.query_string()].into_iter().chain(rights).map(str::as_bytes) {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| body::problem(&error))?;
        length += chunk.len() as u64;
        if length > limit {
            body::stop_reading(payload);
            return Err(ApiError::new(ErrorCode::TooLarge));
        }
        digest.update(&chunk);
        if let Err(error) = body.write(&chunk) {
            body::stop_reading(payload);
            return Err(error);
        }
    }
    body.file.seek(SeekFrom::Start(0)).map_err(ApiError::internal)?;
    request.set_payload(Payload::from(Box::pin(stream::iter(Chunks(body))) as BoxedPayloadStream));
    Ok(hex(&digest.finalize()))
}

/// A body that was read: a small one in memory, others in the data folder. All of them together are bounded, and those of
/// one user, so that nobody's uploads keep others from working.
struct Spool {
    file: SpooledTempFile,
    length: u64,
    user: UserId,
}

/// What the bodies take that were read and are not handled yet.
#[derive(Default)]
struct Usage {
    memory: u64,
    disk: u64,
    /// The bodies of each user, and their bytes on disk.
    by_user: HashMap<UserId, (usize, u64)>,
}

static USAGE: LazyLock<Mutex<Usage>> = LazyLock::new(Mutex::default);

/// Returns the bytes of a body in memory and on disk.
fn parts(length: u64) -> (u64, u64) {
    if length <= SPOOL_THRESHOLD { (length, 0) } else { (0, length) }
}

impl Usage {
    /// Returns what a body takes whose length changes.
    ///
    /// # Errors
    /// 503 if there is no room.
    fn resize(&mut self, user: UserId, from: u64, to: u64) -> Result<()> {
        let ((memory_before, disk_before), (memory, disk)) = (parts(from), parts(to));
        let of_user = self.by_user.entry(user).or_default();
        let (memory, disk, disk_of_user) =
            (self.memory - memory_before + memory, self.disk - disk_before + disk, of_user.1 - disk_before + disk);
        if to > from && (memory > MEMORY_LIMIT || disk > DISK_LIMIT || disk_of_user > DISK_LIMIT_OF_USER) {
            return Err(ApiError::unavailable());
        }
        (self.memory, self.disk, of_user.1) = (memory, disk, disk_of_user);
        Ok(())
    }
}

impl Spool {
    /// # Errors
    /// 503 if the user sends too many bodies at a time.
    fn new(dir: &Path, user: UserId) -> Result<Self> {
        let mut usage = USAGE.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = usage.by_user.entry(user).or_default();
        if of_user.0 >= BODIES_OF_USER {
            return Err(ApiError::unavailable());
        }
        of_user.0 += 1;
        let threshold = usize::try_from(SPOOL_THRESHOLD).unwrap_or(usize::MAX);
        Ok(Self { file: spooled_tempfile_in(threshold, dir), length: 0, user })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// 503 if there is no room.
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let length = self.length + bytes.len() as u64;
        USAGE.lock().unwrap_or_else(PoisonError::into_inner).resize(self.user, self.length, length)?;
        self.length = length;
        self.file.write_all(bytes).map_err(ApiError::internal)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let mut usage = USAGE.lock().unwrap_or_else(PoisonError::into_inner);
        // Less than before always has room.
        let _ = usage.resize(self.user, self.length, 0);
        if let Some(of_user) = usage.by_user.get_mut(&self.user) {
            of_user.0 -= 1;
            if of_user.0 == 0 {
                usage.by_user.remove(&self.user);
            }
        }
    }
}

/// Creates the folder for bodies.
///
/// # Errors
/// A sentence for the person who starts the program.
pub fn prepare_spool(data_dir: &Path) -> Result<PathBuf, String> {
    let dir = data_dir.join(FOLDER);
    create_private_dir(&dir).map_err(|error| format!("the folder {} cannot be created: {error}", dir.display()))?;
    Ok(dir)
}

/// The chunks of a body.
struct Chunks(Spool);

impl Iterator for Chunks {
    type Item = Result<web::Bytes, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk = vec![0; READ_CHUNK];
        match self.0.file.read(&mut chunk) {
            Ok(0) => None,
            Ok(length) => {
                chunk.truncate(length);
                Some(Ok(chunk.into()))
            }
            Err(error) => Some(Err(PayloadError::Io(error))),
        }
    }
}

/// Releases the keys of requests that a killed process left unfinished: their transactions were rolled
/// back. On PostgreSQL another process may still be working on them, so there [`claim`] decides.
///
/// # Errors
/// A sentence for the person who starts the program.
pub fn release_unfinished(db: &Database) -> Result<(), String> {
    db.write_now(Actor::system(), |tx| {
        if matches!(tx.conn, DbConnection::Sqlite(_)) {
            diesel::delete(idempotency_keys::table.filter(idempotency_keys::status.is_null())).execute(tx.conn)?;
        }
        Ok(())
    })
    .map_err(|error| format!("unfinished requests cannot be released: {error}"))
}

fn claim(tx: &mut Tx<'_>, (caller, key): &(String, String), fingerprint: &str) -> Result<Claim> {
    type Stored = (String, Option<i32>, Option<String>, Option<String>, UtcTime, Option<i32>);

    let old = tx.now.after(-RETENTION);
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(old))).execute(tx.conn)?;
    let row = idempotency_keys::table.find((caller, key));
    let found: Option<Stored> = row
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
        Some((stored, ..)) if stored != fingerprint => Err(ApiError::new(ErrorCode::IdempotencyMismatch)),
        Some((_, Some(status), headers, body, ..)) => Ok(Claim::Replay(StoredResponse {
            status: u16::try_from(status).map_err(ApiError::internal)?,
            headers: serde_json::from_str(&headers.unwrap_or_default()).unwrap_or_default(),
            body: body.unwrap_or_default(),
        })),
        Some((.., since, instance)) => {
            if since > tx.now.after(-ABANDONED_AFTER) && !tx.is_gone(instance)? {
                return Err(ApiError::new(ErrorCode::RequestInProgress));
            }
            diesel::update(row)
                .set((idempotency_keys::created_at.eq(tx.now), idempotency_keys::instance.eq(tx.instance)))
                .execute(tx.conn)?;
            Ok(Claim::New)
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
                Ok(_) => Ok(Claim::New),
                // On PostgreSQL a concurrent request may have inserted the key first.
                Err(error) => match ApiError::from(error) {
                    error if error.code == ErrorCode::AlreadyExists => Err(ApiError::new(ErrorCode::RequestInProgress)),
                    error => Err(error),
                },
            }
        }
    }
}

fn store(tx: &mut Tx<'_>, (caller, key): &(String, String), response: &StoredResponse) -> Result<()> {
    let headers = serde_json::to_string(&response.headers).map_err(ApiError::internal)?;
    diesel::update(idempotency_keys::table.find((caller, key)))
        .set((
            idempotency_keys::status.eq(Some(i32::from(response.status))),
            idempotency_keys::headers.eq(Some(headers)),
            idempotency_keys::body.eq(Some(&response.body)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn release(tx: &mut Tx<'_>, (caller, key): &(String, String)) -> Result<()> {
    diesel::delete(idempotency_keys::table.find((caller, key))).execute(tx.conn)?;
    Ok(())
}

fn replay(stored: StoredResponse) -> HttpResponse {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    for (name, value) in stored.headers {
        response.insert_header((name, value));
    }
    response.insert_header(("idempotency-replayed", "true"));
    response.body(stored.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bodies_of_one_user_leave_room_for_those_of_others() {
        let [one, other] = [1, 2].map(|id| UserId::from_uuid(uuid::Uuid::from_u128(id)));
        let mut usage = Usage::default();
        assert!(usage.resize(one, 0, FILE_LIMIT - 1).is_ok());
        assert!(usage.resize(one, 0, JSON_LIMIT + 1).is_err(), "on disk beside the first");
        assert!(usage.resize(one, 0, JSON_LIMIT).is_ok(), "in memory");
        assert!(usage.resize(other, 0, FILE_LIMIT).is_ok());
        assert!(usage.resize(one, FILE_LIMIT - 1, 0).is_ok());
        assert!(usage.resize(one, 0, FILE_LIMIT).is_ok(), "the first has gone");
        assert_eq!((usage.memory, usage.disk), (JSON_LIMIT, 2 * FILE_LIMIT));
    }
}
