//! The desk 工作台: how things stand within what the reader sees, and what waits to be done.

mod hours;
mod next;
mod overview;
mod teacher;

use songjiao_types::{Role, auth::Me, dashboard::DashboardView};
use yew::prelude::*;

use crate::{
    api::dashboard::find_dashboard,
    areas::{Area, AreaPage},
    components::{PageHeader, loaded},
    format,
    hooks::{Load, use_query},
    route::{Route, page_at},
    session::{Session, use_session},
};

/// The page after the sign-in.
#[component]
pub fn HomePage() -> Html {
    let session = use_session();
    let load = use_query(Some(find_dashboard()));
    let Some(me) = session.me().cloned() else { return Html::default() };
    let year = load.value().map(|dashboard| format!("{} 培训年度，", dashboard.training_year)).unwrap_or_default();
    let subtitle = format!("{}，您好。{year}今天是 {}。", who(&me), format::long_date(format::today()));
    html! {
        <>
            <PageHeader title="工作台" subtitle={html! { subtitle }} />
            if me.role == Role::Teacher {
                <ContextProvider<Load<DashboardView>> context={load}>
                    <AreaPage route={Route::Home} area={Area::TeacherDesk} />
                </ContextProvider<Load<DashboardView>>>
            } else {
                { loaded(&load, |dashboard| html! { <overview::Overview {me} dashboard={dashboard.clone()} /> }) }
            }
        </>
    }
}

/// A teacher's part of it, which nobody else has to fetch.
#[component]
pub fn TeacherPart() -> Html {
    let session = use_session();
    let load = use_context::<Load<DashboardView>>();
    let (Some(me), Some(load)) = (session.me().cloned(), load) else { return Html::default() };
    loaded(&load, |dashboard| html! { <teacher::TeacherDesk {me} dashboard={dashboard.clone()} /> })
}

fn who(me: &Me) -> String {
    if me.role == Role::Teacher { format!("{}老师", me.name) } else { me.name.clone() }
}

/// The page behind a figure, if there is one and the reader may see it.
fn behind(session: &Session, path: &str, query: impl Into<AttrValue>) -> Option<(Route, AttrValue)> {
    let route = page_at(path)?;
    let allowed = route.permission().is_none_or(|permission| session.can(permission));
    allowed.then(|| (route, query.into()))
}
