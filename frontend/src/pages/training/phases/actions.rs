//! The status of a phase: 开始, 完成 and, with the bureau's approval, 跳过.

use songjiao_types::{
    Permission, WireEnum,
    phases::{PhaseStatus, PhaseView, SkipPhase},
    projects::{ProjectStatus, ProjectView},
};
use yew::prelude::*;

use crate::{
    api::{
        ApiError,
        phases::{complete_phase, skip_phase, start_phase},
    },
    components::{Button, ButtonKind, ConfirmDialog, IconName, Notice, ReasonButton, Success, Tone, Work, use_toasts},
    format,
    hooks::{both, set_to, use_action},
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
    let toasts = use_toasts();
    let (id, name) = (phase.id, t!(phase.kind.label()));
    let complete = {
        let (asking, refuse, changed) = (asking.clone(), onrefusal.clone(), onchange.clone());
        use_action(
            move |client, (): ()| async move { complete_phase(&client, id).await },
            move |outcome| {
                asking.set(false);
                if outcome.is_ok() {
                    toasts.success(t!("“{name}”已完成，学时已按考勤生成", name));
                }
                refuse.emit(outcome.err());
                changed.emit(());
            },
        )
    };
    let missing: Vec<&str> =
        phase.requirements.iter().filter(|it| !it.met).map(|requirement| requirement.label.as_str()).collect();
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>{ t!("完成阶段") }</Button>
            <ConfirmDialog open={*asking} title={t!("完成“{name}”？", name)} confirm={t!("确认完成")} danger=false
                busy={complete.busy} onconfirm={complete.run.clone()} oncancel={set_to(&asking, false)}>
                if !missing.is_empty() {
                    <Notice tone={Tone::Danger} title={t!("缺少本阶段要求的成果材料")}>
                        <ul class="bullets">{ for missing.iter().map(|label| html! { <li>{ *label }</li> }) }</ul>
                    </Notice>
                }
                if phase.attendance_missing > 0 {
                    <Notice tone={Tone::Warning} title={t!("还有 {phase} 人次未登记考勤", phase = format::count(phase.attendance_missing))}>
                        { t!("未登记的人次不计学时，完成后不能再补登。") }
                    </Notice>
                }
                <p>{ t!("完成后按考勤为学员和团队成员生成学时，本阶段的活动和考勤不能再修改。") }</p>
            </ConfirmDialog>
        </>
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
            <p>{ t!("“五段式”要求五个阶段依次实施，跳过须由教育局批准并说明原因。跳过的阶段不生成学时，不能恢复。") }</p>
        </ReasonButton>
    }
}
