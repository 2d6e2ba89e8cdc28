//! The page: filters, then chart by chart.

use songjiao_types::{OrganizationId, WireEnum, statistics::CompletionBy};
use yew::prelude::*;

use super::{
    common::sees_districts,
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
    format,
    hooks::{use_list, use_policies},
    query::Query,
    route::Route,
    session::use_session,
};

/// The parameters of the page. `by` is the grouping of the completion; its default follows from the others.
const FILTERS: &[&str] = &["training_year", "organization_id", "by"];

/// The statistics.
#[component]
pub fn StatisticsPage() -> Html {
    let policies = use_policies();
    let print = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    });
    html! {
        <div class="statistics">
            <PageHeader title={t!("统计分析")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("点击图中的学区查看其学校，点击学校、学科或学段查看教师名单。")}
                actions={html! { <Button icon={IconName::Print} onclick={print}>{ t!("打印") }</Button> }} />
            { loaded(&policies, |policies| {
                let calendar = Calendar::of(&policies.items, format::today());
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
    let calendar = props.calendar;
    let session = use_session();
    let list = use_list(FILTERS, "");
    let year = list.filter("training_year").parse().unwrap_or(calendar.year);
    let organization = list.filter("organization_id").parse::<OrganizationId>().ok();
    let county = session.me().is_some_and(|me| sees_districts(me));
    let by = list.choice("by").filter(|by| matches!(by, CompletionBy::District | CompletionBy::Organization));
    let whole = county && organization.is_none();
    let by = by.unwrap_or(if whole { CompletionBy::District } else { CompletionBy::Organization });
    let within = organization.map(|id| Query::new().with("organization_id", id.to_string())).unwrap_or_default();
    let scope = within.clone().with("training_year", year.to_string());
    let regroup = {
        let list = list.clone();
        Callback::from(move |by: CompletionBy| list.set_filters(&[("by", by.as_str())]))
    };
    // Other figures are other charts: pages and positions start afresh.
    let key = scope.encode();
    html! {
        <>
            <Section flush=true>
                <FilterBar list={list.clone()}>
                    <OptionFilter list={list.clone()} name="training_year" label={t!("培训年度")} options={calendar.year_options()}
                        default={Some(AttrValue::from(year.to_string()))} />
                    <OrganizationFilter {list} name="organization_id" label={t!("单位")} placeholder={t!("全部")} />
                </FilterBar>
            </Section>
            <Completion scope={scope.clone()} {by} onregroup={county.then_some(regroup)} />
            <div class="desk">
                <Groups scope={scope.clone()} by={CompletionBy::Subject} />
                <Groups scope={scope.clone()} by={CompletionBy::Stage} />
            </div>
            <Composition scope={scope.clone()} />
            <Trend {within} />
            <CycleMap key={key.clone()} scope={scope.clone()} cycle={calendar.cycle_of(year)} />
            <Schedule key={key} scope={scope.clone()} />
            <Ranking {scope} />
        </>
    }
}
