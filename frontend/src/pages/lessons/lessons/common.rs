//! What the pages of lessons share.

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

/// The list, above every other page of the slice.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("课例"), Route::Lessons)
}

/// What is taught, and to whom: 小学语文.
pub fn stage_and_subject(lesson: &LessonView) -> String {
    format::taught(Some(lesson.stage), &lesson.subject)
}

/// What the team found, as a badge.
pub fn grade_badge(grade: Option<LessonGrade>) -> Html {
    let Some(grade) = grade else { return html! { <span class="muted">{ t!("未评定") }</span> } };
    let tone = match grade {
        LessonGrade::Qualified => Tone::Neutral,
        LessonGrade::Good => Tone::Info,
        LessonGrade::Excellent => Tone::Success,
    };
    badge(tone, t!(grade.label()))
}

/// How far the certification is, as a link to it: the award where there is one in force.
pub fn certification_link(certification: Option<&LessonCertification>) -> Html {
    let Some(certification) = certification else { return html! { <span class="muted">{ "—" }</span> } };
    html! {
        <Link to={Route::Certification { id: certification.id }}>
            { standing(certification) }
        </Link>
    }
}

/// What a lesson's certification comes to, in a word.
pub fn standing(certification: &LessonCertification) -> &'static str {
    match (certification.status, certification.award) {
        (CertificationStatus::Accepted, Some(award)) => t!(award.label()),
        (status, _) => t!(status.label()),
    }
}
