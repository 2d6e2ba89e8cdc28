//! The list of credits: a cycle by teacher, with its years side by side.

use songjiao_types::{
    Hours, OrganizationId,
    credits::{CreditQuery, CreditSort, CreditStatus, CreditView, CreditYear},
};
use yew::prelude::*;

use super::common::{YearState, status_badge, status_tone, year_state};
use crate::{
    api::credits::list_credits,
    calendar::{Calendar, Cycle},
    components::{
        ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link, ListOutput,
        OptionFilter, OrganizationFilter, PageHeader, ProgressBar, SearchFilter, Section, loaded,
    },
    format,
    hooks::{filter, use_calendar, use_list, use_query_keep_previous},
    i18n::translate_message,
    route::Route,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "teacher_no",
    "teacher_name",
    "organization_name",
    "years",
    "required_hours",
    "recognized_hours",
    "remaining_hours",
    "short_years",
    "status",
];

/// The credits of the teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let load = use_calendar();
    html! {
        <>
            <PageHeader title={t!("五年学分")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("每位教师在一个周期内完成规定的总学时（减免按月折算）。总学时与每年学时分别考核，未达标的年度另行标出。按教师归属统计。")} />
            { loaded(&load, |calendar| {
                let calendar = Calendar::of(calendar);
                html! { <Credits {calendar} /> }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct CreditsProps {
    calendar: Calendar,
}

#[component]
fn Credits(props: &CreditsProps) -> Html {
    let calendar = &props.calendar;
    let list = use_list(CreditQuery {
        cycle_first_year: Some(calendar.cycle_of(calendar.year).first),
        sort: Some(CreditSort::TeacherNo),
        ..Default::default()
    });
    let cycle = calendar.cycle_of(list.query.cycle_first_year.unwrap_or(calendar.year));
    // The URL may name any year of the cycle.
    let of_cycle = |query: CreditQuery| list_credits(&CreditQuery { cycle_first_year: Some(cycle.first), ..query });
    let load = use_query_keep_previous(Some(of_cycle(list.request())));
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let columns = columns(cycle, calendar.year, rows);
    let export = html! { <ListOutput<CreditView> name={t!("{cycle}五年学分", cycle = cycle.label())} get={of_cycle(list.query.clone())} printed={PRINTED} /> };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("这个周期没有教师")}>
            <p>{ t!("在岗教师登记之后，学分会自动汇总。") }</p>
            <ButtonLink to={Route::Teachers}>{ t!("查看教师") }</ButtonLink>
        </EmptyState>
    };
    html! {
        <Section title={t!("教师名单")} flush=true actions={export}>
            <FilterBar list={list.erase()}>
                <OptionFilter filter={filter!(list, cycle_first_year)} label={t!("五年周期")} options={calendar.cycle_options()} />
                <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                <ChoiceFilter<CreditStatus> filter={filter!(list, status)} label={t!("进度")} />
            </FilterBar>
            <p class="legend" aria-hidden="true">
                <span class="year-cell year-cell--danger">{ t!("红色") }</span>{ t!("：该年度未达标，") }
                <span class="year-cell year-cell--success">{ t!("绿色") }</span>{ t!("：达标，") }
                { t!("其余为进行中或未开始。") }
            </p>
            <DataTable<CreditView> caption={t!("{cycle} 五年学分列表", cycle = cycle.label())} {columns} {load} list={list.erase()} unit={t!("名教师")} {empty} />
        </Section>
    }
}

fn columns(cycle: Cycle, running: i32, rows: &[CreditView]) -> Vec<Column<CreditView>> {
    let first = cycle.first;
    let mut columns = vec![
        Column::field("teacher_no", |row: &CreditView| html! { &row.teacher_no })
            .sorted_by("teacher_no")
            .unbroken()
            .total(html! { t!("本页合计") }),
        Column::field("teacher_name", move |row: &CreditView| {
            html! {
                <Link to={Route::Teacher { id: row.teacher_id }} query={format!("cycle={first}")}>{ &row.teacher_name }</Link>
            }
        })
        .head(),
        Column::field("organization_name", |row: &CreditView| unit(row.organization_id, &row.organization_name)),
    ];
    for year in cycle.first..=cycle.last {
        let sum: Hours = rows.iter().filter_map(|row| of_year(row, year)).map(|year| year.recognized_hours).sum();
        let column = Column::new(translate_message(&CreditView::year_heading(year)), move |row: &CreditView| {
            of_year(row, year).map(|year| year_cell(year, running)).unwrap_or_default()
        });
        columns.push(column.number().total(html! { format::hours(sum) }));
    }
    let sum = |figure: fn(&CreditView) -> Hours| -> Html {
        let sum: Hours = rows.iter().map(figure).sum();
        html! { format::hours(sum) }
    };
    columns.extend([
        Column::field("recognized_hours", |row: &CreditView| {
            let (done, whole) = (row.recognized_hours, row.required_hours);
            html! {
                <ProgressBar label={t!("{teacher_name}的五年学分", teacher_name = row.teacher_name)} done={done.as_f64()} whole={whole.as_f64()}
                    text={format!("{done} / {whole}")} tone={status_tone(row.status)} compact=true />
            }
        })
        .total(sum(|row| row.recognized_hours)),
        Column::field("remaining_hours", |row: &CreditView| html! { row.remaining_hours.to_string() })
            .sorted_by("remaining_hours")
            .number()
            .total(sum(|row| row.remaining_hours)),
        Column::field("status", |row: &CreditView| status_badge(row.status)),
    ]);
    columns
}

fn of_year(row: &CreditView, year: i32) -> Option<&CreditYear> {
    row.years.iter().find(|each| each.training_year == year)
}

/// The hours of a year. Short years are marked by text, too, not by colour alone.
fn year_cell(year: &CreditYear, running: i32) -> Html {
    let state = year_state(year, running);
    let hours = match state {
        YearState::Ahead | YearState::Nothing => "–".to_owned(),
        _ => year.recognized_hours.to_string(),
    };
    html! {
        <span class={format!("year-cell year-cell--{}", state.tone().name())} title={state.words(year)}>
            { hours }
            if state == YearState::Short { <small>{ state.words(year) }</small> }
        </span>
    }
}

/// A link to the organization.
fn unit(id: OrganizationId, name: &str) -> Html {
    html! { <Link to={Route::Organization { id }}>{ name.to_owned() }</Link> }
}
