//! What the pages of certifications share.

use songjiao_types::{
    WireEnum,
    certifications::{CertificationStatus, CertificationView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The list, above every other page of the slice.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("三课认定"), Route::Certifications)
}

/// How far it is, as a badge.
pub fn status_badge(status: CertificationStatus) -> Html {
    let tone = match status {
        CertificationStatus::Applied => Tone::Info,
        CertificationStatus::Accepted => Tone::Success,
        CertificationStatus::Rejected => Tone::Warning,
        CertificationStatus::Superseded => Tone::Neutral,
        CertificationStatus::Revoked => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// The certificate's number, as a link to the certificate.
pub fn number_link(certification: &CertificationView) -> Html {
    match &certification.number {
        Some(number) => html! { <Link to={Route::Certificate { id: certification.id }}>{ number }</Link> },
        None => html! { <span class="muted">{ "—" }</span> },
    }
}

/// How many reviewers have spoken, of how many.
pub fn progress(certification: &CertificationView) -> String {
    format!("{} / {}", certification.accepts + certification.rejects, certification.reviews_required)
}

/// Whether as many reviewers have spoken as a decision needs.
pub fn enough_reviews(certification: &CertificationView) -> bool {
    certification.accepts + certification.rejects >= i64::from(certification.reviews_required)
}

/// That the reader's own opinion is asked for.
pub fn waiting_badge() -> Html {
    badge(Tone::Warning, t!("待我评审"))
}
