//! Posts messages: over HTTPS, to public addresses, without following redirects.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
};

use super::{
    addresses::{check_url, is_public},
    queue::{Attempt, ClaimedDelivery, Recipient},
    rules::{self, Receipt},
    signature::SigningKeys,
};
use crate::{db::clock::Clock, error::ApiError};

/// Posts messages.
pub struct Sender {
    allow_private: bool,
    timeout: Duration,
    keys: SigningKeys,
    clock: Clock,
    /// Created with the first message: it reads the system's certificates.
    client: OnceLock<Result<Client, String>>,
}

impl Sender {
    /// Creates a sender. `timeout` limits an attempt; `allow_private` permits receivers in private networks, also
    /// without TLS.
    pub fn new(keys: SigningKeys, timeout: Duration, allow_private: bool, clock: Clock) -> Self {
        // The provider of the whole process; an error means that one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { allow_private, timeout, keys, clock, client: OnceLock::new() }
    }

    fn client(&self) -> Result<&Client, String> {
        self.client.get_or_init(|| client(self.timeout, self.allow_private)).as_ref().map_err(Clone::clone)
    }

    /// Makes one attempt.
    pub async fn attempt(&self, to: &Recipient, message: &ClaimedDelivery) -> Attempt {
        let begun = Instant::now();
        let (receipt, response_status, error) = match self.post(to, message).await {
            Ok((status, wait)) => {
                let receipt = rules::receipt(status, wait);
                let error = (receipt != Receipt::Delivered).then(|| format!("接收方答复 {status}"));
                (receipt, Some(i32::from(status)), error)
            }
            Err(error) => (Receipt::Failed { retry_after: None }, None, Some(error)),
        };
        let duration_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
        Attempt { id: message.id, attempts: message.attempts, receipt, response_status, error, duration_ms }
    }

    /// Posts a message. Returns the status of the response and the seconds of its Retry-After.
    async fn post(&self, to: &Recipient, message: &ClaimedDelivery) -> Result<(u16, Option<i64>), String> {
        // The configuration may have changed since the URL was accepted.
        let url = check_url(&to.url, self.allow_private, "/url").map_err(|error| reason(&error))?;
        let timestamp = chrono::DateTime::from(self.clock.now()).timestamp();
        let signature = self
            .keys
            .sign(to.id, &to.generations, message.id, timestamp, &message.body)
            .map_err(|error| reason(&error))?;
        let request = self
            .client()?
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id.to_string())
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(message.body.clone());
        let response = request.send().await.map_err(|error| describe(&error))?;
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok((response.status().as_u16(), wait))
    }
}

fn reason(error: &ApiError) -> String {
    error.errors.first().map_or_else(|| "平台内部错误".to_owned(), |fault| fault.message.clone())
}

/// Describes an error for the log without naming private addresses.
fn describe(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return "网址指向内部网络的地址".to_owned();
        }
        cause = inner.source();
    }
    let what = match error {
        error if error.is_timeout() => "接收方在限定时间内没有答复",
        error if error.is_connect() => "连接不上接收方",
        _ => "与接收方的连接中断",
    };
    what.to_owned()
}

fn client(timeout: Duration, allow_private: bool) -> Result<Client, String> {
    Client::builder()
        .user_agent(concat!("Songjiao-Webhooks/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout)
        .dns_resolver(Arc::new(Resolver { allow_private }))
        .build()
        .map_err(|error| {
            tracing::error!(%error, "webhooks cannot be sent");
            "服务器没有可用的根证书".to_owned()
        })
}

/// Resolves names through the system and keeps the public addresses.
struct Resolver {
    allow_private: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the name resolves to an inner network")]
struct NotPublic;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<_> = found.into_iter().filter(|found| allow_private || is_public(found.ip())).collect();
            if allowed.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
