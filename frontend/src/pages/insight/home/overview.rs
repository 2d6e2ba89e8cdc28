//! The desk of all users but teachers: the figures of their scope, each linked to the list behind it.

use std::rc::Rc;

use songjiao_types::{
    Permission, Role, WireEnum,
    auth::Me,
    certifications::{Award, CertificationQuery, CertificationStatus},
    credits::{CreditQuery, CreditStatus},
    dashboard::{ChildFigures, DashboardView, LatePhase, PhaseFigures, ProjectFigures, QuotaFigures},
    hour_records::{HourRecordQuery, HourRecordStatus},
    lessons::{LessonGrade, LessonQuery},
    phases::{PhaseKind, PhaseView},
    projects::{ProjectQuery, ProjectStatus},
    quotas::{QuotaQuery, QuotaStatus, QuotaView},
    statistics::CompletionRow,
};
use yew::prelude::*;

use super::{common::linked_page, hours::MyHours, work::can_wait_for};
use crate::{
    api::certifications::count_certifications,
    bundles::{Bundle, BundlePage},
    components::{
        Column, Distribution, EmptyState, IconName, Link, Part, ProgressBar, RateRing, RowTable, Section, StatCard,
        Tone,
    },
    format,
    hooks::use_query,
    i18n::heading,
    route::Route,
    session::{Session, use_session},
};

/// Properties of [`Overview`].
#[derive(Properties, PartialEq)]
pub struct OverviewProps {
    pub me: Rc<Me>,
    pub dashboard: DashboardView,
}

/// The desk.
#[component]
pub fn Overview(props: &OverviewProps) -> Html {
    let OverviewProps { me, dashboard } = props;
    let session = use_session();
    let by_assignment = me.role.sees_by_assignment();
    let scope = if by_assignment {
        t!("本人记录和本团队的项目").to_owned()
    } else {
        t!("{name}及其下属单位", name = dashboard.organization.name)
    };
    html! {
        <>
            <Waiting dashboard={dashboard.clone()} {by_assignment} />
            if can_wait_for(&session) {
                <div class="work-place"><BundlePage route={Route::Home} bundle={Bundle::DeskWork} /></div>
            }
            if let Some(teacher_id) = me.teacher_id {
                <MyHours {teacher_id} training_year={dashboard.training_year}
                    cycle_first_year={dashboard.credit.cycle_first_year} />
            }
            // The figures of those who see by assignment would be their own, which are shown above.
            if !by_assignment {
                <div class="desk">
                    <Section title={t!("{training_year} 年度学时", training_year = dashboard.training_year)}>{ quota(&session, dashboard) }</Section>
                    <Section title={t!("五年学分")}>{ credit(&session, dashboard) }</Section>
                </div>
            }
            if shows_charts(me) { <BundlePage route={Route::Home} bundle={Bundle::DeskCharts} /> }
            <Section title={t!("培训项目")}>{ projects(&session, dashboard) }</Section>
            if !dashboard.most_late.is_empty() {
                <Section title={t!("逾期未完成的阶段")} flush=true>
                    <RowTable<LatePhase> caption={t!("逾期未完成的阶段")} rows={dashboard.most_late.clone()}
                        columns={late_columns(&session, dashboard)} />
                </Section>
            }
            <div class="desk">
                <Section title={t!("课例等次")}>{ lessons(&session, dashboard) }</Section>
                <Section title={t!("本年度三课认定")}>{ awards(&session, dashboard) }</Section>
            </div>
            if dashboard.children.len() > 1 {
                <Section title={t!("各单位年度学时")} flush=true>
                    <RowTable<ChildFigures> caption={t!("各单位年度学时")} rows={dashboard.children.clone()}
                        columns={child_columns(&session, dashboard)} />
                </Section>
            }
            <p class="muted small">{ t!("统计范围：{scope}。截至 {date}。", scope, date = format::date(dashboard.as_of)) }</p>
        </>
    }
}

/// Whether the user is responsible for several schools.
fn shows_charts(me: &Me) -> bool {
    matches!(me.role, Role::BureauAdmin | Role::TrainingSchoolAdmin | Role::DistrictCoordinator)
}

#[derive(Properties, PartialEq)]
struct WaitingProps {
    dashboard: DashboardView,
    /// Whether the user sees by assignment alone and reviews nobody's nomination.
    by_assignment: bool,
}

