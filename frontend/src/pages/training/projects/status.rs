//! What moves a project on: 发布, 启动, 结项, 归档; and what ends it before: 取消, or 删除 of a draft.

use songjiao_types::projects::{CancelProject, ProjectStatus, ProjectView};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::is_live;
use crate::{
    api::projects::{advance_project, cancel_project, delete_project},
    components::{Button, ButtonKind, ConfirmDialog, IconName, ReasonDialog, use_toasts},
    hooks::{set_to, use_action},
    route::Route,
};

/// A step onwards.
struct Step {
    to: ProjectStatus,
    verb: &'static str,
    done: &'static str,
    /// What it means.
    says: &'static str,
}

fn next(status: ProjectStatus) -> Option<Step> {
    let step = |to, verb, done, says| Some(Step { to, verb, done, says });
    match status {
        ProjectStatus::Draft => step(
            ProjectStatus::Published,
            t!("发布"),
            t!("项目已发布，学校可以选派学员了"),
            t!("发布后范围内的学校都能看到项目通知并选派参培学员。"),
        ),
        ProjectStatus::Published => step(
            ProjectStatus::Running,
            t!("启动"),
            t!("项目已启动，可以开始第一阶段"),
            t!("启动后不再修改名称、类别、学时和遴选条件，送培团队可以开始各阶段工作。"),
        ),
        ProjectStatus::Running => step(
            ProjectStatus::Completed,
            t!("结项"),
            t!("项目已结项"),
            t!("结项要求各阶段都已完成或经批准跳过。结项后学员按考勤结业，不能再修改。"),
        ),
        ProjectStatus::Completed => {
            step(ProjectStatus::Archived, t!("归档"), t!("项目已归档"), t!("归档后项目及其材料只供查阅，不能再变更。"))
        }
        ProjectStatus::Archived | ProjectStatus::Cancelled => None,
    }
}

/// What the buttons act on.
#[derive(Properties, PartialEq)]
pub struct StatusActionsProps {
    pub project: ProjectView,
    pub etag: String,
    pub reload: Callback<()>,
}

/// The buttons that change a project's status.
#[component]
pub fn StatusActions(props: &StatusActionsProps) -> Html {
    let StatusActionsProps { project, etag, reload } = props;
    if !project.can_manage {
        return Html::default();
    }
    html! {
        <>
            <Advance project={project.clone()} etag={etag.clone()} reload={reload.clone()} />
            if project.status == ProjectStatus::Draft {
                <DeleteButton project={project.clone()} etag={etag.clone()} reload={reload.clone()} />
            } else if is_live(project) {
                <CancelButton project={project.clone()} etag={etag.clone()} reload={reload.clone()} />
            }
        </>
    }
}

#[component]
fn Advance(props: &StatusActionsProps) -> Html {
    let StatusActionsProps { project, reload, .. } = props;
    let asking = use_state(|| false);
    let toasts = use_toasts();
    let id = project.id;
    let done = next(project.status).map_or("", |step| step.done);
    let advance = {
        let (asking, reload) = (asking.clone(), reload.clone());
        use_action(
            move |client, to: ProjectStatus| async move { advance_project(&client, id, to).await },
            move |outcome| {
                asking.set(false);
                match outcome {
                    Ok(_) => toasts.success(done),
                    Err(error) => toasts.failure(&error),
                }
                reload.emit(());
            },
        )
    };
    let Some(step) = next(project.status) else { return Html::default() };
    let confirm = {
        let (run, to) = (advance.run.clone(), step.to);
        Callback::from(move |()| run.emit(to))
    };
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>
                { t!("{verb}项目", verb = step.verb) }
            </Button>
            <ConfirmDialog open={*asking} title={t!("{verb}“{title}”？", verb = step.verb, title = project.title)} danger=false
                confirm={t!("确认{verb}", verb = step.verb)} busy={advance.busy} onconfirm={confirm} oncancel={set_to(&asking, false)}>
                <p>{ step.says }</p>
                if !project.warnings.is_empty() && project.status == ProjectStatus::Draft {
                    <p>{ t!("计划检查发现以下问题，不影响发布，但请先核对：") }</p>
                    <ul class="bullets">{ for project.warnings.iter().map(|warning| html! { <li>{ &warning.message }</li> }) }</ul>
                }
            </ConfirmDialog>
        </>
    }
}

#[component]
fn CancelButton(props: &StatusActionsProps) -> Html {
    let StatusActionsProps { project, reload, .. } = props;
    let asking = use_state(|| false);
    let refusal = use_state(|| None);
    let toasts = use_toasts();
    let id = project.id;
    let cancel = {
        let (asking, refusal, reload) = (asking.clone(), refusal.clone(), reload.clone());
        use_action(
            move |client, reason: String| async move { cancel_project(&client, id, &CancelProject { reason }).await },
            move |outcome| match outcome {
                Ok(_) => {
                    asking.set(false);
                    toasts.success(t!("项目已取消"));
                    reload.emit(());
                }
                Err(error) => refusal.set(Some(error)),
            },
        )
    };
    let ask = |open: bool| {
        let (asking, refusal) = (asking.clone(), refusal.clone());
        Callback::from(move |()| {
            refusal.set(None);
            asking.set(open);
        })
    };
    html! {
        <>
            <Button kind={ButtonKind::Danger} icon={IconName::Close} onclick={ask(true).reform(|_| ())}>{ t!("取消项目") }</Button>
            <ReasonDialog open={*asking} title={t!("取消“{title}”？", title = project.title)} confirm={t!("确认取消项目")} label={t!("取消原因")}
                placeholder={t!("如：经费调整")} busy={cancel.busy} error={(*refusal).clone()} onconfirm={cancel.run.clone()}
                oncancel={ask(false)}>
                <p>{ t!("取消后不能恢复，学员名单和已有材料保留备查，原因对学校可见。") }</p>
            </ReasonDialog>
        </>
    }
}

#[component]
fn DeleteButton(props: &StatusActionsProps) -> Html {
    let StatusActionsProps { project, etag, .. } = props;
    let asking = use_state(|| false);
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let id = project.id;
    let delete = {
        let asking = asking.clone();
        use_action(
            move |client, etag: String| async move { delete_project(&client, id, &etag).await },
            move |outcome| {
                asking.set(false);
                match outcome {
                    Ok(()) => {
                        toasts.success(t!("草稿已删除"));
                        navigator.replace(&Route::Projects);
                    }
                    Err(error) => toasts.failure(&error),
                }
            },
        )
    };
    let confirm = {
        let (run, etag) = (delete.run.clone(), etag.clone());
        Callback::from(move |()| run.emit(etag.clone()))
    };
    html! {
        <>
            <Button kind={ButtonKind::Danger} icon={IconName::Trash} onclick={set_to(&asking, true)}>{ t!("删除草稿") }</Button>
            <ConfirmDialog open={*asking} title={t!("删除草稿“{title}”？", title = project.title)} confirm={t!("确认删除")}
                busy={delete.busy} onconfirm={confirm} oncancel={set_to(&asking, false)}>
                <p>{ t!("删除后无法恢复。") }</p>
            </ConfirmDialog>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_one_step_onwards() {
        let mut status = ProjectStatus::Draft;
        let mut verbs = Vec::new();
        while let Some(step) = next(status) {
            verbs.push(step.verb);
            status = step.to;
        }
        assert_eq!(verbs, ["发布", "启动", "结项", "归档"]);
        assert!(next(ProjectStatus::Cancelled).is_none());
    }
}
