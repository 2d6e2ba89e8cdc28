//! What the rate of an organization is made of (一-3): sentence, and the counts below it.

use songjiao_types::{
    WireEnum,
    explanations::{RateCounts, RateExplanation},
    quotas::{QuotaStatus, QuotaSummaryQuery},
};
use yew::prelude::*;

use super::quota::sentence;
use crate::{
    api::explanations::explain_rate,
    components::{Column, RowTable, loaded},
    format,
    hooks::use_query,
};

/// Properties of [`RateMadeOf`].
#[derive(Properties, PartialEq)]
pub struct RateMadeOfProps {
    pub query: QuotaSummaryQuery,
}

/// What a rate is made of.
#[component]
pub fn RateMadeOf(props: &RateMadeOfProps) -> Html {
    let load = use_query(Some(explain_rate(&props.query)));
    loaded(&load, content)
}

fn content(explained: &RateExplanation) -> Html {
    // The organization's own teachers come first.
    let itself = Some(explained.itself.clone()).filter(|itself| itself.teachers > 0);
    let rows: Vec<RateCounts> = itself.into_iter().chain(explained.children.iter().cloned()).collect();
    html! {
        <div class="explained">
            { sentence(&explained.text) }
            <RowTable<RateCounts> caption={t!("按单位")} columns={columns(&explained.total)} rows={rows} />
        </div>
    }
}

fn columns(total: &RateCounts) -> Vec<Column<RateCounts>> {
    let count = |title: String, of: fn(&RateCounts) -> i64| {
        let total = of(total);
        Column::new(title, move |row: &RateCounts| html! { format::count(of(row)) })
            .number()
            .total(html! { format::count(total) })
    };
    vec![
        Column::new(t!("单位"), |row: &RateCounts| html! { &row.organization.name }).head().total(html! { t!("合计") }),
        count(t!("教师").to_string(), |row| row.teachers),
        count(t!(QuotaStatus::Exempt.label()).to_string(), |row| row.exempt),
        count(t!(QuotaStatus::Met.label()).to_string(), |row| row.met),
        count(t!(QuotaStatus::Short.label()).to_string(), |row| row.short),
        Column::new(t!("达标率"), |row: &RateCounts| html! { percent(row.rate) })
            .number()
            .total(html! { percent(total.rate) }),
    ]
}

/// A rate as text.
fn percent(rate: Option<f64>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"))
}
