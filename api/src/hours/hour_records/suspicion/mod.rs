//! Suspected duplicates 疑似重复 (design 4, *Duplicates*). A unit is a record, or the live records that a project issued
//! to a teacher. Two live units are suspected to state the same training; what such pairs connect is a group, of which
//! the first unit entered counts and the others wait for a person.

pub mod entries;
pub mod groups;
pub mod live_record;
pub mod live_units;
pub mod load;
mod rings;
pub mod rules;
pub mod texts;
