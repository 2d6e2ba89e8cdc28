#[allow(deprecated, reason = "the attribute marks the former path in the document")]
mod files;
mod reports;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    // Before the ids: the names of the kinds stand in the same place.
    files::configure(config);
    reports::configure(config);
}
