//! The dialog that explains a figure, and what opens it.

use songjiao_types::{TeacherId, quotas::QuotaSummaryQuery};
use yew::prelude::*;

use super::{credit::CreditMadeOf, quota::QuotaMadeOf, rate::RateMadeOf};
use crate::components::{Button, ButtonKind, Dialog, StatCard, Tone};

/// A figure that has an explanation.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// A teacher's quota of a training year.
    Quota(TeacherId, i32),
    /// A teacher's credits in the cycle that begins with a year.
    Credit(TeacherId, i32),
    /// The rate of an organization.
    Rate(QuotaSummaryQuery),
}

fn dialog(figure: &Figure, open: &UseStateHandle<bool>) -> Html {
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(false))
    };
    // Empty while closed: the explanation is read when the dialog opens.
    let content = match figure.clone() {
        Figure::Quota(teacher, year) => html! { <QuotaMadeOf {teacher} {year} /> },
        Figure::Credit(teacher, cycle) => html! { <CreditMadeOf {teacher} {cycle} /> },
        Figure::Rate(query) => html! { <RateMadeOf {query} /> },
    };
    let footer = html! { <Button onclick={close.reform(|_| ())}>{ t!("关闭") }</Button> };
    html! {
        <Dialog open={**open} title={t!("这个数是怎么来的")} onclose={close} wide=true {footer}>{ content }</Dialog>
    }
}

/// Properties of [`ExplainButton`].
#[derive(Properties, PartialEq)]
pub struct ExplainButtonProps {
    pub figure: Figure,
}

/// Opens the explanation of the figures beside it.
#[component]
pub fn ExplainButton(props: &ExplainButtonProps) -> Html {
    let open = use_state(|| false);
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    html! {
        <>
            <Button kind={ButtonKind::Quiet} {onclick}>{ t!("这个数是怎么来的") }</Button>
            { dialog(&props.figure, &open) }
        </>
    }
}

/// Properties of [`ExplainedCard`]; those of the card as in [`StatCard`].
#[derive(Properties, PartialEq)]
pub struct ExplainedCardProps {
    pub figure: Figure,
    pub label: AttrValue,
    pub value: AttrValue,
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    #[prop_or_default]
    pub detail: Option<AttrValue>,
    #[prop_or_default]
    pub tone: Tone,
}

/// One figure that opens to its explanation.
#[component]
pub fn ExplainedCard(props: &ExplainedCardProps) -> Html {
    let open = use_state(|| false);
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    let ExplainedCardProps { figure, label, value, unit, detail, tone } = props;
    html! {
        <>
            <StatCard label={label.clone()} value={value.clone()} unit={unit.clone()} detail={detail.clone()} tone={*tone} {onclick} />
            { dialog(figure, &open) }
        </>
    }
}
