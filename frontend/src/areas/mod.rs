//! The parts of the program that come over the wire as files of their own. Each is fetched when one
//! of its pages is first asked for, or ahead of that while nothing else happens.
//!
//! A new page is an arm of [`Route`], of [`Area::of`] and of the area's function below.

mod page;

use std::cell::{Cell, OnceCell};

use gloo_storage::{LocalStorage, Storage};
use songjiao_types::{Permission, Role, auth::Me};
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use crate::{
    pages::{
        account, api_keys, attendance, audit_log, certifications, credits, duplicates, enrollments, exemptions,
        gallery, home, hour_records, imports, lessons, login, organizations, policies, projects, quotas, search,
        statistics, teachers, teams, users, verify, webhooks,
    },
    route::Route,
};

pub use page::{AreaPage, CALM, use_areas_ahead};

/// Draws the page of a route of one area.
pub type Draw = fn(&Route) -> Html;

/// Names the areas, and marks where each is cut off from the rest. Nothing but the marked function
/// may refer to an area's pages: whatever else does drags them into the first file.
macro_rules! areas {
    ($($area:ident: $file:ident draws $draw:path,)*) => {
        /// A part of the program.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Area {
            $($area,)*
        }

        impl Area {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$area,)*];

            async fn fetch(self) -> Result<Draw, SplitLoaderError> {
                match self {
                    $(Self::$area => $file().await,)*
                }
            }
        }

        $(
            #[wasm_split($file, fallible)]
            fn $file() -> Result<Draw, SplitLoaderError> {
                Ok($draw)
            }
        )*
    };
}

areas! {
    Login: login draws login_page,
    Home: home draws desk,
    TeacherDesk: teacher_desk draws teacher_desk_page,
    DeskWork: desk_work draws work_of_desk,
    DeskCharts: desk_charts draws charts_of_desk,
    Statistics: statistics draws statistics_page,
    Search: search draws search_dialog,
    Account: account draws own_account,
    Directory: directory draws directory_page,
    TeacherList: teacher_list draws teacher_list_page,
    ProjectList: project_list draws project_list_page,
    Teachers: teachers draws teachers_page,
    Project: project draws project_page,
    ProjectPhases: project_phases draws project_first_tab,
    ProjectTabs: project_tabs draws project_other_tab,
    ProjectForms: project_forms draws project_forms_page,
    Ledger: ledger draws ledger_page,
    Lessons: lessons draws lessons_page,
    Verify: verify draws verify_page,
    Settings: settings draws settings_page,
}

/// Where the browser keeps whose desk it showed last: known before the sign-in is taken up again, so that the right one
/// is fetched meanwhile. `boot.js` reads it too.
const DESK: &str = "songjiao.desk";
const TEACHERS: &str = "teacher";

/// Notes whose desk it is from now on.
pub fn note_desk(me: &Me) {
    let desk = if me.role == Role::Teacher { TEACHERS } else { "" };
    // Where nothing can be kept, the desk is fetched a little later.
    let _ = LocalStorage::raw().set_item(DESK, desk);
    OF_TEACHER.set(Some(me.role == Role::Teacher));
}

fn is_teachers() -> bool {
    let noted = || LocalStorage::raw().get_item(DESK).ok().flatten().as_deref() == Some(TEACHERS);
    OF_TEACHER.get().unwrap_or_else(noted)
}

thread_local! {
    static OF_TEACHER: Cell<Option<bool>> = const { Cell::new(None) };
    static LOADED: [OnceCell<Draw>; Area::ALL.len()] = const { [const { OnceCell::new() }; Area::ALL.len()] };
}

