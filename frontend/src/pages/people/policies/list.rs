//! The policies, past and future, with the details of the one in force.

use songjiao_types::{Permission, policies::PolicyView};
use yew::prelude::*;

use super::common::force_badge;
use crate::{
    components::{
        ButtonKind, ButtonLink, Column, Crumb, EmptyState, IconName, KeyValues, PageHeader, RowTable, Section, loaded,
    },
    format,
    hooks::use_policies,
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The policies.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let load = use_policies();
    let add = html! {
        if session.can(Permission::PoliciesWrite) {
            <ButtonLink to={Route::NewPolicy} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("制定新参数") }</ButtonLink>
        }
    };
    html! {
        <>
            <PageHeader title={t!("政策参数")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={add}
                subtitle={t!("文件没有写死、由本地确定的数值。参数按生效日期排列，不能修改；每个培训年度沿用其开始时的参数。")} />
            { loaded(&load, |page| {
                let in_force = page.items.iter().find(|policy| policy.in_force);
                html! {
                    <>
                        { in_force.map(|policy| html! {
                            <Section title={t!("现行参数（自 {policy} 起）", policy = format::date(policy.effective_from))}>
                                <KeyValues items={values(policy)} />
                            </Section>
                        }).unwrap_or_default() }
                        <Section title={t!("全部参数")} flush=true>
                            if page.items.is_empty() {
                                <EmptyState icon={IconName::Sliders} title={t!("还没有政策参数")} />
                            } else {
                                <RowTable<PolicyView> caption={t!("政策参数")} columns={columns()} rows={page.items.clone()} />
                            }
                        </Section>
                    </>
                }
            }) }
        </>
    }
}

fn values(policy: &PolicyView) -> Vec<(AttrValue, Html)> {
    let last = policy.cycle_first_year + policy.cycle_years - 1;
    vec![
        (
            t!("每人每年学时（一-3）").into(),
            html! { t!("不少于 {annual_hours} 学时", annual_hours = policy.annual_hours) },
        ),
        (
            t!("周期学时（三-1）").into(),
            html! { t!("每 {cycle_years} 年 {cycle_hours} 学时", cycle_years = policy.cycle_years, cycle_hours = policy.cycle_hours) },
        ),
        (t!("首个周期").into(), html! { format!("{}–{last}", policy.cycle_first_year) }),
        (
            t!("培训年度起始").into(),
            html! { t!("每年 {year_starts_month} 月 1 日", year_starts_month = policy.year_starts_month) },
        ),
        (
            t!("缺勤上限").into(),
            html! { t!("超过 {absence_limit_numerator}/{absence_limit_denominator} 不发放学时", absence_limit_numerator = policy.absence_limit_numerator, absence_limit_denominator = policy.absence_limit_denominator) },
        ),
        (t!("末位淘汰率（一-2）").into(), html! { format!("{}%", policy.elimination_percent) }),
        (t!("学员公示期（五-1）").into(), html! { t!("{publicity_days} 天", publicity_days = policy.publicity_days) }),
        (
            t!("送教下乡频次").into(),
            html! { t!("同一乡镇同一学科每年 {visits_per_year} 次，每次 {days_per_visit} 天", visits_per_year = policy.visits_per_year, days_per_visit = policy.days_per_visit) },
        ),
        (
            heading::<PolicyView>("reviews_required"),
            html! { t!("至少 {reviews_required} 人", reviews_required = policy.reviews_required) },
        ),
        (heading::<PolicyView>("certificate_prefix"), html! { <code>{ &policy.certificate_prefix }</code> }),
        (heading::<PolicyView>("note"), html! { policy.note.clone().unwrap_or_else(|| "—".to_owned()) }),
    ]
}

fn columns() -> Vec<Column<PolicyView>> {
    vec![
        Column::field("effective_from", |row: &PolicyView| html! { format::date(row.effective_from) }).head(),
        Column::new(t!("状态"), force_badge),
        Column::field("annual_hours", |row: &PolicyView| html! { row.annual_hours.to_string() }).number(),
        Column::field(
            "cycle_hours",
            |row: &PolicyView| html! { t!("{cycle_hours} / {cycle_years} 年", cycle_hours = row.cycle_hours, cycle_years = row.cycle_years) },
        )
        .number(),
        Column::field("year_starts_month", |row: &PolicyView| html! { t!("{year_starts_month} 月", year_starts_month = row.year_starts_month) }).number(),
        Column::new(t!("缺勤上限"), |row: &PolicyView| {
            html! { format!("{}/{}", row.absence_limit_numerator, row.absence_limit_denominator) }
        })
        .number(),
        Column::new(t!("末位淘汰率"), |row: &PolicyView| html! { format!("{}%", row.elimination_percent) }).number(),
        Column::field("publicity_days", |row: &PolicyView| html! { row.publicity_days }).number(),
        Column::field("reviews_required", |row: &PolicyView| html! { row.reviews_required }).number(),
        Column::field("certificate_prefix", |row: &PolicyView| html! { &row.certificate_prefix }),
        Column::field("note", |row: &PolicyView| html! { row.note.clone().unwrap_or_default() }),
    ]
}