/// What waits for somebody, with links.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let DashboardView { waiting, late_phases, .. } = props.dashboard;
    let session = use_session();
    let reviews = session.can(Permission::CertificationsReview);
    let waiting_for_me = CertificationQuery { waiting_for_me: Some(true), ..Default::default() };
    let mine = use_query(reviews.then(|| count_certifications(waiting_for_me.clone())));
    let mine = mine.value().and_then(|page| page.total);
    let card = |label: &'static str,
                count: Option<i64>,
                unit: &'static str,
                detail: String,
                to: Option<(Route, AttrValue)>| {
        let tone = if count.is_some_and(|count| count > 0) { Tone::Warning } else { Tone::Success };
        let value = count.map_or_else(|| "—".to_owned(), format::count);
        html! { <StatCard {label} {value} {unit} {detail} {tone} {to} /> }
    };
    let projects = |status: ProjectStatus| {
        linked_page(&session, "/projects", &ProjectQuery { status: Some(status), ..Default::default() })
    };
    let pending = HourRecordQuery { status: Some(HourRecordStatus::Pending), ..Default::default() };
    let applied = CertificationQuery { status: Some(CertificationStatus::Applied), ..Default::default() };
    let ready = CertificationQuery { ready_to_decide: Some(true), ..Default::default() };
    let to_decide = t!("其中 {waiting} 件可作决定", waiting = format::count(waiting.certifications_to_decide));
    html! {
        <section class="stats" aria-label={t!("待办事项")}>
            if !props.by_assignment {
                { card(t!("待审核学员"), Some(waiting.enrollments), t!("人"), t!("已选派、公示中").to_owned(), projects(ProjectStatus::Published)) }
            }
            { card(t!("待认定学时"), Some(waiting.hour_records), t!("条"), t!("申报后尚未认定").to_owned(), linked_page(&session, "/hour-records", &pending)) }
            { card(t!("认定评审中"), Some(waiting.certifications), t!("件"), to_decide, linked_page(&session, "/certifications", &applied)) }
            if reviews {
                { card(t!("待我评审"), mine, t!("件"), t!("等待您发表评审意见").to_owned(), linked_page(&session, "/certifications", &waiting_for_me)) }
            }
            if session.can(Permission::CertificationsDecide) {
                { card(t!("认定待决定"), Some(waiting.certifications_to_decide), t!("件"), t!("评审意见已满").to_owned(), linked_page(&session, "/certifications", &ready)) }
            }
            { card(t!("逾期阶段"), Some(late_phases), t!("个"), t!("超过计划日期未完成").to_owned(), projects(ProjectStatus::Running)) }
        </section>
    }
}

fn quota(session: &Session, dashboard: &DashboardView) -> Html {
    let DashboardView { quota, training_year, annual_hours, teachers_in_post, .. } = dashboard;
    let training_year = Some(*training_year);
    let part = |status: QuotaStatus, count: i64, tone: Tone| {
        let query = QuotaQuery { training_year, status: Some(status), ..Default::default() };
        Part { label: t!(status.label()).into(), count, tone, to: linked_page(session, "/quotas", &query) }
    };
    let mut parts =
        vec![part(QuotaStatus::Met, quota.met, Tone::Success), part(QuotaStatus::Short, quota.short, Tone::Warning)];
    if quota.exempt > 0 {
        parts.push(part(QuotaStatus::Exempt, quota.exempt, Tone::Neutral));
    }
    html! {
        <div class="my-year">
            <RateRing label={t!("达标率")} rate={quota.rate} tone={rate_tone(quota.rate)} />
            <div class="my-year__figures">
                <p>{ t!("在职教师 {teachers_in_post} 人，本年度每人不少于 {annual_hours} 学时（按减免折算）。", teachers_in_post = format::count(*teachers_in_post), annual_hours) }</p>
                <Distribution label={t!("年度学时达标情况")} {parts} unit={t!("人")} />
            </div>
        </div>
    }
}

/// The tone of a rate. Rates below 50 % need attention.
fn rate_tone(rate: Option<f64>) -> Tone {
    match rate {
        Some(rate) if rate >= 90.0 => Tone::Success,
        Some(rate) if rate < 50.0 => Tone::Warning,
        _ => Tone::Info,
    }
}

