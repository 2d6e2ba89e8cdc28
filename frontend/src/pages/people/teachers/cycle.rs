//! The five-year cycle of a teacher (三-1): 360 hours in all, and a requirement for each year.

use chrono::Datelike;
use songjiao_types::{
    TeacherId, WireEnum,
    credits::{CreditView, CreditYear},
    quotas::QuotaView,
    teachers::TeacherView,
};
use yew::prelude::*;

use crate::{
    api::credits::find_credit,
    calendar::{Calendar, Cycle},
    components::{
        Bar, BarChart, Column, Link, Notice, ProgressRing, RowTable, Section, Tab, Tabs, Tone, badge, loaded,
    },
    hooks::use_query,
    i18n::heading,
    pages::hours::{
        credits::{status_badge, status_tone, year_state},
        explanations::{ExplainButton, Figure},
    },
    route::Route,
};

/// Properties of [`CycleSection`].
#[derive(Properties, PartialEq)]
pub struct CycleSectionProps {
    pub teacher: TeacherView,
    pub calendar: Calendar,
    pub cycle: Cycle,
    /// The year that is shown below.
    pub year: i32,
}

/// The selected cycle, and links to the others.
#[component]
pub fn CycleSection(props: &CycleSectionProps) -> Html {
    let CycleSectionProps { teacher, calendar, cycle, year } = props;
    let id = teacher.id;
    let load = use_query(Some(find_credit(id, cycle.first)));
    // Cycles that ended before the teacher joined have nothing to show.
    let cycles = calendar.cycles().into_iter().filter(|each| each == cycle || each.last >= teacher.joined_on.year());
    let tabs: Vec<Tab> = cycles
        .map(|each| Tab {
            label: each.label().into(),
            to: Route::Teacher { id },
            query: format!("cycle={}", each.first).into(),
            count: None,
            current: each == *cycle,
        })
        .collect();
    html! {
        <Section title={t!("五年学分")}>
            <Tabs label={t!("五年周期")} {tabs} />
            { loaded(&load, |credit| picture(credit, calendar, *year)) }
        </Section>
    }
}

fn picture(credit: &CreditView, calendar: &Calendar, shown: i32) -> Html {
    let label = t!(
        "{cycle_first_year}–{cycle_last_year} 五年学分",
        cycle_first_year = credit.cycle_first_year,
        cycle_last_year = credit.cycle_last_year
    );
    let bars: Vec<Bar> = credit.years.iter().map(|year| bar(year, calendar.year)).collect();
    let chart = t!("{label}：各年度已认定学时", label);
    html! {
        <>
            <div class="cycle">
                <div class="cycle__sum">
                    <ProgressRing label={label.clone()} done={credit.recognized_hours} required={credit.required_hours}
                        tone={status_tone(credit.status)} />
                    <p>{ status_badge(credit.status) }</p>
                    <p class="muted small">
                        if credit.remaining_hours.hundredths() > 0 {
                            { t!("还差 {remaining_hours} 学时", remaining_hours = credit.remaining_hours) }
                        } else {
                            { t!("总学时已够") }
                        }
                    </p>
                    <ExplainButton figure={Figure::Credit(credit.teacher_id, credit.cycle_first_year)} />
                </div>
                <BarChart label={chart} {bars} />
            </div>
            if credit.short_years > 0 {
                <Notice tone={Tone::Warning} title={t!("有 {short_years} 个年度未达标", short_years = credit.short_years)}>
                    { t!("五年总学时与每年学时分别考核：其他年度多出的学时不能补足未达标的年度。") }
                </Notice>
            }
            <RowTable<CreditYear> caption={t!("{label}明细", label)} columns={columns(credit, calendar, shown)} rows={credit.years.clone()} />
        </>
    }
}

fn bar(year: &CreditYear, running: i32) -> Bar {
    let state = year_state(year, running);
    Bar {
        label: year.training_year.to_string().into(),
        note: state.words(year).into(),
        done: year.recognized_hours,
        required: year.required_hours,
        tone: state.tone(),
    }
}

fn columns(credit: &CreditView, calendar: &Calendar, shown: i32) -> Vec<Column<CreditYear>> {
    let id: TeacherId = credit.teacher_id;
    let first = credit.cycle_first_year;
    let running = calendar.year;
    vec![
        Column::new(heading::<QuotaView>("training_year"), move |row: &CreditYear| {
            let year = row.training_year;
            if year > running {
                return html! { year };
            }
            html! {
                <Link to={Route::Teacher { id }} query={format!("cycle={first}&year={year}")} current={year == shown}>
                    { t!("{year} 年度", year) }
                </Link>
            }
        })
        .head()
        .total(html! { t!("合计") }),
        Column::new(
            heading::<CreditView>("required_hours"),
            |row: &CreditYear| html! { row.required_hours.to_string() },
        )
        .number()
        .total(html! { credit.required_hours.to_string() }),
        Column::new(
            heading::<CreditView>("recognized_hours"),
            |row: &CreditYear| html! { row.recognized_hours.to_string() },
        )
        .number()
        .total(html! { credit.recognized_hours.to_string() }),
        Column::new(heading::<CreditView>("remaining_hours"), |row: &CreditYear| {
            html! { row.required_hours.saturating_sub(row.recognized_hours).to_string() }
        })
        .number()
        .total(html! { credit.remaining_hours.to_string() }),
        Column::new(t!("年度考核"), move |row: &CreditYear| {
            let state = year_state(row, running);
            badge(state.tone(), t!(state.label()))
        })
        .total(html! { t!(credit.status.label()) }),
    ]
}
