//! One team with its members and projects.

use songjiao_types::{
    Permission, TeamId, WireEnum,
    projects::{ProjectQuery, ProjectSort, ProjectView},
    teams::{TeamView, UpdateTeam},
};
use yew::prelude::*;

use super::{
    common::{list_crumb, status_badge},
    members::Members,
};
use crate::{
    api::{
        projects::list_projects,
        teams::{find_team, update_team},
    },
    components::{
        ActionButton, ButtonLink, Column, ConfirmButton, DataTable, EmptyState, IconName, IdProps, KeyValues, Link,
        Notice, OrganizationLink, PageHeader, RecordProps, Section, Success, Tone, Work, loaded,
    },
    format,
    hooks::use_query,
    i18n::heading,
    pages::training::projects,
    query::encode,
    route::Route,
    session::use_session,
};

/// The page of a team.
#[component]
pub fn DetailPage(props: &IdProps<TeamId>) -> Html {
    let load = use_query(Some(find_team(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |team| html! { <Detail record={team.clone()} {etag} {reload} /> })
}

#[component]
fn Detail(props: &RecordProps<TeamView>) -> Html {
    let RecordProps { record: team, etag, reload } = props;
    let session = use_session();
    let may_write = session.can(Permission::TeamsWrite);
    let items = vec![
        (heading::<TeamView>("subject"), html! { &team.subject }),
        (heading::<TeamView>("stage"), html! { t!(team.stage.label()) }),
        (
            heading::<TeamView>("organization_name"),
            html! { <OrganizationLink id={team.organization_id} name={team.organization_name.clone()} /> },
        ),
        (
            heading::<TeamView>("leaders"),
            html! { if team.leaders.is_empty() { <span class="muted">{ t!("未指定") }</span> } else { { team.leaders.join(t!("、")) } } },
        ),
        (heading::<TeamView>("member_count"), html! { t!("{team} 人", team = format::count(team.member_count)) }),
        (heading::<TeamView>("created_at"), html! { format::date_time(team.created_at) }),
    ];
    let actions = html! {
        if may_write {
            <ButtonLink to={Route::EditTeam { id: team.id }} icon={IconName::Edit}>{ t!("编辑") }</ButtonLink>
            { disband_button(team, etag, reload) }
        }
    };
    html! {
        <>
            <PageHeader title={team.name.clone()} crumbs={vec![list_crumb()]} beside={status_badge(team)} {actions} />
            if let Some(day) = team.disbanded_on {
                <Notice tone={Tone::Warning} title={t!("已于 {long_date} 解散", long_date = format::long_date(day))}>{ t!("解散的团队不再承担新项目，以往记录保留。") }</Notice>
            }
            <Section title={t!("基本信息")}><KeyValues {items} /></Section>
            <Members id={team.id} etag={etag.clone()} may_write={may_write && team.disbanded_on.is_none()} onchange={reload.clone()} />
            <Projects id={team.id} />
        </>
    }
}

/// Disbands the team after a confirmation, or restores it without one.
fn disband_button(team: &TeamView, etag: &str, reload: &Callback<()>) -> Html {
    let (id, disbanded, etag) = (team.id, team.disbanded_on.is_some(), etag.to_owned());
    let work = Work::new(move |client, ()| {
        let etag = etag.clone();
        let disbanded_on = Some((!disbanded).then(format::today));
        async move {
            update_team(&client, id, &etag, &UpdateTeam { disbanded_on, ..UpdateTeam::default() }).await?;
            Ok(Success::toast(if disbanded { t!("团队已恢复") } else { t!("团队已解散") }))
        }
    });
    if disbanded {
        return html! { <ActionButton icon={IconName::Refresh} text={t!("恢复团队")} {work} onsettled={reload} /> };
    }
    html! {
        <ConfirmButton text={t!("解散团队")} title={t!("解散“{name}”？", name = team.name)} confirm={t!("确认解散")} {work} onsettled={reload}>
            <p>{ t!("解散后不再承担新项目，成员的授课学时和以往记录不受影响。需要时可以恢复。") }</p>
        </ConfirmButton>
    }
}

/// The projects of the team.
#[component]
fn Projects(props: &IdProps<TeamId>) -> Html {
    let query = ProjectQuery { team_id: Some(props.id), ..Default::default() };
    let (sort, limit) = (Some(ProjectSort::StartsOnDesc), Some(50));
    let load = use_query(Some(list_projects(&ProjectQuery { sort, limit, ..query.clone() })));
    let columns = use_memo((), |()| {
        vec![
            Column::field("title", |row: &ProjectView| {
                html! { <Link to={Route::Project { id: row.id }}>{ &row.title }</Link> }
            })
            .head(),
            Column::field("training_year", |row: &ProjectView| html! { row.training_year }).unbroken(),
            Column::new(t!("起止日期"), |row: &ProjectView| {
                html! { format::period(Some(row.starts_on), Some(row.ends_on)) }
            }),
            Column::field(
                "counts_admitted",
                |row: &ProjectView| html! { t!("{admitted} 人", admitted = row.counts.admitted) },
            )
            .number(),
            Column::field("status", |row: &ProjectView| projects::status_badge(row.status)),
        ]
    });
    let more = load.value().is_some_and(|page| page.next_cursor.is_some());
    let empty = html! {
        <EmptyState icon={IconName::Book} title={t!("还没有承担项目")}><p>{ t!("在项目的“承办与团队”中指定本团队。") }</p></EmptyState>
    };
    html! {
        <Section title={t!("承担的项目")} flush=true>
            <DataTable<ProjectView> caption={t!("团队承担的项目")} columns={(*columns).clone()} {load} {empty} />
            if more {
                <p class="card__more"><Link to={Route::Projects} query={encode(&query)}>{ t!("查看全部项目") }</Link></p>
            }
        </Section>
    }
}