fn credit(session: &Session, dashboard: &DashboardView) -> Html {
    let credit = &dashboard.credit;
    let cycle_first_year = Some(credit.cycle_first_year);
    let part = |status: CreditStatus, count: i64, tone: Tone| {
        let query = CreditQuery { cycle_first_year, status: Some(status), ..Default::default() };
        Part { label: t!(status.label()).into(), count, tone, to: linked_page(session, "/credits", &query) }
    };
    let mut parts = vec![
        part(CreditStatus::Met, credit.met, Tone::Success),
        part(CreditStatus::OnTrack, credit.on_track, Tone::Info),
        part(CreditStatus::Behind, credit.behind, Tone::Warning),
    ];
    if credit.exempt > 0 {
        parts.push(part(CreditStatus::Exempt, credit.exempt, Tone::Neutral));
    }
    html! {
        <>
            <p>{ t!("{cycle_first_year}—{cycle_last_year} 年周期，总学时与每年学时分别考核。", cycle_first_year = credit.cycle_first_year, cycle_last_year = credit.cycle_last_year) }</p>
            <Distribution label={t!("五年学分进度")} {parts} unit={t!("人")} />
        </>
    }
}

fn projects(session: &Session, dashboard: &DashboardView) -> Html {
    let ProjectFigures { draft, published, running, completed, archived, cancelled } = dashboard.projects;
    let training_year = Some(dashboard.training_year);
    let part = |status: ProjectStatus, count: i64, tone: Tone| {
        let query = ProjectQuery { training_year, status: Some(status), ..Default::default() };
        Part { label: t!(status.label()).into(), count, tone, to: linked_page(session, "/projects", &query) }
    };
    let mut parts = vec![
        part(ProjectStatus::Draft, draft, Tone::Neutral),
        part(ProjectStatus::Published, published, Tone::Warning),
        part(ProjectStatus::Running, running, Tone::Info),
        part(ProjectStatus::Completed, completed, Tone::Success),
    ];
    // Archived projects are shown only if there are any.
    parts.extend((archived > 0).then(|| part(ProjectStatus::Archived, archived, Tone::Neutral)));
    parts.extend((cancelled > 0).then(|| part(ProjectStatus::Cancelled, cancelled, Tone::Danger)));
    let total: i64 = parts.iter().map(|part| part.count).sum();
    if total == 0 {
        return html! {
            <EmptyState icon={IconName::Calendar} title={t!("本年度还没有培训项目")}>
                if let Some((to, query)) = linked_page(session, "/projects/new", &()) {
                    <Link {to} {query} class="button">{ t!("新建培训项目") }</Link>
                }
            </EmptyState>
        };
    }
    html! {
        <>
            <Distribution label={t!("本年度项目状态")} {parts} unit={t!("个")} />
            <h3 class="subheading">{ t!("正在实施的阶段") }</h3>
            <ol class="phases" aria-label={t!("正在实施的阶段")}>
                { for PhaseKind::ALL.iter().map(|kind| html! {
                    <li class={classes!("phases__phase", (in_phase(dashboard.running_phases, *kind) > 0).then_some("phases__phase--busy"))}>
                        <span class="phases__count">{ format::count(in_phase(dashboard.running_phases, *kind)) }</span>
                        <span>{ t!(kind.label()) }</span>
                    </li>
                }) }
            </ol>
        </>
    }
}

fn in_phase(figures: PhaseFigures, kind: PhaseKind) -> i64 {
    match kind {
        PhaseKind::IntensiveStudy => figures.intensive_study,
        PhaseKind::DiagnosisDemonstration => figures.diagnosis_demonstration,
        PhaseKind::LessonPolishing => figures.lesson_polishing,
        PhaseKind::OutcomeShowcase => figures.outcome_showcase,
        PhaseKind::SummaryImprovement => figures.summary_improvement,
    }
}

/// The phase at a position, counted from 1 as in the API.
fn phase_name(position: i32) -> &'static str {
    let at = usize::try_from(position).ok().and_then(|position| position.checked_sub(1));
    at.and_then(|at| PhaseKind::ALL.get(at)).map_or("—", |kind| t!(kind.label()))
}

fn late_columns(session: &Session, dashboard: &DashboardView) -> Vec<Column<LatePhase>> {
    let (session, today) = (session.clone(), dashboard.as_of);
    vec![
        Column::new(t!("项目"), move |row: &LatePhase| {
            match linked_page(&session, &format!("/projects/{}", row.project_id), &()) {
                Some((to, query)) => html! { <Link {to} {query}>{ &row.project_title }</Link> },
                None => html! { &row.project_title },
            }
        })
        .head(),
        Column::new(heading::<PhaseView>("kind"), |row: &LatePhase| html! { phase_name(row.position) }),
        Column::new(t!("计划完成"), |row: &LatePhase| html! { format::date(row.ends_on) }).unbroken(),
        Column::new(
            t!("逾期"),
            move |row: &LatePhase| html! { t!("{days} 天", days = (today - row.ends_on).num_days()) },
        )
        .number(),
    ]
}

