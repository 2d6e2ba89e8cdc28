//! Request bodies: how large each may be, and how slowly it may come.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{Method, header},
    middleware::Next,
    rt::time::{Instant, Sleep, sleep},
    web,
};
use futures_util::Stream;
use songjiao_types::ErrorCode;

use crate::{
    error::ApiError,
    http::parts::{BodyTimeout, part},
};

/// The largest file that a request may carry, in bytes before decompression.
pub const FILE_LIMIT: u64 = 256 * 1024 * 1024;
/// The largest list of records that a platform may push at once, in bytes: some 800 for each of the most items.
pub const PUSH_LIMIT: u64 = 4 * 1024 * 1024;
/// The largest JSON body, in bytes.
pub const JSON_LIMIT: u64 = 256 * 1024;

/// Returns the largest body of an operation, by the pattern of its path.
pub fn limit(pattern: &str) -> u64 {
    let kind = pattern.strip_prefix("/api/v1/").and_then(|rest| rest.split('/').next());
    match kind {
        Some("imports") => FILE_LIMIT,
        Some("sources") => PUSH_LIMIT,
        _ => JSON_LIMIT,
    }
}

/// Stops reading a body that was refused. Actix drains a body whose reader is dropped, and closes the
/// connection of one that is no longer read, so the reader is kept until the response is sent.
pub fn stop_reading(payload: impl Sized + 'static) {
    actix_web::rt::spawn(async move {
        sleep(Duration::from_secs(2)).await;
        drop(payload);
    });
}

/// Returns the problem of a body that could not be read: 413, 408 or 400.
pub fn problem(error: &PayloadError) -> ApiError {
    ApiError::new(match error {
        PayloadError::Overflow => ErrorCode::TooLarge,
        PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut => ErrorCode::RequestTimeout,
        _ => ErrorCode::Malformed,
    })
}

/// Middleware that gives up a body whose next bytes are late and, except for files, one that is late as a whole. A
/// connection that sends a byte now and then would otherwise be held for ever.
pub async fn body_timeouts<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let has_body = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && request.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length != "0");
    if let (true, Ok(timeout)) = (has_body, part::<BodyTimeout>(request.request())) {
        let timeout = timeout.0;
        let pattern = request.match_pattern().unwrap_or_default();
        let whole = (limit(&pattern) < FILE_LIMIT).then(|| Box::pin(sleep(timeout)));
        let inner = request.take_payload();
        let timed = TimedBody { inner, idle: Box::pin(sleep(timeout)), whole, timeout };
        request.set_payload(Payload::from(Box::pin(timed) as BoxedPayloadStream));
    }
    next.call(request).await
}

/// The stream of a body.
pub type BoxedPayloadStream = Pin<Box<dyn Stream<Item = Result<web::Bytes, PayloadError>>>>;

struct TimedBody {
    inner: Payload,
    idle: Pin<Box<Sleep>>,
    whole: Option<Pin<Box<Sleep>>>,
    timeout: Duration,
}

impl Stream for TimedBody {
    type Item = Result<web::Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let late = self.whole.as_mut().is_some_and(|whole| whole.as_mut().poll(context).is_ready());
        if !late && let Poll::Ready(chunk) = Pin::new(&mut self.inner).poll_next(context) {
            let deadline = Instant::now() + self.timeout;
            self.idle.as_mut().reset(deadline);
            return Poll::Ready(chunk);
        }
        if late || self.idle.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))));
        }
        Poll::Pending
    }
}
