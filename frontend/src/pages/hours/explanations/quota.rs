//! What a teacher's quota is made of (一-3): sentence, months, service and exemptions, policy, records.

use chrono::{Datelike, NaiveDate};
use songjiao_types::{
    Hours, TeacherId, WireEnum,
    explanations::{
        ExplainedDimension, ExplainedExemption, ExplainedMonth, ExplainedPolicy, ExplainedRecord, ExplainedSpell,
        ExplainedTier, QuotaExplanation,
    },
    quotas::QuotaView,
};
use yew::prelude::*;

use crate::{
    api::explanations::explain_quota,
    components::{Column, RowTable, loaded},
    format,
    hooks::use_query,
    i18n::heading,
};

/// Properties of [`QuotaMadeOf`].
#[derive(Properties, PartialEq)]
pub struct QuotaMadeOfProps {
    pub teacher: TeacherId,
    pub year: i32,
}

/// What a quota is made of.
#[component]
pub fn QuotaMadeOf(props: &QuotaMadeOfProps) -> Html {
    let load = use_query(Some(explain_quota(props.teacher, props.year)));
    loaded(&load, content)
}

/// The sentence of an explanation, which is Chinese in every language.
pub fn sentence(text: &str) -> Html {
    html! { <p class="explained__text" lang="zh-CN">{ text.to_owned() }</p> }
}

/// The policy row with the clause.
pub fn policy_row(policy: &ExplainedPolicy, clause: &str) -> Html {
    html! {
        <p>
            { t!("{name}，自 {day} 起执行：每年 {annual_hours} 学时，周期 {cycle_hours} 学时。", name = policy.organization_name, day = format::date(policy.effective_from), annual_hours = policy.annual_hours, cycle_hours = policy.cycle_hours) }
            <span class="muted small" lang="zh-CN">{ format!(" {clause}") }</span>
        </p>
    }
}

fn content(explained: &QuotaExplanation) -> Html {
    let quota = &explained.quota;
    html! {
        <div class="explained">
            { sentence(&explained.text) }
            <h3>{ t!("逐月情况") }</h3>
            <p class="muted small">
                { t!("{basis}：应计 {owed} 个月。{computation}", basis = t!(explained.month_basis.label()), owed = explained.computation.owed_months, computation = explained.computation.text) }
            </p>
            <ol class="month-strip" aria-label={t!("逐月情况")}>{ for explained.months.iter().map(month) }</ol>
            <h3>{ t!("任职") }</h3>
            if explained.spells.is_empty() {
                <p class="muted">{ t!("该年度没有任职。") }</p>
            } else {
                <ul>{ for explained.spells.iter().map(spell) }</ul>
            }
            if !explained.exemptions.is_empty() {
                <h3>{ t!("减免") }</h3>
                <ul>{ for explained.exemptions.iter().map(exemption) }</ul>
            }
            <h3>{ t!("政策参数") }</h3>
            { policy_row(&explained.policy, &explained.clause) }
            <h3>{ t!("学时记录") }</h3>
            if explained.records.is_empty() {
                <p class="muted">{ t!("该年度没有已认定或待认定的学时记录。") }</p>
            } else {
                <RowTable<ExplainedRecord> caption={t!("学时记录")} columns={record_columns(quota)} rows={explained.records.clone()} />
                <RowTable<ExplainedTier> caption={t!("培训层级")} columns={tier_columns(quota)} rows={explained.tiers.clone()} />
            }
            if explained.dimensions.iter().any(|dimension| dimension.minimum.is_some()) {
                <RowTable<ExplainedDimension> caption={t!("三修")} columns={dimension_columns()} rows={explained.dimensions.clone()} />
            }
        </div>
    }
}

