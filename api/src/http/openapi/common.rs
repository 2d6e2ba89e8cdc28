//! What all operations have in common: their problems, headers and security.

use songjiao_types::{ErrorCode, FieldError, Permission, Problem, WireEnum};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        self, ContentBuilder, HttpMethod, Ref, RefOr, Response, ResponseBuilder,
        header::HeaderBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::http::export::Format;

/// The mark in a route of a response whose rows are also offered as files.
const FILES_MARK: &str = "x-files";
/// The mark in a route of a response with an ETag.
const ETAG_MARK: &str = "x-etag";

const PROBLEM_JSON: &str = "application/problem+json";

/// The description that lists have in common.
const FILES: &str = "`Accept` also selects CSV, a workbook (xlsx), or NDJSON with one item per line. A file contains all \
                     matching rows in the same order and ignores `limit`, `cursor` and `with_total`. It is read while \
                     it is sent, so an error in the middle closes the connection.";

/// A problem that many operations share: its status, its name among the document's components, its
/// description, and the code of its example.
type CommonProblem = (u16, &'static str, &'static str, ErrorCode);

const MALFORMED: CommonProblem = (400, "Malformed", "The request is malformed", ErrorCode::Malformed);
const UNAUTHENTICATED: CommonProblem =
    (401, "Unauthenticated", "No valid token or API key", ErrorCode::Unauthenticated);
const FORBIDDEN: CommonProblem = (403, "Forbidden", "The caller lacks a required permission", ErrorCode::Forbidden);
const NOT_FOUND: CommonProblem = (404, "NotFound", "Not found, or out of scope", ErrorCode::NotFound);
const NOT_ACCEPTABLE: CommonProblem =
    (406, "NotAcceptable", "None of the accepted formats is offered", ErrorCode::NotAcceptable);
const CONFLICT: CommonProblem = (409, "Conflict", "Conflicts with the current state", ErrorCode::WrongState);
const CHANGED: CommonProblem =
    (412, "PreconditionFailed", "Another request has changed the resource", ErrorCode::PreconditionFailed);
const TOO_LARGE: CommonProblem = (413, "TooLarge", "Too large", ErrorCode::TooLarge);
const UNSUPPORTED: CommonProblem =
    (415, "UnsupportedMediaType", "Unsupported media type", ErrorCode::UnsupportedMediaType);
const INVALID: CommonProblem = (422, "Invalid", "The content or a parameter is invalid", ErrorCode::Invalid);
const NO_VERSION: CommonProblem = (428, "PreconditionRequired", "If-Match is missing", ErrorCode::PreconditionRequired);
const TOO_MANY: CommonProblem = (429, "TooManyAttempts", "Too many attempts", ErrorCode::TooManyAttempts);
const RATE_LIMITED: CommonProblem = (429, "RateLimited", "Too many requests", ErrorCode::RateLimited);
const UNAVAILABLE: CommonProblem = (503, "Unavailable", "Busy; retry later", ErrorCode::Unavailable);

const ALL: [CommonProblem; 14] = [
    MALFORMED,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    NOT_ACCEPTABLE,
    CONFLICT,
    CHANGED,
    TOO_LARGE,
    UNSUPPORTED,
    INVALID,
    NO_VERSION,
    TOO_MANY,
    RATE_LIMITED,
    UNAVAILABLE,
];

/// Adds its problems and headers to every operation, and the security schemes to the document.
pub fn complete(document: &mut openapi::OpenApi) {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let header = ApiKeyValue::with_description("X-API-Key", "An API key; it may also be sent as the bearer token");
    components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(header)));
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.responses.extend(ALL.map(|common| (common.1.to_owned(), RefOr::T(response(common)))));
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Patch, &mut item.patch),
            (HttpMethod::Delete, &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(path, &method, operation);
            }
        }
    }
}

fn response((status, _, description, code): CommonProblem) -> Response {
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, problem(status, code));
    if matches!(status, 429 | 503) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
        let header =
            HeaderBuilder::new().description(Some("Seconds to wait before a retry")).schema(Some(seconds)).build();
        response = response.header("Retry-After", header);
    }
    response.build()
}

/// Returns the content of a problem response, with an example.
fn problem(status: u16, code: ErrorCode) -> openapi::Content {
    let errors = match code {
        ErrorCode::Invalid => {
            vec![FieldError { pointer: "/name".to_owned(), code: "required".to_owned(), message: "必填".to_owned() }]
        }
        _ => Vec::new(),
    };
    let example = Problem {
        r#type: format!("/problems/{code}"),
        title: code.label().to_owned(),
        status,
        code,
        detail: None,
        errors,
        request_id: "019325a07d3c7e418f4b2f1c6a5d9e10".to_owned(),
    };
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(example).ok())
        .build()
}

