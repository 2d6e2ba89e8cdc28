//! A heat map of the schools and the years of a cycle.

use songjiao_types::{
    WireEnum,
    quotas::QuotaQuery,
    statistics::{CompletionBy, CycleMapCell, CycleMapQuery, CycleMapRow, CycleMapView},
};
use yew::prelude::*;

use super::common::{LinkTarget, Scope, percent, quotas, use_open_target};
use crate::{
    api::statistics::find_cycle_map,
    calendar::Cycle,
    components::{Button, Chart, Column, EmptyState, IconName, Link, Plot, RatePoint, RowTable, Section, loaded},
    format,
    hooks::use_query_keep_previous,
    route::Route,
};

/// Schools per page.
const ROWS: i64 = 24;

/// Properties of [`CycleMap`].
#[derive(Properties, PartialEq)]
pub struct CycleMapProps {
    pub scope: Scope,
    pub cycle: Cycle,
}

/// The heat map, a page at a time.
#[component]
pub fn CycleMap(props: &CycleMapProps) -> Html {
    let CycleMapProps { scope, cycle } = props;
    // The cursors of the previous pages; the first page has none.
    let cursors = use_state(Vec::<String>::new);
    let query = CycleMapQuery {
        cycle_first_year: Some(cycle.first),
        organization_id: scope.organization_id,
        limit: Some(ROWS),
        cursor: cursors.last().cloned(),
    };
    let load = use_query_keep_previous(Some(find_cycle_map(&query)));
    let back = {
        let cursors = cursors.clone();
        Callback::from(move |_: MouseEvent| {
            let mut before = (*cursors).clone();
            before.pop();
            cursors.set(before);
        })
    };
    let next = load.value().and_then(|view| view.next_cursor.clone());
    let on = {
        let (cursors, next) = (cursors.clone(), next.clone());
        Callback::from(move |_: MouseEvent| {
            let mut further = (*cursors).clone();
            further.extend(next.clone());
            cursors.set(further);
        })
    };
    let (first, last) = (cursors.is_empty(), next.is_none());
    html! {
        <Section title={t!("各单位逐年达标率（{cycle} 周期）", cycle = cycle.label())}>
            { loaded(&load, |view| html! { <Map view={view.clone()} /> }) }
            if !first || !last {
                <div class="plot__pages">
                    <Button icon={IconName::Back} disabled={first} onclick={back}>{ t!("上一页") }</Button>
                    <span class="muted">{ t!("第 {cursors} 页", cursors = cursors.len() + 1) }</span>
                    <Button icon={IconName::Next} disabled={last} onclick={on}>{ t!("下一页") }</Button>
                </div>
            }
        </Section>
    }
}

#[derive(Properties, PartialEq)]
struct MapProps {
    view: CycleMapView,
}

#[component]
fn Map(props: &MapProps) -> Html {
    let view = &props.view;
    let leads = view.items.iter().flat_map(|row| row.years.iter().map(|year| lead(row, year)));
    let onpick = use_open_target(leads.collect());
    if view.items.is_empty() {
        return html! {
            <EmptyState icon={IconName::Chart} title={t!("这个周期没有在职教师")}>
                <p>{ t!("请选择其他年度，或放宽单位范围。") }</p>
            </EmptyState>
        };
    }
    let years: Vec<i32> = (view.cycle_first_year..=view.cycle_last_year).collect();
    let plot = Plot::Heat {
        columns: years.iter().map(ToString::to_string).collect(),
        rows: view.items.iter().map(|row| row.label.clone()).collect(),
        points: view.items.iter().map(|row| row.years.iter().map(|year| point(row, year)).collect()).collect(),
    };
    let label = t!(
        "{name}各单位 {cycle_first_year}–{cycle_last_year} 年逐年达标率",
        name = view.organization.name,
        cycle_first_year = view.cycle_first_year,
        cycle_last_year = view.cycle_last_year
    );
    let mut columns = vec![
        Column::new(t!(CompletionBy::Organization.label()), |row: &CycleMapRow| {
            html! { <Link to={Route::Organization { id: row.organization_id }}>{ &row.label }</Link> }
        })
        .head(),
    ];
    columns.extend(years.into_iter().enumerate().map(|(index, year)| {
        Column::new(year.to_string(), move |row: &CycleMapRow| match row.years.get(index) {
            Some(cell) if cell.rate.is_some() => {
                let (to, query) = lead(row, cell);
                html! { <Link {to} {query}>{ percent(cell.rate) }</Link> }
            }
            _ => html! { <span class="muted">{ "—" }</span> },
        })
        .number()
    }));
    html! {
        <Chart label={label.clone()} {plot} {onpick}>
            <RowTable<CycleMapRow> caption={label} {columns} rows={view.items.clone()} />
        </Chart>
    }
}

fn lead(row: &CycleMapRow, year: &CycleMapCell) -> LinkTarget {
    let (training_year, organization_id) = (Some(year.training_year), Some(row.organization_id));
    quotas(&QuotaQuery { training_year, organization_id, ..Default::default() })
}

fn point(row: &CycleMapRow, year: &CycleMapCell) -> RatePoint {
    let words = t!(
        "{label} {year} 年度\n{teachers} 人中 {met} 人达标\n达标率 {percent}",
        label = row.label,
        year = year.training_year,
        teachers = format::count(year.teachers),
        met = format::count(year.met),
        percent = percent(year.rate)
    );
    RatePoint { rate: year.rate, words }
}
