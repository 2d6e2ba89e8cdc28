//! The OpenAPI document: collected from the routes, completed here with what all have in common.

use actix_web::{HttpResponse, web};
use songjiao_types::Problem;
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        self, ContentBuilder, HttpMethod, Ref, RefOr, ResponseBuilder,
        header::HeaderBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use crate::{app::AppState, error::Result, routes};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Songjiao 送教下乡培训管理平台",
        description = "送教下乡 training of a county: projects in five phases, the annual quota of 72 学时, \
                       the five-year credit of 360 学时, and the certification of lessons, after 舒教局函〔2017〕82号.\n\n\
                       Each operation names the permission it asks for as the scope of its `bearer` requirement. \
                       Errors are `application/problem+json` (RFC 9457) with a stable `code`; changes take `If-Match`; \
                       a POST takes `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "auth", description = "Sign-in 登录"),
        (name = "organizations", description = "Organizations 单位"),
        (name = "users", description = "Users 用户"),
        (name = "policies", description = "Policies 政策参数"),
        (name = "teachers", description = "Teachers 教师"),
        (name = "exemptions", description = "Exemptions 减免"),
        (name = "hour_records", description = "Hour records 学时记录"),
        (name = "quotas", description = "Annual quotas 年度学时"),
        (name = "credits", description = "Five-year credits 五年学分"),
        (name = "teams", description = "Teams 送培团队"),
        (name = "projects", description = "Projects 培训项目"),
        (name = "phases", description = "Phases 阶段"),
        (name = "activities", description = "Activities 活动"),
        (name = "deliverables", description = "Deliverables 成果材料"),
        (name = "enrollments", description = "Enrollments 参培学员"),
        (name = "attendance", description = "Attendance 考勤"),
        (name = "imports", description = "Bulk imports 批量导入"),
        (name = "lessons", description = "Lessons 课"),
        (name = "certifications", description = "Certifications 三课认定"),
        (name = "dashboard", description = "Dashboard 总览"),
        (name = "audit_log", description = "Audit log 审计日志"),
    )
)]
struct Base;

/// The whole document.
pub fn document() -> openapi::OpenApi {
    let (_, collected) = actix_web::App::new().into_utoipa_app().configure(routes::api).split_for_parts();
    let mut document = Base::openapi();
    document.merge(collected);
    complete(&mut document);
    document
}

/// The document as it is served.
pub struct Documents {
    json: String,
    yaml: String,
}

impl Documents {
    pub fn render(document: &openapi::OpenApi) -> Result<Self, String> {
        Ok(Self {
            json: document.to_pretty_json().map_err(|error| error.to_string())?,
            yaml: document.to_yaml().map_err(|error| error.to_string())?,
        })
    }

    pub fn yaml(&self) -> &str {
        &self.yaml
    }
}

/// The document in both forms, and Swagger UI over it.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/api/v1/openapi.json", web::get().to(serve_json))
        .route("/api/v1/openapi.yaml", web::get().to(serve_yaml))
        .service(web::redirect("/docs", "/docs/"))
        .service(
            SwaggerUi::new("/docs/{_:.*}")
                .config(utoipa_swagger_ui::Config::from("/api/v1/openapi.json").persist_authorization(false)),
        );
}

async fn serve_json(state: web::Data<AppState>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(state.documents.json.clone())
}

async fn serve_yaml(state: web::Data<AppState>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/yaml").body(state.documents.yaml.clone())
}

/// Adds to every operation the problems that it can answer with, and the headers that it takes.
fn complete(document: &mut openapi::OpenApi) {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
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

fn complete_operation(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let public = operation.security.as_ref().is_some_and(|all| {
        serde_json::to_value(all).is_ok_and(|json| json[0].as_object().is_some_and(serde_json::Map::is_empty))
    });
    let body = operation.request_body.is_some();
    let write = *method != HttpMethod::Get;
    let mut problems = vec![(400, "Malformed"), (422, "Invalid content or parameters"), (503, "Busy, try again later")];
    if !public || path.ends_with("/login") || path.ends_with("/refresh") {
        problems.push((401, "Not signed in"));
    }
    if !public {
        problems.push((403, "Not allowed"));
    }
    if path.contains('{') {
        problems.push((404, "Not found, or out of scope"));
    }
    if write {
        problems.push((409, "In conflict with the present state"));
    }
    if body {
        problems.extend([(413, "Too large"), (415, "Unsupported media type")]);
    }
    if path.ends_with("/login") {
        problems.push((429, "Too many attempts"));
    }
    if matches!(method, HttpMethod::Patch | HttpMethod::Put | HttpMethod::Delete) {
        problems.extend([(412, "Changed by somebody else meanwhile"), (428, "If-Match is missing")]);
        parameter(operation, "If-Match", "The ETag of the version to be changed", true);
    }
    if *method == HttpMethod::Post && !public {
        parameter(operation, "Idempotency-Key", "Sent again within 24 hours, the first answer is given again", false);
    }
    for (status, description) in problems {
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            RefOr::T(
                ResponseBuilder::new().description(description).content("application/problem+json", content).build(),
            )
        });
    }
    add_etag(method, operation);
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

/// A single resource carries its version.
fn add_etag(method: &HttpMethod, operation: &mut Operation) {
    let single = matches!(method, HttpMethod::Get | HttpMethod::Post | HttpMethod::Patch);
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let tagged = response.description.contains("ETag");
        if single && tagged && status.starts_with('2') {
            let header = HeaderBuilder::new().description(Some("The version, for If-Match")).build();
            response.headers.insert("ETag".to_owned(), header.into());
        }
    }
}
