//! Exemptions 减免: maternity, sick leave, secondment … Each whole month takes a twelfth off the
//! annual quota (一-3) and so off the five-year credit (三-1). Never a pseudo-hour.

mod routes;
mod store;

pub use routes::configure;
