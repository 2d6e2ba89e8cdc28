//! Shared by the pages of statistics.

use songjiao_types::{
    WireEnum,
    auth::Me,
    organizations::OrganizationKind,
    statistics::{CompletionBy, CompletionItem, CompletionView},
};
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

use crate::{components::Tone, query::Query, route::Route};

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
    let query = Query::new().with("training_year", view.training_year.to_string());
    let organization = item.organization_id.unwrap_or(view.organization.id).to_string();
    let query = query.with("organization_id", organization);
    let (to, query) = match view.by {
        CompletionBy::District => (Route::Statistics, query.with("by", CompletionBy::Organization.as_str())),
        CompletionBy::Organization => (Route::Quotas, query),
        CompletionBy::Subject => (Route::Quotas, query.with("subject", item.key.as_str())),
        CompletionBy::Stage => (Route::Quotas, query.with("stage", item.key.as_str())),
    };
    (to, query.encode().into())
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
