//! The frame of every page for signed-in users: navigation by permission, and the user at the top. On a phone the
//! navigation is a drawer.

use gloo_timers::future::TimeoutFuture;
use songjiao_types::{Permission, Role, WireEnum};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, PopStateEvent};
use yew::prelude::*;
use yew_router::prelude::*;

use super::{IconName, LanguageButton, Link, SearchButton};
use crate::{
    api::auth,
    bundles::IDLE_DELAY_MS,
    hooks::{PRODUCT, media, set_to, use_popstate},
    route::Route,
    session::use_session,
};

/// An entry of the navigation.
struct Entry {
    label: &'static str,
    icon: IconName,
    route: Route,
    needs: Permission,
}

const fn entry(label: &'static str, icon: IconName, route: Route, needs: Permission) -> Entry {
    Entry { label, icon, route, needs }
}

/// The navigation. Groups without a permitted entry are hidden.
const NAVIGATION: &[(&str, &[Entry])] = &[
    (
        "",
        &[
            entry(msgid!("工作台"), IconName::Home, Route::Home, Permission::Account),
            entry(msgid!("统计分析"), IconName::Pie, Route::Statistics, Permission::DashboardRead),
        ],
    ),
    (
        msgid!("培训实施"),
        &[
            entry(msgid!("培训项目"), IconName::Book, Route::Projects, Permission::ProjectsRead),
            entry(msgid!("送培团队"), IconName::Users, Route::Teams, Permission::TeamsRead),
        ],
    ),
    (
        msgid!("课例认定"),
        &[
            entry(msgid!("课例"), IconName::Book, Route::Lessons, Permission::LessonsRead),
            entry(msgid!("三课认定"), IconName::Medal, Route::Certifications, Permission::LessonsRead),
            entry(msgid!("证书查验"), IconName::Shield, Route::Verify, Permission::Account),
        ],
    ),
    (
        msgid!("基础信息"),
        &[entry(msgid!("单位管理"), IconName::Building, Route::Organizations, Permission::OrganizationsRead)],
    ),
    (
        msgid!("教师与学时"),
        &[
            entry(msgid!("教师"), IconName::User, Route::Teachers, Permission::TeachersRead),
            entry(msgid!("学时记录"), IconName::Clock, Route::HourRecords, Permission::HoursRead),
            entry(msgid!("疑似重复"), IconName::Alert, Route::DuplicateGroups, Permission::HoursRecognize),
            entry(msgid!("年度学时"), IconName::Calendar, Route::Quotas, Permission::HoursRead),
            entry(msgid!("五年学分"), IconName::Chart, Route::Credits, Permission::HoursRead),
            entry(msgid!("减免"), IconName::Shield, Route::Exemptions, Permission::ExemptionsRead),
            entry(msgid!("年度结账"), IconName::Lock, Route::Years, Permission::YearsClose),
            entry(msgid!("批量导入"), IconName::Upload, Route::Imports, Permission::ImportsWrite),
        ],
    ),
    (
        msgid!("系统管理"),
        &[
            entry(msgid!("政策参数"), IconName::Sliders, Route::Policies, Permission::PoliciesRead),
            entry(msgid!("教师账号"), IconName::Key, Route::Accounts, Permission::AccountsManage),
            entry(msgid!("用户管理"), IconName::Users, Route::Users, Permission::UsersRead),
            entry(msgid!("操作日志"), IconName::Clock, Route::AuditLog, Permission::AuditRead),
            entry(msgid!("接口密钥"), IconName::Key, Route::ApiKeys, Permission::ApiKeysManage),
            entry(msgid!("事件推送"), IconName::Send, Route::Webhooks, Permission::WebhooksManage),
            entry(msgid!("我的账号"), IconName::User, Route::Account, Permission::Account),
        ],
    ),
];

/// Whether a page would show a user of the role only their own row.
fn is_own_row_only(role: Role, route: &Route) -> bool {
    match route {
        Route::Statistics | Route::Quotas | Route::Credits => role.sees_by_assignment(),
        Route::Teachers => role == Role::Teacher,
        _ => false,
    }
}

/// Whether the navigation stands beside the page. The same width is in the style sheet.
fn is_wide() -> bool {
    media("(min-width: 900px)").is_none_or(|query| query.matches())
}

/// Properties of [`Shell`].
#[derive(Properties, PartialEq)]
pub struct ShellProps {
    pub route: Route,
    pub children: Html,
}

