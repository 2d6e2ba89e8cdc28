//! One phase of a project: plan, requirements, activities and deliverables.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, Hours, PhaseId, WireEnum,
    deliverables::DeliverableKind,
    phases::{PhaseKind, PhaseView, Requirement, Responsible, UpdatePhase},
    projects::ProjectView,
};
use songjiao_types::{HoursError, Permission};
use yew::prelude::*;

use super::{actions::PhaseActions, common::phase_badge};
use crate::{
    api::{
        ApiError,
        phases::{ActivityParent, find_phase, update_phase},
    },
    components::{
        Button, ButtonKind, DateField, Dialog, FormView, HoursField, IconName, KeyValues, Link, Notice, Section,
        SelectField, Tone, badge, loaded, use_save,
    },
    format,
    hooks::{bind, both, check, field_error, set_to, use_form, use_query},
    i18n::heading,
    pages::training::{
        activities::Activities,
        deliverables::{DeliverableDialog, PhaseDeliverables},
        projects::is_live,
    },
    route::Route,
    session::use_session,
};

/// Properties of [`PhasePanel`].
#[derive(Properties, PartialEq)]
pub struct PhasePanelProps {
    pub id: PhaseId,
    pub project: ProjectView,
    /// Reads the project again.
    pub reload: Callback<()>,
}

/// The panel of a phase.
#[component]
pub fn PhasePanel(props: &PhasePanelProps) -> Html {
    let PhasePanelProps { id, project, reload } = props;
    let load = use_query(Some(find_phase(*id)));
    let onchange = both(&load.reload, reload);
    loaded(&load, |phase| html! { <Panel phase={phase.clone()} project={project.clone()} {onchange} /> })
}

#[derive(Properties, PartialEq)]
struct PanelProps {
    phase: PhaseView,
    project: ProjectView,
    onchange: Callback<()>,
}

#[component]
fn Panel(props: &PanelProps) -> Html {
    let PanelProps { phase, project, onchange } = props;
    let session = use_session();
    let refusal = use_state(|| None::<ApiError>);
    let editing = use_state(|| false);
    let open = !phase.status.is_done();
    let live = is_live(project);
    let may_run = phase.can_run && session.can(Permission::PhasesRun);
    let onrefusal = {
        let refusal = refusal.clone();
        Callback::from(move |error| refusal.set(error))
    };
    let actions = html! {
        <>
            if may_run && open && live {
                <Button icon={IconName::Edit} onclick={set_to(&editing, true)}>{ t!("调整计划") }</Button>
            }
            if live {
                <PhaseActions phase={phase.clone()} project={project.clone()} {onrefusal} onchange={onchange.clone()} />
            }
        </>
    };
    let title = t!("第{numeral}阶段 {phase}", numeral = numeral(phase.position), phase = t!(phase.kind.label()));
    html! {
        <>
            <Section title={title.clone()} {actions}>
                if let Some(error) = &*refusal { { refused(error) } }
                if let Some(reason) = &phase.skip_reason {
                    <Notice tone={Tone::Warning} title={t!("经批准跳过")}>{ t!("原因：{reason}", reason) }</Notice>
                }
                <p class="muted">{ purpose(phase.kind) }</p>
                <KeyValues items={facts(phase)} />
                if open && phase.attendance_missing > 0 {
                    <Notice tone={Tone::Warning} title={t!("还有 {phase} 人次未登记考勤", phase = format::count(phase.attendance_missing))}>
                        { t!("登记完毕后才能完成阶段。请在下方活动中登记考勤。") }
                    </Notice>
                }
                <Requirements phase={phase.clone()} project={project.clone()} may_add={open && live} onchange={onchange.clone()} />
            </Section>
            <Activities of={ActivityParent::Phase(phase.id)} project={project.clone()} may_change={may_run && open && live}
                planned={Some((phase.starts_on, phase.ends_on))} onchange={onchange.clone()} />
            <PhaseDeliverables id={phase.id} kind={phase.kind} count={phase.deliverable_count} may_change={open && live}
                onchange={onchange.clone()} />
            <Dialog open={*editing} title={t!("调整“{phase}”的计划", phase = t!(phase.kind.label()))} onclose={set_to(&editing, false)}>
                <PlanForm phase={phase.clone()} onclose={set_to(&editing, false)} onchange={onchange.clone()} />
            </Dialog>
        </>
    }
}