/// A cell of the strip: its days and what takes it, in words for screen readers and as a tooltip.
fn month(month: &ExplainedMonth) -> Html {
    let days = format::period(Some(month.first_day), Some(month.last_day));
    let (text, mark, class) = match month.taken_by {
        None => (t!("{days}：应计", days), t!("应"), "month-strip__month"),
        Some(taken) => {
            let period = period(taken.period.starts_on, taken.period.ends_on);
            let reason = t!(taken.period.reason.label());
            let text = t!("{days}：不计（{reason}，{period}）", days, reason, period);
            (text, t!("免"), "month-strip__month month-strip__month--free")
        }
    };
    html! {
        <li {class} title={text.clone()}>
            <span aria-hidden="true">
                <span class="month-strip__number">{ month.first_day.month() }</span>
                { mark }
            </span>
            <span class="visually-hidden">{ text }</span>
        </li>
    }
}

fn period(first: NaiveDate, last: Option<NaiveDate>) -> String {
    match last {
        Some(last) => format::period(Some(first), Some(last)),
        None => t!("{day} 起", day = format::date(first)),
    }
}

fn spell(spell: &ExplainedSpell) -> Html {
    html! { <li>{ format!("{} · {}", spell.organization_name, period(spell.starts_on, spell.ends_on)) }</li> }
}

fn exemption(exemption: &ExplainedExemption) -> Html {
    let days = format::period(Some(exemption.starts_on), Some(exemption.ends_on));
    match exemption.kind {
        Some(kind) => html! { <li>{ format!("{} · {days}", t!(kind.label())) }</li> },
        None => html! { <li>{ days }</li> },
    }
}

fn record_columns(quota: &QuotaView) -> Vec<Column<ExplainedRecord>> {
    let sum = quota.recognized_hours + quota.pending_hours;
    vec![
        Column::new(t!("项目名称"), |row: &ExplainedRecord| html! { &row.title }).head().total(html! { t!("合计") }),
        Column::new(t!("结束日期"), |row: &ExplainedRecord| html! { format::date(row.ends_on) }).unbroken(),
        Column::new(t!("学时"), |row: &ExplainedRecord| html! { row.hours.to_string() })
            .number()
            .total(html! { sum.to_string() }),
        Column::new(t!("培训层级"), |row: &ExplainedRecord| html! { t!(row.tier.label()) }),
        Column::new(
            t!("状态"),
            |row: &ExplainedRecord| html! { t!(row.hold.map_or(row.status.label(), WireEnum::label)) },
        ),
    ]
}

fn tier_columns(quota: &QuotaView) -> Vec<Column<ExplainedTier>> {
    vec![
        Column::new(t!("培训层级"), |row: &ExplainedTier| html! { t!(row.tier.label()) })
            .head()
            .total(html! { t!("合计") }),
        Column::new(heading::<QuotaView>("recognized_hours"), |row: &ExplainedTier| {
            html! { row.recognized_hours.to_string() }
        })
        .number()
        .total(html! { quota.recognized_hours.to_string() }),
        Column::new(t!("上限"), |row: &ExplainedTier| html! { limit(row.cap) }).number(),
        Column::new(heading::<QuotaView>("counted_hours"), |row: &ExplainedTier| {
            html! { row.counted_hours.to_string() }
        })
        .number()
        .total(html! { quota.counted_hours.to_string() }),
        Column::new(heading::<QuotaView>("pending_hours"), |row: &ExplainedTier| {
            html! { row.pending_hours.to_string() }
        })
        .number()
        .total(html! { quota.pending_hours.to_string() }),
    ]
}

fn dimension_columns() -> Vec<Column<ExplainedDimension>> {
    vec![
        Column::new(t!("三修"), |row: &ExplainedDimension| html! { t!(row.dimension.label()) }).head(),
        Column::new(heading::<QuotaView>("recognized_hours"), |row: &ExplainedDimension| {
            html! { row.recognized_hours.to_string() }
        })
        .number(),
        Column::new(t!("下限"), |row: &ExplainedDimension| html! { limit(row.minimum) }).number(),
        Column::new(heading::<QuotaView>("remaining_hours"), |row: &ExplainedDimension| {
            html! { row.missing_hours.to_string() }
        })
        .number(),
    ]
}

fn limit(hours: Option<Hours>) -> String {
    hours.map_or_else(|| t!("不限").to_string(), |hours| hours.to_string())
}
