//! The schools with the highest and the lowest rates.

use songjiao_types::statistics::{CompletionBy, CompletionItem, CompletionRow, CompletionView};
use yew::prelude::*;

use super::common::{Scope, drill_down, rate_tone};
use crate::{
    api::statistics::find_completion,
    components::{Column, Link, ProgressBar, RowTable, Section},
    format,
    hooks::use_query_keep_previous,
    i18n::heading,
};

/// Schools at each end.
const PER_END: usize = 5;

/// Properties of [`Ranking`].
#[derive(Properties, PartialEq)]
pub struct RankingProps {
    pub scope: Scope,
}

/// Both ends of the order by rate. Empty if there are too few schools.
#[component]
pub fn Ranking(props: &RankingProps) -> Html {
    let load = use_query_keep_previous(Some(find_completion(&props.scope.grouped(CompletionBy::Organization))));
    let Some(view) = load.value().filter(|view| view.items.len() > PER_END) else { return Html::default() };
    // The API returns the lowest rates. If it does not return all, the highest are unknown.
    let whole = i64::try_from(view.items.len()).is_ok_and(|given| given >= view.total);
    let lowest: Vec<CompletionItem> = view.items.iter().take(PER_END).cloned().collect();
    let highest: Vec<CompletionItem> = view.items.iter().rev().take(PER_END).cloned().collect();
    let list = |title: &'static str, rows: Vec<CompletionItem>| {
        html! {
            <Section {title} flush=true>
                <RowTable<CompletionItem> caption={title} columns={columns(view)} {rows} />
            </Section>
        }
    };
    html! {
        <div class="desk">
            if whole { { list(t!("达标率最高的单位"), highest) } }
            { list(t!("达标率最低的单位"), lowest) }
        </div>
    }
}

fn columns(view: &CompletionView) -> Vec<Column<CompletionItem>> {
    let whole = view.clone();
    vec![
        Column::new(t!("单位"), move |item: &CompletionItem| {
            let (to, query) = drill_down(&whole, item);
            html! { <Link {to} {query}>{ &item.label }</Link> }
        })
        .head(),
        Column::new(
            heading::<CompletionRow>("teachers"),
            |item: &CompletionItem| html! { format::count(item.teachers) },
        )
        .number(),
        Column::new(heading::<CompletionRow>("short"), |item: &CompletionItem| html! { format::count(item.short) })
            .number(),
        Column::new(t!("达标率"), |item: &CompletionItem| {
            let rate = item.rate.unwrap_or_default();
            html! {
                <ProgressBar label={t!("达标率")} done={rate} whole={100.0} text={format!("{rate}%")} tone={rate_tone(rate)} compact=true />
            }
        }),
    ]
}
