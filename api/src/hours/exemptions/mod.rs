//! Exemptions 减免: maternity, sick leave, secondment and so on. Each month that they cover entirely takes a twelfth off
//! the annual quota (一-3) and the same hours off the five-year credit (三-1). They are records of their own, never
//! pseudo-hours.

pub mod batch;
mod routes;
mod store;

pub(crate) use routes::configure;
