//! Shared by the pages of policies.

use songjiao_types::policies::PolicyView;
use yew::prelude::*;

use crate::components::{Crumb, Tone, badge};
use crate::{format, route::Route};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("政策参数"), Route::Policies)
}

/// Whether a policy is in force, past or future.
pub fn force_badge(policy: &PolicyView) -> Html {
    if policy.in_force {
        badge(Tone::Success, t!("现行"))
    } else if policy.effective_from > format::today() {
        badge(Tone::Info, t!("将生效"))
    } else {
        badge(Tone::Neutral, t!("已被取代"))
    }
}
