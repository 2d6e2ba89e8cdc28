//! Unicode's normalisation forms. The SPA takes them from the browser, which has the tables already; they would add 27 kB
//! to its compressed size.

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use icu_normalizer::ComposingNormalizerBorrowed;

    pub fn nfc(text: &str) -> String {
        const { ComposingNormalizerBorrowed::new_nfc() }.normalize(text).into_owned()
    }

    pub fn nfkc(text: &str) -> String {
        const { ComposingNormalizerBorrowed::new_nfkc() }.normalize(text).into_owned()
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::JsString;

    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    pub fn nfkc(text: &str) -> String {
        JsString::from(text).normalize("NFKC").into()
    }
}

pub use tables::{nfc, nfkc};
