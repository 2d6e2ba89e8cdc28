//! The training years of the caller's bureau with their closings.

use songjiao_types::{
    WireEnum,
    years::{ReopenYear, YearClosingView, YearQuery, YearView},
};
use yew::prelude::*;

use super::{closing::CloseYearButton, common::matters};
use crate::{
    api::years::{list_years, reopen_year},
    components::{
        Column, Crumb, IconName, PageHeader, ReasonButton, RowTable, Section, Success, Tone, Work, badge, loaded,
    },
    format,
    hooks::use_query,
    route::Route,
};

/// The years.
#[component]
pub fn ListPage() -> Html {
    let load = use_query(Some(list_years(&YearQuery::default())));
    let reload = load.reload.clone();
    html! {
        <>
            <PageHeader title={t!("年度结账")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("年度结束后按先后结账。结账后各单位的数字不再变化，以后认定或作废的学时另计为补录。")} />
            { loaded(&load, |view| html! {
                <Section title={view.organization.name.clone()} flush=true>
                    <RowTable<YearView> caption={t!("培训年度")} columns={columns(&view.years, &reload)} rows={view.years.clone()} />
                </Section>
            }) }
        </>
    }
}

fn columns(years: &[YearView], reload: &Callback<()>) -> Vec<Column<YearView>> {
    let last_closed = years.iter().filter(|year| year.closing.is_some()).map(|year| year.training_year).max();
    let reload = reload.clone();
    vec![
        Column::new(t!("培训年度"), |year: &YearView| html! { year.training_year }).head(),
        Column::new(t!("起止日期"), |year: &YearView| {
            html! { format::period(Some(year.starts_on), Some(year.ends_on)) }
        })
        .unbroken(),
        Column::new(t!("教师人数"), |year: &YearView| html! { format::count(year.teachers) }).number(),
        Column::new(t!("状态"), state),
        Column::new(t!("未了事项"), |year: &YearView| matters(&year.open_matters)),
        Column::new(t!("操作"), move |year: &YearView| {
            let onchanged = reload.clone();
            match &year.closing {
                Some(_) if last_closed == Some(year.training_year) => reopen_button(year.training_year, onchanged),
                None if year.over && year.teachers > 0 => html! { <CloseYearButton year={year.clone()} {onchanged} /> },
                _ => Html::default(),
            }
        })
        .actions(),
    ]
}

fn state(year: &YearView) -> Html {
    match &year.closing {
        Some(closing) => html! { <div>{ badge(Tone::Success, t!("已结账")) }{ closed(closing) }</div> },
        None if year.over => badge(Tone::Warning, t!("未结账")),
        None => badge(Tone::Neutral, t!("进行中")),
    }
}

fn closed(closing: &YearClosingView) -> Html {
    html! {
        <>
            <div class="muted small">
                { t!("{name}于 {time} 结账", name = closing.closed_by_name, time = format::date_time(closing.closed_at)) }
            </div>
            { for closing.waived.iter().map(|waived| html! {
                <div class="muted small">
                    { t!("{matters} {count} 项未处理：{reason}", matters = t!(waived.kind.label()), count = waived.count, reason = waived.reason) }
                </div>
            }) }
            if let Some(note) = &closing.note { <div class="muted small">{ note }</div> }
        </>
    }
}

fn reopen_button(year: i32, ondone: Callback<()>) -> Html {
    let work = Work::new(move |client, reason| async move {
        reopen_year(&client, year, &ReopenYear { reason }).await?;
        Ok(Success::toast(t!("{year} 年度已重新打开", year)))
    });
    html! {
        <ReasonButton icon={IconName::Refresh} text={t!("重新打开")} title={t!("重新打开 {year} 年度？", year)} confirm={t!("重新打开")} label={t!("原因")}
            {work} {ondone}>
            <p>{ t!("该年度的数字将按现有的任职、减免、参数和学时重新计算，补录并入其中；原来的结账和原因保留在记录中。") }</p>
        </ReasonButton>
    }
}
