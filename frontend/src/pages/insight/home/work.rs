//! The worklist: what waits for a decision, projects to complete, nominations to review, lessons to review or decide,
//! phases to carry on, teachers who lack hours. Each line links to the page where it is done.

use chrono::NaiveDate;
use songjiao_types::{Permission, Role, phases::PhaseStatus, quotas::QuotaView};
use yew::prelude::*;

use super::{
    counted::{ACTING, use_counted_tasks},
    task::{Task, line},
};
use crate::{
    api::dashboard::{
        WorklistCertification, WorklistProject, list_largest_shortfalls, list_open_for_nomination,
        list_ready_to_decide, list_running_team_projects, list_waiting_for_me,
    },
    components::{Button, ButtonKind, Section, Skeleton, Tone},
    format,
    hooks::{Load, set_to, use_query},
    i18n,
    route::Route,
    session::{Session, use_session},
};

/// The most lines of a kind.
const SHOWN: usize = 8;

/// Lines that are shown at first, so that the figures below stay in sight.
const INITIAL_LINES: usize = 5;

/// Whether the user has any task of these kinds.
pub fn can_wait_for(session: &Session) -> bool {
    let able = [Permission::EnrollmentsReview, Permission::CertificationsReview, Permission::CertificationsDecide];
    able.into_iter().chain(ACTING).any(|permission| session.can(permission))
        || session.me().is_some_and(|me| in_team(me.role) || me.role == Role::SchoolAdmin)
}

fn in_team(role: Role) -> bool {
    matches!(role, Role::TeamLeader | Role::TeamMember)
}

/// The worklist.
#[component]
pub fn Work() -> Html {
    let session = use_session();
    let admits = session.can(Permission::EnrollmentsReview);
    let (reviews, decides) =
        (session.can(Permission::CertificationsReview), session.can(Permission::CertificationsDecide));
    let role = session.me().map(|me| me.role);
    let in_school = role == Some(Role::SchoolAdmin);
    let all = use_state(|| false);
    let show_all = set_to(&all, true);
    let counted = use_counted_tasks();
    let nominating = use_query(admits.then(list_open_for_nomination));
    let reviewed = use_query(reviews.then(list_waiting_for_me));
    let decided = use_query(decides.then(list_ready_to_decide));
    let running = use_query(role.is_some_and(in_team).then(list_running_team_projects));
    let shortest = use_query(in_school.then(list_largest_shortfalls));
    // Shown only when complete: a line that moves while others load would be clicked by mistake.
    let pending = is_pending(&nominating)
        || is_pending(&reviewed)
        || is_pending(&decided)
        || is_pending(&running)
        || is_pending(&shortest);
    let Some(mut tasks) = counted.filter(|_| !pending) else {
        return html! { <Section title={t!("等我处理")} flush=true><Skeleton lines={INITIAL_LINES} /></Section> };
    };
    let today = format::today();
    tasks.extend(running.value().into_iter().flat_map(|page| page.items.iter().filter_map(|it| phase_task(it, today))));
    let waiting = [&reviewed, &decided].into_iter().filter_map(|load| load.value()).flat_map(|page| page.items.iter());
    tasks.extend(waiting.filter_map(|it| certification_task(it, reviews, decides)).take(SHOWN));
    tasks.extend(
        nominating.value().into_iter().flat_map(|page| page.items.iter().filter_map(nomination_task)).take(SHOWN),
    );
    tasks.extend(shortest.value().into_iter().flat_map(|page| page.items.iter().map(quota_task)));
    html! {
        <Section title={t!("等我处理")} flush=true>
            if tasks.is_empty() {
                <p class="work__none">{ t!("目前没有等您处理的事项。") }</p>
            } else {
                <ul class="work">{ for tasks.iter().take(if *all { tasks.len() } else { INITIAL_LINES }).map(line) }</ul>
                if tasks.len() > INITIAL_LINES && !*all {
                    <p class="card__more"><Button kind={ButtonKind::Quiet} onclick={show_all}>{ t!("显示全部 {count} 项", count = tasks.len()) }</Button></p>
                }
            }
        </Section>
    }
}

