//! A teacher's desk: next steps, hours, projects, lessons and certificates.

use std::rc::Rc;

use songjiao_types::{
    Page, WireEnum, auth::Me, certifications::CertificationView, dashboard::DashboardView, lessons::LessonView,
    projects::ProjectView,
};
use yew::prelude::*;

use super::{
    common::linked_page,
    hours::MyHours,
    next::{NextStep, TeacherFacts, next_steps},
};
use crate::{
    api::dashboard::{
        OwnCertificate, OwnLesson, OwnProject, find_own_quota, list_own_certificates, list_own_lessons,
        list_own_projects,
    },
    components::{
        ButtonLink, Column, EmptyState, IconName, Link, Notice, RowTable, Section, Skeleton, Tone, badge, loaded,
    },
    format,
    hooks::use_query,
    i18n::{self, heading},
    pages::lessons::lessons::{certification_link, grade_badge},
    route::{Route, page_at},
    session::{Session, use_session},
};

/// Properties of [`TeacherDesk`].
#[derive(Properties, PartialEq)]
pub struct TeacherDeskProps {
    pub me: Rc<Me>,
    pub dashboard: DashboardView,
}

/// The most items of a kind on the desk.
const SHOWN: usize = 5;

/// The desk.
#[component]
pub fn TeacherDesk(props: &TeacherDeskProps) -> Html {
    let TeacherDeskProps { me, dashboard } = props;
    let (year, cycle) = (dashboard.training_year, dashboard.credit.cycle_first_year);
    let quota = use_query(me.teacher_id.map(|id| find_own_quota(id, year)));
    let projects = use_query(Some(list_own_projects()));
    let lessons = use_query(Some(list_own_lessons()));
    let certificates = use_query(Some(list_own_certificates()));
    let session = use_session();
    let Some(teacher_id) = me.teacher_id else {
        return html! {
            <Notice tone={Tone::Warning} title={t!("账号尚未关联教师档案")}>
                { t!("请联系本单位管理员或教育局，将您的账号与教师档案关联，之后才能看到学时和课例。") }
            </Notice>
        };
    };
    let steps = next_steps(&TeacherFacts {
        quota: quota.value().map(|view| &view.quota),
        projects: projects.value().map(|page| page.items.iter().map(|project| project.status).collect()),
        lessons: lessons.value().map(|page| page.items.as_slice()).unwrap_or_default(),
    });
    let register = html! { <ButtonLink to={Route::NewLesson} icon={IconName::Plus}>{ t!("登记课例") }</ButtonLink> };
    let busy = (quota.loading || lessons.loading) && steps.is_empty();
    html! {
        <>
            <Section title={t!("下一步")}>
                if busy { <Skeleton lines={3} /> } else { { next(&steps) } }
            </Section>
            <MyHours {teacher_id} training_year={year} cycle_first_year={cycle} />
            <Section title={t!("我的培训项目")} flush=true>{ loaded(&projects, |page| own_projects(&session, page)) }</Section>
            <Section title={t!("我的课例")} flush=true actions={register}>{ loaded(&lessons, own_lessons) }</Section>
            <Section title={t!("我的证书")} flush=true>{ loaded(&certificates, own_certificates) }</Section>
        </>
    }
}

fn next(steps: &[NextStep]) -> Html {
    if steps.is_empty() {
        return html! { <p class="muted">{ t!("目前没有需要您办理的事项。") }</p> };
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

fn own_projects(session: &Session, page: &Page<OwnProject>) -> Html {
    if page.items.is_empty() {
        return html! {
            <EmptyState icon={IconName::Calendar} title={t!("还没有参加培训项目")}>
                <p>{ t!("学校选派并经教师进修学校审核后，项目会显示在这里。") }</p>
                if let Some((to, query)) = linked_page(session, "/projects", &()) { <ButtonLink {to} {query}>{ t!("查看培训项目") }</ButtonLink> }
            </EmptyState>
        };
    }
    let columns = vec![
        Column::new(
            heading::<ProjectView>("title"),
            |row: &OwnProject| html! { <Link to={Route::Project { id: row.id }}>{ &row.title }</Link> },
        )
        .head(),
        Column::new(heading::<ProjectView>("kind"), |row: &OwnProject| html! { t!(row.kind.label()) }),
        Column::new(
            t!("起止日期"),
            |row: &OwnProject| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
        )
        .unbroken(),
        Column::new(
            heading::<ProjectView>("planned_hours"),
            |row: &OwnProject| html! { row.planned_hours.to_string() },
        )
        .number(),
        Column::new(heading::<ProjectView>("status"), |row: &OwnProject| badge(Tone::Info, t!(row.status.label()))),
    ];
    html! { <RowTable<OwnProject> caption={t!("我的培训项目")} {columns} rows={page.items.clone()} /> }
}

fn own_lessons(page: &Page<OwnLesson>) -> Html {
    if page.items.is_empty() {
        return html! {
            <EmptyState icon={IconName::Book} title={t!("还没有课例")}><p>{ t!("研课磨课中打磨的课登记后，由送培团队评定等次。") }</p></EmptyState>
        };
    }
    let columns = vec![
        Column::new(
            heading::<LessonView>("title"),
            |row: &OwnLesson| html! { <Link to={Route::Lesson { id: row.id }}>{ &row.title }</Link> },
        )
        .head(),
        Column::new(heading::<LessonView>("grade"), |row: &OwnLesson| grade_badge(row.grade)),
        Column::new(heading::<LessonView>("certification_status"), |row: &OwnLesson| {
            certification_link(row.certification.as_ref())
        }),
        Column::new(heading::<LessonView>("created_at"), |row: &OwnLesson| html! { format::date_time(row.created_at) })
            .unbroken(),
    ];
    let shown: Vec<OwnLesson> = page.items.iter().take(SHOWN).cloned().collect();
    html! {
        <>
            <RowTable<OwnLesson> caption={t!("我的课例")} {columns} rows={shown} />
            if page.items.len() > SHOWN { <p class="card__more"><Link to={Route::Lessons}>{ t!("查看全部课例") }</Link></p> }
        </>
    }
}

fn own_certificates(page: &Page<OwnCertificate>) -> Html {
    if page.items.is_empty() {
        return html! {
            <EmptyState icon={IconName::Medal} title={t!("还没有证书")}><p>{ t!("课例通过三课认定后，证书会显示在这里，可以打印。") }</p></EmptyState>
        };
    }
    let columns = vec![
        Column::new(heading::<CertificationView>("number"), |row: &OwnCertificate| {
            html! {
                <Link to={Route::Certificate { id: row.id }}>{ row.number.clone().unwrap_or_default() }</Link>
            }
        })
        .head(),
        Column::new(
            heading::<CertificationView>("award"),
            |row: &OwnCertificate| html! { row.award.map_or("—", i18n::label) },
        ),
        Column::new(heading::<CertificationView>("lesson_title"), |row: &OwnCertificate| html! { &row.lesson_title }),
        Column::new(
            heading::<CertificationView>("issued_on"),
            |row: &OwnCertificate| html! { row.issued_on.map(format::date).unwrap_or_default() },
        )
        .unbroken(),
    ];
    html! { <RowTable<OwnCertificate> caption={t!("我的证书")} {columns} rows={page.items.clone()} /> }
}
