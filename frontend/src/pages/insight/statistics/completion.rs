//! How many teachers meet the year's quota, by district or school, subject and stage.

use songjiao_types::{
    Hours, WireEnum,
    statistics::{CompletionBy, CompletionItem, CompletionRow, CompletionView},
};
use yew::prelude::*;

use super::common::{Scope, drill_down, percent, rate_tone, use_open_target};
use crate::{
    api::statistics::find_completion,
    components::{
        Chart, Column, EmptyState, Group, IconName, Link, ListDownload, Plot, RowTable, Section, Segments, loaded,
    },
    format,
    hooks::use_query_keep_previous,
    i18n::heading,
    route::Route,
};

/// The most bars of a chart, lowest rates first. The table has all groups.
const MAX_BARS: usize = 24;

/// Properties of [`Completion`].
#[derive(Properties, PartialEq)]
pub struct CompletionProps {
    pub scope: Scope,
    pub by: CompletionBy,
    /// Changes the grouping; `None` if there are no districts.
    pub onregroup: Option<Callback<CompletionBy>>,
}

/// The completion by district or school.
#[component]
pub fn Completion(props: &CompletionProps) -> Html {
    let CompletionProps { scope, by, onregroup } = props;
    let load = use_query_keep_previous(Some(find_completion(&scope.grouped(*by))));
    let regroup = onregroup.clone().map(|onchange| {
        let offer = vec![CompletionBy::District, CompletionBy::Organization];
        html! { <Segments<CompletionBy> id="completion-by" label={t!("统计口径")} value={*by} {onchange} {offer} /> }
    });
    let title = t!("各{by}年度学时达标率", by = t!(by.label()));
    let actions = html! { <>{ regroup.unwrap_or_default() }{ download(*by, *scope, &title) }</> };
    html! {
        <Section {title} {actions}>
            { loaded(&load, |view| html! {
                <>
                    // On paper nothing else says whose figures these are.
                    <p class="print-only">{ t!("{name}，{training_year} 培训年度", name = view.organization.name, training_year = view.training_year) }</p>
                    <CompletionChart view={view.clone()} />
                </>
            }) }
        </Section>
    }
}

/// Properties of [`Groups`].
#[derive(Properties, PartialEq)]
pub struct GroupsProps {
    pub scope: Scope,
    pub by: CompletionBy,
}

/// The completion by subject or stage.
#[component]
pub fn Groups(props: &GroupsProps) -> Html {
    let load = use_query_keep_previous(Some(find_completion(&props.scope.grouped(props.by))));
    let title = t!("各{by}年度学时达标率", by = t!(props.by.label()));
    let actions = download(props.by, props.scope, &title);
    html! {
        <Section {title} {actions}>
            { loaded(&load, |view| html! { <CompletionChart view={view.clone()} /> }) }
        </Section>
    }
}

/// The buttons that download all groups.
fn download(by: CompletionBy, scope: Scope, title: &str) -> Html {
    let path = find_completion(&scope.grouped(by)).path().to_owned();
    html! { <ListDownload {path} name={title.to_owned()} /> }
}

/// Properties of [`CompletionChart`].
#[derive(Properties, PartialEq)]
pub struct CompletionChartProps {
    pub view: CompletionView,
}

/// The groups as bars and as a table, with links to the level below.
#[component]
pub fn CompletionChart(props: &CompletionChartProps) -> Html {
    let view = &props.view;
    let drawn = view.items.len().min(MAX_BARS);
    let onpick = use_open_target(view.items.iter().take(drawn).map(|item| drill_down(view, item)).collect());
    if view.items.is_empty() {
        return html! {
            <EmptyState icon={IconName::Chart} title={t!("没有可以统计的教师")}>
                <p>{ t!("{name} {training_year} 年度没有在职教师。", name = view.organization.name, training_year = view.training_year) }</p>
                <Link to={Route::Teachers} class="button">{ t!("查看教师") }</Link>
            </EmptyState>
        };
    }
    let label = t!(
        "{name} {training_year} 年度各{by}达标率",
        name = view.organization.name,
        training_year = view.training_year,
        by = t!(view.by.label())
    );
    let plot = Plot::Rates(view.items.iter().take(drawn).map(group).collect());
    html! {
        <>
            <Chart label={label.clone()} {plot} {onpick}>
                <RowTable<CompletionItem> caption={label} columns={columns(view)} rows={view.items.clone()} />
            </Chart>
            if view.total > i64::try_from(drawn).unwrap_or(i64::MAX) {
                <p class="muted small">
                    { t!("图中为达标率最低的 {drawn} 个，共 {count} 个，其余见数据表。", drawn, count = format::count(view.total)) }
                </p>
            }
        </>
    }
}

fn group(item: &CompletionItem) -> Group {
    let rate = item.rate.unwrap_or_default();
    let CompletionItem { label, teachers, met, short, .. } = item;
    let words = t!(
        "{label}\n达标 {met} 人，未达标 {short} 人，共 {teachers} 人\n达标率 {percent}",
        label,
        met = format::count(*met),
        short = format::count(*short),
        teachers = format::count(*teachers),
        percent = percent(item.rate)
    );
    Group { label: label.clone(), rate, tone: rate_tone(rate), words }
}

pub(super) fn columns(view: &CompletionView) -> Vec<Column<CompletionItem>> {
    let sum = |figure: fn(&CompletionItem) -> i64| html! { format::count(view.items.iter().map(figure).sum()) };
    let hours = |figure: fn(&CompletionItem) -> Hours| {
        let sum: Hours = view.items.iter().map(figure).sum();
        html! { format::hours(sum) }
    };
    let whole = view.clone();
    vec![
        Column::new(t!(view.by.label()), move |item: &CompletionItem| {
            let (to, query) = drill_down(&whole, item);
            html! { <Link {to} {query}>{ &item.label }</Link> }
        })
        .head()
        .total(html! { t!("合计") }),
        Column::new(
            heading::<CompletionRow>("teachers"),
            |item: &CompletionItem| html! { format::count(item.teachers) },
        )
        .number()
        .total(sum(|item| item.teachers)),
        Column::new(heading::<CompletionRow>("met"), |item: &CompletionItem| html! { format::count(item.met) })
            .number()
            .total(sum(|item| item.met)),
        Column::new(heading::<CompletionRow>("short"), |item: &CompletionItem| html! { format::count(item.short) })
            .number()
            .total(sum(|item| item.short)),
        Column::new(heading::<CompletionRow>("exempt"), |item: &CompletionItem| html! { format::count(item.exempt) })
            .number()
            .total(sum(|item| item.exempt)),
        Column::new(t!("达标率"), |item: &CompletionItem| html! { percent(item.rate) }).number(),
        Column::new(
            heading::<CompletionRow>("required_hours"),
            |item: &CompletionItem| html! { format::hours(item.required_hours) },
        )
        .number()
        .total(hours(|item| item.required_hours)),
        Column::new(
            heading::<CompletionRow>("recognized_hours"),
            |item: &CompletionItem| html! { format::hours(item.recognized_hours) },
        )
        .number()
        .total(hours(|item| item.recognized_hours)),
    ]
}
