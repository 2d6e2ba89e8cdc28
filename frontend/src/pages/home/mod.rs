//! The desk 工作台: how things stand within what the reader sees, and what waits to be done.

mod hours;
mod next;
mod overview;
mod teacher;
mod work;

pub use work::Work;

use songjiao_types::{Role, auth::Me, dashboard::DashboardView};
use yew::prelude::*;

use crate::{
    api::dashboard::find_dashboard,
    components::{PageHeader, loaded},
    format,
    hooks::{Load, use_query},
    route::{Route, page_at},
    session::{Session, use_session},
};

/// The page after the sign-in, of everybody but a teacher.
#[component]
pub fn HomePage() -> Html {
    let session = use_session();
    let load = use_query(Some(find_dashboard()));
    let Some(me) = session.me().cloned() else { return Html::default() };
    html! {
        <>
            { head(&me, &load) }
            { loaded(&load, |dashboard| html! { <overview::Overview {me} dashboard={dashboard.clone()} /> }) }
        </>
    }
}

/// The page after the sign-in, of a teacher.
#[component]
pub fn TeacherPage() -> Html {
    let session = use_session();
    let load = use_query(Some(find_dashboard()));
    let Some(me) = session.me().cloned() else { return Html::default() };
    html! {
        <>
            { head(&me, &load) }
            { loaded(&load, |dashboard| html! { <teacher::TeacherDesk {me} dashboard={dashboard.clone()} /> }) }
        </>
    }
}

fn head(me: &Me, load: &Load<DashboardView>) -> Html {
    let year = load
        .value()
        .map(|dashboard| t!("{training_year} 培训年度，", training_year = dashboard.training_year))
        .unwrap_or_default();
    let subtitle =
        t!("{who}，您好。{year}今天是 {date}。", who = who(me), year, date = format::long_date(format::today()));
    html! { <PageHeader title={t!("工作台")} subtitle={html! { subtitle }} /> }
}

fn who(me: &Me) -> String {
    if me.role == Role::Teacher { t!("{name}老师", name = me.name) } else { me.name.clone() }
}

/// The page behind a figure, if there is one and the reader may see it.
fn behind(session: &Session, path: &str, query: impl Into<AttrValue>) -> Option<(Route, AttrValue)> {
    let route = page_at(path)?;
    let allowed = route.permission().is_none_or(|permission| session.can(permission));
    allowed.then(|| (route, query.into()))
}
