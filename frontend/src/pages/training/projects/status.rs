//! The status of a project: 发布, 启动, 结项, 归档, and before that 取消 or, for a draft, 删除.

use songjiao_types::projects::{CancelProject, ProjectStatus, ProjectView};
use yew::prelude::*;

use super::common::is_live;
use crate::{
    api::projects::{advance_project, cancel_project, delete_project},
    components::{ButtonKind, ConfirmButton, IconName, ReasonButton, Success, Work},
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
            { advance_button(project, reload) }
            if project.status == ProjectStatus::Draft {
                { delete_button(project, etag.to_owned()) }
            } else if is_live(project) {
                { cancel_button(project, reload) }
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

fn cancel_button(project: &ProjectView, reload: &Callback<()>) -> Html {
    let id = project.id;
    let work = Work::new(move |client, reason| async move {
        cancel_project(&client, id, &CancelProject { reason }).await?;
        Ok(Success::toast(t!("项目已取消")))
    });
    html! {
        <ReasonButton icon={IconName::Close} text={t!("取消项目")} title={t!("取消“{title}”？", title = project.title)} confirm={t!("确认取消项目")}
            label={t!("取消原因")} placeholder={t!("如：经费调整")} {work} ondone={reload}>
            <p>{ t!("取消后不能恢复，学员名单和已有材料保留备查，原因对学校可见。") }</p>
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
