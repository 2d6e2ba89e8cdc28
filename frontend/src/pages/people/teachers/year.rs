//! One training year of a teacher (一-3): the requirement with its derivation, and the hours.

use songjiao_types::{
    Hours, TeacherId, WireEnum,
    quotas::{QuotaReduction, QuotaView, ReductionReason, TeacherQuotaView},
};
use yew::prelude::*;

use crate::{
    api::quotas::find_quota,
    components::{Column, ProgressBar, RowTable, Section, Tone, badge, loaded},
    format,
    hooks::use_query_keep_previous,
    i18n::heading,
    pages::hours::{
        explanations::{ExplainButton, ExplainedCard, Figure},
        quotas::{Breakdown, status_badge, status_tone},
    },
};

/// Properties of [`YearSection`].
#[derive(Properties, PartialEq)]
pub struct YearSectionProps {
    pub teacher: TeacherId,
    pub year: i32,
}

/// The figures of the year.
#[component]
pub fn YearSection(props: &YearSectionProps) -> Html {
    let load = use_query_keep_previous(Some(find_quota(props.teacher, props.year)));
    html! {
        <Section title={t!("{year} 年度学时", year = props.year)}>{ loaded(&load, figures) }</Section>
    }
}

fn figures(view: &TeacherQuotaView) -> Html {
    let quota = &view.quota;
    let text = t!(
        "{recognized_hours} / {required_hours} 学时",
        recognized_hours = quota.recognized_hours,
        required_hours = quota.required_hours
    );
    let pending = quota.pending_hours > Hours::ZERO;
    let figure = Figure::Quota(quota.teacher_id, quota.training_year);
    html! {
        <>
            <p class="year-head">
                { status_badge(quota.status) }
                if let Some(closed) = quota.closed_hours {
                    { badge(Tone::Neutral, t!("已结账")) }
                    <span class="muted">
                        { t!("结账 {closed} 学时，补录 {late}", closed, late = quota.late_hours.unwrap_or_default()) }
                    </span>
                }
                <span class="muted">{ format::period(Some(view.starts_on), Some(view.ends_on)) }</span>
                <ExplainButton figure={figure.clone()} />
            </p>
            <ProgressBar label={t!("已认定学时")} done={quota.recognized_hours.as_f64()} whole={quota.required_hours.as_f64()}
                {text} tone={status_tone(quota.status)} />
            <div class="stats stats--inside">
                <ExplainedCard figure={figure.clone()} label={heading::<QuotaView>("required_hours")} value={quota.required_hours.to_string()} unit={t!("学时")} detail={required_because(view)} />
                <ExplainedCard figure={figure.clone()} label={heading::<QuotaView>("recognized_hours")} value={quota.recognized_hours.to_string()} unit={t!("学时")} tone={status_tone(quota.status)} />
                if quota.counted_hours != quota.recognized_hours {
                    <ExplainedCard figure={figure.clone()} label={heading::<QuotaView>("counted_hours")} value={quota.counted_hours.to_string()} unit={t!("学时")} detail={t!("按各层级上限计入")} />
                }
                <ExplainedCard figure={figure.clone()} label={heading::<QuotaView>("pending_hours")} value={quota.pending_hours.to_string()} unit={t!("学时")}
                    detail={pending.then_some(AttrValue::Static(t!("认定后才计入")))} tone={if pending { Tone::Warning } else { Tone::Neutral }} />
                <ExplainedCard figure={figure.clone()} label={heading::<QuotaView>("remaining_hours")} value={quota.remaining_hours.to_string()} unit={t!("学时")} />
            </div>
            <Breakdown tiers={view.by_tier.clone()} modes={view.by_mode.clone()} dimensions={view.by_dimension.clone()} />
            if !view.reductions.is_empty() {
                <h3>{ t!("应修学时的折减") }</h3>
                <RowTable<QuotaReduction> caption={t!("应修学时的折减")} columns={reduction_columns()} rows={view.reductions.clone()} />
                <p class="muted small">
                    { t!("以上时间共不计 {reduced} 个月，应计 {owed} 个月；重叠的月份只计一次。", reduced = view.reduced_months, owed = view.owed_months) }
                </p>
            }
        </>
    }
}

fn required_because(view: &TeacherQuotaView) -> AttrValue {
    match view.reduced_months {
        0 => t!("全年 {annual_hours} 学时", annual_hours = view.annual_hours).into(),
        months => t!("全年 {annual_hours} 学时，折减 {months} 个月", annual_hours = view.annual_hours, months).into(),
    }
}

fn reduction_columns() -> Vec<Column<QuotaReduction>> {
    vec![
        Column::new(t!("事由"), |row: &QuotaReduction| match (row.reason, row.kind) {
            (ReductionReason::Exempt, Some(kind)) => {
                html! { t!("{reason}（{kind}）", reason = t!(row.reason.label()), kind = t!(kind.label())) }
            }
            (reason, _) => html! { t!(reason.label()) },
        })
        .head(),
        Column::new(
            t!("时间"),
            |row: &QuotaReduction| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
        ),
    ]
}
