//! The projects of a year along the calendar, phase by phase, with the late ones marked. Rendered as SVG and HTML, so
//! that a project's row is a link and prints sharply.

use chrono::NaiveDate;
use songjiao_types::{
    WireEnum,
    phases::PhaseStatus,
    projects::ProjectStatus,
    statistics::{ScheduleQuery, ScheduleView, ScheduledPhase, ScheduledProject},
};
use yew::prelude::*;

use super::{common::Scope, timeline::Timeline};
use crate::{
    api::statistics::find_schedule,
    components::{Column, EmptyState, IconName, Link, RowTable, Section, Tone, badge, loaded},
    format,
    hooks::use_query_keep_previous,
    route::Route,
};

/// The most projects. A county runs some dozens a year.
const MAX_PROJECTS: i64 = 200;
/// The five phases of a project are lanes of this height, one below the other.
const LANES: i64 = 5;
const LANE: i64 = 10;

/// Properties of [`Schedule`].
#[derive(Properties, PartialEq)]
pub struct ScheduleProps {
    pub scope: Scope,
}

/// The calendar of the projects.
#[component]
pub fn Schedule(props: &ScheduleProps) -> Html {
    let Scope { training_year, organization_id } = props.scope;
    let (training_year, limit) = (Some(training_year), Some(MAX_PROJECTS));
    let query = ScheduleQuery { training_year, organization_id, limit, ..Default::default() };
    let load = use_query_keep_previous(Some(find_schedule(&query)));
    html! { <Section title={t!("项目阶段进度")}>{ loaded(&load, calendar) }</Section> }
}

fn calendar(view: &ScheduleView) -> Html {
    let open =
        |project: &&ScheduledProject| matches!(project.status, ProjectStatus::Published | ProjectStatus::Running);
    let running: Vec<ScheduledProject> = view.items.iter().filter(open).cloned().collect();
    let over =
        |project: &&ScheduledProject| matches!(project.status, ProjectStatus::Completed | ProjectStatus::Archived);
    // For a past year, the projects that are over.
    let (projects, left) = if running.is_empty() {
        (view.items.iter().filter(over).cloned().collect(), 0)
    } else {
        (running, view.items.iter().filter(over).count())
    };
    let Some(timeline) = Timeline::of(projects.iter().flat_map(days).collect::<Vec<_>>().into_iter()) else {
        return html! {
            <EmptyState icon={IconName::Calendar} title={t!("{training_year} 年度没有正在实施的项目", training_year = view.training_year)}>
                <Link to={Route::Projects} class="button">{ t!("查看培训项目") }</Link>
            </EmptyState>
        };
    };
    let late = projects.iter().filter(|project| project.late).count();
    html! {
        <>
            <p>
                { t!("{projects} 个项目，", projects = projects.len()) }
                { if late > 0 { t!("其中 {late} 个有阶段逾期。", late) } else { t!("没有逾期的阶段。").to_owned() } }
                if left > 0 { <span class="muted">{ t!("另有 {left} 个已结束的项目未列出。", left) }</span> }
            </p>
            <Legend />
            <div class="gantt">
                <div class="gantt__row gantt__row--head" aria-hidden="true">
                    <span />
                    <div class="gantt__months">{ for timeline.labels().into_iter().map(|(month, year)| html! {
                            <span>{ month }{ for year.map(|year| html! { <small>{ year }</small> }) }</span>
                        }) }</div>
                </div>
                <ul>{ for projects.iter().map(|project| row(project, timeline, view.as_of)) }</ul>
            </div>
            <div class="plot__foot">
                <details class="plot__figures">
                    <summary>{ t!("查看数据表") }</summary>
                    <RowTable<(ScheduledProject, ScheduledPhase)> caption={t!("项目阶段进度")} columns={columns()} rows={phases(&projects)} />
                </details>
            </div>
        </>
    }
}

fn days(project: &ScheduledProject) -> Vec<NaiveDate> {
    let of_phases = project.phases.iter().flat_map(|phase| [phase.starts_on, phase.ends_on]).flatten();
    [project.starts_on, project.ends_on].into_iter().chain(of_phases).collect()
}

#[component]
fn Legend() -> Html {
    let marks = [
        ("planned", t!(PhaseStatus::Planned.label())),
        ("active", t!(PhaseStatus::Active.label())),
        ("completed", t!(PhaseStatus::Completed.label())),
        ("late", t!("逾期")),
    ];
    html! {
        <ul class="gantt__legend" aria-hidden="true">
            { for marks.map(|(class, label)| html! {
                <li><span class={format!("gantt__mark gantt__mark--{class}")} />{ label }</li>
            }) }
            <li><span class="gantt__mark gantt__mark--today" />{ t!("今天") }</li>
        </ul>
    }
}

