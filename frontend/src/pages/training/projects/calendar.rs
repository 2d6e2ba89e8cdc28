//! The activities of a project in a calendar.

use chrono::Days;
use songjiao_types::{Page, activities::ActivityView, projects::ProjectView};
use yew::prelude::*;

use crate::{
    api::phases::{ActivityParent, list_activities},
    components::{Calendar, CalendarEvent, EmptyState, IconName, Section, Tone, loaded, month_of},
    format,
    hooks::{use_query, use_url_query},
    route::Route,
};

/// Properties of [`ProjectCalendar`].
#[derive(Properties, PartialEq)]
pub struct ProjectCalendarProps {
    pub project: ProjectView,
}

/// The tab.
#[component]
pub fn ProjectCalendar(props: &ProjectCalendarProps) -> Html {
    let project = &props.project;
    let load = use_query(Some(list_activities(ActivityParent::Project(project.id))));
    let query = use_url_query();
    loaded(&load, |page: &Page<ActivityView>| {
        if page.items.is_empty() {
            return html! {
                <Section>
                    <EmptyState icon={IconName::Calendar} title={t!("还没有安排活动")}>
                        <p>{ t!("在“阶段与活动”中添加活动后，会显示在日历上。") }</p>
                    </EmptyState>
                </Section>
            };
        }
        let today = format::today();
        // The current month during the project, else the month of its first activity.
        let under_way = (project.starts_on..=project.ends_on).contains(&today);
        let begins = page.items.first().map_or(project.starts_on, |activity| activity.held_on);
        let month = query.get("month").and_then(month_of).unwrap_or(if under_way { today } else { begins });
        html! {
            <Section title={t!("活动日历")}>
                <Calendar label={t!("活动日历")} {month} {today} events={page.items.iter().map(event).collect::<Vec<_>>()}
                    page={Route::Project { id: project.id }} query="tab=calendar" />
            </Section>
        }
    })
}

fn event(activity: &ActivityView) -> CalendarEvent {
    let days = u64::try_from(activity.days).unwrap_or(1).max(1);
    CalendarEvent {
        first: activity.held_on,
        last: activity.held_on.checked_add_days(Days::new(days - 1)).unwrap_or(activity.held_on),
        label: activity.title.clone().into(),
        tone: if activity.attendance_count > 0 { Tone::Success } else { Tone::Info },
        to: Some(Route::Attendance { id: activity.id }),
    }
}
