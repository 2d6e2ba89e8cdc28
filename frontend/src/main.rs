//! Mounts the application into `#app`, once the catalog of the language is loaded.

use gloo_net::http::Request;
use songjiao_frontend::{
    app::App,
    bundles,
    hooks::install_history_guard,
    i18n::{self, Language},
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element};

fn main() {
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(root) = page.get_element_by_id("app") else { return };
    bundles::install();
    install_history_guard();
    match Language::chosen() {
        Language::Chinese => mount(root),
        Language::English => spawn_local(async move {
            if let Some(catalog) = catalog(&page).await {
                i18n::set_catalog(&catalog);
            }
            mount(root);
        }),
    }
}

fn mount(root: Element) {
    yew::Renderer::<App>::with_root(root).render();
}

/// The catalog that `index.html` names. Without it the pages are Chinese.
async fn catalog(page: &Document) -> Option<String> {
    let address = page.query_selector("meta[name=english]").ok()??.get_attribute("content")?;
    let answer = Request::get(&address).send().await.ok()?;
    if answer.ok() { answer.text().await.ok() } else { None }
}
