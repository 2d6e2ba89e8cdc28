//! The frame of a page: where it is, what it is called, what can be done, and its sections.

use yew::prelude::*;

use super::Link;
use crate::{hooks::use_title, route::Route};

/// Properties of what shows one record.
#[derive(Properties, PartialEq)]
pub struct IdProps<I: PartialEq> {
    pub id: I,
}

/// Properties of what shows a record that was read, and may change it.
#[derive(Properties, PartialEq)]
pub struct RecordProps<T: PartialEq> {
    pub record: T,
    /// The record's ETag.
    pub etag: String,
    /// Reads the record again.
    pub reload: Callback<()>,
}

/// A page on the way to this one.
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

    /// A step that is no page of its own.
    pub fn here(label: impl Into<AttrValue>) -> Self {
        Self { label: label.into(), to: None }
    }
}

/// What [`Breadcrumbs`] is given.
#[derive(Properties, PartialEq)]
pub struct BreadcrumbsProps {
    /// From the top down to this page, which is the last.
    pub crumbs: Vec<Crumb>,
}

/// The way from the top to this page.
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

/// What [`PageHeader`] is given.
#[derive(Properties, PartialEq)]
pub struct PageHeaderProps {
    /// The page's heading, and the tab's title.
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
    /// What can be done here: buttons.
    #[prop_or_default]
    pub actions: Html,
}

/// The head of a page.
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

/// What [`Section`] is given.
#[derive(Properties, PartialEq)]
pub struct SectionProps {
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub actions: Html,
    /// Without padding: a table reaches the edges.
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

/// What [`KeyValues`] is given.
#[derive(Properties, PartialEq)]
pub struct KeyValuesProps {
    /// Terms with what they are here.
    pub items: Vec<(AttrValue, Html)>,
}

/// The properties of a thing, as terms and descriptions.
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
