//! `index.html` and the placeholders in it.

use anyhow::{Result, bail};

/// The addresses that `index.html` refers to.
#[derive(Default)]
pub struct Page {
    pub css: String,
    pub early: String,
    pub english: String,
    pub js: String,
    pub loader: String,
    pub wasm: String,
    pub boot: String,
    pub echarts: String,
}

impl Page {
    pub fn fill(&self, template: &str) -> Result<String> {
        for required in ["{{css}}", "{{boot}}"] {
            if !template.contains(required) {
                bail!("frontend/index.html has no {required}");
            }
        }
        let places = [
            ("{{css}}", &self.css),
            ("{{early}}", &self.early),
            ("{{english}}", &self.english),
            ("{{js}}", &self.js),
            ("{{loader}}", &self.loader),
            ("{{wasm}}", &self.wasm),
            ("{{boot}}", &self.boot),
            ("{{echarts}}", &self.echarts),
        ];
        fill(template, &places)
    }
}

/// Replaces the placeholders of a template.
pub fn fill(template: &str, places: &[(&str, &String)]) -> Result<String> {
    let filled = places.iter().fold(template.to_owned(), |page, (place, value)| page.replace(place, value));
    if let Some(at) = filled.find("{{") {
        bail!("an unknown placeholder: {}", filled[at..].lines().next().unwrap_or_default());
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page { css: "/style-1.css".into(), js: "/app-2.js".into(), boot: "/boot-4.js".into(), ..Page::default() }
    }

    #[test]
    fn every_placeholder_is_filled() -> Result<()> {
        assert_eq!(page().fill("{{css}} {{js}} {{boot}}")?, "/style-1.css /app-2.js /boot-4.js");
        Ok(())
    }

    #[test]
    fn a_page_that_would_not_start_the_app_is_refused() {
        assert!(page().fill("{{css}}").is_err());
        assert!(page().fill("{{css}} {{boot}} {{fonts}}").is_err());
    }
}
