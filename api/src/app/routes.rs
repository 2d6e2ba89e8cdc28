//! Every route of the API, slice by slice.

use actix_web::web;
use utoipa_actix_web::{AppExt, scope, service_config::ServiceConfig};

use crate::{
    auth,
    exchange::{api_keys, changes, imports, sources, webhooks},
    hours::{credits, duplicate_groups, exemptions, hour_records, quotas, years},
    http::{health, metrics, openapi},
    insight::{audit_log, dashboard, search, statistics},
    lessons::{certifications, lessons},
    people::{accounts, appointments, organizations, policies, teachers, teams, users},
    training::{activities, attendance, completions, deliverables, enrollments, phases, projects},
};

/// Configures the slices under `/api/v1`, the documents, health checks and metrics.
pub fn configure(config: &mut web::ServiceConfig) {
    // First, because the scope `/api/v1` would answer all paths below it.
    openapi::configure(config);
    health::configure(config);
    metrics::configure(config);
    api(&mut ServiceConfig::new(config));
}

/// Returns the OpenAPI document of all routes.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, collected) = actix_web::App::new().into_utoipa_app().configure(api).split_for_parts();
    openapi::complete(collected)
}

/// Configures the operations that the OpenAPI document describes.
pub fn api(config: &mut ServiceConfig) {
    config.service(scope::scope("/api/v1").configure(|config| {
        auth::routes::configure(config);
        organizations::configure(config);
        users::configure(config);
        accounts::configure(config);
        policies::configure(config);
        teachers::configure(config);
        appointments::configure(config);
        exemptions::configure(config);
        hour_records::configure(config);
        duplicate_groups::configure(config);
        lessons::configure(config);
        certifications::configure(config);
        audit_log::configure(config);
        quotas::configure(config);
        credits::configure(config);
        years::configure(config);
        imports::configure(config);
        teams::configure(config);
        projects::configure(config);
        phases::configure(config);
        activities::configure(config);
        deliverables::configure(config);
        enrollments::configure(config);
        attendance::configure(config);
        completions::configure(config);
        dashboard::configure(config);
        statistics::configure(config);
        search::configure(config);
        api_keys::configure(config);
        sources::configure(config);
        changes::configure(config);
        webhooks::configure(config);
    }));
}
