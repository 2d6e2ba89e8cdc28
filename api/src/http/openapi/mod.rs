//! The OpenAPI document: collected from the routes, then completed with what all operations have in common
//! and with examples.

use actix_web::web;
use utoipa::{OpenApi, openapi};
use utoipa_swagger_ui::SwaggerUi;

mod common;
mod documents;
mod examples;

pub use documents::Documents;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Songjiao 送教下乡培训管理平台",
        description = "送教下乡 training of a county under 舒教局函〔2017〕82号: projects in five phases, the annual quota \
                       of 72 学时, the five-year credit of 360 学时, and the certification of lessons.\n\n\
                       Each operation names the permissions that it requires as the scopes of its `bearer` requirement, \
                       and those of an API key in `api_key`; the caller needs all of them. Errors are \
                       `application/problem+json` (RFC 9457) with a stable `code`. PATCH, PUT and DELETE require \
                       `If-Match`; a POST may carry an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "auth", description = "Sign-in 登录"),
        (name = "organizations", description = "Organizations 单位"),
        (name = "users", description = "Users 用户"),
        (name = "accounts", description = "Accounts of teachers and schools 账号"),
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
        (name = "statistics", description = "Statistics 统计"),
        (name = "search", description = "Search 搜索"),
        (name = "audit_log", description = "Audit log 审计日志"),
        (name = "api_keys", description = "API keys 接口密钥"),
        (name = "sources", description = "Sources that push hour records 学时来源"),
        (name = "changes", description = "Change feed 变更流"),
        (name = "webhooks", description = "Webhooks 事件推送"),
    )
)]
struct Base;

/// Completes the document that was collected from the routes.
pub fn complete(collected: openapi::OpenApi) -> openapi::OpenApi {
    let mut document = Base::openapi();
    document.merge(collected);
    common::complete(&mut document);
    examples::add(&mut document);
    document
}

/// Serves the document as JSON and YAML, and Swagger UI.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/api/v1/openapi.json", web::get().to(documents::serve_json))
        .route("/api/v1/openapi.yaml", web::get().to(documents::serve_yaml))
        .service(web::redirect("/docs", "/docs/"))
        .service(
            SwaggerUi::new("/docs/{_:.*}")
                .config(utoipa_swagger_ui::Config::from("/api/v1/openapi.json").persist_authorization(false)),
        );
}