fn complete_operation(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let public = operation.security.as_ref().is_some_and(|all| {
        serde_json::to_value(all).is_ok_and(|json| json[0].as_object().is_some_and(serde_json::Map::is_empty))
    });
    open_to_keys(operation);
    let mut problems = vec![MALFORMED, INVALID, UNAVAILABLE];
    if !public || path.ends_with("/login") || path.ends_with("/refresh") {
        problems.push(UNAUTHENTICATED);
    }
    if !public {
        problems.push(FORBIDDEN);
    }
    if path.contains('{') {
        problems.push(NOT_FOUND);
    }
    if add_files(operation) {
        problems.push(NOT_ACCEPTABLE);
    }
    if *method != HttpMethod::Get {
        problems.push(CONFLICT);
    }
    if operation.request_body.is_some() {
        problems.extend([TOO_LARGE, UNSUPPORTED]);
    }
    // Of several problems with one status, the first is documented.
    if path.ends_with("/login") {
        problems.push(TOO_MANY);
    }
    problems.push(RATE_LIMITED);
    // A rotation ends secrets in use, so it takes the version, too.
    if matches!(method, HttpMethod::Patch | HttpMethod::Put | HttpMethod::Delete) || path.ends_with("/rotate") {
        problems.extend([CHANGED, NO_VERSION]);
        parameter(operation, "If-Match", "The ETag of the version to change", true);
    }
    if *method == HttpMethod::Post && !public {
        parameter(
            operation,
            "Idempotency-Key",
            "A repetition within 24 hours has no effect and returns the first response again",
            false,
        );
    }
    for common in problems {
        add_problem(operation, common);
    }
    add_etag(method, operation);
}

/// Opens an operation to API keys, in a header of their own, if a key may hold all of its permissions.
fn open_to_keys(operation: &mut Operation) {
    let Some(requirements) = &mut operation.security else { return };
    let json = serde_json::to_value(&*requirements).unwrap_or_default();
    let named = json[0]["bearer"].as_array().into_iter().flatten();
    let permissions: Option<Vec<_>> = named.map(|name| Permission::from_identifier(name.as_str()?)).collect();
    if let Some(permissions) = permissions.filter(|all| !all.is_empty() && all.iter().all(|one| one.fits_a_key())) {
        requirements.push(SecurityRequirement::new("api_key", permissions.iter().map(|one| one.as_str())));
    }
}

/// Documents the files of an operation, which a list offers beside its pages. Returns whether it has any.
fn add_files(operation: &mut Operation) -> bool {
    let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") else { return false };
    if !take_mark(answer, FILES_MARK) {
        return false;
    }
    let disposition = HeaderBuilder::new().description(Some("The name of the file")).build();
    answer.headers.insert("Content-Disposition".to_owned(), disposition.into());
    let is_list = answer.content.contains_key(Format::Json.media_type());
    let formats: &[Format] =
        if is_list { &[Format::Csv, Format::Xlsx, Format::Ndjson] } else { &[Format::Csv, Format::Xlsx] };
    for format in formats {
        let binary = (*format == Format::Xlsx).then_some(SchemaFormat::KnownFormat(KnownFormat::Binary));
        let schema = ObjectBuilder::new().schema_type(Type::String).format(binary).build();
        let content = ContentBuilder::new().schema(Some(schema)).build();
        answer.content.insert(format.media_type().to_owned(), RefOr::T(content));
    }
    if is_list {
        let description = operation.description.get_or_insert_default();
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str(FILES);
    }
    true
}

/// Removes a mark from a response. Returns whether it had one.
fn take_mark(response: &mut Response, mark: &str) -> bool {
    let Some(extensions) = &mut response.extensions else { return false };
    let marked = extensions.remove(mark).is_some();
    if extensions.is_empty() {
        response.extensions = None;
    }
    marked
}

/// Adds a problem unless the route documents the status itself; a route that documents it without the
/// problem's content gets that.
fn add_problem(operation: &mut Operation, (status, name, _, code): CommonProblem) {
    let responses = &mut operation.responses.responses;
    match responses.get_mut(&status.to_string()) {
        Some(RefOr::T(own)) => {
            own.content.entry(PROBLEM_JSON.to_owned()).or_insert_with(|| RefOr::T(problem(status, code)));
        }
        Some(RefOr::Ref(_)) => {}
        None => {
            responses.insert(status.to_string(), RefOr::Ref(Ref::from_response_name(name)));
        }
    }
}

fn parameter(operation: &mut Operation, name: &str, description: &str, required: bool) {
    let required = if required { openapi::Required::True } else { openapi::Required::False };
    let parameter: Parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255)).build()))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

/// Documents the ETag of a single resource.
fn add_etag(method: &HttpMethod, operation: &mut Operation) {
    let single = matches!(method, HttpMethod::Get | HttpMethod::Post | HttpMethod::Patch);
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let tagged = take_mark(response, ETAG_MARK);
        if single && tagged && status.starts_with('2') {
            let header = HeaderBuilder::new().description(Some("The version of the resource, for `If-Match`")).build();
            response.headers.insert("ETag".to_owned(), header.into());
        }
    }
}
