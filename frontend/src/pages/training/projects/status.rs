//! The status of a project: 发布, 启动, 结项, 归档, and before that 取消 or, for a draft, 删除.

use songjiao_types::{
    completions::{CompleteProject, IssuedHoursFate, MendingReason},
    phases::PhaseStatus,
    projects::{CancelProject, ProjectStatus, ProjectView},
};
use yew::prelude::*;

use super::common::is_live;
use crate::{
    api::{
        ApiError,
        completions::{complete_project, preview_project, reopen_project, settle_project},
        projects::{advance_project, cancel_project, delete_project},
    },
    components::{Button, ButtonKind, ConfirmButton, IconName, ReasonButton, Segments, Success, Work, use_toasts},
    hooks::{set_to, use_action},
    pages::training::completions::{Answer, CompletionDialog},
    route::Route,
};

/// The next status of a project.
struct Step {
    to: ProjectStatus,
    verb: &'static str,
    done: &'static str,
    /// What it entails.
    meaning: &'static str,
}

fn next(status: ProjectStatus) -> Option<Step> {
    let step = |to, verb, done, meaning| Some(Step { to, verb, done, meaning });
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

/// The buttons that change a project's status.
pub fn status_actions(project: &ProjectView, etag: &str, reload: &Callback<()>) -> Html {
    if !project.can_manage {
        return Html::default();
    }
    html! {
        <>
            if project.status == ProjectStatus::Running {
                <CompleteButton project={project.clone()} reload={reload.clone()} />
            } else {
                { advance_button(project, reload) }
            }
            if project.status == ProjectStatus::Completed { { reopen_button(project, reload) } }
            if may_be_settled(project) { { settle_button(project, reload) } }
            if project.status == ProjectStatus::Draft {
                { delete_button(project, etag.to_owned()) }
            } else if is_live(project) {
                <CancelButton project={project.clone()} reload={reload.clone()} />
            }
        </>
    }
}

fn advance_button(project: &ProjectView, reload: &Callback<()>) -> Html {
    let Some(Step { to, verb, done, meaning }) = next(project.status) else { return Html::default() };
    let id = project.id;
    let work = Work::new(move |client, ()| async move {
        advance_project(&client, id, to).await?;
        Ok(Success::toast(done))
    });
    html! {
        <ConfirmButton kind={ButtonKind::Primary} icon={IconName::Check} text={t!("{verb}项目", verb)} title={t!("{verb}“{title}”？", verb, title = project.title)}
            confirm={t!("确认{verb}", verb)} danger=false {work} onsettled={reload}>
            <p>{ meaning }</p>
            if !project.warnings.is_empty() && project.status == ProjectStatus::Draft {
                <p>{ t!("计划检查发现以下问题，不影响发布，但请先核对：") }</p>
                <ul class="bullets">{ for project.warnings.iter().map(|warning| html! { <li>{ &warning.message }</li> }) }</ul>
            }
        </ConfirmButton>
    }
}

#[derive(Properties, PartialEq)]
struct CompleteButtonProps {
    project: ProjectView,
    reload: Callback<()>,
}

/// Completes a project after showing who completes with how many hours.
#[component]
fn CompleteButton(props: &CompleteButtonProps) -> Html {
    let CompleteButtonProps { project, reload } = props;
    let asking = use_state(|| false);
    let refusal = use_state(|| None::<ApiError>);
    let toasts = use_toasts();
    let id = project.id;
    let complete = {
        let (asking, refusal, reload) = (asking.clone(), refusal.setter(), reload.clone());
        use_action(
            move |client, body: CompleteProject| async move { complete_project(&client, id, &body).await },
            move |outcome| {
                if outcome.is_ok() {
                    asking.set(false);
                    toasts.success(t!("项目已结项"));
                    reload.emit(());
                }
                refusal.set(outcome.err());
            },
        )
    };
    let onconfirm =
        complete.run.reform(|Answer { unmarked, reason, hours }: Answer| CompleteProject { unmarked, reason, hours });
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>{ t!("{verb}项目", verb = t!("结项")) }</Button>
            if *asking {
                <CompletionDialog title={t!("{verb}“{title}”？", verb = t!("结项"), title = project.title)} confirm={t!("确认{verb}", verb = t!("结项"))}
                    preview={preview_project(id)} planned={Some(project.planned_hours)} busy={complete.busy} error={(*refusal).clone()}
                    {onconfirm} oncancel={set_to(&asking, false)}>
                    <p>{ t!("结项要求各阶段都已完成或经批准跳过。缺勤学时超过规定比例的学员未结业，其待认定学时驳回；其余学员结业，学时予以认定。") }</p>
                </CompletionDialog>
            }
        </>
    }
}

