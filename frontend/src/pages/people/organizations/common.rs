//! What the pages of organizations share.

use songjiao_types::{
    WireEnum,
    organizations::{OrganizationKind, OrganizationView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The list, above every other page of the slice.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("单位管理"), Route::Organizations)
}

/// Whether 乡村学校 and 学区基地校 can be said of it.
pub fn is_school(kind: OrganizationKind) -> bool {
    matches!(kind, OrganizationKind::School | OrganizationKind::Kindergarten)
}

/// What marks an organization beside its kind.
pub fn marks(organization: &OrganizationView) -> Html {
    html! {
        <>
            if organization.rural { { badge(Tone::Success, t!("乡村")) } }
            if organization.base_school { { badge(Tone::Info, t!("学区基地校")) } }
        </>
    }
}

/// The kind, as a badge.
pub fn kind_badge(kind: OrganizationKind) -> Html {
    badge(Tone::Neutral, t!(kind.label()))
}

/// The name, as a link to the page.
pub fn name_link(organization: &OrganizationView) -> Html {
    html! { <Link to={Route::Organization { id: organization.id }}>{ &organization.name }</Link> }
}
