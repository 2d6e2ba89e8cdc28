//! The client: signs requests, refreshes the session once however many requests find it expired, reads problem
//! documents and caches answers.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use gloo_net::http::{Request, RequestBuilder};
use serde::{Serialize, de::DeserializeOwned};
use songjiao_types::{
    Problem, UserId,
    auth::{Me, RefreshToken, Tokens},
};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{
    JsFuture, future_to_promise,
    js_sys::{Promise, encode_uri_component},
};
use web_sys::{Blob, File, Response};
use yew::Callback;

use super::{
    ApiError, ApiResult, ErasedGet, Fetched, Get,
    request::{BASE, Body, Method, Outgoing, Reply, collection},
    tokens::{TokenStore, with_refresh_lock},
};
use crate::i18n::Language;

/// Number of cached answers at which the cache is cleared.
const MAX_CACHED: usize = 200;
/// Size in bytes above which a file is imported in the background: nobody watches a still page for that long.
const ASYNC_IMPORT_BYTES: f64 = 500_000.0;

/// What the client reports to the session.
pub enum SessionEvent {
    /// The user signed in, or the session was restored.
    SignedIn(Rc<Me>),
    /// The API no longer accepts the tokens.
    Expired,
    /// The user signed out.
    SignedOut,
    /// Whether the API can be reached changed.
    Connected(bool),
}

