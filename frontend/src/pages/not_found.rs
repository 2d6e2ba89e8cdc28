//! An address at which there is nothing.

use yew::prelude::*;

use crate::{
    components::{ButtonKind, ButtonLink, EmptyState, IconName, PageHeader},
    route::Route,
};

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> Html {
    html! {
        <>
            <PageHeader title="页面不存在" />
            <EmptyState icon={IconName::Search} title="这个网址下没有页面">
                <p>{ "请核对网址，或从工作台重新进入。" }</p>
                <ButtonLink to={Route::Home} kind={ButtonKind::Primary} icon={IconName::Home}>{ "回到工作台" }</ButtonLink>
            </EmptyState>
        </>
    }
}
