//! The units of a group side by side, with the differences marked.

use songjiao_types::{
    HourRecordId, WireEnum,
    duplicate_groups::{DuplicateGroupView, DuplicateUnit},
    hour_records::{HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use crate::{
    components::{Link, Tone, badge},
    format,
    i18n::heading,
    pages::hours::hour_records::{source_label, status_badge},
    route::Route,
};

/// The compared fields of a unit as text. What its records do not have in common is listed.
fn rows(unit: &DuplicateUnit) -> Vec<(AttrValue, String)> {
    let each = |text: &dyn Fn(&HourRecordView) -> String| {
        let mut texts: Vec<String> = unit.records.iter().map(text).collect();
        texts.dedup();
        texts.join(t!("、"))
    };
    vec![
        (heading::<HourRecordView>("title"), unit.title.clone()),
        (heading::<HourRecordView>("institution"), each(&|record| record.institution.clone())),
        (heading::<HourRecordView>("hours"), unit.hours.to_string()),
        (t!("培训时间").into(), format::period(Some(unit.starts_on), Some(unit.ends_on))),
        (heading::<HourRecordView>("training_year"), each(&|record| record.training_year.to_string())),
        (heading::<HourRecordView>("level"), each(&|record| t!(record.level.label()).to_owned())),
        (heading::<HourRecordView>("mode"), each(&|record| t!(record.mode.label()).to_owned())),
        (
            heading::<HourRecordView>("dimension"),
            each(&|record| record.dimension.map_or("—", |dimension| t!(dimension.label())).to_owned()),
        ),
        (heading::<HourRecordView>("organization_name"), each(&|record| record.organization_name.clone())),
        (heading::<HourRecordView>("source"), source_label(&unit.source)),
        (
            heading::<HourRecordView>("external_id"),
            each(&|record| record.external_id.clone().unwrap_or_else(|| "—".to_owned())),
        ),
        (heading::<HourRecordView>("created_at"), each(&|record| format::date_time(record.created_at))),
    ]
}

/// The heading of a unit.
fn name(place: usize) -> String {
    t!("第 {number} 份", number = place + 1)
}

/// Properties of [`Comparison`].
#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    pub group: DuplicateGroupView,
    /// The units that are to be kept; `None` if the user decides nothing.
    pub keep: Option<Vec<HourRecordId>>,
    pub ontoggle: Callback<HourRecordId>,
}

/// The table of all units. On a phone each field has a line of its own, with all values below it.
#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let ComparisonProps { group, keep, ontoggle } = props;
    let columns: Vec<Vec<(AttrValue, String)>> = group.units.iter().map(rows).collect();
    let fields = columns.first().map(Vec::len).unwrap_or_default();
    let row = |field: usize| {
        let values: Vec<&(AttrValue, String)> = columns.iter().filter_map(|column| column.get(field)).collect();
        let differs = values.windows(2).any(|pair| pair[0].1 != pair[1].1);
        html! {
            <tr class={differs.then_some("compare__different")}>
                <th scope="row">
                    { values.first().map(|(name, _)| name.clone()).unwrap_or_default() }
                    if differs { { " " }{ badge(Tone::Warning, t!("不同")) } }
                </th>
                { for values.iter().enumerate().map(|(place, (_, value))| {
                    // On a phone, a value that all have is shown once.
                    let unit = if differs { name(place) } else { t!("各份").to_owned() };
                    html! { <td class={(!differs && place > 0).then_some("compare__again")} data-unit={unit}>{ value }</td> }
                }) }
            </tr>
        }
    };
    let head = |(place, unit): (usize, &DuplicateUnit)| {
        html! {
            <th scope="col">
                <span>{ name(place) }</span>{ " " }
                if let (Some(kept), Some(record)) = (unit.kept, unit.records.first()) {
                    { badge(if kept { Tone::Success } else { Tone::Neutral }, if kept { t!("已保留") } else { t!("未保留") }) }
                    if kept && record.status != HourRecordStatus::Recognized { { status_badge(record) } }
                } else if let Some(record) = unit.records.first() {
                    { status_badge(record) }
                }
                if let Some(keep) = keep {
                    <label class="compare__keep">
                        <input type="checkbox" class="check" checked={keep.contains(&unit.id)}
                            onchange={let id = unit.id; ontoggle.reform(move |_: Event| id)} />
                        { t!("保留") }
                    </label>
                }
            </th>
        }
    };
    let records = |(place, unit): (usize, &DuplicateUnit)| {
        html! {
            <td data-unit={name(place)}>
                { for unit.records.iter().map(|record| html! {
                    <div>
                        <Link to={Route::HourRecord { id: record.id }}>
                            { t!("{period}，{hours} 学时", period = format::period(Some(record.starts_on), Some(record.ends_on)), hours = record.hours) }
                        </Link>
                        if unit.records.len() > 1 { { status_badge(record) } }
                    </div>
                }) }
            </td>
        }
    };
    html! {
        <div class="compare__frame" tabindex="0" role="region" aria-label={t!("疑似重复的登记对比")}>
            <table class="compare">
                <caption class="visually-hidden">{ t!("疑似重复的登记对比") }</caption>
                <thead>
                    <tr>
                        <td></td>
                        { for group.units.iter().enumerate().map(head) }
                    </tr>
                </thead>
                <tbody>
                    { for (0..fields).map(row) }
                    <tr>
                        <th scope="row">{ t!("学时记录") }</th>
                        { for group.units.iter().enumerate().map(records) }
                    </tr>
                </tbody>
            </table>
        </div>
    }
}
