//! Shared by the pages of lessons.

use songjiao_types::{
    WireEnum,
    certifications::CertificationStatus,
    lessons::{LessonCertification, LessonGrade, LessonView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    format,
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("课例"), Route::Lessons)
}

/// Stage and subject: 小学语文.
pub fn stage_and_subject(lesson: &LessonView) -> String {
    format::stage_and_subject(Some(lesson.stage), &lesson.subject)
}

/// The grade of a lesson.
pub fn grade_badge(grade: Option<LessonGrade>) -> Html {
    let Some(grade) = grade else { return html! { <span class="muted">{ t!("未评定") }</span> } };
    let tone = match grade {
        LessonGrade::Qualified => Tone::Neutral,
        LessonGrade::Good => Tone::Info,
        LessonGrade::Excellent => Tone::Success,
    };
    badge(tone, t!(grade.label()))
}

/// The state of the certification as a link to it; the award, if one is in force.
pub fn certification_link(certification: Option<&LessonCertification>) -> Html {
    let Some(certification) = certification else { return html! { <span class="muted">{ "—" }</span> } };
    html! {
        <Link to={Route::Certification { id: certification.id }}>
            { certification_state(certification) }
        </Link>
    }
}

/// The state of a certification in a word.
pub fn certification_state(certification: &LessonCertification) -> &'static str {
    match (certification.status, certification.award) {
        (CertificationStatus::Accepted, Some(award)) => t!(award.label()),
        (status, _) => t!(status.label()),
    }
}
