use std::{
    collections::{HashMap, VecDeque},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, web};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::watch;

/// A message that a receiver was posted.
#[derive(Clone, Debug)]
pub struct Message {
    pub headers: HashMap<String, String>,
    pub body: String,
    /// The status that was answered.
    pub answered: u16,
}

impl Message {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// How many of its signatures are those of a secret, as a receiver finds out.
    pub fn signatures_of(&self, secret: &str) -> usize {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body).as_bytes());
        let signature = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.headers["webhook-signature"].split(' ').filter(|given| *given == signature).count()
    }
}

/// Somebody whom webhooks are sent to.
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
    server: ServerHandle,
}

struct Shared {
    messages: watch::Sender<Vec<Message>>,
    /// The answers to come, and the status of those after them.
    answers: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<Box<dyn FnMut() -> u16 + Send>>,
}

/// What a receiver answers.
pub enum Answer {
    Status(u16),
    /// Redirects requests elsewhere.
    Redirect(String),
    /// Not before the receiver is gone.
    Never,
}

impl Receiver {
    /// Listens at a free port.
    #[allow(clippy::unused_async, reason = "it starts a task, which needs a runtime")]
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            messages: watch::Sender::new(Vec::new()),
            answers: Mutex::default(),
            otherwise: Mutex::new(Box::new(|| 204)),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let data = web::Data::from(Arc::clone(&shared));
        let server = HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(receive)))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, shared, server: handle }
    }

    /// What it answers next, one after another.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.answers.lock().unwrap().extend(answers);
    }

    /// What it answers after these, 204 unless this says otherwise.
    pub fn otherwise(&self, status: impl FnMut() -> u16 + Send + 'static) {
        *self.shared.otherwise.lock().unwrap() = Box::new(status);
    }

    /// As [`Receiver::answers`], of statuses.
    pub fn statuses(&self, statuses: &[u16]) {
        self.answers(statuses.iter().copied().map(Answer::Status));
    }

    /// What it has been posted so far.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.messages.borrow().clone()
    }

    /// What it was posted, once there are so many.
    pub async fn wait_for(&self, count: usize) -> Vec<Message> {
        let mut messages = self.shared.messages.subscribe();
        let enough = messages.wait_for(|messages| messages.len() >= count);
        let Ok(found) = tokio::time::timeout(Duration::from_secs(30), enough).await else {
            panic!("{} of {count} messages came: {:#?}", self.messages().len(), self.messages());
        };
        found.unwrap().clone()
    }

    pub async fn stop(&self) {
        self.server.stop(false).await;
    }
}

async fn receive(request: HttpRequest, body: String, shared: web::Data<Shared>) -> HttpResponse {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let next = shared.answers.lock().unwrap().pop_front();
    let answer = next.unwrap_or_else(|| Answer::Status(shared.otherwise.lock().unwrap()()));
    let answered = match answer {
        Answer::Status(status) => status,
        Answer::Redirect(_) => 302,
        Answer::Never => 0,
    };
    shared.messages.send_modify(|messages| messages.push(Message { headers, body, answered }));
    match answer {
        Answer::Status(status) => HttpResponse::new(StatusCode::from_u16(status).unwrap()),
        Answer::Redirect(to) => HttpResponse::Found().insert_header(("location", to)).finish(),
        Answer::Never => std::future::pending().await,
    }
}
