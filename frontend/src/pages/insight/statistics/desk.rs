//! The charts on the desk of the bureau, the training school and the districts.

use songjiao_types::{
    WireEnum,
    statistics::{CompletionBy, CompletionQuery, TrendQuery},
};
use yew::prelude::*;

use super::{common::sees_districts, completion::CompletionChart, trend::Years};
use crate::{
    api::statistics::{find_completion, find_trend},
    components::{Link, Section, loaded},
    hooks::use_query,
    route::Route,
    session::use_session,
};

/// The trend, and the completion of the organizations right below the user's.
#[component]
pub fn DeskCharts() -> Html {
    let session = use_session();
    let districts = session.me().is_some_and(|me| sees_districts(me));
    let by = if districts { CompletionBy::District } else { CompletionBy::Organization };
    let completion = use_query(Some(find_completion(&CompletionQuery { by: Some(by), ..Default::default() })));
    let trend = use_query(Some(find_trend(&TrendQuery::default())));
    let more = html! { <Link to={Route::Statistics}>{ t!("统计分析") }</Link> };
    html! {
        <div class="desk">
            <Section title={t!("历年达标趋势")}>{ loaded(&trend, |view| html! { <Years view={view.clone()} /> }) }</Section>
            <Section title={t!("各{by}年度学时达标率", by = t!(by.label()))} actions={more}>
                { loaded(&completion, |view| html! { <CompletionChart view={view.clone()} /> }) }
            </Section>
        </div>
    }
}
