//! The page: filters, then chart by chart.

use songjiao_types::{
    WireEnum,
    statistics::{CompletionBy, CompletionQuery},
};
use yew::prelude::*;

use super::{
    common::{Scope, sees_districts},
    completion::{Completion, Groups},
    composition::Composition,
    cycle_map::CycleMap,
    ranking::Ranking,
    schedule::Schedule,
    trend::Trend,
};
use crate::{
    calendar::Calendar,
    components::{Button, Crumb, FilterBar, IconName, OptionFilter, OrganizationFilter, PageHeader, Section, loaded},
    hooks::{filter, use_calendar, use_list},
    query::encode,
    route::Route,
    session::use_session,
};

/// The statistics.
#[component]
pub fn StatisticsPage() -> Html {
    let load = use_calendar();
    let print = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    });
    html! {
        <div class="statistics">
            <PageHeader title={t!("统计分析")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("点击图中的学区查看其学校，点击学校、学科或学段查看教师名单。达标率按教师归属统计，学时构成按学时取得时任职的单位统计。")}
                actions={html! { <Button icon={IconName::Print} onclick={print}>{ t!("打印") }</Button> }} />
            { loaded(&load, |calendar| {
                let calendar = Calendar::of(calendar);
                html! { <Statistics {calendar} /> }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct StatisticsProps {
    calendar: Calendar,
}

#[component]
fn Statistics(props: &StatisticsProps) -> Html {
    let calendar = &props.calendar;
    let session = use_session();
    // The default of the grouping follows from the other parameters.
    let list = use_list(CompletionQuery { training_year: Some(calendar.year), ..Default::default() });
    let CompletionQuery { by, training_year, organization_id, .. } = list.query;
    let scope = Scope { training_year: training_year.unwrap_or(calendar.year), organization_id };
    let county = session.me().is_some_and(|me| sees_districts(me));
    let by = by.filter(|by| matches!(by, CompletionBy::District | CompletionBy::Organization));
    let whole = county && organization_id.is_none();
    let by = by.unwrap_or(if whole { CompletionBy::District } else { CompletionBy::Organization });
    let regroup = {
        let grouping = filter!(list, by).erased;
        Callback::from(move |by: CompletionBy| grouping.set(by.as_str()))
    };
    // Other figures are other charts: pages and positions start afresh.
    let key = encode(&scope);
    html! {
        <>
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <OptionFilter filter={filter!(list, training_year)} label={t!("培训年度")} options={calendar.year_options()} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                </FilterBar>
            </Section>
            <Completion {scope} {by} onregroup={county.then_some(regroup)} />
            <div class="desk">
                <Groups {scope} by={CompletionBy::Subject} />
                <Groups {scope} by={CompletionBy::Stage} />
            </div>
            <Composition {scope} />
            <Trend organization={organization_id} />
            <CycleMap key={key.clone()} {scope} cycle={calendar.cycle_of(scope.training_year)} />
            <Schedule key={key} {scope} />
            <Ranking {scope} />
        </>
    }
}
