//! The user's own hours: the ring of the year, and the years of the cycle.

use songjiao_types::{
    TeacherId, WireEnum,
    credits::{CreditStatus, CreditView, CreditYear},
    quotas::{QuotaStatus, QuotaView, TeacherQuotaView},
};
use yew::prelude::*;

use crate::{
    api::dashboard::{find_own_credit, find_own_quota},
    components::{Link, ProgressBar, ProgressRing, Section, Tone, badge, loaded},
    hooks::use_query,
    i18n::heading,
    pages::hours::explanations::{ExplainButton, Figure},
    route::page_at,
};

/// Properties of [`MyHours`].
#[derive(Properties, PartialEq)]
pub struct MyHoursProps {
    pub teacher_id: TeacherId,
    pub training_year: i32,
    pub cycle_first_year: i32,
}

/// The user's current year and cycle.
#[component]
pub fn MyHours(props: &MyHoursProps) -> Html {
    let MyHoursProps { teacher_id, training_year, cycle_first_year } = *props;
    let quota = use_query(Some(find_own_quota(teacher_id, training_year)));
    let credit = use_query(Some(find_own_credit(teacher_id, cycle_first_year)));
    let more = page_at(&format!("/teachers/{teacher_id}")).map(|to| html! { <Link {to}>{ t!("查看学时明细") }</Link> });
    html! {
        <div class="desk">
            <Section title={t!("我的 {training_year} 年度学时", training_year)} actions={more.unwrap_or_default()}>
                { loaded(&quota, year) }
            </Section>
            <Section title={t!("我的五年学分")}>{ loaded(&credit, cycle) }</Section>
        </div>
    }
}

fn year(view: &TeacherQuotaView) -> Html {
    let quota = &view.quota;
    let met = quota.status != QuotaStatus::Short;
    let tone = if met { Tone::Success } else { Tone::Info };
    let pending = quota.pending_hours.hundredths() > 0;
    html! {
        <div class="my-year">
            <ProgressRing label={t!("{training_year} 年度", training_year = quota.training_year)} done={quota.recognized_hours}
                required={quota.required_hours} {tone} />
            <ul class="facts">
                <li>
                    <span class="facts__term">{ heading::<QuotaView>("required_hours") }</span>
                    <span>{ t!("{required_hours} 学时", required_hours = quota.required_hours) }</span>
                </li>
                <li>
                    <span class="facts__term">{ heading::<QuotaView>("recognized_hours") }</span>
                    <span>{ t!("{recognized_hours} 学时", recognized_hours = quota.recognized_hours) }</span>
                </li>
                if pending {
                    <li>
                        <span class="facts__term">{ heading::<QuotaView>("pending_hours") }</span>
                        <span>{ t!("{pending_hours} 学时", pending_hours = quota.pending_hours) }</span>
                    </li>
                }
                <li>
                    if met {
                        { badge(tone, t!(quota.status.label())) }
                    } else {
                        <span class="facts__term">{ heading::<QuotaView>("remaining_hours") }</span>
                        <span>{ t!("{remaining_hours} 学时", remaining_hours = quota.remaining_hours) }</span>
                    }
                </li>
                if view.reduced_months > 0 {
                    <li>
                        <span class="facts__term">{ t!("已减免") }</span>
                        <span>{ t!("{reduced_months} 个月不在岗或减免", reduced_months = view.reduced_months) }</span>
                    </li>
                }
                <li><ExplainButton figure={Figure::Quota(quota.teacher_id, quota.training_year)} /></li>
            </ul>
        </div>
    }
}

fn cycle(credit: &CreditView) -> Html {
    let tone = match credit.status {
        CreditStatus::Met => Tone::Success,
        CreditStatus::OnTrack => Tone::Info,
        CreditStatus::Behind => Tone::Warning,
        CreditStatus::Exempt => Tone::Neutral,
    };
    let span = t!(
        "{cycle_first_year}—{cycle_last_year} 年",
        cycle_first_year = credit.cycle_first_year,
        cycle_last_year = credit.cycle_last_year
    );
    html! {
        <>
            <p class="my-cycle">
                <strong>{ span.clone() }</strong>
                { badge(tone, t!(credit.status.label())) }
                <ExplainButton figure={Figure::Credit(credit.teacher_id, credit.cycle_first_year)} />
            </p>
            <ProgressBar label={t!("{span}合计", span)} done={credit.recognized_hours.as_f64()}
                whole={credit.required_hours.as_f64()} {tone}
                text={t!("{recognized_hours} / {required_hours} 学时", recognized_hours = credit.recognized_hours, required_hours = credit.required_hours)} />
            <ol class="years" aria-label={t!("五年逐年学时")}>{ for credit.years.iter().map(year_of_cycle) }</ol>
            if credit.awaiting_hours.hundredths() > 0 {
                <p class="muted small">
                    { t!("{hours} 学时待项目结业：项目结业时缺勤不超过规定比例即予认定，认定前计入进度、不计入已认定学时。", hours = credit.awaiting_hours) }
                </p>
            }
            if credit.short_years > 0 {
                <p class="muted small">
                    { t!("已结束的年度中有 {short_years} 个年度未达标。其他年度多出的学时计入五年合计，但不抵充年度要求。", short_years = credit.short_years) }
                </p>
            }
        </>
    }
}

fn year_of_cycle(year: &CreditYear) -> Html {
    let tone = if year.met { Tone::Success } else { Tone::Neutral };
    html! {
        <li>
            <ProgressBar label={t!("{training_year} 年", training_year = year.training_year)} done={year.recognized_hours.as_f64()}
                whole={year.required_hours.as_f64()} {tone}
                text={format!("{} / {}{}", year.recognized_hours, year.required_hours, if year.met { t!("，达标") } else { "" })} />
        </li>
    }
}
