//! The composition of a year's hours by tier, by mode and by dimension 三修.

use songjiao_types::{
    HourDifference, Hours, WireEnum,
    quotas::QuotaView,
    statistics::{CompositionBy, CompositionItem, CompositionQuery, CompositionView},
};
use yew::prelude::*;

use super::common::{Scope, percent};
use crate::{
    api::statistics::find_composition,
    components::{Chart, Column, EmptyState, IconName, Plot, RowTable, Section, Slice, loaded},
    format,
    hooks::use_query_keep_previous,
    i18n::heading,
};

/// Properties of [`Composition`].
#[derive(Properties, PartialEq)]
pub struct CompositionProps {
    pub scope: Scope,
}

/// The rings side by side.
#[component]
pub fn Composition(props: &CompositionProps) -> Html {
    html! {
        <div class="desk">
            { for CompositionBy::ALL.iter().map(|by| html! { <Ring by={*by} scope={props.scope} /> }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RingProps {
    by: CompositionBy,
    scope: Scope,
}

#[component]
fn Ring(props: &RingProps) -> Html {
    let RingProps { by, scope: Scope { training_year, organization_id } } = *props;
    let query = CompositionQuery { by: Some(by), training_year: Some(training_year), organization_id };
    let load = use_query_keep_previous(Some(find_composition(&query)));
    html! { <Section title={t!("学时构成：{by}", by = t!(by.label()))}>{ loaded(&load, ring) }</Section> }
}

fn ring(view: &CompositionView) -> Html {
    let recognized: Hours = view.items.iter().map(|item| item.recognized_hours).sum();
    let label = t!(
        "{name} {training_year} 年度学时按{by}构成",
        name = view.organization.name,
        training_year = view.training_year,
        by = t!(view.by.label())
    );
    let table = html! {
        <RowTable<CompositionItem> caption={label.clone()} columns={columns(view)} rows={view.items.clone()} />
    };
    if recognized == Hours::ZERO {
        return html! {
            <EmptyState icon={IconName::Chart} title={t!("这个年度还没有已认定的学时")}>
                <p>{ t!("学时认定之后，这里按培训层级、方式和三修汇总。") }</p>
            </EmptyState>
        };
    }
    let plot = Plot::Parts(view.items.iter().map(slice).collect());
    html! {
        <>
            <p>{ t!("已认定 {recognized} 学时，在本范围内取得。", recognized = format::hours(recognized)) }</p>
            <Chart {label} {plot}>{ table }</Chart>
        </>
    }
}

fn slice(item: &CompositionItem) -> Slice {
    Slice {
        label: item.label.clone(),
        value: item.recognized_hours.as_f64(),
        words: t!(
            "{label}\n已认定 {recognized} 学时，占 {percent}\n待认定 {pending} 学时",
            label = item.label,
            recognized = format::hours(item.recognized_hours),
            percent = percent(item.share),
            pending = format::hours(item.pending_hours)
        ),
    }
}

fn columns(view: &CompositionView) -> Vec<Column<CompositionItem>> {
    let sum = |figure: fn(&CompositionItem) -> Hours| {
        let sum: Hours = view.items.iter().map(figure).sum();
        html! { format::hours(sum) }
    };
    let mut columns = vec![
        Column::new(t!(view.by.label()), |item: &CompositionItem| html! { &item.label })
            .head()
            .total(html! { t!("合计") }),
        Column::new(
            heading::<QuotaView>("recognized_hours"),
            |item: &CompositionItem| html! { format::hours(item.recognized_hours) },
        )
        .number()
        .total(sum(|item| item.recognized_hours)),
        Column::new(t!("占比"), |item: &CompositionItem| html! { percent(item.share) }).number(),
        Column::new(
            heading::<QuotaView>("pending_hours"),
            |item: &CompositionItem| html! { format::hours(item.pending_hours) },
        )
        .number()
        .total(sum(|item| item.pending_hours)),
    ];
    if view.items.iter().any(|item| item.late_hours.is_some()) {
        let late = |item: &CompositionItem| item.late_hours.unwrap_or_default();
        let sum: i64 = view.items.iter().map(|item| late(item).hundredths()).sum();
        let column = Column::new(heading::<QuotaView>("late_hours"), move |item: &CompositionItem| {
            html! { late(item).to_string() }
        });
        columns.insert(2, column.number().total(html! { HourDifference::from_hundredths(sum).to_string() }));
    }
    columns
}
