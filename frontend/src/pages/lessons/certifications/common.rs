//! Shared by the pages of certifications.

use songjiao_types::{
    WireEnum,
    certifications::{CertificationStatus, CertificationView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("三课认定"), Route::Certifications)
}

/// The status of a certification.
pub fn status_badge(status: CertificationStatus) -> Html {
    let tone = match status {
        CertificationStatus::Applied => Tone::Info,
        CertificationStatus::Accepted => Tone::Success,
        CertificationStatus::Rejected => Tone::Warning,
        CertificationStatus::Superseded | CertificationStatus::Reissued => Tone::Neutral,
        CertificationStatus::Revoked => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// The certificate's number as a link to the certificate.
pub fn number_link(certification: &CertificationView) -> Html {
    match &certification.number {
        Some(number) => html! { <Link to={Route::Certificate { id: certification.id }}>{ number }</Link> },
        None => html! { <span class="muted">{ "—" }</span> },
    }
}

/// The number of reviews given and required.
pub fn progress(certification: &CertificationView) -> String {
    format!("{} / {}", certification.accepts + certification.rejects, certification.reviews_required)
}

/// Whether there are enough reviews for a decision.
pub fn enough_reviews(certification: &CertificationView) -> bool {
    certification.accepts + certification.rejects >= i64::from(certification.reviews_required)
}

/// Says that the user's review is due.
pub fn waiting_badge() -> Html {
    badge(Tone::Warning, t!("待我评审"))
}