fn numeral(position: i32) -> &'static str {
    let place = usize::try_from(position).ok().and_then(|position| position.checked_sub(1));
    place.and_then(|place| [t!("一"), t!("二"), t!("三"), t!("四"), t!("五")].get(place).copied()).unwrap_or("")
}

/// The purpose of a phase according to its clause (二-1 to 二-5).
fn purpose(kind: PhaseKind) -> &'static str {
    match kind {
        PhaseKind::IntensiveStudy => {
            t!("集中到市区，进行专业理念与师德、专业知识、专业能力培训，解读送教下乡培训方案，完成班集体建设。")
        }
        PhaseKind::DiagnosisDemonstration => {
            t!("深入乡村学校现场诊断，找准课堂教学突出问题，以说课、上课、评课提供示范教学，提出研修任务。")
        }
        PhaseKind::LessonPolishing => {
            t!("学校组织教师围绕研修主题研课磨课，团队现场指导，生成合格课、优质课、精品课。")
        }
        PhaseKind::OutcomeShowcase => t!("会同乡村学校展示教学改进成效，通过微课例、微案例、微故事展示研修成果。"),
        PhaseKind::SummaryImprovement => t!("系统总结，生成代表性成果，制定下一年度校本研修计划和个人发展计划。"),
    }
}

fn facts(phase: &PhaseView) -> Vec<(AttrValue, Html)> {
    let mut items = vec![
        (heading::<PhaseView>("status"), phase_badge(phase.status)),
        (t!("计划日期").into(), html! { format::period(phase.starts_on, phase.ends_on) }),
        (
            heading::<PhaseView>("planned_hours"),
            html! { t!("计划 {planned_hours} 学时，已安排 {activity_hours} 学时", planned_hours = phase.planned_hours, activity_hours = phase.activity_hours) },
        ),
        (heading::<PhaseView>("responsible"), html! { t!(phase.responsible.label()) }),
    ];
    if let Some(at) = phase.started_at {
        items.push((heading::<PhaseView>("started_at"), html! { format::date_time(at) }));
    }
    if let Some(at) = phase.completed_at {
        items.push((heading::<PhaseView>("completed_at"), html! { format::date_time(at) }));
    }
    items
}

