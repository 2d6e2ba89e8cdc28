//! The composition of a year's hours by tier 培训层级, mode 培训方式 and dimension 三修 (三-1).

use songjiao_types::{
    Hours, WireEnum,
    hour_records::HourRecordView,
    quotas::{DimensionHours, ModeHours, QuotaView, TierHours},
};
use yew::prelude::*;

use crate::{
    components::{Column, ProgressBar, RowTable},
    format,
    i18n::heading,
};

/// Properties of [`Breakdown`].
#[derive(Properties, PartialEq)]
pub struct BreakdownProps {
    pub tiers: Vec<TierHours>,
    pub modes: Vec<ModeHours>,
    pub dimensions: Vec<DimensionHours>,
}

/// A line of a table.
#[derive(Clone, PartialEq)]
struct Line {
    label: &'static str,
    recognized: Hours,
    pending: Hours,
}

/// The tables side by side.
#[component]
pub fn Breakdown(props: &BreakdownProps) -> Html {
    let tiers = props.tiers.iter().map(|row| Line {
        label: t!(row.tier.label()),
        recognized: row.recognized_hours,
        pending: row.pending_hours,
    });
    let modes = props.modes.iter().map(|row| Line {
        label: t!(row.mode.label()),
        recognized: row.recognized_hours,
        pending: row.pending_hours,
    });
    let dimensions = props.dimensions.iter().map(|row| Line {
        label: row.dimension.map_or(t!("未注明"), |dimension| t!(dimension.label())),
        recognized: row.recognized_hours,
        pending: row.pending_hours,
    });
    html! {
        <div class="split">
            { table(t!("按培训层级"), heading::<HourRecordView>("tier"), tiers.collect()) }
            { table(t!("按培训方式"), heading::<HourRecordView>("mode"), modes.collect()) }
            { table(t!("按三修"), heading::<HourRecordView>("dimension"), dimensions.collect()) }
        </div>
    }
}

fn table(name: &'static str, title: AttrValue, rows: Vec<Line>) -> Html {
    let recognized: Hours = rows.iter().map(|row| row.recognized).sum();
    let pending: Hours = rows.iter().map(|row| row.pending).sum();
    let whole = recognized.as_f64();
    let columns = vec![
        Column::new(title, |row: &Line| html! { row.label }).head().total(html! { t!("合计") }),
        Column::new(heading::<QuotaView>("recognized_hours"), |row: &Line| html! { format::hours(row.recognized) })
            .number()
            .total(html! { format::hours(recognized) }),
        Column::new(t!("占比"), move |row: &Line| {
            let done = row.recognized.as_f64();
            // A share is rounded to the nearest, unlike progress, which is rounded down.
            let percent = if whole > 0.0 { (done / whole * 100.0).round() } else { 0.0 };
            html! {
                <ProgressBar label={t!("{label}占比", label = row.label)} done={percent} whole=100.0 text={format!("{percent}%")} compact=true />
            }
        }),
        Column::new(heading::<QuotaView>("pending_hours"), |row: &Line| html! { format::hours(row.pending) })
            .number()
            .total(html! { format::hours(pending) }),
    ];
    html! {
        <div>
            <h3>{ name }</h3>
            <RowTable<Line> caption={t!("{name}（学时）", name)} {columns} {rows} />
        </div>
    }
}
