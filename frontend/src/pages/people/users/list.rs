//! The list of users.

use songjiao_types::{
    Permission, Role, WireEnum,
    accounts::AccountState,
    users::{UserQuery, UserSort, UserView},
};
use yew::prelude::*;

use super::common::{last_login, status_badge};
use crate::{
    api::users::list_users,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        ListDownload, OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section,
    },
    hooks::{filter, use_list, use_query_keep_previous},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The users in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(UserQuery { sort: Some(UserSort::Username), ..Default::default() });
    let load = use_query_keep_previous(Some(list_users(&list.request())));
    let columns = use_memo((), |()| columns());
    let add = html! {
        if session.can(Permission::UsersWrite) {
            <ButtonLink to={Route::NewUser} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新增用户") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有用户")}><p>{ t!("为学校和团队的工作人员开设账号。") }</p>{ add.clone() }</EmptyState>
    };
    let states = AccountState::ALL.iter().filter(|state| **state != AccountState::Missing);
    let states: Vec<_> = states.map(|state| (state.as_str().into(), t!(state.label()).into())).collect();
    let path = list_users(&list.query).path().to_owned();
    html! {
        <>
            <PageHeader title={t!("用户管理")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListDownload {path} name={t!("用户管理")} />{ add }</> }}
                subtitle={t!("角色决定能做什么，管理范围决定能看到哪些单位的数据。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或用户名")} />
                    <ChoiceFilter<Role> filter={filter!(list, role)} label={t!("角色")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("所在单位")} placeholder={t!("全部")} />
                    <OptionFilter filter={filter!(list, state)} label={heading::<UserView>("state")} options={states} />
                </FilterBar>
                <DataTable<UserView> caption={t!("用户列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("个用户")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<UserView>> {
    vec![
        Column::field("username", |row: &UserView| html! { &row.username }).sorted_by("username").unbroken(),
        Column::field("name", |row: &UserView| html! { <Link to={Route::User { id: row.id }}>{ &row.name }</Link> })
            .sorted_by("name")
            .head(),
        Column::field("role", |row: &UserView| html! { t!(row.role.label()) }),
        Column::field("organization_name", |row: &UserView| html! { &row.organization.name }),
        Column::field("scope_name", |row: &UserView| html! { &row.scope.name }),
        Column::field("state", status_badge),
        Column::field("last_login_at", |row: &UserView| last_login(row.last_login_at)).unbroken(),
    ]
}
