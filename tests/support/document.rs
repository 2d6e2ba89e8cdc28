use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use songjiao_types::{Permission, WireEnum};

use crate::{Answer, Session};

/// An operation of the OpenAPI document.
pub struct Operation {
    pub method: Method,
    /// The path below `/api/v1`, with parameters in braces.
    pub path: String,
    /// The permissions that it asks of its caller, all of them; none if it is public.
    pub permissions: Vec<Permission>,
    /// The scopes that an API key needs, all of them; none if no key may call it.
    pub key_scopes: Vec<Permission>,
    /// The example of its JSON body, if it takes one.
    pub body: Option<Value>,
    /// The parameters of its query, as the document describes them.
    pub query: Vec<Value>,
}

impl Session {
    /// Reads all operations of the document.
    pub async fn operations(&self) -> Vec<Operation> {
        let document = self.get("/openapi.json").await.expect(200);
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                let requirements =
                    operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path} is open"));
                let named = |scheme: &str| {
                    let names = requirements.iter().find_map(|requirement| requirement[scheme].as_array());
                    let names = names.into_iter().flatten().map(|name| name.as_str().unwrap());
                    let permission = |name| Permission::from_identifier(name).unwrap_or_else(|| panic!("{name}"));
                    names.map(permission).collect()
                };
                let body = operation["requestBody"]["content"].get("application/json").and_then(|content| {
                    let example = &content["example"];
                    assert!(example.is_object() || example.is_array(), "{method} {path} has no example");
                    // Operations that take a list judge each item by itself; their own tests cover that.
                    example.is_object().then(|| example.clone())
                });
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let query = parameters.filter(|parameter| parameter["in"] == "query").cloned().collect();
                let path = path.trim_start_matches("/api/v1").to_owned();
                found.push(Operation {
                    permissions: named("bearer"),
                    key_scopes: named("api_key"),
                    method,
                    path,
                    body,
                    query,
                });
            }
        }
        assert!(found.len() > 100, "the document has its operations");
        found
    }
}

impl Operation {
    /// Returns method and path: `POST /lessons`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn is_public(&self) -> bool {
        self.permissions.is_empty()
    }

    pub fn reads(&self) -> bool {
        self.method == Method::GET
    }

    pub fn has_parameters(&self) -> bool {
        self.path.contains('{')
    }

    /// Returns a parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        self.query.iter().find(|parameter| parameter["name"] == name)
    }

    /// Returns the path with its parameters filled in.
    pub fn path_with(&self, value: impl Fn(&str) -> String) -> String {
        let filled = self.path.split('/').map(|part| if part.starts_with('{') { value(part) } else { part.to_owned() });
        filled.collect::<Vec<_>>().join("/")
    }

    /// Returns a request for the operation, with `tag` as `If-Match`.
    pub fn request(&self, session: &Session, path: &str, tag: &str) -> RequestBuilder {
        session.request(self.method.clone(), path).header(header::IF_MATCH, tag)
    }

    /// Calls the operation with unknown ids and an empty body.
    pub async fn call_with_empty_body(&self, session: &Session) -> Answer {
        let path = self.path_with(|part| if part == "{id}" { NO_ID } else { "2026" }.to_owned());
        let request = self.request(session, &path, "\"1\"");
        Answer::of(if self.reads() { request } else { request.json(&json!({})) }).await
    }
}

/// An id that no row has.
pub const NO_ID: &str = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
