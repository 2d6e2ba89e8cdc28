//! The frame of a page: breadcrumbs, title, actions and sections.

use yew::prelude::*;

use super::Link;
use crate::{hooks::use_title, route::Route};

/// Properties of a component that is given the id of a record.
#[derive(Properties, PartialEq)]
pub struct IdProps<I: PartialEq> {
    pub id: I,
}

/// Properties of a component that is given a loaded record.
#[derive(Properties, PartialEq)]
pub struct RecordProps<T: PartialEq> {
    pub record: T,
    /// The record's ETag.
    pub etag: String,
    /// Reads the record again.
    pub reload: Callback<()>,
}

/// One of the breadcrumbs.
#[derive(Clone, PartialEq)]
pub struct Crumb {
    label: AttrValue,
    to: Option<Route>,
}

impl Crumb {
    /// A page above this one.
    pub fn to(label: impl Into<AttrValue>, route: Route) -> Self {
        Self { label: label.into(), to: Some(route) }
    }

    /// A step without a page.
    pub fn here(label: impl Into<AttrValue>) -> Self {
        Self { label: label.into(), to: None }
    }
}

/// Properties of [`Breadcrumbs`].
#[derive(Properties, PartialEq)]
pub struct BreadcrumbsProps {
    /// From the top to this page, which is the last.
    pub crumbs: Vec<Crumb>,
}

/// The breadcrumbs.
#[component]
pub fn Breadcrumbs(props: &BreadcrumbsProps) -> Html {
    let last = props.crumbs.len().saturating_sub(1);
    html! {
        <nav class="breadcrumbs" aria-label={t!("当前位置")}>
            <ol>
                { for props.crumbs.iter().enumerate().map(|(index, crumb)| html! {
                    <li>
                        if let (Some(to), false) = (crumb.to.clone(), index == last) {
                            <Link {to}>{ &crumb.label }</Link>
                        } else {
                            <span aria-current={(index == last).then_some("page")}>{ &crumb.label }</span>
                        }
                    </li>
                }) }
            </ol>
        </nav>
    }
}

/// Properties of [`PageHeader`].
#[derive(Properties, PartialEq)]
pub struct PageHeaderProps {
    /// The heading of the page and the title of the tab.
    pub title: AttrValue,
    /// The pages above this one; the page itself is added.
    #[prop_or_default]
    pub crumbs: Vec<Crumb>,
    /// Beside the heading: badges.
    #[prop_or_default]
    pub beside: Html,
    /// Below the heading.
    #[prop_or_default]
    pub subtitle: Html,
    /// Buttons.
    #[prop_or_default]
    pub actions: Html,
}

/// The header of a page.
#[component]
pub fn PageHeader(props: &PageHeaderProps) -> Html {
    use_title(&props.title);
    let mut crumbs = props.crumbs.clone();
    let crumbs = (!crumbs.is_empty()).then(|| {
        crumbs.push(Crumb::here(props.title.clone()));
        html! { <Breadcrumbs {crumbs} /> }
    });
    html! {
        <header class="page-header">
            { crumbs.unwrap_or_default() }
            <div class="page-header__row">
                <div class="page-header__title">
                    <h1>{ &props.title }</h1>
                    { props.beside.clone() }
                </div>
                <div class="page-header__actions">{ props.actions.clone() }</div>
            </div>
            <div class="page-header__subtitle">{ props.subtitle.clone() }</div>
        </header>
    }
}

/// Properties of [`Section`].
#[derive(Properties, PartialEq)]
pub struct SectionProps {
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub actions: Html,
    /// Without padding, for a table.
    #[prop_or_default]
    pub flush: bool,
    #[prop_or_default]
    pub children: Html,
}

/// A card with a heading.
#[component]
pub fn Section(props: &SectionProps) -> Html {
    html! {
        <section class={classes!("card", props.flush.then_some("card--flush"))} aria-label={props.title.clone()}>
            if let Some(title) = &props.title {
                <div class="card__head"><h2>{ title }</h2><div class="card__actions">{ props.actions.clone() }</div></div>
            }
            <div class="card__body">{ props.children.clone() }</div>
        </section>
    }
}

/// Properties of [`KeyValues`].
#[derive(Properties, PartialEq)]
pub struct KeyValuesProps {
    /// Terms with their descriptions.
    pub items: Vec<(AttrValue, Html)>,
}

/// The properties of a record, as a description list.
#[component]
pub fn KeyValues(props: &KeyValuesProps) -> Html {
    html! {
        <dl class="key-values">
            { for props.items.iter().map(|(term, description)| html! {
                <div><dt>{ term }</dt><dd>{ description.clone() }</dd></div>
            }) }
        </dl>
    }
}