/// The API's client. Cheap to clone: all clones share one state.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    tokens: TokenStore,
    user: RefCell<Option<UserId>>,
    events: Callback<SessionEvent>,
    /// Whether the API answered the last request.
    connected: Cell<bool>,
    /// The refresh in progress, which all requests await, and the outcome of the last one.
    refreshing: RefCell<Option<Promise>>,
    refreshed: RefCell<ApiResult<()>>,
    /// Cached answers by path.
    cache: RefCell<HashMap<String, Rc<dyn Any>>>,
    /// The last POST without a certain answer, and its idempotency key. Sent again unchanged, it carries the same key,
    /// so that nothing is created twice.
    uncertain_post: RefCell<Option<(String, String)>>,
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Client {
    /// Creates a client that reports to the session.
    pub fn new(events: Callback<SessionEvent>) -> Self {
        Self(Rc::new(Inner {
            tokens: TokenStore::default(),
            user: RefCell::default(),
            events,
            connected: Cell::new(true),
            refreshing: RefCell::default(),
            refreshed: RefCell::new(Ok(())),
            cache: RefCell::default(),
            uncertain_post: RefCell::default(),
        }))
    }

    /// Reads a resource or a list, and caches it.
    pub async fn fetch<T: DeserializeOwned + 'static>(&self, get: &Get<T>) -> ApiResult<Rc<Fetched<T>>> {
        let fetched = self.read(&get.erase()).await?;
        fetched.downcast().map_err(|_| ApiError::Unreadable(200))
    }

    /// Like [`Self::fetch`], without the type of the answer.
    pub async fn read(&self, get: &ErasedGet) -> ApiResult<Rc<dyn Any>> {
        let outgoing = Outgoing { signed: get.signed, ..request(Method::Get, get.path()) };
        let fetched = (get.parse)(self.send(&outgoing).await?)?;
        let mut cached = self.0.cache.borrow_mut();
        if cached.len() >= MAX_CACHED {
            cached.clear();
        }
        cached.insert(get.path().to_owned(), fetched.clone());
        Ok(fetched)
    }

    /// The cached answer, shown until the fresh one comes.
    pub fn cached(&self, get: &ErasedGet) -> Option<Rc<dyn Any>> {
        let cached = self.0.cache.borrow().get(get.path()).cloned()?;
        ((*cached).type_id() == get.output).then_some(cached)
    }

    /// Drops the cached answers of the path's collection.
    pub fn invalidate(&self, path: &str) {
        self.0.cache.borrow_mut().retain(|read, _| collection(read) != collection(path));
    }

    /// Sends a POST with a body: creates a resource or carries out an operation.
    pub async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> ApiResult<Fetched<T>> {
        self.post_json(path, None, encode(body)?).await?.fetched()
    }

    /// Like [`Self::post`], for an operation on the resource whose last known state is `etag`.
    pub async fn post_to<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        etag: &str,
        body: &B,
    ) -> ApiResult<Fetched<T>> {
        self.post_json(path, Some(etag), encode(body)?).await?.fetched()
    }

    /// Like [`Self::post`], for operations that answer without a body.
    pub async fn post_silent<B: Serialize>(&self, path: &str, body: &B) -> ApiResult<()> {
        self.post_json(path, None, encode(body)?).await.map(drop)
    }

    /// Changes the resource whose last known state is `etag`.
    pub async fn patch<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        etag: &str,
        body: &B,
    ) -> ApiResult<Fetched<T>> {
        let body = Some(Body::Json(encode(body)?));
        let reply = self.change(Outgoing { body, ..conditional(Method::Patch, path, etag) }).await?;
        reply.fetched()
    }

    /// Deletes the resource whose last known state is `etag`.
    pub async fn delete(&self, path: &str, etag: &str) -> ApiResult<()> {
        self.change(conditional(Method::Delete, path, etag)).await.map(drop)
    }

    /// Uploads a file. A file with errors (422) answers with the same kind of report as a success.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        content_type: &'static str,
        file: &File,
    ) -> ApiResult<T> {
        let body = Some(Body::File(file.clone(), content_type));
        let reply = self.send_authorized(&Outgoing { body, ..request(Method::Post, path) }).await?;
        // The import may have changed any collection.
        self.0.cache.borrow_mut().clear();
        match serde_json::from_str(&reply.body) {
            Ok(report) if reply.status == 422 => Ok(report),
            _ => Ok(reply.success()?.fetched()?.value),
        }
    }

    /// Downloads a file. A truncated one is an error.
    pub async fn download(&self, path: &str, accept: &'static str) -> ApiResult<Blob> {
        let reply = self.send(&Outgoing { accept, file: true, ..request(Method::Get, path) }).await?;
        reply.file.ok_or(ApiError::Unreadable(reply.status))
    }

    async fn post_json(&self, path: &str, etag: Option<&str>, body: String) -> ApiResult<Reply> {
        let sent = format!("{path}\n{body}");
        let previous = self.0.uncertain_post.take().filter(|(before, _)| *before == sent);
        let key = previous.map_or_else(|| Uuid::now_v7().to_string(), |(_, key)| key);
        let outgoing = Outgoing {
            body: Some(Body::Json(body)),
            idempotency_key: Some(key.clone()),
            if_match: etag.map(str::to_owned),
            ..request(Method::Post, path)
        };
        let reply = self.change(outgoing).await;
        if reply.as_ref().is_err_and(ApiError::outcome_unknown) {
            self.0.uncertain_post.replace(Some((sent, key)));
        }
        reply
    }

    async fn change(&self, outgoing: Outgoing) -> ApiResult<Reply> {
        let reply = self.send(&outgoing).await;
        self.invalidate(&outgoing.path);
        reply
    }

    /// Sends a request unsigned and uncached, as the sign-in needs it.
    pub(super) async fn post_unsigned<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> ApiResult<T> {
        let body = Some(Body::Json(encode(body)?));
        let outgoing = Outgoing { body, signed: false, ..request(Method::Post, path) };
        Ok(self.send(&outgoing).await?.fetched()?.value)
    }

    async fn send(&self, outgoing: &Outgoing) -> ApiResult<Reply> {
        self.send_authorized(outgoing).await?.success()
    }

    /// Sends a request with a fresh access token, and returns the answer whatever its status.
    async fn send_authorized(&self, outgoing: &Outgoing) -> ApiResult<Reply> {
        let token = if outgoing.signed { self.0.tokens.access() } else { None };
        // After a reload there is no access token yet: get one first instead of being refused.
        if outgoing.signed && token.is_none() && TokenStore::refresh().is_some() {
            self.refresh().await?;
        }
        let token = if outgoing.signed { self.0.tokens.access() } else { None };
        let reply = self.send_once(outgoing, token.as_deref()).await?;
        if reply.status != 401 || token.is_none() {
            return Ok(reply);
        }
        // Unless another request has refreshed the session meanwhile.
        if self.0.tokens.access() == token {
            self.refresh().await?;
        }
        self.send_once(outgoing, self.0.tokens.access().as_deref()).await
    }

    async fn send_once(&self, outgoing: &Outgoing, token: Option<&str>) -> ApiResult<Reply> {
        let outcome = attempt(outgoing, token).await;
        self.set_connected(outcome.as_ref().is_ok_and(Reply::is_from_api));
        outcome
    }

    /// Checks whether the API answers again.
    pub async fn check_connection(&self) {
        let outcome = Request::get("/health/ready").send().await;
        self.set_connected(outcome.is_ok_and(|answer| answer.ok()));
    }

    fn set_connected(&self, connected: bool) {
        if self.0.connected.replace(connected) != connected {
            self.0.events.emit(SessionEvent::Connected(connected));
        }
    }

    /// Exchanges the refresh token for new tokens. Concurrent callers await the same exchange.
    pub async fn refresh(&self) -> ApiResult<()> {
        let under_way = self.0.refreshing.borrow().clone();
        let exchange = under_way.unwrap_or_else(|| {
            let client = self.clone();
            let exchange = future_to_promise(async move {
                let outcome = client.refresh_locked().await;
                *client.0.refreshed.borrow_mut() = outcome;
                client.0.refreshing.replace(None);
                Ok(JsValue::UNDEFINED)
            });
            self.0.refreshing.replace(Some(exchange.clone()));
            exchange
        });
        let _ = JsFuture::from(exchange).await;
        self.0.refreshed.borrow().clone()
    }

    async fn refresh_locked(&self) -> ApiResult<()> {
        let outcome = Rc::new(RefCell::new(Err(ApiError::Network)));
        let (client, result) = (self.clone(), outcome.clone());
        with_refresh_lock(move || {
            future_to_promise(async move {
                let outcome = client.exchange().await;
                *result.borrow_mut() = outcome;
                Ok(JsValue::UNDEFINED)
            })
        })
        .await;
        outcome.replace(Ok(()))
    }

    async fn exchange(&self) -> ApiResult<()> {
        let mut sent = None;
        loop {
            let stored = TokenStore::refresh();
            let body = RefreshToken { refresh_token: stored.clone().unwrap_or_default() };
            let error = match self.post_unsigned("/auth/refresh", &body).await {
                Ok(tokens) => {
                    self.sign_in(tokens);
                    return Ok(());
                }
                Err(error) => error,
            };
            let refused = matches!(&error, ApiError::Problem(problem) if matches!(problem.status, 400 | 401 | 422));
            if !refused {
                return Err(error);
            }
            // Without Web Locks another tab may have been faster: its token is the one to use.
            if sent.is_none() && TokenStore::refresh() != stored {
                sent = stored;
                continue;
            }
            self.end_session(SessionEvent::Expired);
            return Err(error);
        }
    }

    /// Starts a session with new tokens.
    pub(super) fn sign_in(&self, tokens: Tokens) {
        self.0.tokens.store(tokens.access_token, &tokens.refresh_token);
        let before = self.0.user.replace(Some(tokens.user.id));
        if before != Some(tokens.user.id) {
            self.0.cache.borrow_mut().clear();
        }
        self.0.events.emit(SessionEvent::SignedIn(Rc::new(tokens.user)));
    }

    /// Ends the session, and clears the tokens and the cache.
    pub(super) fn end_session(&self, event: SessionEvent) {
        self.0.tokens.clear();
        self.clear();
        self.0.events.emit(event);
    }

    /// Ends the session after another tab signed out, without touching the tokens that the other tab may have stored.
    pub fn follow_sign_out(&self) {
        self.0.tokens.clear_access();
        self.clear();
        self.0.events.emit(SessionEvent::SignedOut);
    }

    /// Tells the session that the user's own data changed.
    pub(super) fn update_user(&self, user: Me) {
        self.0.events.emit(SessionEvent::SignedIn(Rc::new(user)));
    }

    fn clear(&self) {
        self.0.user.replace(None);
        self.0.cache.borrow_mut().clear();
        self.0.uncertain_post.replace(None);
    }
}

