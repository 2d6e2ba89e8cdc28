//! Songjiao's single-page application: what a clerk, a training school, a team, a school and a
//! teacher see of 送教下乡.
//!
//! A page asks the [`api`] (the only place that knows HTTP) through the [`hooks`], and is put
//! together from the [`components`]. Pages are grouped by resource under [`pages`], with the names
//! that the API's slices carry. [`route`] says which URL shows which page and who may see it;
//! [`session`] who is signed in; [`bundles`] which pages come over the wire together;
//! [`i18n`] in which language.

#[macro_use]
pub mod i18n;
#[macro_use]
mod route_table;

pub mod api;
pub mod app;
pub mod bundles;
pub mod calendar;
pub mod components;
pub mod download;
pub mod format;
pub mod hooks;
pub mod pages;
pub mod query;
pub mod route;
pub mod session;
pub mod theme;