fn child_columns(session: &Session, dashboard: &DashboardView) -> Vec<Column<ChildFigures>> {
    let (session, year) = (session.clone(), dashboard.training_year);
    let sum = |figure: fn(&ChildFigures) -> i64| {
        html! { format::count(dashboard.children.iter().map(figure).sum()) }
    };
    vec![
        Column::new(heading::<QuotaView>("organization_name"), move |row: &ChildFigures| {
            let name = &row.organization.name;
            let id = row.organization.id;
            let query = QuotaQuery { training_year: Some(year), organization_id: Some(id), ..Default::default() };
            let there = linked_page(&session, "/quotas", &query)
                .or_else(|| linked_page(&session, &format!("/organizations/{id}"), &()));
            match there {
                Some((to, query)) => html! { <Link {to} {query}>{ name }</Link> },
                None => html! { name },
            }
        })
        .head()
        .total(html! { t!("合计") }),
        Column::new(t!("在职教师"), |row: &ChildFigures| html! { format::count(row.teachers_in_post) })
            .number()
            .total(sum(|row| row.teachers_in_post)),
        Column::new(heading::<CompletionRow>("met"), |row: &ChildFigures| html! { format::count(row.quota.met) })
            .number()
            .total(sum(|row| row.quota.met)),
        Column::new(heading::<CompletionRow>("short"), |row: &ChildFigures| html! { format::count(row.quota.short) })
            .number()
            .total(sum(|row| row.quota.short)),
        Column::new(t!("达标率"), |row: &ChildFigures| rate_bar(&row.quota)),
    ]
}

fn rate_bar(quota: &QuotaFigures) -> Html {
    let Some(rate) = quota.rate else { return html! { <span class="muted">{ "—" }</span> } };
    html! {
        <ProgressBar label={t!("达标率")} done={rate} whole={100.0} text={format!("{rate}%")} tone={rate_tone(quota.rate)} compact=true />
    }
}

fn lessons(session: &Session, dashboard: &DashboardView) -> Html {
    let figures = dashboard.lessons;
    let graded = |grade: LessonGrade, count: i64, tone: Tone| {
        let query = LessonQuery { grade: Some(grade), ..Default::default() };
        Part { label: t!(grade.label()).into(), count, tone, to: linked_page(session, "/lessons", &query) }
    };
    let parts = vec![
        Part {
            label: t!("待评定").into(),
            count: figures.ungraded,
            tone: Tone::Neutral,
            to: linked_page(session, "/lessons", &LessonQuery { graded: Some(false), ..Default::default() }),
        },
        graded(LessonGrade::Qualified, figures.qualified, Tone::Warning),
        graded(LessonGrade::Good, figures.good, Tone::Info),
        graded(LessonGrade::Excellent, figures.excellent, Tone::Success),
    ];
    html! { <Distribution label={t!("课例等次")} {parts} unit={t!("节")} /> }
}

fn awards(session: &Session, dashboard: &DashboardView) -> Html {
    let figures = dashboard.awards;
    let (awarded_year, status) = (Some(dashboard.training_year), Some(CertificationStatus::Accepted));
    let part = |award: Award, count: i64, tone: Tone| {
        let query = CertificationQuery { awarded_year, status, award: Some(award), ..Default::default() };
        Part { label: t!(award.label()).into(), count, tone, to: linked_page(session, "/certifications", &query) }
    };
    let parts = vec![
        part(Award::Standard, figures.standard, Tone::Warning),
        part(Award::Quality, figures.quality, Tone::Info),
        part(Award::Demonstration, figures.demonstration, Tone::Success),
    ];
    html! { <Distribution label={t!("本年度三课认定")} {parts} unit={t!("节")} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_names_its_phase() {
        assert_eq!([0, 1, 3, 5, 6].map(phase_name), ["—", "集中研修", "研课磨课", "总结提升", "—"]);
    }

    #[test]
    fn a_low_rate_stands_out() {
        assert!(rate_tone(Some(49.9)) == Tone::Warning);
        assert!(rate_tone(Some(63.5)) == Tone::Info);
        assert!(rate_tone(Some(90.0)) == Tone::Success);
        assert!(rate_tone(None) == Tone::Info);
    }
}
