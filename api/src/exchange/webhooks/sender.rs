//! Posting a message: over HTTPS, to public addresses, without following anybody elsewhere.

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
    queue::{Attempt, Claimed, Recipient},
    rules::{self, Answer},
    signature::SigningKeys,
};
use crate::{db::clock::Clock, error::ApiError};

/// Posts messages.
pub struct Sender {
    private_too: bool,
    timeout: Duration,
    keys: SigningKeys,
    clock: Clock,
    /// Made with the first message: it reads the certificates of the system.
    client: OnceLock<Result<Client, String>>,
}

impl Sender {
    pub fn new(keys: SigningKeys, timeout: Duration, private_too: bool, clock: Clock) -> Self {
        // For every client of the process; an error says that somebody has chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { private_too, timeout, keys, clock, client: OnceLock::new() }
    }

    fn client(&self) -> Result<&Client, String> {
        self.client.get_or_init(|| client(self.timeout, self.private_too)).as_ref().map_err(Clone::clone)
    }

    /// Makes one attempt.
    pub async fn attempt(&self, to: &Recipient, message: &Claimed) -> Attempt {
        let begun = Instant::now();
        let (answer, response_status, error) = match self.post(to, message).await {
            Ok((status, wait)) => {
                let answer = rules::answer(status, wait);
                let error = (answer != Answer::Taken).then(|| format!("接收方答复 {status}"));
                (answer, Some(i32::from(status)), error)
            }
            Err(error) => (Answer::Refused { wait_seconds: None }, None, Some(error)),
        };
        let duration_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
        Attempt { id: message.id, attempts: message.attempts, answer, response_status, error, duration_ms }
    }

    /// The status of the answer, and the seconds for which it asks to be left alone.
    async fn post(&self, to: &Recipient, message: &Claimed) -> Result<(u16, Option<i64>), String> {
        // What the configuration allowed once it may not allow any more.
        let url = check_url(&to.url, self.private_too, "/url").map_err(|error| reason(&error))?;
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
        let response = request.send().await.map_err(|error| what_failed(&error))?;
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok((response.status().as_u16(), wait))
    }
}

fn reason(error: &ApiError) -> String {
    error.errors.first().map_or_else(|| "平台内部错误".to_owned(), |fault| fault.message.clone())
}

/// In words for whoever reads the log; no address of the inner network among them.
fn what_failed(error: &reqwest::Error) -> String {
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

fn client(timeout: Duration, private_too: bool) -> Result<Client, String> {
    Client::builder()
        .user_agent(concat!("Songjiao-Webhooks/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout)
        .dns_resolver(Arc::new(Resolver { private_too }))
        .build()
        .map_err(|error| {
            tracing::error!(%error, "webhooks cannot be sent");
            "服务器没有可用的根证书".to_owned()
        })
}

/// Resolves names by the system, and lets through what is public.
struct Resolver {
    private_too: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the name resolves to an inner network")]
struct NotPublic;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let private_too = self.private_too;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<_> = found.into_iter().filter(|found| private_too || is_public(found.ip())).collect();
            if allowed.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