fn reopen_button(project: &ProjectView, reload: &Callback<()>) -> Html {
    let id = project.id;
    let work = Work::new(move |client, reason| async move {
        reopen_project(&client, id, &MendingReason { reason }).await?;
        Ok(Success::toast(t!("项目已重新打开")))
    });
    html! {
        <ReasonButton text={t!("重新打开项目")} title={t!("重新打开“{title}”？", title = project.title)} confirm={t!("确认重新打开")}
            label={t!("原因")} placeholder={t!("如：补登遗漏的考勤表")} {work} ondone={reload}>
            <p>{ t!("学员恢复为已录取。已认定的学时随原因作废，已完成阶段的学时重新生成，待再次结项时认定；单独作废过的学时不再生成。") }</p>
        </ReasonButton>
    }
}

/// A running project with a completed phase that crosses the end of its year.
fn may_be_settled(project: &ProjectView) -> bool {
    let completed = project.phases.iter().any(|phase| phase.status == PhaseStatus::Completed);
    let crosses = chrono::Datelike::year(&project.ends_on) > project.training_year;
    project.status == ProjectStatus::Running && project.settled_at.is_none() && completed && crosses
}

fn settle_button(project: &ProjectView, reload: &Callback<()>) -> Html {
    let id = project.id;
    let work = Work::new(move |client, reason| async move {
        settle_project(&client, id, &MendingReason { reason }).await?;
        Ok(Success::toast(t!("已按完成的阶段结算")))
    });
    html! {
        <ReasonButton text={t!("阶段结算")} title={t!("按完成的阶段结算“{title}”？", title = project.title)} confirm={t!("确认结算")}
            label={t!("原因")} placeholder={t!("如：年度结账")} {work} ondone={reload}>
            <p>{ t!("培训年度结束后，跨年度项目可按已完成的阶段结算：缺勤不超过规定比例的学员，已生成的学时予以认定，其余驳回。结算不再更改，项目继续实施。") }</p>
        </ReasonButton>
    }
}

/// Cancels a project; if it has issued hours, asks what becomes of them.
#[component]
fn CancelButton(props: &CompleteButtonProps) -> Html {
    let CompleteButtonProps { project, reload } = props;
    let fate = use_state(|| IssuedHoursFate::Keep);
    let issued = project.phases.iter().any(|phase| phase.status == PhaseStatus::Completed);
    let (id, issued_hours) = (project.id, issued.then_some(*fate));
    let work = Work::new(move |client, reason| async move {
        cancel_project(&client, id, &CancelProject { reason, issued_hours }).await?;
        Ok(Success::toast(t!("项目已取消")))
    });
    let onchange = {
        let fate = fate.setter();
        Callback::from(move |chosen| fate.set(chosen))
    };
    html! {
        <ReasonButton icon={IconName::Close} text={t!("取消项目")} title={t!("取消“{title}”？", title = project.title)} confirm={t!("确认取消项目")}
            label={t!("取消原因")} placeholder={t!("如：经费调整")} {work} ondone={reload}>
            <p>{ t!("取消后不能恢复，学员名单和已有材料保留备查，原因对学校可见。") }</p>
            if issued {
                <Segments<IssuedHoursFate> id="hours-fate" label={t!("已获得的学时")} value={Some(*fate)} {onchange} />
            }
        </ReasonButton>
    }
}

fn delete_button(project: &ProjectView, etag: String) -> Html {
    let id = project.id;
    let work = Work::new(move |client, ()| {
        let etag = etag.clone();
        async move {
            delete_project(&client, id, &etag).await?;
            Ok(Success::toast(t!("草稿已删除")).replace(Route::Projects))
        }
    });
    html! {
        <ConfirmButton icon={IconName::Trash} text={t!("删除草稿")} title={t!("删除草稿“{title}”？", title = project.title)} confirm={t!("确认删除")} {work}>
            <p>{ t!("删除后无法恢复。") }</p>
        </ConfirmButton>
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
