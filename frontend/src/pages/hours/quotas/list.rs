//! The list of quotas: a training year by teacher, with a summary.

use songjiao_types::{
    Hours, WireEnum,
    hour_records::AnnualReturnQuery,
    policies::CalendarQuery,
    quotas::{QuotaQuery, QuotaSort, QuotaStatus, QuotaSummary, QuotaSummaryQuery, QuotaView},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::{
    Breakdown,
    common::{status_badge, status_tone},
};
use crate::{
    api::{
        hour_records::annual_return,
        policies::find_calendar,
        quotas::{list_quotas, summarize_quotas},
    },
    calendar::Calendar,
    components::{
        ButtonLink, ChoiceFilter, Column, Crumb, DataTable, Download, EmptyState, FileKind, FilterBar, IconName, Link,
        ListOutput, OptionFilter, OrganizationFilter, PageHeader, ProgressBar, SearchFilter, Section, StatCard, Tone,
        loaded,
    },
    format,
    hooks::{filter, use_calendar, use_list, use_query_keep_previous},
    i18n::heading,
    pages::hours::explanations::{ExplainedCard, Figure},
    query::encode,
    route::Route,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "teacher_no",
    "teacher_name",
    "organization_name",
    "training_year",
    "required_hours",
    "recognized_hours",
    "late_hours",
    "pending_hours",
    "remaining_hours",
    "status",
];

/// The quotas of the teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let load = use_calendar();
    html! {
        <>
            <PageHeader title={t!("年度学时")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("不在岗和减免的整月按月折减应修学时。只有已认定的学时计入。按教师归属统计：一个年度计入教师在该年度最后任职的单位。")} />
            { loaded(&load, |calendar| {
                let calendar = Calendar::of(calendar);
                html! { <Quotas {calendar} /> }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct QuotasProps {
    calendar: Calendar,
}

#[component]
fn Quotas(props: &QuotasProps) -> Html {
    let calendar = &props.calendar;
    let list = use_list(QuotaQuery {
        training_year: Some(calendar.year),
        sort: Some(QuotaSort::RemainingHoursDesc),
        ..Default::default()
    });
    let QuotaQuery { training_year, organization_id, stage, ref subject, .. } = list.query;
    let year = training_year.unwrap_or(calendar.year);
    // Another county may have another quota.
    let policies = use_query_keep_previous(Some(find_calendar(&CalendarQuery { organization_id })));
    let annual_hours = policies.value().and_then(|view| Calendar::of(view).annual_hours(year));
    let load = use_query_keep_previous(Some(list_quotas(&list.request())));
    let summary = QuotaSummaryQuery { training_year, organization_id, stage, subject: subject.clone() };
    let summary = use_query_keep_previous(Some(summarize_quotas(&summary)));
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let columns = columns(rows, calendar.cycle_of(year).first);
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("这个年度没有教师")}>
            <p>{ t!("在岗教师登记之后，年度学时会自动汇总。") }</p>
            <ButtonLink to={Route::Teachers}>{ t!("查看教师") }</ButtonLink>
        </EmptyState>
    };
    let annual_return = annual_return(&AnnualReturnQuery { training_year: year, organization_id });
    let export = html! {
        <>
            <ListOutput<QuotaView> name={t!("{year}年度学时", year)} get={list_quotas(&list.query)} printed={PRINTED} />
            <Download path={annual_return} name={t!("{year}年度学时报表", year)} kind={FileKind::Excel}>
                { t!("国家系统报表") }
            </Download>
        </>
    };
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    html! {
        <>
            if let Some(annual_hours) = annual_hours {
                <p class="muted">{ t!("{year} 年度：每人不少于 {annual_hours} 学时。", year, annual_hours) }</p>
            }
            { loaded(&summary, |summary| cards(summary, &list.query)) }
            <Section title={t!("教师名单")} flush=true actions={export}>
                <FilterBar list={list.erase()}>
                    <OptionFilter filter={filter!(list, training_year)} label={t!("培训年度")} options={calendar.year_options()} />
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <ChoiceFilter<QuotaStatus> filter={filter!(list, status)} label={t!("是否达标")} />
                    <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
                    <OptionFilter filter={filter!(list, subject)} label={t!("学科")} options={subjects} />
                </FilterBar>
                <DataTable<QuotaView> caption={t!("{year} 年度学时列表", year)} {columns} {load} list={list.erase()} unit={t!("名教师")} {empty} />
            </Section>
            if let Some(summary) = summary.value() {
                <Section title={t!("{year} 年度学时构成", year)}>
                    <p class="muted">{ t!("在本范围内取得的学时：按培训结束时的任职单位统计。") }</p>
                    <Breakdown tiers={summary.by_tier.clone()} modes={summary.by_mode.clone()} dimensions={summary.by_dimension.clone()} />
                </Section>
            }
        </>
    }
}

fn cards(summary: &QuotaSummary, query: &QuotaQuery) -> Html {
    let of_status = |status: QuotaStatus| {
        let query = encode(&QuotaQuery { status: Some(status), ..query.clone() });
        Some((Route::Quotas, AttrValue::from(query)))
    };
    let rated = summary.teachers - summary.exempt;
    let share = |number: i64| -> String {
        #[allow(clippy::cast_precision_loss)]
        let percent = format::percent(number as f64, rated as f64);
        if rated > 0 { t!("占 {percent}%", percent) } else { "—".to_owned() }
    };
    let rate = Figure::Rate(QuotaSummaryQuery {
        training_year: Some(summary.training_year),
        organization_id: query.organization_id,
        stage: query.stage,
        subject: query.subject.clone(),
    });
    let percent = if rated > 0 {
        // To one decimal, as the explanation says it.
        #[allow(clippy::cast_precision_loss)]
        let percent = (summary.met as f64 * 1000.0 / rated as f64).round() / 10.0;
        format!("{percent}%")
    } else {
        "—".to_owned()
    };
    html! {
        <div class="stats">
            <StatCard label={t!("应参训教师")} value={format::count(summary.teachers)} unit={t!("人")} detail={summary.organization.name.clone()} />
            <ExplainedCard figure={rate} label={t!("达标率")} value={percent} detail={t!("已达标 {met} 人，共 {rated} 人", met = format::count(summary.met), rated = format::count(rated))} />
            <StatCard label={t!("已达标")} value={format::count(summary.met)} unit={t!("人")} detail={share(summary.met)} tone={Tone::Success} to={of_status(QuotaStatus::Met)} />
            <StatCard label={t!("未达标")} value={format::count(summary.short)} unit={t!("人")} tone={Tone::Warning} to={of_status(QuotaStatus::Short)}
                detail={t!("共缺 {summary} 学时", summary = format::hours(summary.remaining_hours))} />
            if summary.exempt > 0 {
                <StatCard label={t!(QuotaStatus::Exempt.label())} value={format::count(summary.exempt)} unit={t!("人")} detail={t!("不计入达标率")} to={of_status(QuotaStatus::Exempt)} />
            }
            <StatCard label={heading::<QuotaView>("recognized_hours")} value={format::hours(summary.recognized_hours)} detail={t!("应修 {summary} 学时", summary = format::hours(summary.required_hours))} />
            if let Some(late) = summary.late_hours {
                <StatCard label={heading::<QuotaView>("late_hours")} value={late.to_string()} detail={t!("已结账，补录另计")} />
            }
            <StatCard label={heading::<QuotaView>("pending_hours")} value={format::hours(summary.pending_hours)} detail={t!("认定后才计入")} />
        </div>
    }
}

fn columns(rows: &[QuotaView], cycle: i32) -> Vec<Column<QuotaView>> {
    let sum = |figure: fn(&QuotaView) -> Hours| -> Html {
        let sum: Hours = rows.iter().map(figure).sum();
        html! { format::hours(sum) }
    };
    vec![
        Column::field("teacher_no", |row: &QuotaView| html! { &row.teacher_no })
            .sorted_by("teacher_no")
            .unbroken()
            .total(html! { t!("本页合计") }),
        Column::field("teacher_name", move |row: &QuotaView| {
            html! {
                <Link to={Route::Teacher { id: row.teacher_id }} query={format!("cycle={cycle}&year={}", row.training_year)}>
                    { &row.teacher_name }
                </Link>
            }
        })
        .head(),
        Column::field("organization_name", |row: &QuotaView| {
            html! { <Link to={Route::Organization { id: row.organization_id }}>{ &row.organization_name }</Link> }
        }),
        Column::field("required_hours", |row: &QuotaView| html! { row.required_hours.to_string() })
            .number()
            .total(sum(|row| row.required_hours)),
        Column::field("recognized_hours", |row: &QuotaView| {
            let (done, whole) = (row.recognized_hours, row.required_hours);
            html! {
                <ProgressBar label={t!("{teacher_name}已认定学时", teacher_name = row.teacher_name)} done={done.as_f64()} whole={whole.as_f64()}
                    text={done.to_string()} tone={status_tone(row.status)} compact=true />
            }
        })
        .total(sum(|row| row.recognized_hours)),
        Column::field("late_hours", |row: &QuotaView| {
            html! { row.late_hours.map(|hours| hours.to_string()).unwrap_or_default() }
        })
        .number(),
        Column::field("pending_hours", |row: &QuotaView| html! { row.pending_hours.to_string() })
            .number()
            .total(sum(|row| row.pending_hours)),
        Column::field("remaining_hours", |row: &QuotaView| html! { row.remaining_hours.to_string() })
            .sorted_by("remaining_hours")
            .number()
            .total(sum(|row| row.remaining_hours)),
        Column::field("status", |row: &QuotaView| status_badge(row.status)),
    ]
}
