//! Stands in for `minify` in builds that are to be ready soon: everything stays as it was written.
#![allow(clippy::unnecessary_wraps, reason = "the minifier can fail")]

use anyhow::Result;

pub fn css(sheet: &str) -> Result<String> {
    Ok(sheet.to_owned())
}

pub fn module(script: &str) -> Result<String> {
    Ok(script.to_owned())
}

pub fn script(script: &str) -> Result<String> {
    Ok(script.to_owned())
}
