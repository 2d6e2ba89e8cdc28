//! The development of quotas and credits by year and by cycle.

use songjiao_types::{
    OrganizationId, WireEnum,
    credits::{CreditQuery, CreditStatus},
    quotas::{QuotaQuery, QuotaStatus},
    statistics::{CompletionRow, CycleTrend, TrendQuery, TrendView, YearTrend},
};
use yew::prelude::*;

use super::common::{LinkTarget, percent, quotas, use_open_target};
use crate::{
    api::statistics::find_trend,
    components::{Chart, Column, EmptyState, IconName, Link, Plot, RatePoint, RowTable, Section, Series, Tone, loaded},
    format,
    hooks::use_query_keep_previous,
    i18n::heading,
    query::encode,
    route::Route,
};

/// Properties of [`Trend`].
#[derive(Properties, PartialEq)]
pub struct TrendProps {
    /// Without it, everything that is visible to the user.
    pub organization: Option<OrganizationId>,
}

/// The years and the cycles side by side.
#[component]
pub fn Trend(props: &TrendProps) -> Html {
    let load = use_query_keep_previous(Some(find_trend(&TrendQuery { organization_id: props.organization })));
    html! {
        <div class="desk">
            <Section title={t!("历年达标趋势")}>{ loaded(&load, |view| html! { <Years view={view.clone()} /> }) }</Section>
            <Section title={t!("各周期五年学分")}>{ loaded(&load, |view| html! { <Cycles view={view.clone()} /> }) }</Section>
        </div>
    }
}

/// Properties of [`Years`].
#[derive(Properties, PartialEq)]
pub struct YearsProps {
    pub view: TrendView,
}

/// How many met the quota by year, with the rate.
#[component]
pub fn Years(props: &YearsProps) -> Html {
    let view = &props.view;
    let of_year = {
        let organization_id = Some(view.organization.id);
        move |year: &YearTrend| {
            quotas(&QuotaQuery { training_year: Some(year.training_year), organization_id, ..Default::default() })
        }
    };
    let onpick = use_open_target(view.years.iter().map(&of_year).collect());
    if view.years.iter().all(|year| year.teachers == 0) {
        return nobody();
    }
    let label = t!("{name}历年年度学时达标情况", name = view.organization.name);
    let series = |status: QuotaStatus, tone: Tone, of: fn(&YearTrend) -> i64| Series {
        label: t!(status.label()).to_owned(),
        tone,
        values: view.years.iter().map(of).collect(),
        words: view.years.iter().map(year_in_words).collect(),
    };
    let plot = Plot::Columns {
        labels: view.years.iter().map(|year| year.training_year.to_string()).collect(),
        series: vec![
            series(QuotaStatus::Met, Tone::Success, |year| year.met),
            series(QuotaStatus::Short, Tone::Warning, short),
        ],
        rate: Some(view.years.iter().map(|year| RatePoint { rate: year.rate, words: year_in_words(year) }).collect()),
    };
    let columns = vec![
        Column::new(heading::<CompletionRow>("training_year"), move |year: &YearTrend| {
            let (to, query) = of_year(year);
            html! { <Link {to} {query}>{ year.training_year }</Link> }
        })
        .head(),
        Column::new(heading::<CompletionRow>("teachers"), |year: &YearTrend| html! { format::count(year.teachers) })
            .number(),
        Column::new(heading::<CompletionRow>("met"), |year: &YearTrend| html! { format::count(year.met) }).number(),
        Column::new(heading::<CompletionRow>("short"), |year: &YearTrend| html! { format::count(short(year)) })
            .number(),
        Column::new(t!("达标率"), |year: &YearTrend| html! { percent(year.rate) }).number(),
        Column::new(
            heading::<CompletionRow>("recognized_hours"),
            |year: &YearTrend| html! { format::hours(year.recognized_hours) },
        )
        .number(),
    ];
    html! {
        <Chart label={label.clone()} {plot} {onpick}>
            <RowTable<YearTrend> caption={label} {columns} rows={view.years.clone()} />
        </Chart>
    }
}