/// Whether the first answer is still to come.
fn is_pending<T>(load: &Load<T>) -> bool {
    load.loading && load.data.is_none()
}

/// A project with undecided nominations.
fn nomination_task(project: &WorklistProject) -> Option<Task> {
    let nominated = project.counts.nominated;
    (nominated > 0).then(|| Task {
        kind: t!("选派"),
        tone: Tone::Warning,
        title: project.title.clone(),
        detail: t!("{nominated} 名学员等待审核", nominated),
        to: Route::Project { id: project.id },
        query: "tab=participants",
        act: t!("去审核"),
    })
}

/// A lesson that the user may review, or decide once there are enough reviews.
fn certification_task(it: &WorklistCertification, reviews: bool, decides: bool) -> Option<Task> {
    let task = |kind, tone, detail, act| Task {
        kind,
        tone,
        title: it.lesson_title.clone(),
        detail,
        to: Route::Certification { id: it.id },
        query: "",
        act,
    };
    if reviews && it.waiting_for_me {
        let detail = t!("{teacher} 的课例，等待您的评审意见", teacher = it.teacher_name);
        Some(task(t!("评审"), Tone::Info, detail, t!("去评审")))
    } else if decides && it.may_decide {
        let detail = t!(
            "{teacher} 的课例，同意 {accepts}，不同意 {rejects}",
            teacher = it.teacher_name,
            accepts = it.accepts,
            rejects = it.rejects
        );
        Some(task(t!("认定"), Tone::Warning, detail, t!("去决定")))
    } else {
        None
    }
}

/// The current phase of a project of the user's team.
fn phase_task(project: &WorklistProject, today: NaiveDate) -> Option<Task> {
    let phase = project.phases.iter().find(|phase| phase.status == PhaseStatus::Active)?;
    let late = phase.ends_on.is_some_and(|ends_on| ends_on < today);
    let name = i18n::label(phase.kind);
    let detail = match phase.ends_on {
        Some(ends_on) if late => t!("{name}，已超过计划日期 {date}", name, date = format::date(ends_on)),
        Some(ends_on) => t!("{name}，计划至 {date}", name, date = format::date(ends_on)),
        None => name.to_owned(),
    };
    Some(Task {
        kind: t!("项目"),
        tone: if late { Tone::Danger } else { Tone::Info },
        title: project.title.clone(),
        detail,
        to: Route::Project { id: project.id },
        query: "",
        act: t!("去办理"),
    })
}

/// A teacher of the school who lacks hours.
fn quota_task(quota: &QuotaView) -> Task {
    Task {
        kind: t!("学时"),
        tone: Tone::Warning,
        title: quota.teacher_name.clone(),
        detail: t!("{year} 年度还差 {remaining} 学时", year = quota.training_year, remaining = quota.remaining_hours),
        to: Route::Teacher { id: quota.teacher_id },
        query: "",
        act: t!("查看"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certification(waiting_for_me: bool, accepts: i64) -> WorklistCertification {
        WorklistCertification {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            teacher_name: "李敏".into(),
            lesson_title: "《荷花》".into(),
            accepts,
            rejects: 0,
            waiting_for_me,
            may_decide: accepts >= 2,
        }
    }

    #[test]
    fn a_lesson_waits_for_the_user_who_can_act_on_it() {
        let act = |waiting, accepts, reviews, decides| {
            certification_task(&certification(waiting, accepts), reviews, decides).map(|task| task.act)
        };
        assert_eq!(act(true, 0, true, true), Some("去评审"));
        assert_eq!(act(false, 2, true, true), Some("去决定"));
        assert_eq!(act(false, 1, true, true), None, "not enough reviews, or not theirs to decide");
        assert_eq!(act(false, 2, true, false), None, "somebody else decides");
        assert_eq!(act(true, 0, false, true), None, "somebody else reviews");
    }
}
