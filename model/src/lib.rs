//! A second formulation of the rules on service, policy, hours, duplicates, projects, standing and closing, which shares no
//! code with the API.
//!
//! It is plain and slow: it walks day by day and counts months one by one, so that a reader can check it against the
//! agreed design. [`play::play`] makes a random life of a county out of a seed; applying its events to the
//! [`county::County`] gives the figures that the API must show.
#![allow(clippy::inconsistent_digit_grouping, reason = "hours are hundredths: 72_00")]

pub mod apply;
pub mod county;
pub mod dates;
pub mod event;
pub mod explain;
pub mod explain_credit;
pub mod hours;
pub mod ids;
pub mod play;
pub mod policy;
pub mod project;
pub mod rules;
pub mod titles;