/// Teachers of whom something is required and who did not reach it.
fn short(year: &YearTrend) -> i64 {
    year.teachers - year.exempt - year.met
}

fn year_in_words(year: &YearTrend) -> String {
    t!(
        "{year} 年度\n达标 {met} 人，未达标 {short} 人\n达标率 {percent}，已认定 {hours} 学时",
        year = year.training_year,
        met = format::count(year.met),
        short = format::count(short(year)),
        percent = percent(year.rate),
        hours = format::hours(year.recognized_hours)
    )
}

#[derive(Properties, PartialEq)]
struct CyclesProps {
    view: TrendView,
}

#[component]
fn Cycles(props: &CyclesProps) -> Html {
    let view = &props.view;
    let of_cycle = {
        let organization_id = Some(view.organization.id);
        move |cycle: &CycleTrend| -> LinkTarget {
            let cycle_first_year = Some(cycle.cycle_first_year);
            let query = CreditQuery { cycle_first_year, organization_id, ..Default::default() };
            (Route::Credits, encode(&query).into())
        }
    };
    let onpick = use_open_target(view.cycles.iter().map(&of_cycle).collect());
    if view.cycles.iter().all(|cycle| cycle.teachers == 0) {
        return nobody();
    }
    let label = t!("{name}各周期五年学分", name = view.organization.name);
    let series = |status: CreditStatus, tone: Tone, of: fn(&CycleTrend) -> i64| Series {
        label: t!(status.label()).to_owned(),
        tone,
        values: view.cycles.iter().map(of).collect(),
        words: view.cycles.iter().map(cycle_in_words).collect(),
    };
    let plot = Plot::Columns {
        labels: view.cycles.iter().map(span).collect(),
        series: vec![
            series(CreditStatus::Met, Tone::Success, |cycle| cycle.met),
            series(CreditStatus::OnTrack, Tone::Info, |cycle| cycle.on_track),
            series(CreditStatus::Behind, Tone::Warning, |cycle| cycle.behind),
            series(CreditStatus::Exempt, Tone::Neutral, |cycle| cycle.exempt),
        ],
        rate: None,
    };
    let figure = |title: &'static str, of: fn(&CycleTrend) -> i64| {
        Column::new(title, move |cycle: &CycleTrend| html! { format::count(of(cycle)) }).number()
    };
    let columns = vec![
        Column::new(t!("周期"), move |cycle: &CycleTrend| {
            let (to, query) = of_cycle(cycle);
            html! { <Link {to} {query}>{ span(cycle) }</Link> }
        })
        .head(),
        figure(t!("教师"), |cycle| cycle.teachers),
        figure(t!(CreditStatus::Met.label()), |cycle| cycle.met),
        figure(t!(CreditStatus::OnTrack.label()), |cycle| cycle.on_track),
        figure(t!(CreditStatus::Behind.label()), |cycle| cycle.behind),
        figure(t!(CreditStatus::Exempt.label()), |cycle| cycle.exempt),
    ];
    html! {
        <Chart label={label.clone()} {plot} {onpick}>
            <RowTable<CycleTrend> caption={label} {columns} rows={view.cycles.clone()} />
        </Chart>
    }
}

fn span(cycle: &CycleTrend) -> String {
    format!("{}–{}", cycle.cycle_first_year, cycle.cycle_last_year)
}

fn cycle_in_words(cycle: &CycleTrend) -> String {
    let parts = [
        (CreditStatus::Met, cycle.met),
        (CreditStatus::OnTrack, cycle.on_track),
        (CreditStatus::Behind, cycle.behind),
        (CreditStatus::Exempt, cycle.exempt),
    ];
    let parts = parts
        .map(|(status, count)| t!("{status} {count} 人", status = t!(status.label()), count = format::count(count)));
    format!("{}\n{}", span(cycle), parts.join(t!("，")))
}

fn nobody() -> Html {
    html! {
        <EmptyState icon={IconName::Chart} title={t!("还没有可以比较的年度")}>
            <p>{ t!("登记教师和学时之后，这里显示历年的变化。") }</p>
        </EmptyState>
    }
}
