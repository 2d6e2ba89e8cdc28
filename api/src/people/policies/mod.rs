//! Policies 政策参数: the figures of 舒教局函〔2017〕82号 and of the guides that it names (72 hours a year, 一-3; 360
//! in five years, 三-1; 10 % elimination, 一-2), and those that it leaves open. They are dated rows of bureaus that are
//! never edited. A bureau's hold for it and all below it, the root's are the default; how years and cycles are cut is the
//! root's alone. A row keeps when it was recorded and when it was withdrawn or replaced.

mod calendar;
mod county;
mod load;
mod policy;
mod routes;
mod row;
mod rules;
mod store;
mod views;

pub use calendar::{Calendar, Cycle};
pub use county::{CountyPolicies, Policies, TrainingYear};
pub use load::{all, all_as_of, in_force, of_organization, of_organizations};
#[cfg(test)]
pub(crate) use policy::test_policy;
pub use policy::{CalendarRule, Policy};
pub(crate) use routes::configure;
pub(crate) use store::create_first;
pub use store::create_next;
