//! Charts, drawn by ECharts. Its script is fetched only when a chart comes into view. The same figures are in a table,
//! for users who cannot see or click the chart.

mod echarts;
mod options;
mod palette;
mod plot;

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{
    js_sys::{Array, JSON},
    spawn_local,
};
use web_sys::{Event, HtmlElement, IntersectionObserver, IntersectionObserverEntry};
use yew::prelude::*;

pub use plot::{Group, Plot, RatePoint, Series, Slice};

use super::{Button, ButtonKind, IconName};
use crate::{
    download::save_url,
    hooks::{media, use_window_event},
    theme,
};
use echarts::Drawing;
use palette::Palette;

/// Delay after which charts out of view are drawn, too, if the script is loaded: they may be printed.
const OFFSCREEN_DELAY_MS: u32 = 2_500;
/// Width in pixels below which the layout is that of a phone.
const NARROW: i32 = 520;

/// Properties of [`Chart`].
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The name of the chart for screen readers and as a file.
    pub label: AttrValue,
    pub plot: Plot,
    /// Gets the index of the clicked element.
    #[prop_or_default]
    pub onpick: Option<Callback<usize>>,
    /// The same figures as a table.
    pub children: Html,
}

/// A chart with its table, and a button that saves it as a picture.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let ChartProps { label, plot, .. } = props;
    let place = use_node_ref();
    let seen = use_in_view(&place);
    let dark = use_dark();
    let narrow = use_state_eq(|| false);
    let ready = use_state_eq(|| false);
    let failed = use_state_eq(|| false);
    let drawing = use_mut_ref(|| None::<Drawing>);
    let picked = use_mut_ref(|| None::<Callback<usize>>);
    picked.replace(props.onpick.clone());
    let fetch = {
        let (ready, failed) = (ready.clone(), failed.clone());
        Callback::from(move |()| {
            let (ready, failed) = (ready.clone(), failed.clone());
            failed.set(false);
            spawn_local(async move {
                match echarts::load().await {
                    Ok(()) => ready.set(true),
                    Err(_) => failed.set(true),
                }
            });
        })
    };
    {
        let fetch = fetch.clone();
        use_effect_with(seen, move |seen| {
            if *seen {
                fetch.emit(());
            }
        });
    }
    {
        let (place, drawing, narrow) = (place.clone(), drawing.clone(), narrow.clone());
        use_window_event("resize", move |_: Event| {
            if let (Some(place), Some(drawing)) = (place.cast::<HtmlElement>(), drawing.borrow().as_ref()) {
                drawing.resize();
                narrow.set(place.client_width() < NARROW);
            }
        });
    }
    {
        let (place, drawing, narrow) = (place.clone(), drawing.clone(), narrow.clone());
        use_effect_with((*ready, plot.clone(), dark, *narrow), move |(ready, plot, ..)| {
            if let (true, Some(place)) = (*ready, place.cast::<HtmlElement>()) {
                let is_narrow = place.client_width() < NARROW;
                draw(&place, &drawing, &picked, plot, is_narrow);
                narrow.set(is_narrow);
            }
        });
    }
    {
        let drawing = drawing.clone();
        use_effect_with((), move |()| move || drop(drawing.take()));
    }
    let save = {
        let name = format!("{label}.png");
        Callback::from(move |_: MouseEvent| {
            if let Some(drawing) = drawing.borrow().as_ref() {
                let _ = save_url(&drawing.picture(), &name);
            }
        })
    };
    let clicks = props.onpick.is_some();
    html! {
        <figure class={classes!("plot", clicks.then_some("plot--clicks"))}>
            // Managed by ECharts: nothing else may be rendered inside.
            <div class="plot__place" ref={place} role="img" aria-label={t!("{label}（图表，数据见其后的表格）", label)} />
            if *failed {
                <p class="plot__failed" role="status">
                    { t!("图表未能加载，数据见下表。") }
                    <Button kind={ButtonKind::Quiet} icon={IconName::Refresh} onclick={fetch.reform(|_| ())}>{ t!("重新加载图表") }</Button>
                </p>
            }
            <div class="plot__foot">
                <details class="plot__figures" open={*failed}>
                    <summary>{ t!("查看数据表") }</summary>
                    { props.children.clone() }
                </details>
                if *ready {
                    <Button kind={ButtonKind::Quiet} icon={IconName::Download} onclick={save} label={t!("下载图片：{label}", label)}>
                        { t!("下载图片") }
                    </Button>
                }
            </div>
        </figure>
    }
}

/// Draws the plot at the height that it needs.
fn draw(
    place: &HtmlElement,
    drawing: &Rc<RefCell<Option<Drawing>>>,
    picked: &Rc<RefCell<Option<Callback<usize>>>>,
    plot: &Plot,
    narrow: bool,
) {
    // Set by script, since the content security policy forbids style attributes.
    let _ = place.style().set_property("height", &format!("{}px", plot.height(narrow)));
    let option = options::option(plot, &Palette::read(), narrow, prefers_reduced_motion());
    let Ok(option) = JSON::parse(&option.to_string()) else { return };
    let mut drawing = drawing.borrow_mut();
    let drawing = drawing.get_or_insert_with(|| {
        let picked = picked.clone();
        Drawing::new(place, move |index| {
            let picked = picked.borrow().clone();
            if let Some(picked) = picked {
                picked.emit(index);
            }
        })
    });
    drawing.resize();
    drawing.show(&option);
    let _ = place.set_attribute("data-drawn", "true");
}

/// Whether the user prefers reduced motion.
fn prefers_reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)").is_some_and(|query| query.matches())
}

/// Whether the page is dark. Follows changes of the theme.
#[hook]
fn use_dark() -> bool {
    let dark = use_state_eq(theme::is_dark);
    {
        let dark = dark.clone();
        use_window_event(theme::CHANGE_EVENT, move |_: Event| dark.set(theme::is_dark()));
    }
    *dark
}

/// Whether the element has come into view.
#[hook]
fn use_in_view(place: &NodeRef) -> bool {
    let seen = use_state_eq(|| false);
    {
        let (place, seen) = (place.clone(), seen.clone());
        use_effect_with((), move |()| {
            let soon = {
                let seen = seen.clone();
                Timeout::new(OFFSCREEN_DELAY_MS, move || {
                    if echarts::is_loaded() {
                        seen.set(true);
                    }
                })
            };
            let on_intersection = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
                let inside = |entry: JsValue| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting();
                if entries.iter().any(inside) {
                    seen.set(true);
                }
            });
            let observer = IntersectionObserver::new(on_intersection.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(place)) = (&observer, place.cast::<web_sys::Element>()) {
                observer.observe(&place);
            }
            move || {
                drop((soon, on_intersection));
                if let Some(observer) = observer {
                    observer.disconnect();
                }
            }
        });
    }
    *seen
}
