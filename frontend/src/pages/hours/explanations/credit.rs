//! What a teacher's credits are made of (三-1): sentence, the shares of the years, policies.

use songjiao_types::{
    TeacherId,
    credits::CreditView,
    explanations::{CreditExplanation, CreditShare},
    quotas::QuotaView,
};
use yew::prelude::*;

use super::quota::{policy_row, sentence};
use crate::{
    api::explanations::explain_credit,
    components::{Column, RowTable, loaded},
    hooks::use_query,
    i18n::heading,
};

/// Properties of [`CreditMadeOf`].
#[derive(Properties, PartialEq)]
pub struct CreditMadeOfProps {
    pub teacher: TeacherId,
    /// The first year of the cycle.
    pub cycle: i32,
}

/// What credits are made of.
#[component]
pub fn CreditMadeOf(props: &CreditMadeOfProps) -> Html {
    let load = use_query(Some(explain_credit(props.teacher, props.cycle)));
    loaded(&load, content)
}

fn content(explained: &CreditExplanation) -> Html {
    let mut policies: Vec<_> = explained.shares.iter().map(|share| &share.policy).collect();
    policies.dedup();
    html! {
        <div class="explained">
            { sentence(&explained.text) }
            <h3>{ t!("各年度份额") }</h3>
            <RowTable<CreditShare> caption={t!("各年度份额")} columns={columns(&explained.credit)} rows={explained.shares.clone()} />
            <h3>{ t!("政策参数") }</h3>
            { for policies.into_iter().map(|policy| policy_row(policy, &explained.clause)) }
        </div>
    }
}

fn columns(credit: &CreditView) -> Vec<Column<CreditShare>> {
    vec![
        Column::new(heading::<QuotaView>("training_year"), |row: &CreditShare| html! { row.training_year })
            .head()
            .total(html! { t!("合计") }),
        Column::new(t!("单位"), |row: &CreditShare| html! { &row.belongs_to.organization_name }),
        Column::new(t!("计算"), |row: &CreditShare| html! { &row.text }),
        Column::new(heading::<CreditView>("required_hours"), |row: &CreditShare| html! { row.share_hours.to_string() })
            .number()
            .total(html! { credit.required_hours.to_string() }),
        Column::new(t!("到目前应完成"), |row: &CreditShare| html! { row.due_hours.to_string() })
            .number()
            .total(html! { credit.due_hours.to_string() }),
        Column::new(heading::<CreditView>("recognized_hours"), |row: &CreditShare| {
            html! { row.recognized_hours.to_string() }
        })
        .number()
        .total(html! { credit.recognized_hours.to_string() }),
    ]
}
