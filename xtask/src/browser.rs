//! The browser that the browser tests drive.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::cmd;

pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

pub const CHROMIUM: &str = "SONGJIAO_CHROMIUM";
pub const DRIVER: &str = "SONGJIAO_CHROMEDRIVER";

impl Browser {
    pub fn find() -> Option<Self> {
        Some(Self { chromium: chromium()?, driver: driver()? })
    }

    /// Debian's packages that the browser tests need and that are missing.
    pub fn missing_packages() -> Vec<&'static str> {
        let mut missing = Vec::new();
        if chromium().is_none() {
            missing.push("chromium");
        }
        if driver().is_none() {
            missing.push("chromium-driver");
        }
        if !has_chinese_font() {
            missing.push("fonts-noto-cjk");
        }
        missing
    }
}

fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    named(CHROMIUM)
        .or_else(|| names.iter().find_map(|name| cmd::find(name)))
        .or_else(|| cmd::is_executable(&mac).then_some(mac))
}

fn driver() -> Option<PathBuf> {
    named(DRIVER).or_else(|| cmd::find("chromedriver"))
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| cmd::is_executable(path))
}

/// Without such a font Chromium draws boxes, and tests of widths are wrong.
fn has_chinese_font() -> bool {
    cfg!(target_os = "macos")
        || cmd::read(Command::new("fc-list").args([":lang=zh", "family"])).is_ok_and(|fonts| !fonts.trim().is_empty())
}