/// Navigation, top bar and page.
#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let open = use_state(|| false);
    // On a phone the page is rendered first, and the closed drawer once the browser is idle.
    let drawn = use_state_eq(is_wide);
    {
        let drawn = drawn.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                TimeoutFuture::new(IDLE_DELAY_MS).await;
                drawn.set(true);
            });
        });
    }
    let main = use_node_ref();
    let location = use_location();
    let path = location.map(|location| location.path().to_owned()).unwrap_or_default();
    // The first page, and pages reached by the back button, keep the scroll position that the browser restores.
    let keep_scroll = use_mut_ref(|| true);
    {
        let keep_scroll = keep_scroll.clone();
        use_popstate(move |_: &PopStateEvent| {
            keep_scroll.replace(true);
        });
    }
    {
        // Any other page begins at its top, with the focus.
        let (main, open) = (main.clone(), open.clone());
        use_effect_with(path, move |_| {
            open.set(false);
            if !keep_scroll.replace(false)
                && let (Some(main), Some(window)) = (main.cast::<HtmlElement>(), web_sys::window())
            {
                let _ = main.focus();
                window.scroll_to_with_x_and_y(0.0, 0.0);
            }
        });
    }
    let toggle = {
        let (open, drawn) = (open.clone(), drawn.clone());
        Callback::from(move |_: MouseEvent| {
            drawn.set(true);
            open.set(!*open);
        })
    };
    let close = set_to(&open, false);
    let onkeydown = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                open.set(false);
            }
        })
    };
    html! {
        <div class={classes!("shell", open.then_some("shell--open"))} {onkeydown}>
            <a class="skip-link" href="#main">{ t!("跳到主要内容") }</a>
            <header class="topbar">
                <button type="button" class="topbar__menu" onclick={toggle} aria-expanded={open.to_string()}
                    aria-controls="navigation" aria-label={if *open { t!("关闭导航") } else { t!("打开导航") }}>
                    { (if *open { IconName::Close } else { IconName::Menu }).draw() }
                </button>
                <span class="topbar__product">{ t!(PRODUCT) }</span>
                <SearchButton />
                <UserBar />
            </header>
            <div class="shell__backdrop" onclick={close} />
            <aside class="sidebar" id="navigation">
                <Link to={Route::Home} class="sidebar__brand">
                    <img src="/favicon.svg" alt="" width="36" height="36" />
                    <span>{ t!("送教下乡") }<small>{ t!("培训管理平台") }</small></span>
                </Link>
                if *drawn { <Navigation route={props.route.clone()} /> }
            </aside>
            <main class="main" id="main" ref={main} tabindex="-1">{ props.children.clone() }</main>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NavigationProps {
    route: Route,
}

#[component]
fn Navigation(props: &NavigationProps) -> Html {
    let session = use_session();
    let me = session.me();
    let own = me.and_then(|me| me.teacher_id).map(|id| Route::Teacher { id });
    let role = me.map(|me| me.role);
    let section = if own.as_ref() == Some(&props.route) { props.route.clone() } else { props.route.section() };
    let own = own.map(|to| {
        let current = to == section;
        html! {
            <div class="nav__group">
                <ul>
                    <li><Link {to} class="nav__entry" {current}>{ IconName::Clock.draw() }{ t!("我的学时") }</Link></li>
                </ul>
            </div>
        }
    });
    let groups = NAVIGATION.iter().filter_map(|(heading, entries)| {
        let mut allowed = entries
            .iter()
            .filter(|entry| session.can(entry.needs) && !role.is_some_and(|role| is_own_row_only(role, &entry.route)))
            .peekable();
        allowed.peek()?;
        Some(html! {
            <div class="nav__group">
                if !heading.is_empty() { <p class="nav__heading">{ t!(heading) }</p> }
                <ul>
                    { for allowed.map(|entry| html! {
                        <li>
                            <Link to={entry.route.clone()} class="nav__entry" current={entry.route == section}>
                                { entry.icon.draw() }{ t!(entry.label) }
                            </Link>
                        </li>
                    }) }
                </ul>
            </div>
        })
    });
    html! { <nav class="nav" aria-label={t!("主导航")}>{ own.unwrap_or_default() }{ for groups }</nav> }
}

/// The signed-in user, and the button to sign out.
#[component]
fn UserBar() -> Html {
    let session = use_session();
    let Some(me) = session.me() else { return Html::default() };
    let log_out = {
        let client = session.client.clone();
        Callback::from(move |_: MouseEvent| {
            let client = client.clone();
            spawn_local(async move { auth::log_out(&client).await });
        })
    };
    html! {
        <div class="userbar">
            <LanguageButton />
            <Link to={Route::Account} class="userbar__who">
                <span class="userbar__name">{ &me.name }</span>
                <span class="userbar__role">{ format!("{} · {}", me.organization.name, t!(me.role.label())) }</span>
            </Link>
            <button type="button" class="userbar__out" onclick={log_out}>
                { IconName::LogOut.draw() }<span>{ t!("退出登录") }</span>
            </button>
        </div>
    }
}