impl Area {
    /// The area of a route. `None`: the page is always there.
    pub fn of(route: &Route) -> Option<Self> {
        Some(match route {
            Route::NotFound => return None,
            Route::Login => Self::Login,
            Route::Home if is_teachers() => Self::TeacherDesk,
            Route::Home => Self::Home,
            Route::Statistics => Self::Statistics,
            Route::Account => Self::Account,
            Route::Organizations
            | Route::NewOrganization
            | Route::Organization { .. }
            | Route::EditOrganization { .. }
            | Route::Teams
            | Route::NewTeam
            | Route::Team { .. }
            | Route::EditTeam { .. }
            | Route::Users
            | Route::NewUser
            | Route::User { .. }
            | Route::EditUser { .. } => Self::Directory,
            Route::Teachers => Self::TeacherList,
            Route::Projects => Self::ProjectList,
            Route::NewTeacher | Route::Teacher { .. } | Route::EditTeacher { .. } => Self::Teachers,
            Route::Project { .. } => Self::Project,
            Route::NewProject | Route::EditProject { .. } | Route::Nominate { .. } | Route::Attendance { .. } => {
                Self::ProjectForms
            }
            Route::HourRecords
            | Route::NewHourRecord
            | Route::SuspectedDuplicates
            | Route::HourRecord { .. }
            | Route::Quotas
            | Route::Credits
            | Route::Exemptions => Self::Ledger,
            Route::Lessons
            | Route::NewLesson
            | Route::Lesson { .. }
            | Route::EditLesson { .. }
            | Route::Certifications
            | Route::Certification { .. }
            | Route::Certificate { .. } => Self::Lessons,
            Route::Verify | Route::VerifyNumber { .. } => Self::Verify,
            Route::Imports
            | Route::Import { .. }
            | Route::Policies
            | Route::NewPolicy
            | Route::AuditLog
            | Route::ApiKeys
            | Route::Webhooks
            | Route::NewWebhook
            | Route::Webhook { .. }
            | Route::EditWebhook { .. }
            | Route::Gallery => Self::Settings,
        })
    }

    /// Whether the user may come here, so that it is worth fetching ahead.
    pub fn is_for(self, me: &Me) -> bool {
        let needs = match self {
            Self::TeacherDesk => return me.role == Role::Teacher,
            // The desk fetches its parts by itself; those who check a certificate have no account, as a rule; who is
            // in has no need of the sign-in.
            Self::DeskWork | Self::DeskCharts | Self::Verify | Self::Login => return false,
            Self::Search => Permission::DashboardRead,
            // A teacher has a desk of another kind, with the own figures on it.
            Self::Home | Self::Statistics => return me.role != Role::Teacher,
            Self::Account => Permission::Account,
            Self::Directory => Permission::OrganizationsRead,
            Self::TeacherList | Self::Teachers => Permission::TeachersRead,
            Self::ProjectList | Self::Project | Self::ProjectPhases | Self::ProjectTabs => Permission::ProjectsRead,
            Self::ProjectForms => Permission::EnrollmentsNominate,
            Self::Ledger => Permission::HoursRead,
            Self::Lessons => Permission::LessonsRead,
            Self::Settings => Permission::PoliciesRead,
        };
        me.permissions.contains(&needs)
    }

    /// What draws its pages, once it has been loaded.
    pub fn loaded(self) -> Option<Draw> {
        LOADED.with(|loaded| loaded[self as usize].get().copied())
    }

    /// Fetches the area unless it is there. After a failure the next call tries again.
    pub async fn load(self) -> Result<Draw, SplitLoaderError> {
        let draw = self.fetch().await?;
        Ok(LOADED.with(|loaded| *loaded[self as usize].get_or_init(|| draw)))
    }
}

fn login_page(_: &Route) -> Html {
    html! { <login::LoginPage /> }
}

fn desk(_: &Route) -> Html {
    html! { <home::HomePage /> }
}

fn teacher_desk_page(_: &Route) -> Html {
    html! { <home::TeacherPage /> }
}

fn work_of_desk(_: &Route) -> Html {
    html! { <home::Work /> }
}

fn charts_of_desk(_: &Route) -> Html {
    html! { <statistics::DeskCharts /> }
}

fn statistics_page(_: &Route) -> Html {
    html! { <statistics::StatisticsPage /> }
}

fn search_dialog(_: &Route) -> Html {
    html! { <search::SearchDialog /> }
}

fn own_account(_: &Route) -> Html {
    html! { <account::AccountPage /> }
}

fn directory_page(route: &Route) -> Html {
    match route.clone() {
        Route::Organizations => html! { <organizations::ListPage /> },
        Route::NewOrganization => html! { <organizations::CreatePage /> },
        Route::Organization { id } => html! { <organizations::DetailPage key={id.to_string()} {id} /> },
        Route::EditOrganization { id } => html! { <organizations::EditPage key={id.to_string()} {id} /> },
        Route::Teams => html! { <teams::ListPage /> },
        Route::NewTeam => html! { <teams::CreatePage /> },
        Route::Team { id } => html! { <teams::DetailPage key={id.to_string()} {id} /> },
        Route::EditTeam { id } => html! { <teams::EditPage key={id.to_string()} {id} /> },
        Route::Users => html! { <users::ListPage /> },
        Route::NewUser => html! { <users::CreatePage /> },
        Route::User { id } => html! { <users::DetailPage key={id.to_string()} {id} /> },
        Route::EditUser { id } => html! { <users::EditPage key={id.to_string()} {id} /> },
        _ => Html::default(),
    }
}

