//! Having the browser save a file of the API, or a picture of the page.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, Url};

/// Saves a file. `None` where the browser refuses.
pub fn save_blob(blob: &Blob, name: &str) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    save_url(&url, name)?;
    // Once the browser has certainly begun to save it.
    Timeout::new(60_000, move || drop(Url::revoke_object_url(&url))).forget();
    Some(())
}

/// Saves what is at an address: of a file of this page, of a picture.
pub fn save_url(url: &str, name: &str) -> Option<()> {
    let link = web_sys::window()?.document()?.create_element("a").ok()?;
    link.set_attribute("href", url).ok()?;
    link.set_attribute("download", name).ok()?;
    link.dyn_into::<HtmlElement>().ok()?.click();
    Some(())
}
