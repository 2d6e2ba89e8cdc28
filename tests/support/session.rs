use chrono::{Days, NaiveDate};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};

use crate::unique;

/// A client of the API, with its token.
#[derive(Clone)]
pub struct Session {
    http: Client,
    url: String,
    /// The answer to the sign-in.
    pub tokens: Option<Value>,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
    /// `null` if the body is not JSON.
    pub json: Value,
}

impl Session {
    /// Returns a client without a token.
    pub fn at(url: &str) -> Self {
        // Installs the TLS provider; an error means that it is already installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Keeps no idle connections: a request sent while the server closes one is lost.
        let http = Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self { http, url: url.to_owned(), tokens: None }
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Self {
        let tokens = self.post("/auth/login", json!({ "username": username, "password": password })).await.expect(200);
        Self { tokens: Some(tokens), ..self.clone() }
    }

    /// Returns the same client with another access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { tokens: Some(json!({ "access_token": token })), ..self.clone() }
    }

    /// Returns a field of the signed-in user by its pointer, such as `/id` or `/organization/id`.
    pub fn me(&self, pointer: &str) -> String {
        let user = &self.tokens.as_ref().unwrap()["user"];
        user.pointer(pointer).unwrap().as_str().unwrap().to_owned()
    }

    /// Builds a request below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        match &self.tokens {
            Some(tokens) => request.bearer_auth(tokens["access_token"].as_str().unwrap()),
            None => request,
        }
    }

    /// Builds a request outside `/api/v1`.
    pub fn plain(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// Sends a POST without a body.
    pub async fn act(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::POST, path)).await
    }

    /// Sends a PATCH with the current ETag.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let tag = self.tag(path).await;
        Answer::of(self.request(Method::PATCH, path).header(header::IF_MATCH, tag).json(&body)).await
    }

    /// Sends a POST to an action of a resource, with the resource's current ETag.
    pub async fn post_to(&self, path: &str, action: &str, body: Value) -> Answer {
        let tag = self.tag(path).await;
        let request = self.request(Method::POST, &format!("{path}/{action}"));
        Answer::of(request.header(header::IF_MATCH, tag).json(&body)).await
    }

    /// Sends a CSV file.
    pub async fn post_csv(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path);
        Answer::of(request.header(header::CONTENT_TYPE, "text/csv").body(body)).await
    }

    /// Sends a PUT with the current ETag.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        let tag = self.tag(path).await;
        Answer::of(self.request(Method::PUT, path).header(header::IF_MATCH, tag).json(&body)).await
    }

    /// Sends a DELETE with the current ETag.
    pub async fn delete(&self, path: &str) -> Answer {
        let tag = self.tag(path).await;
        Answer::of(self.request(Method::DELETE, path).header(header::IF_MATCH, tag)).await
    }

    /// Returns the current ETag, or one that never matches.
    async fn tag(&self, path: &str) -> String {
        let found = self.get(path).await;
        found.headers.get(header::ETAG).map_or("\"0\"".to_owned(), |tag| tag.to_str().unwrap().to_owned())
    }

    /// Reads all pages of a list.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{joint}cursor={cursor}")).await.expect(200);
            rows.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return rows,
            }
        }
    }

    /// Creates a teacher in post since 2010-09-01 and returns the id.
    pub async fn teacher(&self, organization_id: &str) -> String {
        self.teacher_with(organization_id, json!({})).await
    }

    /// Creates a teacher with `more` fields and returns the id.
    pub async fn teacher_with(&self, organization_id: &str, more: Value) -> String {
        let mut new = json!({
            "teacher_no": unique("T"), "name": "王芳", "organization_id": organization_id,
            "subject": "语文", "stage": "primary", "joined_on": "2010-09-01",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/teachers", new).await.expect(201)["id"].as_str().unwrap().to_owned()
    }

    /// Creates a recognised hour record in June of the year and returns it.
    pub async fn hours(&self, teacher_id: &str, training_year: i32, hours: f64) -> Value {
        self.hours_with(teacher_id, training_year, hours, json!({})).await
    }

    /// Like [`Session::hours`], with `more` fields.
    pub async fn hours_with(&self, teacher_id: &str, training_year: i32, hours: f64, more: Value) -> Value {
        // Over so many days that a day has no more than 8 hours, and other trainings may go on beside it.
        let days = (16..365_u32).find(|days| 8.0 * f64::from(*days) >= hours).unwrap_or(365);
        let ends_on = NaiveDate::from_ymd_opt(training_year, 6, 3).unwrap();
        let mut new = json!({
            "teacher_id": teacher_id, "training_year": training_year, "hours": hours,
            "starts_on": ends_on - Days::new(u64::from(days - 1)), "ends_on": ends_on,
            "level": "county", "mode": "face_to_face", "title": unique("培训"), "institution": "教师进修学校",
            "status": "recognized",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/hour-records", new).await.expect(201)
    }

    /// Creates an organization below another and returns its id.
    pub async fn organization(&self, kind: &str, parent_id: &str) -> String {
        let new = json!({ "code": unique("O"), "name": unique("单位"), "kind": kind, "parent_id": parent_id });
        self.post("/organizations", new).await.expect(201)["id"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    /// Returns the JSON of an answer that must have the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Returns the JSON of an answer that must be a problem with the status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        assert_eq!(self.json["code"], code, "{}", self.text);
        assert_eq!(self.json["status"], status);
        assert!(!self.json["request_id"].as_str().unwrap().is_empty());
        self.json
    }

    /// Returns the faults of a 422 as `(pointer, code)`.
    #[track_caller]
    pub fn faults(self) -> Vec<(String, String)> {
        let problem = self.problem(422, "invalid");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        problem["errors"].as_array().unwrap().iter().map(|e| (text(&e["pointer"]), text(&e["code"]))).collect()
    }
}
