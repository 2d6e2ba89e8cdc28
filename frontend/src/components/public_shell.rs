//! The frame of the public pages.

use yew::prelude::*;

use super::{LanguageButton, Link};
use crate::{hooks::PRODUCT, route::Route};

/// Properties of [`PublicShell`].
#[derive(Properties, PartialEq)]
pub struct PublicShellProps {
    pub children: Html,
}

/// Product name, page, and a link to the sign-in.
#[component]
pub fn PublicShell(props: &PublicShellProps) -> Html {
    html! {
        <div class="public">
            <a class="skip-link" href="#main">{ t!("跳到主要内容") }</a>
            <header class="public__bar">
                <Link to={Route::Verify} class="public__brand">
                    <img src="/favicon.svg" alt="" width="32" height="32" />
                    <span>{ t!(PRODUCT) }</span>
                </Link>
                <LanguageButton />
                <Link to={Route::Login} class="public__sign-in">{ t!("登录") }</Link>
            </header>
            <main class="main main--alone" id="main" tabindex="-1">{ props.children.clone() }</main>
        </div>
    }
}
