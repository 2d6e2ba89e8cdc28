//! The application: router, session, toasts, and the choice of the page.

use songjiao_types::Permission;
use yew::prelude::*;
use yew_router::{AnyRoute, prelude::*, query::Raw};

use crate::{
    components::{Button, ButtonLink, EmptyState, ErrorPanel, IconName, PageHeader, PublicShell, Shell, ToastProvider},
    pages::{
        account, attendance, audit_log, certifications, credits, enrollments, exemptions, home, hour_records, imports,
        lessons, login, not_found, organizations, policies, projects, quotas, teachers, teams, users, verify,
    },
    query::Query,
    route::{Route, after_sign_in},
    session::{SessionProvider, SessionState, use_session},
};

/// The application.
#[component]
pub fn App() -> Html {
    html! {
        <BrowserRouter>
            <ToastProvider>
                <SessionProvider>
                    <Root />
                </SessionProvider>
            </ToastProvider>
        </BrowserRouter>
    }
}

/// Between the session and the pages: whoever is not signed in comes to the sign-in first and
/// goes on from there to what was asked for.
#[component]
fn Root() -> Html {
    let session = use_session();
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    let asked = use_location().map(|location| format!("{}{}", location.path(), location.query_str()));
    match (&session.state, route) {
        // Who turns out to be signed in sees the public pages, too, inside the own frame.
        (SessionState::Restoring, _) => html! {
            <div class="splash" role="status"><span class="spinner" aria-hidden="true" />{ "正在进入…" }</div>
        },
        (SessionState::Unreachable(error), route) if route.permission().is_some() => {
            let retry = {
                let session = session.clone();
                Callback::from(move |()| session.retry())
            };
            html! { <div class="splash"><ErrorPanel error={error.clone()} onretry={retry} /></div> }
        }
        (SessionState::SignedIn(_), Route::Login) => html! { <Onward /> },
        (SessionState::SignedIn(me), _) if me.must_change_password => html! {
            <Shell route={Route::Account}><account::FirstPassword /></Shell>
        },
        (SessionState::SignedIn(_), route) => {
            let allowed = route.permission().is_none_or(|permission| session.can(permission));
            let page = if allowed {
                page(&route)
            } else {
                html! { <Forbidden /> }
            };
            html! { <Shell {route}>{ page }</Shell> }
        }
        (_, Route::Login) => html! { <login::LoginPage /> },
        (_, route) if route.permission().is_none() => html! { <PublicShell>{ page(&route) }</PublicShell> },
        _ => html! { <ToSignIn asked={asked.unwrap_or_default()} /> },
    }
}

