//! What became of an application and its certificate, in the order of time.

use chrono::{DateTime, Utc};
use songjiao_types::{
    CertificationId,
    certifications::{CertificationStatus, CertificationView},
};
use yew::prelude::*;

use crate::{
    components::{Link, Timeline, TimelineEvent, Tone},
    format,
    route::Route,
};

/// One event, with its time if that is known.
struct Event {
    at: Option<DateTime<Utc>>,
    title: String,
    by: Option<String>,
    reason: Option<String>,
    /// The other certificate concerned.
    other: Option<(CertificationId, String)>,
    tone: Tone,
}

impl Event {
    fn new(at: Option<DateTime<Utc>>, title: impl Into<String>, tone: Tone) -> Self {
        Self { at, title: title.into(), by: None, reason: None, other: None, tone }
    }

    fn show(self) -> TimelineEvent {
        let Self { at, title, by, reason, other, tone } = self;
        let detail = html! {
            <>
                if let Some((id, number)) = other {
                    <p><Link to={Route::Certification { id }}>{ number }</Link></p>
                }
                if let Some(by) = by { <p class="muted">{ t!("经办：{by}", by) }</p> }
                if let Some(reason) = reason { <p class="prose">{ reason }</p> }
            </>
        };
        TimelineEvent { at: at.map(format::date_time).unwrap_or_default().into(), title: title.into(), detail, tone }
    }
}

/// Returns the events in the order of time: acceptance or rejection, reissue, restoration, supersession, revocation.
fn events(one: &CertificationView) -> Vec<Event> {
    let mut events = Vec::new();
    let rejected = one.status == CertificationStatus::Rejected;
    let (title, tone) = match rejected {
        true => (t!("不予认定"), Tone::Warning),
        false => (t!("予以认定"), Tone::Success),
    };
    let (by, reason) = (one.decided_by_name.clone(), one.decision_reason.clone());
    events.push(Event { by, reason, ..Event::new(one.decided_at, title, tone) });
    if let Some(old) = &one.reissue_of {
        let event = Event::new(Some(old.at), t!("由原证书重新制发"), Tone::Info);
        let other = Some((old.id, old.number.clone()));
        events.push(Event { by: old.by_name.clone(), reason: Some(old.reason.clone()), other, ..event });
    }
    if let (Some(id), Some(number)) = (one.restored_from, &one.restored_from_number) {
        let event = Event::new(one.restored_at, t!("取代它的证书被撤销，恢复效力"), Tone::Success);
        events.push(Event { other: Some((id, number.clone())), ..event });
    }
    if let Some(new) = &one.reissued_as {
        let event = Event::new(Some(new.at), t!("重新制发为新证书"), Tone::Info);
        let other = Some((new.id, new.number.clone()));
        events.push(Event { by: new.by_name.clone(), reason: Some(new.reason.clone()), other, ..event });
    }
    if let (Some(id), Some(number)) = (one.superseded_by, &one.superseded_by_number) {
        let event = Event::new(None, t!("被更高等次的证书取代"), Tone::Neutral);
        events.push(Event { other: Some((id, number.clone())), ..event });
    }
    if one.status == CertificationStatus::Revoked {
        let (by, reason) = (one.revoked_by_name.clone(), one.revocation_reason.clone());
        events.push(Event { by, reason, ..Event::new(one.revoked_at, t!("撤销认定"), Tone::Danger) });
    }
    events
}

/// The history of an application that has been decided.
pub fn history(certification: &CertificationView) -> Html {
    let events: Vec<TimelineEvent> = events(certification).into_iter().map(Event::show).collect();
    html! { <Timeline label={t!("认定与证书的经过")} {events} /> }
}

#[cfg(test)]
mod tests {
    use super::{super::detail::samples::certification, *};

    #[test]
    fn the_acceptance_stays_beside_the_revocation() {
        let mut one = certification();
        one.status = CertificationStatus::Revoked;
        (one.decided_at, one.revoked_at) = (Some(one.created_at), Some(one.updated_at));
        (one.decision_reason, one.revocation_reason) = (Some("达到标准".into()), Some("非本人原创".into()));
        let told: Vec<_> = events(&one).into_iter().map(|event| (event.title, event.reason)).collect();
        let expected = [("予以认定", "达到标准"), ("撤销认定", "非本人原创")];
        assert_eq!(told, expected.map(|(title, reason)| (title.to_owned(), Some(reason.to_owned()))));
    }
}