fn teacher_list_page(_: &Route) -> Html {
    html! { <teachers::ListPage /> }
}

fn project_list_page(_: &Route) -> Html {
    html! { <projects::ListPage /> }
}

fn teachers_page(route: &Route) -> Html {
    match route.clone() {
        Route::NewTeacher => html! { <teachers::CreatePage /> },
        Route::Teacher { id } => html! { <teachers::DetailPage key={id.to_string()} {id} /> },
        Route::EditTeacher { id } => html! { <teachers::EditPage key={id.to_string()} {id} /> },
        _ => Html::default(),
    }
}

fn project_page(route: &Route) -> Html {
    match route.clone() {
        Route::Project { id } => html! { <projects::DetailPage key={id.to_string()} {id} /> },
        _ => Html::default(),
    }
}

fn project_first_tab(_: &Route) -> Html {
    html! { <projects::FirstTab /> }
}

fn project_other_tab(_: &Route) -> Html {
    html! { <projects::OtherTab /> }
}

fn project_forms_page(route: &Route) -> Html {
    match route.clone() {
        Route::NewProject => html! { <projects::CreatePage /> },
        Route::EditProject { id } => html! { <projects::EditPage key={id.to_string()} {id} /> },
        Route::Nominate { id } => html! { <enrollments::NominatePage key={id.to_string()} {id} /> },
        Route::Attendance { id } => html! { <attendance::SheetPage key={id.to_string()} {id} /> },
        _ => Html::default(),
    }
}

fn ledger_page(route: &Route) -> Html {
    match route.clone() {
        Route::HourRecords => html! { <hour_records::ListPage /> },
        Route::NewHourRecord => html! { <hour_records::CreatePage /> },
        Route::SuspectedDuplicates => html! { <duplicates::QueuePage /> },
        Route::HourRecord { id } => html! { <hour_records::DetailPage key={id.to_string()} {id} /> },
        Route::Quotas => html! { <quotas::ListPage /> },
        Route::Credits => html! { <credits::ListPage /> },
        Route::Exemptions => html! { <exemptions::ListPage /> },
        _ => Html::default(),
    }
}

fn lessons_page(route: &Route) -> Html {
    match route.clone() {
        Route::Lessons => html! { <lessons::ListPage /> },
        Route::NewLesson => html! { <lessons::CreatePage /> },
        Route::Lesson { id } => html! { <lessons::DetailPage key={id.to_string()} {id} /> },
        Route::EditLesson { id } => html! { <lessons::EditPage key={id.to_string()} {id} /> },
        Route::Certifications => html! { <certifications::ListPage /> },
        Route::Certification { id } => html! { <certifications::DetailPage key={id.to_string()} {id} /> },
        Route::Certificate { id } => html! { <certifications::CertificatePage key={id.to_string()} {id} /> },
        _ => Html::default(),
    }
}

fn verify_page(route: &Route) -> Html {
    match route.clone() {
        Route::VerifyNumber { number } => html! { <verify::VerifyPage {number} /> },
        _ => html! { <verify::VerifyPage /> },
    }
}

fn settings_page(route: &Route) -> Html {
    match route.clone() {
        Route::Imports => html! { <imports::ImportsPage /> },
        Route::Import { id } => html! { <imports::DetailPage key={id.to_string()} {id} /> },
        Route::Policies => html! { <policies::ListPage /> },
        Route::NewPolicy => html! { <policies::CreatePage /> },
        Route::AuditLog => html! { <audit_log::ListPage /> },
        Route::ApiKeys => html! { <api_keys::ListPage /> },
        Route::Webhooks => html! { <webhooks::ListPage /> },
        Route::NewWebhook => html! { <webhooks::CreatePage /> },
        Route::Webhook { id } => html! { <webhooks::DetailPage key={id.to_string()} {id} /> },
        Route::EditWebhook { id } => html! { <webhooks::EditPage key={id.to_string()} {id} /> },
        Route::Gallery => html! { <gallery::GalleryPage /> },
        _ => Html::default(),
    }
}
