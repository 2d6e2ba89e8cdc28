//! A teacher's desk: what comes next, my hours, my projects, my lessons and certificates.

use std::rc::Rc;

use songjiao_types::{
    WireEnum,
    auth::Me,
    certifications::{CertificationStatus, CertificationView},
    dashboard::DashboardView,
    lessons::LessonView,
    projects::ProjectView,
};
use yew::prelude::*;

use super::{
    behind,
    hours::MyHours,
    next::{NextStep, Standing, next_steps},
};
use crate::{
    api::{
        certifications::list_certifications,
        dashboard::{find_own_quota, list_own_projects},
        lessons::list_lessons,
    },
    components::{Badge, ButtonLink, Column, DataTable, EmptyState, IconName, Link, Notice, Section, Skeleton, Tone},
    format,
    hooks::{Load, use_query},
    pages::lessons::{certification_link, grade_badge},
    query::Query,
    route::{Route, page_at},
    session::use_session,
};

/// What [`TeacherDesk`] is given.
#[derive(Properties, PartialEq)]
pub struct TeacherDeskProps {
    pub me: Rc<Me>,
    pub dashboard: DashboardView,
}

/// How many of a kind are shown on the desk.
const SHOWN: &str = "5";

/// The desk.
#[component]
pub fn TeacherDesk(props: &TeacherDeskProps) -> Html {
    let TeacherDeskProps { me, dashboard } = props;
    let (year, cycle) = (dashboard.training_year, dashboard.credit.cycle_first_year);
    let quota = use_query(me.teacher_id.map(|id| find_own_quota(id, year)));
    let projects = use_query(Some(list_own_projects()));
    // Enough of them that what can be done is among them.
    let lessons = use_query(Some(list_lessons(&Query::new().with("limit", "50"))));
    let Some(teacher_id) = me.teacher_id else {
        return html! {
            <Notice tone={Tone::Warning} title="账号尚未关联教师档案">
                { "请联系本单位管理员或教育局，将您的账号与教师档案关联，之后才能看到学时和课例。" }
            </Notice>
        };
    };
    let steps = next_steps(&Standing {
        quota: quota.value().map(|view| &view.quota),
        projects: projects.value().map(|page| page.items.iter().map(|project| project.status).collect()),
        lessons: lessons.value().map(|page| page.items.as_slice()).unwrap_or_default(),
    });
    let busy = (quota.loading || lessons.loading) && steps.is_empty();
    html! {
        <>
            <Section title="下一步">
                if busy { <Skeleton lines={3} /> } else { { next(&steps) } }
            </Section>
            <MyHours {teacher_id} training_year={year} cycle_first_year={cycle} />
            <Section title="我的培训项目" flush=true><Projects load={projects} /></Section>
            <Lessons />
            <Section title="我的证书" flush=true><Certificates /></Section>
        </>
    }
}

fn next(steps: &[NextStep]) -> Html {
    if steps.is_empty() {
        return html! { <p class="muted">{ "目前没有需要您办理的事项。" }</p> };
    }
    html! {
        <ul class="next">
            { for steps.iter().map(|step| {
                let to = step.to.as_ref().and_then(|(path, label)| Some((page_at(path)?, *label)));
                html! {
                    <li class={format!("next__step next__step--{}", step.tone.name())}>
                        <div>
                            <p class="next__title">{ &step.title }</p>
                            <p class="muted">{ &step.detail }</p>
                        </div>
                        if let Some((to, label)) = to { <ButtonLink {to}>{ label }</ButtonLink> }
                    </li>
                }
            }) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct ProjectsProps {
    load: Load<songjiao_types::Page<ProjectView>>,
}

#[component]
fn Projects(props: &ProjectsProps) -> Html {
    let session = use_session();
    let columns = use_memo((), |()| {
        vec![
            Column::new("项目", |row: &ProjectView| match page_at(&format!("/projects/{}", row.id)) {
                Some(to) => html! { <Link {to}>{ &row.title }</Link> },
                None => html! { &row.title },
            })
            .head(),
            Column::new("类型", |row: &ProjectView| html! { row.kind.label() }),
            Column::new(
                "起止日期",
                |row: &ProjectView| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
            )
            .unbroken(),
            Column::new("计划学时", |row: &ProjectView| html! { row.planned_hours.to_string() }).number(),
            Column::new("状态", |row: &ProjectView| html! { <Badge tone={Tone::Info}>{ row.status.label() }</Badge> }),
        ]
    });
    let all = behind(&session, "/projects", "");
    let empty = html! {
        <EmptyState icon={IconName::Calendar} title="还没有参加培训项目">
            <p>{ "学校选派并经教师进修学校审核后，项目会显示在这里。" }</p>
            if let Some((to, query)) = all { <ButtonLink {to} {query}>{ "查看培训项目" }</ButtonLink> }
        </EmptyState>
    };
    html! { <DataTable<ProjectView> caption="我的培训项目" columns={(*columns).clone()} load={props.load.clone()} {empty} /> }
}

#[component]
fn Lessons() -> Html {
    let load = use_query(Some(list_lessons(&Query::new().with("limit", SHOWN))));
    let columns = use_memo((), |()| {
        vec![
            Column::new(
                "课题",
                |row: &LessonView| html! { <Link to={Route::Lesson { id: row.id }}>{ &row.title }</Link> },
            )
            .head(),
            Column::new("等次", |row: &LessonView| grade_badge(row.grade)),
            Column::new("三课认定", |row: &LessonView| certification_link(row.certification.as_ref())),
            Column::new("登记时间", |row: &LessonView| html! { format::date_time(row.created_at) }).unbroken(),
        ]
    });
    let more = load.value().is_some_and(|page| page.next_cursor.is_some());
    let actions = html! { <ButtonLink to={Route::NewLesson} icon={IconName::Plus}>{ "登记课例" }</ButtonLink> };
    let empty = html! {
        <EmptyState icon={IconName::Book} title="还没有课例"><p>{ "研课磨课中打磨的课登记后，由送培团队评定等次。" }</p></EmptyState>
    };
    html! {
        <Section title="我的课例" flush=true {actions}>
            <DataTable<LessonView> caption="我的课例" columns={(*columns).clone()} {load} {empty} />
            if more { <p class="card__more"><Link to={Route::Lessons}>{ "查看全部课例" }</Link></p> }
        </Section>
    }
}

#[component]
fn Certificates() -> Html {
    let accepted = CertificationStatus::Accepted.as_str();
    let load = use_query(Some(list_certifications(&Query::new().with("status", accepted).with("limit", "20"))));
    let columns = use_memo((), |()| {
        vec![
            Column::new("证书编号", |row: &CertificationView| crate::pages::certifications::number_link(row)).head(),
            Column::new("认定结果", |row: &CertificationView| html! { row.award.map_or("—", WireEnum::label) }),
            Column::new("课题", |row: &CertificationView| html! { &row.lesson_title }),
            Column::new(
                "发证日期",
                |row: &CertificationView| html! { row.issued_on.map(format::date).unwrap_or_default() },
            )
            .unbroken(),
        ]
    });
    let empty = html! {
        <EmptyState icon={IconName::Medal} title="还没有证书"><p>{ "课例通过三课认定后，证书会显示在这里，可以打印。" }</p></EmptyState>
    };
    html! { <DataTable<CertificationView> caption="我的证书" columns={(*columns).clone()} {load} {empty} /> }
}
