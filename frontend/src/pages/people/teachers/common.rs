//! Shared by the pages of teachers.

use songjiao_types::{
    TeacherId, WireEnum,
    teachers::{TeacherStatus, TeacherView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Link, Tone, badge},
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("教师"), Route::Teachers)
}

/// A teacher's name as a link to the teacher.
pub fn teacher_link(id: TeacherId, name: &str) -> Html {
    html! { <Link to={Route::Teacher { id }}>{ name.to_owned() }</Link> }
}

/// The status of a teacher.
pub fn status_badge(status: TeacherStatus) -> Html {
    let tone = match status {
        TeacherStatus::Active => Tone::Success,
        TeacherStatus::OnLeave => Tone::Warning,
        TeacherStatus::Retired | TeacherStatus::Left => Tone::Neutral,
    };
    badge(tone, t!(status.label()))
}

/// The marks of a teacher besides the status.
pub fn marks(teacher: &TeacherView) -> Html {
    html! {
        <>
            if teacher.backbone { { badge(Tone::Info, t!("骨干")) } }
            if !teacher.service_confirmed { { badge(Tone::Warning, t!("任职待确认")) } }
        </>
    }
}
