//! The desk: what is there, and what can be done.

use songjiao_types::{Page, Permission, WireEnum};
use yew::prelude::*;

use crate::{
    api::{organizations::list_organizations, users::list_users},
    components::{ButtonLink, IconName, KeyValues, PageHeader, Section, StatCard},
    format,
    hooks::use_query,
    query::Query,
    route::Route,
    session::use_session,
};

/// Asks for the total alone.
fn total_only() -> Query {
    Query::new().with("limit", "1").with("with_total", "true")
}

/// The page after the sign-in.
#[component]
pub fn HomePage() -> Html {
    let session = use_session();
    let sees_users = session.can(Permission::UsersRead);
    let organizations = use_query(Some(list_organizations(&total_only())));
    let rural = use_query(Some(list_organizations(&total_only().with("rural", "true"))));
    let users = use_query(sees_users.then(|| list_users(&total_only())));
    let Some(me) = session.me() else { return Html::default() };
    let items = vec![
        ("姓名".into(), html! { &me.name }),
        ("角色".into(), html! { me.role.label() }),
        ("所在单位".into(), html! { &me.organization.name }),
        ("管理范围".into(), html! { format!("{}及其下属单位", me.scope.name) }),
    ];
    html! {
        <>
            <PageHeader title="工作台" subtitle={html! { format!("{}，今天是 {}。", me.name, format::long_date(format::today())) }} />
            <div class="stats">
                <StatCard label="单位" value={shown(organizations.value())} unit="个" detail="管理范围内全部单位"
                    to={(Route::Organizations, AttrValue::default())} />
                <StatCard label="乡村学校" value={shown(rural.value())} unit="所" detail="送教下乡的服务对象"
                    to={(Route::Organizations, AttrValue::Static("rural=true"))} />
                if sees_users {
                    <StatCard label="用户" value={shown(users.value())} unit="个" detail="可登录本平台的账号"
                        to={(Route::Users, AttrValue::default())} />
                }
            </div>
            <Section title="我的身份"><KeyValues {items} /></Section>
            <Section title="常用操作">
                <div class="shortcuts">
                    if session.can(Permission::OrganizationsWrite) {
                        <ButtonLink to={Route::NewOrganization} icon={IconName::Plus}>{ "新增单位" }</ButtonLink>
                    }
                    if session.can(Permission::UsersWrite) {
                        <ButtonLink to={Route::NewUser} icon={IconName::Plus}>{ "新增用户" }</ButtonLink>
                    }
                    <ButtonLink to={Route::Organizations} icon={IconName::Building}>{ "查看单位" }</ButtonLink>
                    <ButtonLink to={Route::Account} icon={IconName::Key}>{ "修改密码" }</ButtonLink>
                </div>
            </Section>
        </>
    }
}

fn shown<T>(page: Option<&Page<T>>) -> AttrValue {
    page.and_then(|page| page.total).map_or(AttrValue::Static("—"), |total| format::count(total).into())
}
