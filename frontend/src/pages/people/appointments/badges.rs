//! How a spell is described.

use chrono::NaiveDate;
use songjiao_types::{WireEnum, appointments::AppointmentView};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The state of a spell on a day, and whether it is confirmed.
pub fn badges(row: &AppointmentView, today: NaiveDate) -> Html {
    html! { <>{ state(row, today) }if !row.confirmed { { badge(Tone::Warning, t!("待确认")) } }</> }
}

fn state(row: &AppointmentView, today: NaiveDate) -> Html {
    if row.starts_on > today {
        badge(Tone::Info, t!("将任"))
    } else if row.ends_on.is_none_or(|last| last >= today) {
        badge(Tone::Success, t!("现任"))
    } else {
        badge(Tone::Neutral, t!("曾任"))
    }
}

/// Why the spell ended; empty if no end is known.
pub fn end_reason(row: &AppointmentView) -> &'static str {
    row.end_reason.map_or("", |reason| t!(reason.label()))
}

/// The tone of a spell on the line of time.
pub fn tone(row: &AppointmentView, today: NaiveDate) -> Tone {
    match (row.confirmed, row.ends_on.is_none_or(|last| last >= today)) {
        (false, _) => Tone::Warning,
        (true, true) => Tone::Success,
        (true, false) => Tone::Neutral,
    }
}
