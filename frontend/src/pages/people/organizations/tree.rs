//! The organizations as a tree. Each level is read when it is opened.

use songjiao_types::{
    Page,
    organizations::{OrganizationQuery, OrganizationView},
};
use yew::prelude::*;

use super::common::{kind_badge, marks, name_link};
use crate::{
    api::organizations::{find_organization, list_organizations},
    components::{ErrorPanel, IconName, Section, Skeleton, loaded},
    format,
    hooks::{set_to, use_query},
    session::use_session,
};

/// The tree from the root of the user's scope.
#[component]
pub fn TreeView() -> Html {
    let session = use_session();
    let root = use_query(session.me().map(|me| find_organization(me.scope.id)));
    loaded(&root, |root| {
        html! {
            <Section title={t!("单位层级")}>
                <ul class="tree"><Branch organization={root.clone()} open=true /></ul>
            </Section>
        }
    })
}

#[derive(Properties, PartialEq)]
struct BranchProps {
    organization: OrganizationView,
    #[prop_or_default]
    open: bool,
}

/// An organization with the organizations below it.
#[component]
fn Branch(props: &BranchProps) -> Html {
    let organization = &props.organization;
    let open = use_state(|| props.open);
    let below = use_query((*open).then(|| {
        let (parent_id, limit) = (Some(organization.id), Some(Page::<()>::MAX_LIMIT));
        list_organizations(&OrganizationQuery { parent_id, limit, ..Default::default() })
    }));
    let toggle = set_to(&open, !*open);
    let branches = below.value().map(|page| {
        if page.items.is_empty() {
            return html! { <li class="tree__none muted small">{ t!("没有下属单位") }</li> };
        }
        html! {
            { for page.items.iter().map(|item| html! { <Branch key={item.id.to_string()} organization={item.clone()} /> }) }
        }
    });
    html! {
        <li>
            <div class="tree__row">
                <button type="button" class="tree__toggle" onclick={toggle} aria-expanded={open.to_string()}
                    aria-label={t!("{name}的下属单位", name = organization.name)}>
                    { (if *open { IconName::ChevronDown } else { IconName::ChevronRight }).draw() }
                </button>
                { name_link(organization) }
                { kind_badge(organization.kind) }
                { marks(organization) }
                if organization.teacher_count > 0 {
                    <span class="muted small">{ t!("教师 {organization} 人", organization = format::count(organization.teacher_count)) }</span>
                }
            </div>
            if *open {
                <ul>
                    { match (branches, &below.error) {
                        (Some(branches), _) => branches,
                        (None, Some(error)) => html! {
                            <li><ErrorPanel error={error.clone()} onretry={below.reload.clone()} /></li>
                        },
                        (None, None) => html! { <li><Skeleton lines={2} /></li> },
                    } }
                </ul>
            }
        </li>
    }
}
