//! The list of teams.

use songjiao_types::{
    Permission, WireEnum,
    projects::ProjectQuery,
    teams::{TeamQuery, TeamSort, TeamView},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::status_badge;
use crate::{
    api::teams::list_teams,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        ListDownload, OptionFilter, PageHeader, SearchFilter, Section,
    },
    format,
    hooks::{filter, use_list, use_query_keep_previous},
    query::encode,
    route::Route,
    session::use_session,
};

/// The teams in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(TeamQuery { sort: Some(TeamSort::Name), ..Default::default() });
    let load = use_query_keep_previous(Some(list_teams(&list.request())));
    let columns = use_memo((), |()| columns());
    let add = html! {
        if session.can(Permission::TeamsWrite) {
            <ButtonLink to={Route::NewTeam} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("组建团队") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有送培团队")}>
            <p>{ t!("分学科、学段组建结构合理的送培团队，再指派到项目。") }</p>
            { add.clone() }
        </EmptyState>
    };
    let subjects = SUBJECTS.iter().map(|subject| ((*subject).into(), (*subject).into())).collect::<Vec<_>>();
    let states = vec![("false".into(), t!("在任").into()), ("true".into(), t!("已解散").into())];
    let path = list_teams(&list.query).path().to_owned();
    html! {
        <>
            <PageHeader title={t!("送培团队")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListDownload {path} name={t!("送培团队")} />{ add }</> }}
                subtitle={t!("由本地骨干教师和校外专家组成，承担五段式送教下乡的实施。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("团队名称")} />
                    <OptionFilter filter={filter!(list, subject)} label={t!("学科")} options={subjects} />
                    <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
                    <OptionFilter filter={filter!(list, disbanded)} label={t!("状态")} options={states} />
                </FilterBar>
                <DataTable<TeamView> caption={t!("送培团队列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("个团队")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<TeamView>> {
    vec![
        Column::field("name", |row: &TeamView| html! { <Link to={Route::Team { id: row.id }}>{ &row.name }</Link> })
            .sorted_by("name")
            .head(),
        Column::new(t!("学科学段"), |row: &TeamView| html! { format!("{}{}", t!(row.stage.label()), row.subject) }),
        Column::field("leaders", |row: &TeamView| match row.leaders.as_slice() {
            [] => html! { <span class="muted">{ t!("未指定") }</span> },
            leaders => html! { leaders.join(t!("、")) },
        }),
        Column::field("member_count", |row: &TeamView| html! { format::count(row.member_count) }).number(),
        Column::field("project_count", |row: &TeamView| {
            if row.project_count == 0 {
                return html! { "0" };
            }
            html! {
                <Link to={Route::Projects} query={encode(&ProjectQuery { team_id: Some(row.id), ..Default::default() })}>{ format::count(row.project_count) }</Link>
            }
        })
        .number(),
        Column::field("organization_name", |row: &TeamView| html! { &row.organization_name }),
        Column::new(t!("状态"), status_badge),
    ]
}
