//! One organization with the organizations and users below it.

use songjiao_types::{
    OrganizationId, Permission, WireEnum,
    accounts::AccountQuery,
    organizations::{OrganizationKind, OrganizationQuery, OrganizationView},
    users::{UserQuery, UserView},
};
use yew::prelude::*;

use super::common::{is_school, kind_badge, list_crumb, marks, name_link};
use crate::{
    api::{
        organizations::{delete_organization, find_organization, list_organizations},
        users::list_users,
    },
    components::{
        ButtonKind, ButtonLink, Column, ConfirmButton, Crumb, DataTable, EmptyState, IconName, IdProps, KeyValues,
        Link, PageHeader, Section, Success, Tone, Work, badge, loaded,
    },
    format,
    hooks::use_query,
    i18n::heading,
    query::encode,
    route::Route,
    session::use_session,
};

/// The page of an organization.
#[component]
pub fn DetailPage(props: &IdProps<OrganizationId>) -> Html {
    let load = use_query(Some(find_organization(props.id)));
    let etag = load.etag();
    loaded(&load, |organization| html! { <Detail organization={organization.clone()} {etag} /> })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    organization: OrganizationView,
    etag: String,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let organization = &props.organization;
    let id = organization.id;
    let session = use_session();
    let may_write = session.can(Permission::OrganizationsWrite);
    let mut crumbs = vec![list_crumb()];
    if let (Some(parent), Some(name)) = (organization.parent_id, &organization.parent_name) {
        crumbs.push(Crumb::to(name.clone(), Route::Organization { id: parent }));
    }
    let below = encode(&OrganizationQuery { parent_id: Some(id), ..Default::default() });
    let actions = html! {
        <>
            if session.can(Permission::AccountsManage) {
                <ButtonLink to={Route::Accounts} query={encode(&AccountQuery { organization_id: Some(id), ..Default::default() })} icon={IconName::Key}>{ t!("教师账号") }</ButtonLink>
            }
        if may_write {
            <ButtonLink to={Route::EditOrganization { id }} icon={IconName::Edit} kind={ButtonKind::Primary}>{ t!("编辑") }</ButtonLink>
            // The root cannot be deleted.
            if organization.parent_id.is_some() {
                { delete_button(organization, props.etag.clone()) }
            }
        }
        </>
    };
    let beside = html! { <>{ kind_badge(organization.kind) }{ marks(organization) }</> };
    let add = html! {
        if may_write {
            <ButtonLink to={Route::NewOrganization} query={below.clone()} icon={IconName::Plus}>{ t!("新增下属单位") }</ButtonLink>
        }
    };
    html! {
        <>
            <PageHeader title={organization.name.clone()} {crumbs} {beside} {actions} />
            <Section title={t!("基本信息")}><KeyValues items={properties(organization)} /></Section>
            <Section title={t!("下属单位")} flush=true actions={add}><Below {id} /></Section>
            if session.can(Permission::UsersRead) {
                <Section title={t!("本单位用户")} flush=true><Users {id} /></Section>
            }
        </>
    }
}

fn properties(organization: &OrganizationView) -> Vec<(AttrValue, Html)> {
    let yes_no = |yes: bool| if yes { t!("是") } else { t!("否") };
    let parent = match (organization.parent_id, &organization.parent_name) {
        (Some(id), Some(name)) => html! { <Link to={Route::Organization { id }}>{ name }</Link> },
        _ => html! { <span class="muted">{ t!("无（最高一级）") }</span> },
    };
    let mut items = vec![
        (heading::<OrganizationView>("code"), html! { <code>{ &organization.code }</code> }),
        (heading::<OrganizationView>("kind"), html! { t!(organization.kind.label()) }),
        (t!("上级单位").into(), parent),
        (t!("层级路径").into(), html! { <code class="break">{ &organization.path }</code> }),
        (
            heading::<OrganizationView>("teacher_count"),
            html! { t!("{organization} 人", organization = format::count(organization.teacher_count)) },
        ),
    ];
    if is_school(organization.kind) {
        items.push((heading::<OrganizationView>("rural"), html! { yes_no(organization.rural) }));
        items.push((heading::<OrganizationView>("base_school"), html! { yes_no(organization.base_school) }));
    }
    items.push((t!("登记时间").into(), html! { format::date_time(organization.created_at) }));
    items.push((t!("最近修改").into(), html! { format::date_time(organization.updated_at) }));
    items
}

