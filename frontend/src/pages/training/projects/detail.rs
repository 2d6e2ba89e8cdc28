//! One project: its status, phases, participants and results.

use std::rc::Rc;

use songjiao_types::{
    Permission, ProjectId, WireEnum,
    phases::PhaseStatus,
    projects::{ProjectStatus, ProjectView},
};
use yew::prelude::*;

use super::{
    common::{is_live, list_crumb, status_badge},
    status::status_actions,
    tabs::{FIRST_TAB, OTHER_TABS, TabContext, selected_phase},
};
use crate::{
    api::projects::find_project,
    bundles::{Bundle, BundlePage},
    components::{
        ButtonLink, IconName, IdProps, KeyValues, Link, Notice, PageHeader, ProgressBar, RecordProps, Section, Step,
        StepState, Stepper, Tab, Tabs, Tone, loaded,
    },
    format,
    hooks::{use_query, use_url_query},
    i18n::heading,
    query::Query,
    route::Route,
    session::use_session,
};

/// The page of a project.
#[component]
pub fn DetailPage(props: &IdProps<ProjectId>) -> Html {
    let load = use_query(Some(find_project(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |project| html! { <Detail record={project.clone()} {etag} {reload} /> })
}

#[component]
fn Detail(props: &RecordProps<ProjectView>) -> Html {
    let RecordProps { record: project, etag, reload } = props;
    let id = project.id;
    let session = use_session();
    let query = use_url_query();
    let shown = query.get("tab").unwrap_or(FIRST_TAB);
    let bundle = if OTHER_TABS.contains(&shown) { Bundle::ProjectTabs } else { Bundle::ProjectPhases };
    let actions = html! {
        <>
            if project.can_manage && is_live(project) && session.can(Permission::ProjectsWrite) {
                <ButtonLink to={Route::EditProject { id }} icon={IconName::Edit}>{ t!("编辑") }</ButtonLink>
            }
            if session.can(Permission::ProjectsWrite) {
                { status_actions(project, etag, reload) }
            }
        </>
    };
    let subtitle = t!(
        "{kind} · {year} 年度 · {level}",
        kind = t!(project.kind.label()),
        year = project.training_year,
        level = t!(project.level.label())
    );
    html! {
        <>
            <PageHeader title={project.title.clone()} crumbs={vec![list_crumb()]} beside={status_badge(project.status)}
                {subtitle} {actions} />
            { notices(project) }
            { facts(project) }
            { phases_row(project, &query, shown == FIRST_TAB) }
            <Tabs label={t!("项目内容")} tabs={tabs(project, shown)} />
            <ContextProvider<TabContext> context={TabContext { project: Rc::new(project.clone()), reload: reload.clone() }}>
                <BundlePage route={Route::Project { id }} {bundle} />
            </ContextProvider<TabContext>>
        </>
    }
}

/// The notices about the project as a whole.
fn notices(project: &ProjectView) -> Html {
    let reason = project.status_reason.clone().filter(|_| project.status == ProjectStatus::Cancelled);
    html! {
        <>
            if let Some(reason) = reason {
                <Notice tone={Tone::Danger} title={t!("项目已取消")}>{ t!("原因：{reason}", reason) }</Notice>
            }
            if is_live(project) && !project.warnings.is_empty() {
                <Notice tone={Tone::Warning} title={t!("计划检查")}>
                    <ul class="bullets">
                        { for project.warnings.iter().map(|warning| html! { <li>{ &warning.message }</li> }) }
                    </ul>
                </Notice>
            }
        </>
    }
}

/// The most important facts of a project.
fn facts(project: &ProjectView) -> Html {
    let taught = format::stage_and_subject(project.stage, project.subject.as_deref().unwrap_or_default());
    let audience = if taught.is_empty() { t!("不限").to_owned() } else { taught };
    #[allow(clippy::cast_precision_loss, reason = "for drawing alone")]
    let admitted = project.counts.admitted as f64;
    let text = t!("{admitted} / {capacity} 人", admitted = project.counts.admitted, capacity = project.capacity);
    let full = project.counts.admitted >= i64::from(project.capacity);
    let team = match (project.team_id, &project.team_name) {
        (Some(id), Some(name)) => html! { <Link to={Route::Team { id }}>{ name }</Link> },
        _ => html! { <span class="muted">{ t!("未指定") }</span> },
    };
    let items = vec![
        (t!("起止日期").into(), html! { format::period(Some(project.starts_on), Some(project.ends_on)) }),
        (
            heading::<ProjectView>("planned_hours"),
            html! { t!("{planned_hours} 学时", planned_hours = project.planned_hours) },
        ),
        (
            t!("培训对象").into(),
            html! { format!("{audience}{}", if project.requires_rural { t!("（乡村学校）") } else { "" }) },
        ),
        (heading::<ProjectView>("team_name"), team),
        (
            heading::<ProjectView>("host_organization_name"),
            super::common::or_dash(project.host_organization_name.as_deref()),
        ),
        (heading::<ProjectView>("theme"), super::common::or_dash(project.theme.as_deref())),
    ];
    html! {
        <Section>
            <KeyValues {items} />
            <div class="project-facts__places">
                <ProgressBar label={t!("已录取学员")} done={admitted} whole={f64::from(project.capacity)} {text}
                    tone={if full { Tone::Success } else { Tone::Info }} />
            </div>
        </Section>
    }
}

fn tabs(project: &ProjectView, shown: &str) -> Vec<Tab> {
    let tab = |label: &'static str, name: &'static str, count: Option<i64>| Tab {
        label: label.into(),
        to: Route::Project { id: project.id },
        query: if name == FIRST_TAB { AttrValue::default() } else { format!("tab={name}").into() },
        count,
        current: shown == name,
    };
    let counts = project.counts;
    vec![
        tab(if project.phases.is_empty() { t!("活动") } else { t!("阶段与活动") }, FIRST_TAB, Some(counts.activities)),
        tab(t!("参培学员"), "participants", Some(counts.admitted + counts.nominated)),
        tab(t!("成果材料"), "deliverables", Some(counts.deliverables)),
        tab(t!("日历"), "calendar", None),
        tab(t!("课例"), "lessons", None),
        tab(t!("学时"), "hours", None),
        tab(t!("概况"), "about", None),
    ]
}

/// The phases, each a link to its panel.
fn phases_row(project: &ProjectView, query: &Query, in_sight: bool) -> Html {
    if project.phases.is_empty() {
        return Html::default();
    }
    let steps: Vec<Step> = project
        .phases
        .iter()
        .map(|phase| Step {
            label: t!(phase.kind.label()).into(),
            state: match phase.status {
                PhaseStatus::Planned => StepState::Ahead,
                PhaseStatus::Active => StepState::Active,
                PhaseStatus::Completed => StepState::Done,
                PhaseStatus::Skipped => StepState::Skipped,
            },
            detail: Some(t!("{planned_hours} 学时", planned_hours = phase.planned_hours).into()),
            to: Some((Route::Project { id: project.id }, format!("phase={}", phase.kind.as_str()).into())),
        })
        .collect();
    let shown = if in_sight { selected_phase(project, query) } else { None };
    html! { <Section><Stepper label={t!("五段式送教下乡")} {steps} {shown} /></Section> }
}
