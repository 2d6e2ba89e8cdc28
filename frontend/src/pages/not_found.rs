//! The page for unknown addresses.

use yew::prelude::*;

use crate::{
    components::{ButtonKind, ButtonLink, EmptyState, IconName, PageHeader},
    route::Route,
};

/// Says that there is no such page, and links to the home page.
#[component]
pub fn NotFoundPage() -> Html {
    html! {
        <>
            <PageHeader title={t!("页面不存在")} />
            <EmptyState icon={IconName::Search} title={t!("这个网址下没有页面")}>
                <p>{ t!("请核对网址，或从工作台重新进入。") }</p>
                <ButtonLink to={Route::Home} kind={ButtonKind::Primary} icon={IconName::Home}>{ t!("回到工作台") }</ButtonLink>
            </EmptyState>
        </>
    }
}
