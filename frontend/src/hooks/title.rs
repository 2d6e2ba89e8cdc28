//! The title of the browser tab.

use yew::prelude::*;

/// The name of the product, last in every title.
pub const PRODUCT: &str = msgid!("送教下乡培训管理平台");

/// Sets the title of the tab.
#[hook]
pub fn use_title(title: &AttrValue) {
    use_effect_with(title.clone(), |title| {
        if let Some(page) = web_sys::window().and_then(|window| window.document()) {
            page.set_title(&format!("{title} · {}", t!(PRODUCT)));
        }
    });
}
