//! Shared by the pages of statistics.

use serde::Serialize;
use songjiao_types::{
    OrganizationId, WireEnum,
    auth::Me,
    organizations::OrganizationKind,
    quotas::QuotaQuery,
    statistics::{CompletionBy, CompletionItem, CompletionQuery, CompletionView},
    training::Stage,
};
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

use crate::{components::Tone, query::encode, route::Route};

/// The year and the organization of the figures; without an organization, everything that is visible to the user.
#[derive(Clone, Copy, PartialEq, Serialize)]
pub struct Scope {
    pub training_year: i32,
    pub organization_id: Option<OrganizationId>,
}

impl Scope {
    /// The query of the completion by these groups.
    pub fn grouped(self, by: CompletionBy) -> CompletionQuery {
        let Self { training_year, organization_id } = self;
        CompletionQuery { by: Some(by), training_year: Some(training_year), organization_id, limit: None }
    }
}

/// The page behind a figure, with its query.
pub type LinkTarget = (Route, AttrValue);

/// A callback that opens the page behind the clicked element.
#[hook]
pub fn use_open_target(leads: Vec<LinkTarget>) -> Callback<usize> {
    let navigator = use_navigator().expect("below the router");
    Callback::from(move |index: usize| {
        if let Some((to, query)) = leads.get(index) {
            let _ = navigator.push_with_query(to, Raw(query.as_str()));
        }
    })
}

/// Whether there are districts below the user's organization.
pub fn sees_districts(me: &Me) -> bool {
    matches!(me.organization.kind, OrganizationKind::Bureau | OrganizationKind::TrainingSchool)
}

/// The page one level below a group: from a district to its schools, from any other group to its teachers.
pub fn drill_down(view: &CompletionView, item: &CompletionItem) -> LinkTarget {
    let organization_id = item.organization_id.or(Some(view.organization.id));
    let query = QuotaQuery { training_year: Some(view.training_year), organization_id, ..Default::default() };
    match view.by {
        CompletionBy::District => {
            let scope = Scope { training_year: view.training_year, organization_id };
            (Route::Statistics, encode(&scope.grouped(CompletionBy::Organization)).into())
        }
        CompletionBy::Organization => quotas(&query),
        CompletionBy::Subject => quotas(&QuotaQuery { subject: Some(item.key.clone()), ..query }),
        CompletionBy::Stage => quotas(&QuotaQuery { stage: Stage::from_identifier(&item.key), ..query }),
    }
}

/// The list of quotas behind a figure.
pub fn quotas(query: &QuotaQuery) -> LinkTarget {
    (Route::Quotas, encode(query).into())
}

/// The tone of a rate, as on the desk: rates below 50 % need attention.
pub fn rate_tone(rate: f64) -> Tone {
    match rate {
        rate if rate >= 90.0 => Tone::Success,
        rate if rate < 50.0 => Tone::Warning,
        _ => Tone::Info,
    }
}

/// `63.5%`, or a dash if there is nobody.
pub fn percent(rate: Option<f64>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"))
}
