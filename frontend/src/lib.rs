//! Songjiao's single-page application.
//!
//! A page reads and writes through the [`api`] (the only place that knows HTTP) by means of the [`hooks`], and is
//! composed of [`components`]. The [`pages`] are sorted into the areas and slices of the API. [`route`] says which URL
//! shows which page and who may see it, [`session`] who is signed in, [`bundles`] which pages are fetched together,
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
