//! Policies 政策参数: the figures of 舒教局函〔2017〕82号 and of the guides that it names (72 hours a year, 一-3; 360
//! in five years, 三-1; 10 % elimination, 一-2), and those that it leaves open. They are dated rows that are
//! never edited.

mod policy;
mod routes;
mod rules;
mod store;

#[cfg(test)]
pub(crate) use policy::test_policy;
pub(crate) use routes::configure;
pub use rules::{Policies, TrainingYear};
pub use store::all;
pub(crate) use store::{create_first, in_force};
