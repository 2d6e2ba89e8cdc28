//! The list of credits: a cycle, teacher by teacher, with its five years beside each other.

use songjiao_types::{
    Hours, OrganizationId, Page, WireEnum,
    credits::{CreditStatus, CreditView, CreditYear},
};
use yew::prelude::*;

use super::{YearState, status_badge, status_tone, year_state};
use crate::{
    api::{
        Get,
        credits::{FILTERS, list_credits},
    },
    calendar::{Calendar, Cycle},
    components::{
        ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, ExportButton, Exported, FilterBar, IconName,
        Link, OptionFilter, OrganizationFilter, PageHeader, Pager, ProgressBar, SearchFilter, Section, loaded,
    },
    format,
    hooks::{use_list, use_policies, use_query_keeping},
    query::Query,
    route::Route,
};

/// The credits of the teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let policies = use_policies();
    html! {
        <>
            <PageHeader title="五年学分" crumbs={vec![Crumb::to("工作台", Route::Home)]}
                subtitle="每位教师五年完成 360 学时（减免按月折算）。总学时与每年学时分别考核，未达标的年度另行标出。" />
            { loaded(&policies, |policies| {
                let calendar = Calendar::of(&policies.items, format::today());
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
    let calendar = props.calendar;
    let list = use_list(FILTERS, "teacher_no");
    let asked = list.filter("cycle_first_year").parse().ok();
    let cycle = calendar.cycle_of(asked.unwrap_or(calendar.year));
    let first = cycle.first.to_string();
    let load = use_query_keeping(Some(list_credits(&list.request().with("cycle_first_year", &first))));
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let columns = columns(cycle, calendar.year, rows);
    let whole = list.selection().with("cycle_first_year", &first);
    let export = html! { <ExportButton<CreditView> name={format!("{}五年学分", cycle.label())} query={whole} /> };
    let empty = html! {
        <EmptyState icon={IconName::Users} title="这个周期没有教师">
            <p>{ "在岗教师登记之后，学分会自动汇总。" }</p>
            <ButtonLink to={Route::Teachers}>{ "查看教师" }</ButtonLink>
        </EmptyState>
    };
    html! {
        <Section title="教师名单" flush=true actions={export}>
            <FilterBar list={list.clone()}>
                <OptionFilter list={list.clone()} name="cycle_first_year" label="五年周期"
                    options={calendar.cycle_options()} default={Some(AttrValue::from(first))} />
                <SearchFilter list={list.clone()} name="q" label="姓名或教师编号" />
                <OrganizationFilter list={list.clone()} name="organization_id" label="单位" placeholder="全部" />
                <ChoiceFilter<CreditStatus> list={list.clone()} name="status" label="进度" />
            </FilterBar>
            <p class="legend" aria-hidden="true">
                <span class="year-cell year-cell--danger">{ "红色" }</span>{ "：该年度未达标，" }
                <span class="year-cell year-cell--success">{ "绿色" }</span>{ "：达标，" }
                { "其余为进行中或未开始。" }
            </p>
            <DataTable<CreditView> caption={format!("{} 五年学分列表", cycle.label())} {columns} load={load.clone()}
                list={list.clone()} {empty} />
            <Pager<CreditView> {list} {load} unit="名教师" />
        </Section>
    }
}

impl Exported for CreditView {
    fn list(query: &Query) -> Get<Page<Self>> {
        list_credits(query)
    }

    fn headings(rows: &[Self]) -> Vec<String> {
        let years = rows.first().map(|row| row.years.as_slice()).unwrap_or_default();
        let mut headings = ["教师编号", "姓名", "单位"].map(str::to_owned).to_vec();
        headings.extend(years.iter().map(|year| format!("{} 年度", year.training_year)));
        headings.extend(["应修学时", "已认定学时", "缺少学时", "未达标年度数", "进度"].map(str::to_owned));
        headings
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.teacher_no.clone(), self.teacher_name.clone(), self.organization_name.clone()];
        cells.extend(self.years.iter().map(|year| year.recognized_hours.to_string()));
        cells.extend([
            self.required_hours.to_string(),
            self.recognized_hours.to_string(),
            self.remaining_hours.to_string(),
            self.short_years.to_string(),
            self.status.label().to_owned(),
        ]);
        cells
    }
}

fn columns(cycle: Cycle, running: i32, rows: &[CreditView]) -> Vec<Column<CreditView>> {
    let first = cycle.first;
    let mut columns = vec![
        Column::new("教师编号", |row: &CreditView| html! { &row.teacher_no })
            .sorted_by("teacher_no")
            .unbroken()
            .total(html! { "本页合计" }),
        Column::new("姓名", move |row: &CreditView| {
            html! {
                <Link to={Route::Teacher { id: row.teacher_id }} query={format!("cycle={first}")}>{ &row.teacher_name }</Link>
            }
        })
        .head(),
        Column::new("单位", |row: &CreditView| unit(row.organization_id, &row.organization_name)),
    ];
    for year in cycle.first..=cycle.last {
        let sum: Hours = rows.iter().filter_map(|row| of_year(row, year)).map(|year| year.recognized_hours).sum();
        let column = Column::new(year.to_string(), move |row: &CreditView| {
            of_year(row, year).map(|year| year_cell(year, running)).unwrap_or_default()
        });
        columns.push(column.number().total(html! { format::hours(sum) }));
    }
    let sum = |figure: fn(&CreditView) -> Hours| -> Html {
        let sum: Hours = rows.iter().map(figure).sum();
        html! { format::hours(sum) }
    };
    columns.extend([
        Column::new("五年合计", |row: &CreditView| {
            let (done, whole) = (row.recognized_hours, row.required_hours);
            html! {
                <ProgressBar label={format!("{}的五年学分", row.teacher_name)} done={done.as_f64()} whole={whole.as_f64()}
                    text={format!("{done} / {whole}")} tone={status_tone(row.status)} compact=true />
            }
        })
        .total(sum(|row| row.recognized_hours)),
        Column::new("缺少学时", |row: &CreditView| html! { row.remaining_hours.to_string() })
            .sorted_by("remaining_hours")
            .number()
            .total(sum(|row| row.remaining_hours)),
        Column::new("进度", |row: &CreditView| status_badge(row.status)),
    ]);
    columns
}

fn of_year(row: &CreditView, year: i32) -> Option<&CreditYear> {
    row.years.iter().find(|each| each.training_year == year)
}

/// A year's hours; a short one is told by words too, not by its colour alone.
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

/// A unit's name, as a link to the page.
fn unit(id: OrganizationId, name: &str) -> Html {
    html! { <Link to={Route::Organization { id }}>{ name.to_owned() }</Link> }
}
