//! Hours by year: a column for each year, with a mark at its requirement. Drawn as SVG, so that it is there with the
//! page, prints sharply and needs no inline style.

use songjiao_types::Hours;
use yew::prelude::*;

use super::Tone;

/// Coordinates of the drawing, in units of its view box.
const STEP: f64 = 84.0;
const WIDE: f64 = 38.0;
const TOP: f64 = 26.0;
const BASE: f64 = 146.0;
const BELOW: f64 = 178.0;

/// One column.
#[derive(Clone, PartialEq)]
pub struct Bar {
    /// Below the column: the year.
    pub label: AttrValue,
    /// Below the label: 达标, 缺 32.
    pub note: AttrValue,
    pub done: Hours,
    pub required: Hours,
    pub tone: Tone,
}

impl Bar {
    fn in_words(&self) -> String {
        t!(
            "{label}：{done} 学时，应修 {required} 学时，{note}",
            label = self.label,
            done = self.done,
            required = self.required,
            note = self.note
        )
    }
}

/// Properties of [`BarChart`].
#[derive(Properties, PartialEq)]
pub struct BarChartProps {
    /// What is measured.
    pub label: AttrValue,
    pub bars: Vec<Bar>,
}

/// The chart.
#[component]
pub fn BarChart(props: &BarChartProps) -> Html {
    let BarChartProps { label, bars } = props;
    let most = bars.iter().map(|bar| bar.done.max(bar.required).as_f64()).fold(1.0, f64::max);
    let height = |hours: Hours| (BASE - TOP) * hours.as_f64() / most;
    #[allow(clippy::cast_precision_loss)]
    let columns = bars.iter().enumerate().map(|(index, bar)| {
        let middle = STEP * (index as f64 + 0.5);
        let (done, mark) = (BASE - height(bar.done), BASE - height(bar.required));
        // The number must not cross the mark.
        let number = if (mark - 14.0..mark + 8.0).contains(&(done - 5.0)) { mark - 5.0 } else { done - 5.0 };
        html! {
            <g class={format!("chart__bar chart__bar--{}", bar.tone.name())}>
                <rect x={place(middle - WIDE / 2.0)} y={place(done)} width={place(WIDE)} height={place(height(bar.done))} rx="2" />
                <line class="chart__mark" x1={place(middle - WIDE * 0.75)} x2={place(middle + WIDE * 0.75)} y1={place(mark)} y2={place(mark)} />
                <text class="chart__number" x={place(middle)} y={place(number)}>{ bar.done.to_string() }</text>
                <text class="chart__label" x={place(middle)} y={place(BASE + 15.0)}>{ &bar.label }</text>
                <text class="chart__note" x={place(middle)} y={place(BASE + 29.0)}>{ &bar.note }</text>
            </g>
        }
    });
    #[allow(clippy::cast_precision_loss)]
    let width = STEP * bars.len() as f64;
    let words: Vec<String> = bars.iter().map(Bar::in_words).collect();
    html! {
        <svg class="chart" viewBox={format!("0 0 {} {BELOW}", place(width))} role="img"
            aria-label={t!("{label}。{words}", label, words = words.join(t!("；")))}>
            { for columns }
            <line class="chart__base" x1="0" x2={place(width)} y1={place(BASE)} y2={place(BASE)} />
        </svg>
    }
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}