fn row(project: &ScheduledProject, timeline: Timeline, today: NaiveDate) -> Html {
    let height = LANES * LANE;
    let late = project.phases.iter().filter(|phase| phase.late).map(|phase| t!(phase.kind.label())).collect::<Vec<_>>();
    html! {
        <li class="gantt__row">
            <div class="gantt__name">
                <Link to={Route::Project { id: project.project_id }}>{ &project.title }</Link>
                if project.late {
                    { badge(Tone::Danger, t!("{late}逾期", late = late.join(t!("、")))) }
                }
            </div>
            <svg class="gantt__bars" viewBox={format!("0 0 1000 {height}")} preserveAspectRatio="none" role="img"
                aria-label={in_words(project)}>
                if project.phases.is_empty() {
                    { bar(timeline, project.starts_on, project.ends_on, LANES / 2, overall(project.status), project.title.clone()) }
                }
                { for project.phases.iter().zip(0..).filter_map(|(phase, lane)| {
                    let (from, to) = (phase.starts_on?, phase.ends_on.or(phase.starts_on)?);
                    Some(bar(timeline, from, to, lane, look(phase), phase_in_words(phase)))
                }) }
                if timeline.contains(today) {
                    <line class="gantt__today" x1={timeline.place(today).to_string()} x2={timeline.place(today).to_string()}
                        y1="0" y2={height.to_string()} vector-effect="non-scaling-stroke" />
                }
            </svg>
        </li>
    }
}

fn bar(timeline: Timeline, from: NaiveDate, to: NaiveDate, lane: i64, look: &'static str, words: String) -> Html {
    let (start, length) = timeline.bar(from, to);
    html! {
        <rect class={format!("gantt__bar gantt__bar--{look}")} x={start.to_string()} width={length.to_string()}
            y={(lane * LANE + 1).to_string()} height={(LANE - 2).to_string()}>
            <title>{ words }</title>
        </rect>
    }
}

fn look(phase: &ScheduledPhase) -> &'static str {
    match phase.status {
        _ if phase.late => "late",
        PhaseStatus::Planned => "planned",
        PhaseStatus::Active => "active",
        PhaseStatus::Completed => "completed",
        PhaseStatus::Skipped => "skipped",
    }
}

/// The look of a project without phases.
fn overall(status: ProjectStatus) -> &'static str {
    match status {
        ProjectStatus::Running => "active",
        ProjectStatus::Completed | ProjectStatus::Archived => "completed",
        ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Cancelled => "planned",
    }
}

fn state(phase: &ScheduledPhase) -> String {
    if phase.late {
        t!("{phase}，逾期", phase = t!(phase.status.label()))
    } else {
        t!(phase.status.label()).to_owned()
    }
}

fn phase_in_words(phase: &ScheduledPhase) -> String {
    t!(
        "{phase}：{period}，{state}",
        phase = t!(phase.kind.label()),
        period = format::period(phase.starts_on, phase.ends_on),
        state = state(phase)
    )
}

fn in_words(project: &ScheduledProject) -> String {
    if project.phases.is_empty() {
        return format::period(Some(project.starts_on), Some(project.ends_on));
    }
    project.phases.iter().map(phase_in_words).collect::<Vec<_>>().join(t!("；"))
}

fn phases(projects: &[ScheduledProject]) -> Vec<(ScheduledProject, ScheduledPhase)> {
    let of_project = |project: &ScheduledProject| {
        let project = project.clone();
        project.phases.clone().into_iter().map(move |phase| (project.clone(), phase))
    };
    projects.iter().flat_map(of_project).collect()
}

type Row = (ScheduledProject, ScheduledPhase);

fn columns() -> Vec<Column<Row>> {
    vec![
        Column::new(t!("项目"), |(project, _): &Row| {
            html! { <Link to={Route::Project { id: project.project_id }}>{ &project.title }</Link> }
        })
        .head(),
        Column::new(t!("阶段"), |(_, phase): &Row| html! { t!(phase.kind.label()) }),
        Column::new(t!("计划日期"), |(_, phase): &Row| html! { format::period(phase.starts_on, phase.ends_on) })
            .unbroken(),
        Column::new(t!("状态"), |(_, phase): &Row| {
            let tone = match phase.status {
                _ if phase.late => Tone::Danger,
                PhaseStatus::Active => Tone::Info,
                PhaseStatus::Completed => Tone::Success,
                PhaseStatus::Planned | PhaseStatus::Skipped => Tone::Neutral,
            };
            badge(tone, state(phase))
        }),
    ]
}
