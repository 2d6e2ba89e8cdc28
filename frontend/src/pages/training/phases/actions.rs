//! The status of a phase: 开始, 完成 and, with the bureau's approval, 跳过.

use songjiao_types::{
    Permission, WireEnum,
    completions::{CompletePhase, MendingReason},
    phases::{PhaseStatus, PhaseView, SkipPhase},
    projects::{ProjectStatus, ProjectView},
};
use yew::prelude::*;

use crate::{
    api::{
        ApiError,
        completions::{complete_phase, preview_phase, reopen_phase},
        phases::{skip_phase, start_phase},
    },
    components::{Button, ButtonKind, IconName, Notice, ReasonButton, Success, Tone, Work, use_toasts},
    hooks::{both, set_to, use_action},
    pages::training::completions::{Answer, CompletionDialog},
    session::use_session,
};

/// Properties of [`PhaseActions`].
#[derive(Clone, Properties, PartialEq)]
pub struct PhaseActionsProps {
    pub phase: PhaseView,
    pub project: ProjectView,
    /// Gets the refusal of the last action; `None` after a success.
    pub onrefusal: Callback<Option<ApiError>>,
    pub onchange: Callback<()>,
}

/// The buttons that change a phase's status.
#[component]
pub fn PhaseActions(props: &PhaseActionsProps) -> Html {
    let PhaseActionsProps { phase, project, .. } = props;
    let session = use_session();
    let running = project.status == ProjectStatus::Running;
    let may_run = phase.can_run && session.can(Permission::PhasesRun) && running;
    let may_skip = running && session.can(Permission::PhasesSkip) && !phase.status.is_done();
    html! {
        <>
            if may_run && phase.status == PhaseStatus::Planned { <StartButton ..props.clone() /> }
            if may_run && phase.status == PhaseStatus::Active { <CompleteButton ..props.clone() /> }
            if may_skip { { skip_button(props) } }
            if running && project.can_manage && phase.status.is_done() { { reopen_button(props) } }
        </>
    }
}

#[component]
fn StartButton(props: &PhaseActionsProps) -> Html {
    let PhaseActionsProps { phase, onrefusal, onchange, .. } = props;
    let toasts = use_toasts();
    let (id, name) = (phase.id, t!(phase.kind.label()));
    let start = {
        let (refuse, changed) = (onrefusal.clone(), onchange.clone());
        use_action(
            move |client, (): ()| async move { start_phase(&client, id).await },
            move |outcome| {
                if outcome.is_ok() {
                    toasts.success(t!("已开始“{name}”", name));
                }
                refuse.emit(outcome.err());
                changed.emit(());
            },
        )
    };
    html! {
        <Button kind={ButtonKind::Primary} busy={start.busy} onclick={start.run.reform(|_| ())}>{ t!("开始阶段") }</Button>
    }
}

#[component]
fn CompleteButton(props: &PhaseActionsProps) -> Html {
    let PhaseActionsProps { phase, onrefusal, onchange, .. } = props;
    let asking = use_state(|| false);
    let refusal = use_state(|| None::<ApiError>);
    let toasts = use_toasts();
    let (id, name) = (phase.id, t!(phase.kind.label()));
    let complete = {
        let (asking, refuse, refusal, changed) =
            (asking.clone(), onrefusal.clone(), refusal.setter(), onchange.clone());
        use_action(
            move |client, body: CompletePhase| async move { complete_phase(&client, id, &body).await },
            move |outcome| {
                if outcome.is_ok() {
                    asking.set(false);
                    toasts.success(t!("“{name}”已完成，学时待项目结业认定", name));
                    refuse.emit(None);
                    changed.emit(());
                }
                refusal.set(outcome.err());
            },
        )
    };
    let missing: Vec<&str> =
        phase.requirements.iter().filter(|it| !it.met).map(|requirement| requirement.label.as_str()).collect();
    let onconfirm = complete.run.reform(|Answer { unmarked, reason, .. }: Answer| CompletePhase { unmarked, reason });
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>{ t!("完成阶段") }</Button>
            if *asking {
                <CompletionDialog title={t!("完成“{name}”？", name)} confirm={t!("确认完成")} preview={preview_phase(id)} blocked={!missing.is_empty()}
                    busy={complete.busy} error={(*refusal).clone()} {onconfirm} oncancel={set_to(&asking, false)}>
                    if !missing.is_empty() {
                        <Notice tone={Tone::Danger} title={t!("缺少本阶段要求的成果材料")}>
                            <ul class="bullets">{ for missing.iter().map(|label| html! { <li>{ *label }</li> }) }</ul>
                        </Notice>
                    }
                    <p>{ t!("完成后按每天的考勤为学员、按主讲的活动为团队成员生成学时，待项目结业时认定。本阶段的活动和考勤不能再修改，有误时由主办单位重新打开阶段或更正考勤。") }</p>
                </CompletionDialog>
            }
        </>
    }
}

fn reopen_button(props: &PhaseActionsProps) -> Html {
    let PhaseActionsProps { phase, onrefusal, onchange, .. } = props;
    let (id, name) = (phase.id, t!(phase.kind.label()));
    let work = Work::new(move |client, reason| async move {
        reopen_phase(&client, id, &MendingReason { reason }).await?;
        Ok(Success::toast(t!("已重新打开“{name}”", name)))
    });
    let ondone = both(&onrefusal.reform(|()| None), onchange);
    html! {
        <ReasonButton text={t!("重新打开阶段")} title={t!("重新打开“{name}”？", name)} confirm={t!("确认重新打开")} label={t!("原因")}
            placeholder={t!("如：补登遗漏的考勤表")} {work} {ondone}>
            <p>{ t!("本阶段已生成的学时随原因作废，再次完成时重新生成；单独作废过的学时不再生成。") }</p>
        </ReasonButton>
    }
}

fn skip_button(props: &PhaseActionsProps) -> Html {
    let PhaseActionsProps { phase, onrefusal, onchange, .. } = props;
    let (id, name) = (phase.id, t!(phase.kind.label()));
    let work = Work::new(move |client, reason| async move {
        skip_phase(&client, id, &SkipPhase { reason }).await?;
        Ok(Success::toast(t!("已跳过“{name}”", name)))
    });
    let ondone = both(&onrefusal.reform(|()| None), onchange);
    html! {
        <ReasonButton text={t!("跳过阶段")} title={t!("跳过“{name}”？", name)} confirm={t!("确认跳过")} label={t!("跳过原因")}
            placeholder={t!("如：汛期停课")} {work} {ondone}>
            <p>{ t!("“五段式”要求五个阶段依次实施，跳过须由教育局批准并说明原因。跳过的阶段不生成学时；已登记考勤的阶段不能跳过。") }</p>
        </ReasonButton>
    }
}
