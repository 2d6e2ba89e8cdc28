//! The rules by the numbers of the agreed design and its cases.
#![allow(clippy::inconsistent_digit_grouping, reason = "hours are hundredths: 72_00")]

mod duplicates;
mod hours;
mod months;
mod service;
mod support;
mod years;
