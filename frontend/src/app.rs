//! The application: router, session, toasts, and the choice of the page.

use songjiao_types::Permission;
use yew::prelude::*;
use yew_router::{AnyRoute, prelude::*, query::Raw};

use crate::{
    bundles::{BundlePage, use_bundle_prefetch},
    components::{
        Button, ButtonLink, ConnectionBanner, EmptyState, ErrorPanel, IconName, PageHeader, PublicShell, Shell,
        ToastProvider,
    },
    hooks::use_url_query,
    pages::not_found,
    query::encode,
    route::{Route, after_sign_in},
    session::{SessionProvider, SessionState, use_session},
};

/// The application.
#[component]
pub fn App() -> Html {
    html! {
        <BrowserRouter>
            <ToastProvider>
                <SessionProvider>
                    <ConnectionBanner />
                    <Root />
                </SessionProvider>
            </ToastProvider>
        </BrowserRouter>
    }
}

/// Chooses between sign-in and pages. After the sign-in the user is taken to the page that was requested.
#[component]
fn Root() -> Html {
    let session = use_session();
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    let requested = use_location().map(|location| format!("{}{}", location.path(), location.query_str()));
    use_bundle_prefetch(&session.state, &route);
    match (&session.state, route) {
        // Public pages wait, too: a signed-in user sees them inside the shell.
        (SessionState::Restoring, _) => html! {
            <div class="splash" role="status"><span class="spinner" aria-hidden="true" />{ t!("正在进入…") }</div>
        },
        (SessionState::Unreachable(error), route) if route.permission().is_some() => {
            let retry = {
                let session = session.clone();
                Callback::from(move |()| session.retry())
            };
            html! { <div class="splash"><ErrorPanel error={error.clone()} onretry={retry} /></div> }
        }
        (SessionState::SignedIn(_), Route::Login) => html! { <Onward /> },
        (SessionState::SignedIn(me), _) if me.must_change_password => html! {
            <Shell route={Route::Account}><BundlePage route={Route::Account} /></Shell>
        },
        (SessionState::SignedIn(_), route) => {
            let allowed = route.permission().is_none_or(|permission| session.can(permission));
            let page = if allowed {
                page(&route)
            } else {
                html! { <Forbidden /> }
            };
            html! { <Shell {route}>{ page }</Shell> }
        }
        (_, Route::Login) => html! { <BundlePage route={Route::Login} /> },
        (_, route) if route.permission().is_none() => html! { <PublicShell>{ page(&route) }</PublicShell> },
        _ => html! { <ToSignIn requested={requested.unwrap_or_default()} /> },
    }
}

/// The page of a route.
fn page(route: &Route) -> Html {
    match route {
        Route::NotFound => html! { <not_found::NotFoundPage /> },
        route => html! { <BundlePage route={route.clone()} /> },
    }
}

#[derive(Properties, PartialEq)]
struct ToSignInProps {
    requested: String,
}

/// Redirects to the sign-in, and remembers the requested page.
#[component]
fn ToSignIn(props: &ToSignInProps) -> Html {
    let navigator = use_navigator().expect("below the router");
    use_effect_with(props.requested.clone(), move |requested| {
        if requested == "/" {
            navigator.replace(&Route::Login);
        } else {
            let _ = navigator.replace_with_query(&Route::Login, Raw(encode(&[("next", requested.as_str())])));
        }
    });
    Html::default()
}

/// Redirects from the sign-in to the requested page.
#[component]
fn Onward() -> Html {
    let navigator = use_navigator().expect("below the router");
    let query = use_url_query();
    use_effect_with((), move |()| {
        let (path, query) = after_sign_in(query.get("next"));
        let to = AnyRoute::new(path);
        if query.is_empty() {
            navigator.replace(&to);
        } else {
            let _ = navigator.replace_with_query(&to, Raw(query));
        }
    });
    Html::default()
}

/// Says that the user may not open the page.
#[component]
fn Forbidden() -> Html {
    let session = use_session();
    let reload = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    html! {
        <>
            <PageHeader title={t!("没有权限")} />
            <EmptyState icon={IconName::Lock} title={t!("您的角色不能访问此页面")}>
                <p>{ t!("如果您的职责刚刚调整过，请刷新页面；否则请联系教育局管理员。") }</p>
                if session.can(Permission::Account) { <ButtonLink to={Route::Home}>{ t!("回到工作台") }</ButtonLink> }
                <Button icon={IconName::Refresh} onclick={reload}>{ t!("刷新页面") }</Button>
            </EmptyState>
        </>
    }
}
