//! ECharts: the script, which is fetched once, and bindings to the few functions that charts need.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{
    JsFuture,
    js_sys::{Function, JSON, Promise, Reflect},
};
use web_sys::{Element, HtmlElement};

#[wasm_bindgen]
extern "C" {
    type Instance;

    #[wasm_bindgen(js_namespace = echarts)]
    fn init(place: &Element) -> Instance;
    #[wasm_bindgen(method)]
    fn on(this: &Instance, event: &str, then: &Function);
    #[wasm_bindgen(method, js_name = setOption)]
    fn set_option(this: &Instance, option: &JsValue, not_merge: bool);
    #[wasm_bindgen(method)]
    fn resize(this: &Instance);
    #[wasm_bindgen(method, js_name = getDataURL)]
    fn data_url(this: &Instance, options: &JsValue) -> String;
    #[wasm_bindgen(method)]
    fn dispose(this: &Instance);
}

thread_local! {
    /// The script while it is loading, so that the charts of a page fetch it once.
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Whether the script is loaded.
pub fn is_loaded() -> bool {
    let global = web_sys::window().and_then(|window| Reflect::get(&window, &"echarts".into()).ok());
    global.is_some_and(|global| global.is_object())
}

/// Fetches the script unless it is loaded. After a failure the next call tries again.
pub async fn load() -> Result<(), JsValue> {
    if is_loaded() {
        return Ok(());
    }
    let loading = LOADING.with_borrow_mut(|loading| loading.get_or_insert_with(fetch).clone());
    JsFuture::from(loading).await.map(drop).inspect_err(|_| drop(LOADING.take()))
}

fn fetch() -> Promise {
    Promise::new(&mut |resolve, reject| {
        if add_script(&resolve, &reject).is_none() {
            let _ = reject.call0(&JsValue::NULL);
        }
    })
}

/// The address of the script is in `index.html`, as it changes with the content.
fn add_script(loaded: &Function, failed: &Function) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let address = document.query_selector("meta[name=echarts]").ok()??.get_attribute("content")?;
    let script = document.create_element("script").ok()?;
    script.set_attribute("src", &address).ok()?;
    script.add_event_listener_with_callback("load", loaded).ok()?;
    script.add_event_listener_with_callback("error", failed).ok()?;
    document.head()?.append_child(&script).ok()?;
    Some(())
}

/// A chart on the page, disposed of when dropped.
pub struct Drawing {
    instance: Instance,
    /// The click listener, kept as long as ECharts may call it.
    _clicked: Closure<dyn Fn(JsValue)>,
}

impl Drawing {
    /// Draws into `place`. `then` gets the index of each clicked element.
    pub fn new(place: &HtmlElement, then: impl Fn(usize) + 'static) -> Self {
        let instance = init(place);
        let clicked = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if let Some(index) = number(&event, "dataIndex") {
                then(index);
            }
        });
        instance.on("click", clicked.as_ref().unchecked_ref());
        Self { instance, _clicked: clicked }
    }

    /// Replaces the content of the chart.
    pub fn show(&self, option: &JsValue) {
        self.instance.set_option(option, true);
    }

    /// Fits the chart to its place.
    pub fn resize(&self) {
        self.instance.resize();
    }

    /// The chart as a PNG in a `data:` URL, at twice the resolution of the screen.
    pub fn picture(&self) -> String {
        let options = JSON::parse(r#"{"type":"png","pixelRatio":2}"#).unwrap_or_default();
        self.instance.data_url(&options)
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        self.instance.dispose();
    }
}

/// A number in an event of ECharts.
fn number(event: &JsValue, name: &str) -> Option<usize> {
    let number = Reflect::get(event, &name.into()).ok()?.as_f64()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (number >= 0.0).then_some(number as usize)
}
