//! Links inside the application. The router's own link supports neither `aria-current` nor an encoded query string.

use songjiao_types::OrganizationId;
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

use crate::{route::Route, session::use_session};

/// Properties of [`Link`].
#[derive(Properties, PartialEq)]
pub struct LinkProps {
    pub to: Route,
    /// An encoded query string, without the question mark.
    #[prop_or_default]
    pub query: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    /// Marks the page that is being shown.
    #[prop_or_default]
    pub current: bool,
    #[prop_or_default]
    pub onclick: Callback<()>,
    #[prop_or_default]
    pub children: Html,
}

/// A link to a page. It can be opened in a new tab and copied.
#[component]
pub fn Link(props: &LinkProps) -> Html {
    let navigator = use_navigator().expect("below the router");
    let path = props.to.to_path();
    let href = if props.query.is_empty() { path } else { format!("{path}?{}", props.query) };
    let onclick = {
        let (to, query, then) = (props.to.clone(), props.query.clone(), props.onclick.clone());
        Callback::from(move |event: MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
                return;
            }
            event.prevent_default();
            if query.is_empty() {
                navigator.push(&to);
            } else {
                let _ = navigator.push_with_query(&to, Raw(query.as_str()));
            }
            then.emit(());
        })
    };
    html! {
        <a {href} class={props.class.clone()} aria-current={props.current.then_some("page")} {onclick}>
            { props.children.clone() }
        </a>
    }
}

/// Properties of [`OrganizationLink`].
#[derive(Properties, PartialEq)]
pub struct OrganizationLinkProps {
    pub id: OrganizationId,
    pub name: AttrValue,
}

/// The name of an organization, linked to its page. Those who see by assignment meet organizations out of their scope,
/// whose pages they cannot open.
#[component]
pub fn OrganizationLink(props: &OrganizationLinkProps) -> Html {
    let OrganizationLinkProps { id, name } = props;
    let session = use_session();
    let opens =
        session.me().is_some_and(|me| !me.role.sees_by_assignment() || [me.organization.id, me.scope.id].contains(id));
    if opens {
        html! { <Link to={Route::Organization { id: *id }}>{ name }</Link> }
    } else {
        html! { name }
    }
}
