//! Having the browser save what is on the page: a template, a list of faults.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::js_sys::Array;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// Saves a CSV file. It begins with a byte order mark, without which Excel takes UTF-8 for the
/// local encoding. `None` where the browser refuses.
pub fn save_csv(text: &str, name: &str) -> Option<()> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv");
    let parts = Array::of1(&format!("\u{feff}{text}").into());
    save_blob(&Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?, name)
}

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

/// Writes lines as CSV, as spreadsheets read it.
pub fn csv(lines: &[Vec<String>]) -> String {
    let line = |cells: &Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        cells.join(",") + "\r\n"
    };
    lines.iter().map(line).collect()
}

/// A cell: quoted where it has to be, and never a formula.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_defused() {
        let lines = [vec!["行".to_owned(), "值".to_owned()], vec!["2".to_owned(), "a,\"b\"".to_owned()]];
        assert_eq!(csv(&lines), "行,值\r\n2,\"a,\"\"b\"\"\"\r\n");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
    }
}