impl Reply {
    /// Whether the API itself answered and not a proxy in front of it.
    fn is_from_api(&self) -> bool {
        !matches!(self.status, 502..=504) || serde_json::from_str::<Problem>(&self.body).is_ok()
    }

    fn success(self) -> ApiResult<Self> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(ApiError::read(self.status, &self.body)) }
    }

    pub(super) fn fetched<T: DeserializeOwned>(self) -> ApiResult<Fetched<T>> {
        let value = serde_json::from_str(&self.body).map_err(|_| ApiError::Unreadable(self.status))?;
        Ok(Fetched { value, etag: self.etag })
    }
}

fn encode<B: Serialize>(body: &B) -> ApiResult<String> {
    serde_json::to_string(body).map_err(|_| ApiError::Unreadable(0))
}

fn request(method: Method, path: &str) -> Outgoing {
    Outgoing {
        method,
        path: path.to_owned(),
        body: None,
        accept: "application/json",
        file: false,
        if_match: None,
        idempotency_key: None,
        signed: true,
    }
}

fn conditional(method: Method, path: &str, etag: &str) -> Outgoing {
    let if_match = (!etag.is_empty()).then(|| etag.to_owned());
    Outgoing { if_match, ..request(method, path) }
}

async fn attempt(outgoing: &Outgoing, token: Option<&str>) -> ApiResult<Reply> {
    let url = format!("{BASE}{}", outgoing.path);
    let mut builder: RequestBuilder = match outgoing.method {
        Method::Get => Request::get(&url),
        Method::Post => Request::post(&url),
        Method::Patch => Request::patch(&url),
        Method::Delete => Request::delete(&url),
    };
    builder = builder.header("Accept", outgoing.accept).header("Accept-Language", Language::chosen().tag());
    if let Some(token) = token {
        builder = builder.header("Authorization", &format!("Bearer {token}"));
    }
    if let Some(etag) = &outgoing.if_match {
        builder = builder.header("If-Match", etag);
    }
    if let Some(key) = &outgoing.idempotency_key {
        builder = builder.header("Idempotency-Key", key);
    }
    let sent = match &outgoing.body {
        Some(body) => {
            let built = match body {
                Body::Json(json) => builder.header("Content-Type", "application/json").body(json.as_str()),
                Body::File(file, content_type) => {
                    if file.size() > ASYNC_IMPORT_BYTES {
                        builder = builder.header("Prefer", "respond-async");
                    }
                    let name = format!("attachment; filename*=UTF-8''{}", encode_uri_component(&file.name()));
                    builder.header("Content-Disposition", &name).header("Content-Type", content_type).body(file.clone())
                }
            };
            match built {
                Ok(request) => request.send().await,
                Err(error) => Err(error),
            }
        }
        None => builder.send().await,
    };
    let response = sent.map_err(|_| ApiError::Network)?;
    let etag = response.headers().get("ETag").unwrap_or_default();
    let status = response.status();
    if outgoing.file && response.ok() {
        let file = blob(response.into()).await.ok_or(ApiError::Network)?;
        return Ok(Reply { status, etag, body: String::new(), file: Some(file) });
    }
    let body = response.text().await.map_err(|_| ApiError::Network)?;
    Ok(Reply { status, etag, body, file: None })
}

async fn blob(response: Response) -> Option<Blob> {
    JsFuture::from(response.blob().ok()?).await.ok()?.dyn_into().ok()
}
