//! The pages, in the areas of the API.

pub mod account;
pub mod exchange;
pub mod gallery;
pub mod hours;
pub mod insight;
pub mod lessons;
pub mod login;
pub mod not_found;
pub mod people;
pub mod training;