/// The most rows that are shown on the page itself.
const SHOWN: Option<i64> = Some(50);

#[component]
fn Below(props: &IdProps<OrganizationId>) -> Html {
    let query = OrganizationQuery { parent_id: Some(props.id), ..Default::default() };
    let load = use_query(Some(list_organizations(&OrganizationQuery { limit: SHOWN, ..query.clone() })));
    let columns = use_memo((), |()| {
        vec![
            Column::field("code", |row: &OrganizationView| html! { &row.code }).unbroken(),
            Column::<OrganizationView>::field("name", name_link).head(),
            Column::field("kind", |row: &OrganizationView| kind_badge(row.kind)),
            Column::new(t!("标记"), marks),
            Column::field("teacher_count", |row: &OrganizationView| html! { format::count(row.teacher_count) })
                .number(),
        ]
    });
    let more = load.value().is_some_and(|page| page.next_cursor.is_some());
    let empty = html! { <EmptyState icon={IconName::Building} title={t!("没有下属单位")} /> };
    html! {
        <>
            <DataTable<OrganizationView> caption={t!("下属单位")} columns={(*columns).clone()} {load} {empty} />
            if more {
                <p class="card__more">
                    <Link to={Route::Organizations} query={encode(&query)}>{ t!("查看全部下属单位") }</Link>
                </p>
            }
        </>
    }
}

#[component]
fn Users(props: &IdProps<OrganizationId>) -> Html {
    let session = use_session();
    let query = UserQuery { organization_id: Some(props.id), ..Default::default() };
    let load = use_query(Some(list_users(&UserQuery { limit: SHOWN, ..query.clone() })));
    let columns = use_memo((), |()| {
        vec![
            Column::field(
                "name",
                |row: &UserView| html! { <Link to={Route::User { id: row.id }}>{ &row.name }</Link> },
            )
            .head(),
            Column::field("username", |row: &UserView| html! { &row.username }),
            Column::field("role", |row: &UserView| html! { t!(row.role.label()) }),
            Column::new(t!("状态"), |row: &UserView| {
                if row.disabled { badge(Tone::Danger, t!("已停用")) } else { badge(Tone::Success, t!("正常")) }
            }),
        ]
    });
    let more = load.value().is_some_and(|page| page.next_cursor.is_some());
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("本单位还没有用户")}>
            if session.can(Permission::UsersWrite) {
                <ButtonLink to={Route::NewUser} query={encode(&query)}>{ t!("新增用户") }</ButtonLink>
            }
        </EmptyState>
    };
    html! {
        <>
            <DataTable<UserView> caption={t!("本单位用户")} columns={(*columns).clone()} {load} {empty} />
            if more {
                <p class="card__more"><Link to={Route::Users} query={encode(&query)}>{ t!("查看全部用户") }</Link></p>
            }
        </>
    }
}

fn delete_button(organization: &OrganizationView, etag: String) -> Html {
    let OrganizationView { id, name, kind, parent_id, .. } = organization.clone();
    let next = parent_id.map_or(Route::Organizations, |id| Route::Organization { id });
    let work = {
        let name = name.clone();
        Work::new(move |client, ()| {
            let (etag, name, next) = (etag.clone(), name.clone(), next.clone());
            async move {
                delete_organization(&client, id, &etag).await?;
                Ok(Success::toast(t!("已删除“{name}”", name)).replace(next))
            }
        })
    };
    let what = if kind == OrganizationKind::District { t!("学区") } else { t!("单位") };
    html! {
        <ConfirmButton icon={IconName::Trash} text={t!("删除")} title={t!("删除“{name}”？", name)} confirm={t!("删除{what}", what)} {work}>
            <p>{ t!("删除后无法恢复。") }</p>
            <p>{ t!("仍有下属单位、教师、用户或培训记录的单位不能删除。") }</p>
        </ConfirmButton>
    }
}