/// The page of a route.
fn page(route: &Route) -> Html {
    match route.clone() {
        Route::Home => html! { <home::HomePage /> },
        Route::Login => Html::default(),
        Route::Account => html! { <account::AccountPage /> },
        Route::Organizations => html! { <organizations::ListPage /> },
        Route::NewOrganization => html! { <organizations::CreatePage /> },
        Route::Organization { id } => html! { <organizations::DetailPage key={id.to_string()} {id} /> },
        Route::EditOrganization { id } => html! { <organizations::EditPage key={id.to_string()} {id} /> },
        Route::Projects => html! { <projects::ListPage /> },
        Route::NewProject => html! { <projects::CreatePage /> },
        Route::Project { id } => html! { <projects::DetailPage key={id.to_string()} {id} /> },
        Route::EditProject { id } => html! { <projects::EditPage key={id.to_string()} {id} /> },
        Route::Nominate { id } => html! { <enrollments::NominatePage key={id.to_string()} {id} /> },
        Route::Attendance { id } => html! { <attendance::SheetPage key={id.to_string()} {id} /> },
        Route::Teams => html! { <teams::ListPage /> },
        Route::NewTeam => html! { <teams::CreatePage /> },
        Route::Team { id } => html! { <teams::DetailPage key={id.to_string()} {id} /> },
        Route::EditTeam { id } => html! { <teams::EditPage key={id.to_string()} {id} /> },
        Route::Users => html! { <users::ListPage /> },
        Route::NewUser => html! { <users::CreatePage /> },
        Route::User { id } => html! { <users::DetailPage key={id.to_string()} {id} /> },
        Route::EditUser { id } => html! { <users::EditPage key={id.to_string()} {id} /> },
        Route::Teachers => html! { <teachers::ListPage /> },
        Route::NewTeacher => html! { <teachers::CreatePage /> },
        Route::Teacher { id } => html! { <teachers::DetailPage key={id.to_string()} {id} /> },
        Route::EditTeacher { id } => html! { <teachers::EditPage key={id.to_string()} {id} /> },
        Route::HourRecords => html! { <hour_records::ListPage /> },
        Route::NewHourRecord => html! { <hour_records::CreatePage /> },
        Route::HourRecord { id } => html! { <hour_records::DetailPage key={id.to_string()} {id} /> },
        Route::Quotas => html! { <quotas::ListPage /> },
        Route::Credits => html! { <credits::ListPage /> },
        Route::Exemptions => html! { <exemptions::ListPage /> },
        Route::Imports => html! { <imports::ImportsPage /> },
        Route::Import { id } => html! { <imports::DetailPage key={id.to_string()} {id} /> },
        Route::Policies => html! { <policies::ListPage /> },
        Route::NewPolicy => html! { <policies::CreatePage /> },
        Route::Lessons => html! { <lessons::ListPage /> },
        Route::NewLesson => html! { <lessons::CreatePage /> },
        Route::Lesson { id } => html! { <lessons::DetailPage key={id.to_string()} {id} /> },
        Route::EditLesson { id } => html! { <lessons::EditPage key={id.to_string()} {id} /> },
        Route::Certifications => html! { <certifications::ListPage /> },
        Route::Certification { id } => html! { <certifications::DetailPage key={id.to_string()} {id} /> },
        Route::Certificate { id } => html! { <certifications::CertificatePage key={id.to_string()} {id} /> },
        Route::Verify => html! { <verify::VerifyPage /> },
        Route::VerifyNumber { number } => html! { <verify::VerifyPage {number} /> },
        Route::AuditLog => html! { <audit_log::ListPage /> },
        Route::NotFound => html! { <not_found::NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct ToSignInProps {
    asked: String,
}

/// Goes to the sign-in, and notes what was asked for.
#[component]
fn ToSignIn(props: &ToSignInProps) -> Html {
    let navigator = use_navigator().expect("below the router");
    use_effect_with(props.asked.clone(), move |asked| {
        if asked == "/" {
            navigator.replace(&Route::Login);
        } else {
            let _ =
                navigator.replace_with_query(&Route::Login, Raw(Query::new().with("next", asked.as_str()).encode()));
        }
    });
    Html::default()
}

/// Goes on from the sign-in to what was asked for.
#[component]
fn Onward() -> Html {
    let navigator = use_navigator().expect("below the router");
    let query = use_location().map(|location| Query::parse(location.query_str())).unwrap_or_default();
    use_effect_with((), move |()| {
        let (path, query) = after_sign_in(query.get("next"));
        let to = AnyRoute::new(path);
        if query.is_empty() {
            navigator.replace(&to);
        } else {
            let _ = navigator.replace_with_query(&to, Raw(query));
        }
    });
    Html::default()
}

/// Says that the page is not for this user.
#[component]
fn Forbidden() -> Html {
    let session = use_session();
    let reload = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    html! {
        <>
            <PageHeader title="没有权限" />
            <EmptyState icon={IconName::Lock} title="您的角色不能访问此页面">
                <p>{ "如果您的职责刚刚调整过，请刷新页面；否则请联系教育局管理员。" }</p>
                if session.can(Permission::Account) { <ButtonLink to={Route::Home}>{ "回到工作台" }</ButtonLink> }
                <Button icon={IconName::Refresh} onclick={reload}>{ "刷新页面" }</Button>
            </EmptyState>
        </>
    }
}
