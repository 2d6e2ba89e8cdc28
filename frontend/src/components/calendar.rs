//! A month with the events on its days. On a phone it lists the days that have events.

use chrono::{Datelike, Days, Months, NaiveDate};
use yew::prelude::*;

use super::{IconName, Link, Tone};
use crate::{format, route::Route};

/// An event on one or more days.
#[derive(Clone, PartialEq)]
pub struct CalendarEvent {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub label: AttrValue,
    pub tone: Tone,
    /// Its page.
    pub to: Option<Route>,
}

/// Properties of [`Calendar`].
#[derive(Properties, PartialEq)]
pub struct CalendarProps {
    pub label: AttrValue,
    /// Any day of the month.
    pub month: NaiveDate,
    pub today: NaiveDate,
    pub events: Vec<CalendarEvent>,
    /// The page of the calendar, to which the other months link.
    pub page: Route,
    /// The query of the page without the month, which is added as `month=2026-11`.
    #[prop_or_default]
    pub query: AttrValue,
}

/// Parses the month in a query: `2026-11`.
pub fn month_of(text: &str) -> Option<NaiveDate> {
    format!("{text}-01").parse().ok()
}

/// The month.
#[component]
pub fn Calendar(props: &CalendarProps) -> Html {
    let first = props.month.with_day(1).unwrap_or(props.month);
    let link = |month: Option<NaiveDate>, icon: IconName, label: &'static str| {
        let month = month.unwrap_or(first);
        let query = format!("{}&month={:04}-{:02}", props.query, month.year(), month.month());
        html! {
            <Link to={props.page.clone()} query={query.trim_start_matches('&').to_owned()} class="button button--quiet">
                { icon.draw() }<span class="visually-hidden">{ label }</span>
            </Link>
        }
    };
    let weekdays = [t!("一"), t!("二"), t!("三"), t!("四"), t!("五"), t!("六"), t!("日")];
    let none = !props.events.iter().any(|event| event.first < first + Months::new(1) && event.last >= first);
    html! {
        <div class="calendar">
            <div class="calendar__head">
                { link(first.checked_sub_months(Months::new(1)), IconName::Back, t!("上个月")) }
                <h3 aria-live="polite">{ t!("{year}年{month}月", year = first.year(), month = first.month()) }</h3>
                { link(first.checked_add_months(Months::new(1)), IconName::Next, t!("下个月")) }
            </div>
            if none { <p class="muted calendar__none">{ t!("这个月没有安排。") }</p> }
            <table class="calendar__month">
                <caption class="visually-hidden">{ &props.label }</caption>
                <thead><tr>{ for weekdays.iter().map(|day| html! { <th scope="col">{ *day }</th> }) }</tr></thead>
                <tbody>
                    { for weeks(first).into_iter().map(|week| html! { <tr>{ for week.iter().map(|day| cell(props, first, *day)) }</tr> }) }
                </tbody>
            </table>
        </div>
    }
}

fn cell(props: &CalendarProps, first: NaiveDate, day: NaiveDate) -> Html {
    if day.month() != first.month() {
        return html! { <td class="calendar__other" /> };
    }
    let events: Vec<Html> =
        props.events.iter().filter(|event| (event.first..=event.last).contains(&day)).map(entry).collect();
    let class =
        classes!((day == props.today).then_some("calendar__today"), events.is_empty().then_some("calendar__free"),);
    html! {
        <td {class} aria-current={(day == props.today).then_some("date")}>
            <time class="calendar__day" datetime={format::date(day)}>{ day.day() }</time>
            if !events.is_empty() { <ul>{ for events }</ul> }
        </td>
    }
}

fn entry(event: &CalendarEvent) -> Html {
    let class = format!("calendar__event calendar__event--{}", event.tone.name());
    let what = match event.to.clone() {
        Some(to) => html! { <Link {to}>{ &event.label }</Link> },
        None => html! { &event.label },
    };
    html! { <li {class}>{ what }</li> }
}

/// The weeks that contain days of the month, from Monday to Sunday.
fn weeks(first: NaiveDate) -> Vec<Vec<NaiveDate>> {
    let monday = first - Days::new(u64::from(first.weekday().num_days_from_monday()));
    let end = first + Months::new(1);
    let mondays = (0..6).map(|week| monday + Days::new(week * 7)).filter(|monday| *monday < end);
    mondays.map(|monday| (0..7).map(|day| monday + Days::new(day)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_month_is_whole_weeks_from_monday() {
        let november = weeks(day("2026-11-01"));
        assert_eq!(november.len(), 6);
        assert_eq!(november[0][0], day("2026-10-26"));
        assert_eq!(november[5][0], day("2026-11-30"));
        assert_eq!(weeks(day("2027-02-01")).len(), 4, "a February of four weeks");
    }

    #[test]
    fn the_query_names_a_month() {
        assert_eq!(month_of("2026-11"), Some(day("2026-11-01")));
        assert_eq!(month_of("2026-13"), None);
        assert_eq!(month_of(""), None);
    }
}
