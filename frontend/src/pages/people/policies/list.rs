//! The policies, past and future, with the details of the one that holds.

use songjiao_types::{
    Permission,
    policies::{PolicyQuery, PolicyStatus, PolicyView},
};
use yew::prelude::*;

use super::common::{status_badge, year_sentence};
use crate::{
    api::policies::{list_policies, withdraw_policy},
    calendar::Calendar,
    components::{
        ButtonKind, ButtonLink, Column, ConfirmButton, Crumb, EmptyState, IconName, KeyValues, PageHeader, RowTable,
        Section, Success, Work, loaded,
    },
    format,
    hooks::{use_calendar, use_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The policies.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let may_write = session.can(Permission::PoliciesWrite);
    let query = PolicyQuery { with_retired: Some(true), limit: Some(500), ..Default::default() };
    let load = use_query(Some(list_policies(&query)));
    let calendar = use_calendar();
    let year = calendar.value().map(Calendar::of).and_then(|calendar| calendar.find(calendar.year).map(year_sentence));
    let onchanged = load.reload.clone();
    let add = html! {
        if may_write {
            <ButtonLink to={Route::NewPolicy} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("制定新参数") }</ButtonLink>
        }
    };
    html! {
        <>
            <PageHeader title={t!("政策参数")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={add}
                subtitle={t!("文件没有写死、由本地确定的数值。参数按生效日期排列，不能修改；每个培训年度沿用其开始时的参数。")} />
            { loaded(&load, |page| {
                let holds = page.items.iter().find(|policy| policy.applies);
                let calendar = page.items.iter().find(|policy| policy.in_force && policy.cycle_years.is_some());
                html! {
                    <>
                        { holds.map(|policy| html! {
                            <Section title={t!("本单位适用：{name}自 {day} 起的参数", name = policy.organization_name, day = format::date(policy.effective_from))}>
                                if let Some(year) = &year { <p>{ t!("{year}。", year) }</p> }
                                <KeyValues items={values(policy, calendar)} />
                            </Section>
                        }).unwrap_or_default() }
                        <Section title={t!("全部参数")} flush=true>
                            if page.items.is_empty() {
                                <EmptyState icon={IconName::Sliders} title={t!("还没有政策参数")} />
                            } else {
                                <RowTable<PolicyView> caption={t!("政策参数")} columns={columns(may_write.then(|| onchanged.clone()))} rows={page.items.clone()} />
                            }
                        </Section>
                    </>
                }
            }) }
        </>
    }
}

/// The values of a policy; the calendar is that of the root's.
fn values(policy: &PolicyView, calendar: Option<&PolicyView>) -> Vec<(AttrValue, Html)> {
    let figures = &policy.figures;
    let mut items = vec![
        (
            t!("每人每年学时（一-3）").into(),
            html! { t!("不少于 {annual_hours} 学时", annual_hours = figures.annual_hours) },
        ),
        (t!("周期学时（三-1）").into(), html! { t!("每周期 {cycle_hours} 学时", cycle_hours = figures.cycle_hours) }),
    ];
    if let Some(calendar) = calendar {
        items.extend(calendar_values(calendar));
    }
    items.extend([
        (
            t!("缺勤上限").into(),
            html! { t!("超过 {absence_limit_numerator}/{absence_limit_denominator} 不发放学时", absence_limit_numerator = figures.absence_limit_numerator, absence_limit_denominator = figures.absence_limit_denominator) },
        ),
        (heading::<PolicyView>("leave_counts_as_missed"), yes_or_no(figures.leave_counts_as_missed)),
        (t!("末位淘汰率（一-2）").into(), html! { format!("{}%", figures.elimination_percent) }),
        (
            t!("学员公示期（五-1）").into(),
            html! { t!("{publicity_days} 个工作日", publicity_days = figures.publicity_days) },
        ),
        (heading::<PolicyView>("look_back_years"), html! { t!("{years} 年", years = figures.look_back_years) }),
        (
            t!("送教下乡频次").into(),
            html! { t!("同一乡镇同一学科每年 {visits_per_year} 次，每次 {days_per_visit} 天", visits_per_year = figures.visits_per_year, days_per_visit = figures.days_per_visit) },
        ),
        (heading::<PolicyView>("hours_per_day"), html! { t!("{hours} 学时", hours = figures.hours_per_day) }),
        (t!("各层级计入上限").into(), set_hours(&tier_caps(policy))),
        (t!("三修最低学时").into(), set_hours(&dimension_minimums(policy))),
        (t!("每学分学时").into(), set_hours(&hours_per_credit(policy))),
        (
            heading::<PolicyView>("reviews_required"),
            html! { t!("至少 {reviews_required} 人", reviews_required = figures.reviews_required) },
        ),
        (heading::<PolicyView>("own_team_reviewers"), html! { t!("{count} 人", count = figures.own_team_reviewers) }),
        (
            heading::<PolicyView>("certificate_prefix"),
            match &figures.certificate_prefix {
                Some(prefix) => html! { <code>{ prefix }</code> },
                None => html! { t!("使用上级的编号序列") },
            },
        ),
        (heading::<PolicyView>("note"), html! { policy.note.clone().unwrap_or_else(|| "—".to_owned()) }),
    ]);
    items
}

fn calendar_values(calendar: &PolicyView) -> Vec<(AttrValue, Html)> {
    let mut items = Vec::new();
    if let (Some(first), Some(years)) = (calendar.cycle_first_year, calendar.cycle_years) {
        let last = first + years - 1;
        items.push((t!("首个周期").into(), html! { t!("{first}–{last}，以后每 {years} 年一个", first, last, years) }));
    }
    if let Some(day) = calendar.year_starts_on {
        let start = t!("每年 {month} 月 {day} 日", month = day.month(), day = day.day());
        items.push((t!("培训年度起始").into(), html! { start }));
    }
    if let Some(basis) = calendar.month_basis {
        use songjiao_types::WireEnum;
        items.push((heading::<PolicyView>("month_basis"), html! { t!(basis.label()) }));
    }
    items
}

fn yes_or_no(yes: bool) -> Html {
    html! { if yes { { t!("是") } } else { { t!("否") } } }
}

type NamedHours = Vec<(AttrValue, Option<songjiao_types::Hours>)>;

fn tier_caps(policy: &PolicyView) -> NamedHours {
    let caps = &policy.figures.tier_caps;
    vec![
        (heading::<PolicyView>("tier_caps_school"), caps.school),
        (heading::<PolicyView>("tier_caps_county"), caps.county),
        (heading::<PolicyView>("tier_caps_above_county"), caps.above_county),
        (heading::<PolicyView>("tier_caps_other"), caps.other),
    ]
}

fn dimension_minimums(policy: &PolicyView) -> NamedHours {
    let minimums = &policy.figures.dimension_minimums;
    vec![
        (heading::<PolicyView>("dimension_minimums_ethics"), minimums.ethics),
        (heading::<PolicyView>("dimension_minimums_knowledge"), minimums.knowledge),
        (heading::<PolicyView>("dimension_minimums_skill"), minimums.skill),
    ]
}

fn hours_per_credit(policy: &PolicyView) -> NamedHours {
    let hours = &policy.figures.hours_per_credit;
    vec![
        (heading::<PolicyView>("hours_per_credit_full_time_long"), hours.full_time_long),
        (heading::<PolicyView>("hours_per_credit_face_to_face"), hours.face_to_face),
        (heading::<PolicyView>("hours_per_credit_online"), hours.online),
        (heading::<PolicyView>("hours_per_credit_blended"), hours.blended),
        (heading::<PolicyView>("hours_per_credit_other"), hours.other),
    ]
}

/// The hours that are set, a line each.
fn set_hours(named: &NamedHours) -> Html {
    let set = named.iter().filter_map(|(name, hours)| Some((name, (*hours)?)));
    let lines: Vec<Html> =
        set.map(|(name, hours)| html! { <li>{ t!("{name}：{hours} 学时", name, hours) }</li> }).collect();
    if lines.is_empty() {
        html! { t!("不设") }
    } else {
        html! { <ul>{ lines }</ul> }
    }
}

/// The columns; with `onchanged` also a button that withdraws a policy that is not yet in force.
fn columns(onchanged: Option<Callback<()>>) -> Vec<Column<PolicyView>> {
    let mut columns = vec![
        Column::field("effective_from", |row: &PolicyView| html! { format::date(row.effective_from) }).head(),
        Column::field("organization_name", |row: &PolicyView| html! { &row.organization_name }),
        Column::new(t!("状态"), status_badge),
        Column::field("annual_hours", |row: &PolicyView| html! { row.figures.annual_hours.to_string() }).number(),
        Column::field("cycle_hours", |row: &PolicyView| html! { row.figures.cycle_hours.to_string() }).number(),
        Column::new(t!("缺勤上限"), |row: &PolicyView| {
            html! { format!("{}/{}", row.figures.absence_limit_numerator, row.figures.absence_limit_denominator) }
        })
        .number(),
        Column::new(t!("末位淘汰率"), |row: &PolicyView| html! { format!("{}%", row.figures.elimination_percent) })
            .number(),
        Column::field("publicity_days", |row: &PolicyView| html! { row.figures.publicity_days }).number(),
        Column::field("reviews_required", |row: &PolicyView| html! { row.figures.reviews_required }).number(),
        Column::field("certificate_prefix", |row: &PolicyView| {
            html! { row.figures.certificate_prefix.clone().unwrap_or_else(|| "—".to_owned()) }
        }),
        Column::field("note", |row: &PolicyView| html! { row.note.clone().unwrap_or_default() }),
        Column::field("created_at", |row: &PolicyView| html! { format::date_time(row.created_at) }).unbroken(),
    ];
    if let Some(onchanged) = onchanged {
        let column = Column::new(t!("操作"), move |row: &PolicyView| withdraw_button(row, onchanged.clone()));
        columns.push(column.actions());
    }
    columns
}

fn withdraw_button(policy: &PolicyView, onsettled: Callback<()>) -> Html {
    if policy.status != PolicyStatus::Upcoming {
        return Html::default();
    }
    let work = {
        let policy = policy.clone();
        Work::new(move |client, ()| {
            let policy = policy.clone();
            async move {
                withdraw_policy(&client, &policy).await?;
                Ok(Success::toast(t!("参数已撤销")))
            }
        })
    };
    let what =
        t!("{name}自 {day} 起的参数", name = policy.organization_name, day = format::date(policy.effective_from));
    html! {
        <ConfirmButton kind={ButtonKind::Quiet} icon={IconName::Trash} text={t!("撤销")} label={t!("撤销{what}", what)} title={t!("撤销{what}？", what)}
            confirm={t!("撤销参数")} {work} {onsettled}>
            <p>{ t!("这份参数还没有生效。撤销后留存备查，原来的参数继续适用。") }</p>
        </ConfirmButton>
    }
}
