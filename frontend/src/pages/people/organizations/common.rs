//! Shared by the pages of organizations.

use songjiao_types::{
    WireEnum,
    organizations::{OrganizationKind, OrganizationView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("单位管理"), Route::Organizations)
}

/// Whether an organization can be 乡村学校 or 学区基地校.
pub fn is_school(kind: OrganizationKind) -> bool {
    matches!(kind, OrganizationKind::School | OrganizationKind::Kindergarten)
}

/// The marks of an organization besides its kind.
pub fn marks(organization: &OrganizationView) -> Html {
    html! {
        <>
            if organization.rural { { badge(Tone::Success, t!("乡村")) } }
            if organization.base_school { { badge(Tone::Info, t!("学区基地校")) } }
        </>
    }
}

/// The kind of an organization.
pub fn kind_badge(kind: OrganizationKind) -> Html {
    badge(Tone::Neutral, t!(kind.label()))
}

/// The name as a link to the organization.
pub fn name_link(organization: &OrganizationView) -> Html {
    html! { <Link to={Route::Organization { id: organization.id }}>{ &organization.name }</Link> }
}
