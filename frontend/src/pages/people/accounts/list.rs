//! The teachers with their accounts: who has one, who has never signed in, and what to do about it.

use std::{collections::BTreeSet, rc::Rc};

use songjiao_types::{
    Permission, TeacherId, UserId, WireEnum,
    accounts::{AccountQuery, AccountSort, AccountState, AccountView},
    imports::{ImportKind, ImportQuery},
};
use yew::prelude::*;

use super::{
    super::users::common::state_badge,
    open::{OpenSchoolsButton, OpenTarget, OpenTeachersButton},
    slips::{IssueButton, IssueTarget},
};
use crate::{
    api::accounts::list_accounts,
    components::{
        Button, ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link,
        ListDownload, OrganizationFilter, PageHeader, SearchFilter, Section,
    },
    format,
    hooks::{filter, use_list, use_query_keep_previous},
    query::encode,
    route::Route,
    session::use_session,
};

/// The teachers picked on any page of the list, with the user of each.
type Picked = Rc<BTreeSet<(TeacherId, Option<UserId>)>>;

/// The accounts of the teachers in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(AccountQuery { sort: Some(AccountSort::TeacherNo), ..Default::default() });
    let load = use_query_keep_previous(Some(list_accounts(&list.request())));
    let picked = use_state(Picked::default);
    let columns = use_memo((*picked).clone(), {
        let setter = picked.setter();
        move |picked| columns(picked, &setter)
    });
    let changed = {
        let (picked, reload) = (picked.setter(), load.reload.clone());
        Callback::from(move |()| {
            picked.set(Picked::default());
            reload.emit(());
        })
    };
    let reload = load.reload.clone();
    let here = list.query.organization_id.or_else(|| session.me().map(|me| me.scope.id));
    let path = list_accounts(&list.query).path().to_owned();
    let may_open_schools = session.can(Permission::UsersWrite);
    let actions = html! {
        <>
            <ListDownload {path} name={t!("教师账号")} />
            <ButtonLink to={Route::Imports} query={encode(&ImportQuery { kind: Some(ImportKind::Accounts), ..Default::default() })} icon={IconName::Upload}>{ t!("按文件开通") }</ButtonLink>
            if let Some(here) = here {
                if may_open_schools { <OpenSchoolsButton organization_id={here} onopened={reload.clone()} /> }
                <IssueButton target={IssueTarget::Organization(here)} text={t!("打印未登录者的激活单")} onissued={reload.clone()} />
                <OpenTeachersButton target={OpenTarget::Organization(here)} text={t!("为未开通者开通")} kind={ButtonKind::Primary}
                    onopened={changed.clone()} />
            }
        </>
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("没有教师")}><p>{ t!("登记教师之后，可以在这里为他们开通账号。") }</p></EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("教师账号")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} {actions}
                subtitle={t!("先开通账号，再打印激活单发给本人。本人扫码设置密码后即可登录；忘记密码的，重新打印激活单即可。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                    <ChoiceFilter<AccountState> filter={filter!(list, state)} label={t!("账号状态")} />
                </FilterBar>
                { selection(&picked, load.value().map(|page| page.items.as_slice()).unwrap_or_default(), &changed, &reload) }
                <DataTable<AccountView> caption={t!("教师账号列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("名教师")} {empty} />
            </Section>
        </>
    }
}

/// The number of picked teachers, and the actions on them.
fn selection(
    picked: &UseStateHandle<Picked>,
    rows: &[AccountView],
    changed: &Callback<()>,
    reload: &Callback<()>,
) -> Html {
    let without: Vec<TeacherId> = picked.iter().filter(|(_, user)| user.is_none()).map(|(id, _)| *id).collect();
    let users: Vec<UserId> = picked.iter().filter_map(|(_, user)| *user).collect();
    let all = {
        let (now, setter) = ((**picked).clone(), picked.setter());
        let rows: Vec<_> = rows.iter().filter(|row| row.state != AccountState::Ended).map(key).collect();
        Callback::from(move |_: MouseEvent| setter.set(Rc::new(now.iter().copied().chain(rows.clone()).collect())))
    };
    let none = {
        let setter = picked.setter();
        Callback::from(move |_: MouseEvent| setter.set(Picked::default()))
    };
    html! {
        <div class="selection" role="group" aria-label={t!("批量操作")}>
            <p aria-live="polite">{ t!("已选 {count} 人", count = picked.len()) }</p>
            <Button kind={ButtonKind::Quiet} onclick={all}>{ t!("全选本页") }</Button>
            if !picked.is_empty() { <Button kind={ButtonKind::Quiet} onclick={none}>{ t!("取消选择") }</Button> }
            if !without.is_empty() {
                <OpenTeachersButton text={t!("开通 {count} 个账号", count = without.len())} target={OpenTarget::Teachers(without)} onopened={changed.clone()} />
            }
            // The selection stays: with it the button would go, and with the button the slips.
            if !users.is_empty() {
                <IssueButton text={t!("打印 {count} 张激活单", count = users.len())} target={IssueTarget::Users(users)} onissued={reload.clone()} />
            }
        </div>
    }
}

fn key(row: &AccountView) -> (TeacherId, Option<UserId>) {
    (row.id, row.user_id)
}

fn columns(picked: &Picked, setter: &UseStateSetter<Picked>) -> Vec<Column<AccountView>> {
    let (picked, setter) = (picked.clone(), setter.clone());
    vec![
        Column::field("name", move |row: &AccountView| {
            let key = key(row);
            let toggle = {
                let (picked, setter) = (picked.clone(), setter.clone());
                Callback::from(move |_: Event| {
                    let mut now = (*picked).clone();
                    if !now.remove(&key) {
                        now.insert(key);
                    }
                    setter.set(Rc::new(now));
                })
            };
            html! {
                <span class="pick">
                    <input type="checkbox" checked={picked.contains(&key)} onchange={toggle} disabled={row.state == AccountState::Ended}
                        aria-label={t!("选择{name}", name = row.name)} />
                    <Link to={Route::Teacher { id: row.id }}>{ &row.name }</Link>
                </span>
            }
        })
        .sorted_by("name")
        .head(),
        Column::field("teacher_no", |row: &AccountView| html! { <code>{ &row.teacher_no }</code> })
            .sorted_by("teacher_no")
            .unbroken(),
        Column::field("organization_name", |row: &AccountView| html! { &row.organization.name }),
        Column::field("state", |row: &AccountView| state_badge(row.state)),
        Column::field("username", |row: &AccountView| match &row.username {
            Some(name) => html! { <code>{ name }</code> },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::field("role", |row: &AccountView| html! { row.role.map_or("—", |role| t!(role.label())) }),
        Column::field("code_expires_at", |row: &AccountView| {
            html! { row.code_expires_at.map_or_else(|| "—".to_owned(), format::date_time) }
        })
        .unbroken(),
        Column::field("last_login_at", |row: &AccountView| {
            html! { row.last_login_at.map_or_else(|| "—".to_owned(), format::date_time) }
        })
        .unbroken(),
    ]
}