/// Why a phase could not be started or completed, with everything that is missing.
fn refused(error: &ApiError) -> Html {
    html! {
        <div class="notice notice--danger" role="alert">
            { IconName::Alert.draw() }
            <div class="notice__body">
                <p class="notice__title">{ error.title() }</p>
                if error.field_errors().is_empty() {
                    if let Some(detail) = error.detail() { <p>{ detail }</p> }
                } else {
                    <ul class="bullets">{ for error.field_errors().iter().map(|fault| html! { <li>{ &fault.message }</li> }) }</ul>
                }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RequirementsProps {
    phase: PhaseView,
    project: ProjectView,
    may_add: bool,
    onchange: Callback<()>,
}

/// The requirements of a phase, and which of them are met.
#[component]
fn Requirements(props: &RequirementsProps) -> Html {
    let RequirementsProps { phase, project, may_add, onchange } = props;
    let session = use_session();
    let adding = use_state(|| None::<DeliverableKind>);
    if phase.requirements.is_empty() {
        return Html::default();
    }
    let met = phase.requirements.iter().filter(|requirement| requirement.met).count();
    let may_add = *may_add && session.can(Permission::DeliverablesWrite);
    let close = set_to(&adding, None);
    let mend = |requirement: &Requirement| match requirement.kinds.first().copied() {
        Some(kind) if may_add => {
            let adding = adding.clone();
            let onclick = Callback::from(move |_: MouseEvent| adding.set(Some(kind)));
            html! {
                <Button kind={ButtonKind::Quiet} icon={IconName::Plus} {onclick} label={t!("提交{requirement}", requirement = requirement.label)}>{ t!("提交") }</Button>
            }
        }
        None => html! {
            <Link to={Route::Project { id: project.id }} query="tab=lessons">{ t!("查看课例") }</Link>
        },
        Some(_) => Html::default(),
    };
    html! {
        <div class="requirements">
            <h3>{ t!("完成本阶段须具备（{met}/{phase}）", met, phase = phase.requirements.len()) }</h3>
            <ul aria-label={t!("完成本阶段须具备的材料")}>
                { for phase.requirements.iter().map(|requirement| html! {
                    <li class={if requirement.met { "requirement requirement--met" } else { "requirement" }}>
                        <span class="requirement__mark">
                            { (if requirement.met { IconName::Check } else { IconName::Close }).draw() }
                        </span>
                        <span class="requirement__label">{ &requirement.label }</span>
                        if requirement.met {
                            { badge(Tone::Success, t!("已具备")) }
                        } else {
                            { badge(Tone::Warning, t!("缺少")) }
                            { mend(requirement) }
                        }
                    </li>
                }) }
            </ul>
            if let Some(kind) = *adding {
                <DeliverableDialog phase={phase.id} phase_kind={phase.kind} kind={Some(kind)} onclose={close} onchange={onchange.clone()} />
            }
        </div>
    }
}

#[derive(Clone)]
struct Plan {
    planned_hours: String,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    responsible: Option<Responsible>,
}

impl Plan {
    fn to_wire(&self) -> Result<UpdatePhase, Vec<FieldError>> {
        let planned_hours: Hours = self
            .planned_hours
            .parse()
            .map_err(|error: HoursError| vec![field_error("/planned_hours", &error.to_string())])?;
        if let (Some(first), Some(last)) = (self.starts_on, self.ends_on)
            && last < first
        {
            return Err(vec![field_error("/ends_on", t!("结束日期不能早于开始日期"))]);
        }
        check(UpdatePhase {
            planned_hours: Some(planned_hours),
            starts_on: Some(self.starts_on),
            ends_on: Some(self.ends_on),
            responsible: self.responsible,
        })
    }
}

#[derive(Properties, PartialEq)]
struct PlanFormProps {
    phase: PhaseView,
    onclose: Callback<()>,
    onchange: Callback<()>,
}

#[component]
fn PlanForm(props: &PlanFormProps) -> Html {
    let PlanFormProps { phase, onclose, onchange } = props;
    let form = use_form(|| Plan {
        planned_hours: phase.planned_hours.to_string(),
        starts_on: phase.starts_on,
        ends_on: phase.ends_on,
        responsible: Some(phase.responsible),
    });
    let done = both(onclose, onchange);
    let submit = {
        let phase = phase.clone();
        use_save(
            &form,
            Plan::to_wire,
            move |client, body| {
                let phase = phase.clone();
                async move { update_phase(&client, &phase, &body).await }
            },
            move |_| t!("阶段计划已保存"),
            move |_| done.emit(()),
        )
    };
    let draft = form.draft();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("保存计划")} oncancel={onclose.clone()} onstale={onchange.clone()} label={t!("调整阶段计划")}>
            <DateField label={heading::<PhaseView>("starts_on")} bind={bind!(form.starts_on)} />
            <DateField label={heading::<PhaseView>("ends_on")} min={draft.starts_on} bind={bind!(form.ends_on)} />
            <HoursField label={heading::<PhaseView>("planned_hours")} required=true bind={bind!(form.planned_hours)} />
            <SelectField<Responsible> label={heading::<PhaseView>("responsible")} required=true bind={bind!(form.responsible)} />
        </FormView>
    }
}
