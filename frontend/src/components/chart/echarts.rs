//! ECharts itself: a script that is fetched once, and the few of its functions that charts need.

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
    /// The script on its way, so that the charts of a page fetch it once.
    static COMING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Whether charts can be drawn.
pub fn is_there() -> bool {
    let global = web_sys::window().and_then(|window| Reflect::get(&window, &"echarts".into()).ok());
    global.is_some_and(|global| global.is_object())
}

/// Fetches ECharts unless it is there. After a failure the next call tries again.
pub async fn load() -> Result<(), JsValue> {
    if is_there() {
        return Ok(());
    }
    let coming = COMING.with_borrow_mut(|coming| coming.get_or_insert_with(fetch).clone());
    JsFuture::from(coming).await.map(drop).inspect_err(|_| drop(COMING.take()))
}

fn fetch() -> Promise {
    Promise::new(&mut |resolve, reject| {
        if add_script(&resolve, &reject).is_none() {
            let _ = reject.call0(&JsValue::NULL);
        }
    })
}

/// The page knows the script's address, which changes with its content.
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

/// A chart on the page. It goes with its value.
pub struct Drawing {
    instance: Instance,
    /// What ECharts calls, kept for as long as it may.
    _clicked: Closure<dyn Fn(JsValue)>,
}

impl Drawing {
    /// Takes the place over; `then` is told what was clicked.
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

    /// Shows something else.
    pub fn show(&self, option: &JsValue) {
        self.instance.set_option(option, true);
    }

    /// Fits the chart to its place.
    pub fn resize(&self) {
        self.instance.resize();
    }

    /// The chart as a PNG, twice as fine as on the screen, in a `data:` address.
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

/// A number that an event of ECharts carries.
fn number(event: &JsValue, name: &str) -> Option<usize> {
    let number = Reflect::get(event, &name.into()).ok()?.as_f64()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (number >= 0.0).then_some(number as usize)
}
