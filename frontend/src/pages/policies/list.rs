//! The policies, past and to come, and the one in force in full.

use songjiao_types::{Permission, policies::PolicyView};
use yew::prelude::*;

use super::standing;
use crate::{
    components::{
        ButtonKind, ButtonLink, Column, Crumb, EmptyState, IconName, KeyValues, PageHeader, RowTable, Section, loaded,
    },
    format,
    hooks::use_policies,
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
            <ButtonLink to={Route::NewPolicy} kind={ButtonKind::Primary} icon={IconName::Plus}>{ "制定新参数" }</ButtonLink>
        }
    };
    html! {
        <>
            <PageHeader title="政策参数" crumbs={vec![Crumb::to("工作台", Route::Home)]} actions={add}
                subtitle="文件没有写死、由本地确定的数值。参数按生效日期排列，不能修改；每个培训年度沿用其开始时的参数。" />
            { loaded(&load, |page| {
                let in_force = page.items.iter().find(|policy| policy.in_force);
                html! {
                    <>
                        { in_force.map(|policy| html! {
                            <Section title={format!("现行参数（自 {} 起）", format::date(policy.effective_from))}>
                                <KeyValues items={values(policy)} />
                            </Section>
                        }).unwrap_or_default() }
                        <Section title="全部参数" flush=true>
                            if page.items.is_empty() {
                                <EmptyState icon={IconName::Sliders} title="还没有政策参数" />
                            } else {
                                <RowTable<PolicyView> caption="政策参数" columns={columns()} rows={page.items.clone()} />
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
        ("每人每年学时（一-3）".into(), html! { format!("不少于 {} 学时", policy.annual_hours) }),
        ("周期学时（三-1）".into(), html! { format!("每 {} 年 {} 学时", policy.cycle_years, policy.cycle_hours) }),
        ("首个周期".into(), html! { format!("{}–{last}", policy.cycle_first_year) }),
        ("培训年度起始".into(), html! { format!("每年 {} 月 1 日", policy.year_starts_month) }),
        (
            "缺勤上限".into(),
            html! { format!("超过 {}/{} 不发放学时", policy.absence_limit_numerator, policy.absence_limit_denominator) },
        ),
        ("末位淘汰率（一-2）".into(), html! { format!("{}%", policy.elimination_percent) }),
        ("学员公示期（五-1）".into(), html! { format!("{} 天", policy.publicity_days) }),
        (
            "送教下乡频次".into(),
            html! { format!("同一乡镇同一学科每年 {} 次，每次 {} 天", policy.visits_per_year, policy.days_per_visit) },
        ),
        ("三课认定评审人数".into(), html! { format!("至少 {} 人", policy.reviews_required) }),
        ("证书编号前缀".into(), html! { <code>{ &policy.certificate_prefix }</code> }),
        ("依据和说明".into(), html! { policy.note.clone().unwrap_or_else(|| "—".to_owned()) }),
    ]
}

fn columns() -> Vec<Column<PolicyView>> {
    vec![
        Column::new("生效日期", |row: &PolicyView| html! { format::date(row.effective_from) }).head(),
        Column::new("状态", standing),
        Column::new("每年学时", |row: &PolicyView| html! { row.annual_hours.to_string() }).number(),
        Column::new("周期学时", |row: &PolicyView| html! { format!("{} / {} 年", row.cycle_hours, row.cycle_years) })
            .number(),
        Column::new("年度起始", |row: &PolicyView| html! { format!("{} 月", row.year_starts_month) }).number(),
        Column::new("缺勤上限", |row: &PolicyView| {
            html! { format!("{}/{}", row.absence_limit_numerator, row.absence_limit_denominator) }
        })
        .number(),
        Column::new("淘汰率", |row: &PolicyView| html! { format!("{}%", row.elimination_percent) }).number(),
        Column::new("公示天数", |row: &PolicyView| html! { row.publicity_days }).number(),
        Column::new("评审人数", |row: &PolicyView| html! { row.reviews_required }).number(),
        Column::new("编号前缀", |row: &PolicyView| html! { &row.certificate_prefix }),
        Column::new("依据和说明", |row: &PolicyView| html! { row.note.clone().unwrap_or_default() }),
    ]
}
