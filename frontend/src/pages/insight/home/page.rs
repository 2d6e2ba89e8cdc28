//! The home pages.

use songjiao_types::{Role, auth::Me, dashboard::DashboardView};
use yew::prelude::*;

use super::{overview::Overview, teacher::TeacherDesk};
use crate::{
    api::dashboard::find_dashboard,
    components::{PageHeader, loaded},
    format,
    hooks::{Load, use_query},
    session::use_session,
};

/// The home page of all users but teachers.
#[component]
pub fn HomePage() -> Html {
    let session = use_session();
    let load = use_query(Some(find_dashboard()));
    let Some(me) = session.me().cloned() else { return Html::default() };
    html! {
        <>
            { head(&me, &load) }
            { loaded(&load, |dashboard| html! { <Overview {me} dashboard={dashboard.clone()} /> }) }
        </>
    }
}

/// The home page of teachers.
#[component]
pub fn TeacherPage() -> Html {
    let session = use_session();
    let load = use_query(Some(find_dashboard()));
    let Some(me) = session.me().cloned() else { return Html::default() };
    html! {
        <>
            { head(&me, &load) }
            { loaded(&load, |dashboard| html! { <TeacherDesk {me} dashboard={dashboard.clone()} /> }) }
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
