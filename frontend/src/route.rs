//! Which URL shows which page, and who may see it.

use songjiao_types::{
    ActivityId, CertificationId, HourRecordId, ImportId, LessonId, OrganizationId, Permission, ProjectId, TeacherId,
    TeamId, UserId, WebhookId,
};
use yew_router::Routable;

/// The pages.
#[derive(Clone, PartialEq, Routable)]
pub enum Route {
    #[at("/")]
    Home,
    #[at("/login")]
    Login,
    #[at("/statistics")]
    Statistics,
    #[at("/account")]
    Account,
    #[at("/organizations")]
    Organizations,
    #[at("/organizations/new")]
    NewOrganization,
    #[at("/organizations/:id")]
    Organization { id: OrganizationId },
    #[at("/organizations/:id/edit")]
    EditOrganization { id: OrganizationId },
    #[at("/projects")]
    Projects,
    #[at("/projects/new")]
    NewProject,
    #[at("/projects/:id")]
    Project { id: ProjectId },
    #[at("/projects/:id/edit")]
    EditProject { id: ProjectId },
    #[at("/projects/:id/nominate")]
    Nominate { id: ProjectId },
    #[at("/activities/:id/attendance")]
    Attendance { id: ActivityId },
    #[at("/teams")]
    Teams,
    #[at("/teams/new")]
    NewTeam,
    #[at("/teams/:id")]
    Team { id: TeamId },
    #[at("/teams/:id/edit")]
    EditTeam { id: TeamId },
    #[at("/users")]
    Users,
    #[at("/users/new")]
    NewUser,
    #[at("/users/:id")]
    User { id: UserId },
    #[at("/users/:id/edit")]
    EditUser { id: UserId },
    #[at("/teachers")]
    Teachers,
    #[at("/teachers/new")]
    NewTeacher,
    #[at("/teachers/:id")]
    Teacher { id: TeacherId },
    #[at("/teachers/:id/edit")]
    EditTeacher { id: TeacherId },
    #[at("/hour-records")]
    HourRecords,
    #[at("/hour-records/new")]
    NewHourRecord,
    #[at("/hour-records/suspected")]
    SuspectedDuplicates,
    #[at("/hour-records/:id")]
    HourRecord { id: HourRecordId },
    #[at("/quotas")]
    Quotas,
    #[at("/credits")]
    Credits,
    #[at("/exemptions")]
    Exemptions,
    #[at("/imports")]
    Imports,
    #[at("/imports/:id")]
    Import { id: ImportId },
    #[at("/policies")]
    Policies,
    #[at("/policies/new")]
    NewPolicy,
    #[at("/lessons")]
    Lessons,
    #[at("/lessons/new")]
    NewLesson,
    #[at("/lessons/:id")]
    Lesson { id: LessonId },
    #[at("/lessons/:id/edit")]
    EditLesson { id: LessonId },
    #[at("/certifications")]
    Certifications,
    #[at("/certifications/:id")]
    Certification { id: CertificationId },
    #[at("/certifications/:id/certificate")]
    Certificate { id: CertificationId },
    #[at("/verify")]
    Verify,
    #[at("/verify/:number")]
    VerifyNumber { number: String },
    #[at("/audit-log")]
    AuditLog,
    #[at("/api-keys")]
    ApiKeys,
    #[at("/webhooks")]
    Webhooks,
    #[at("/webhooks/new")]
    NewWebhook,
    #[at("/webhooks/:id")]
    Webhook { id: WebhookId },
    #[at("/webhooks/:id/edit")]
    EditWebhook { id: WebhookId },
    #[at("/components")]
    Gallery,
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl Route {
    /// What the page asks of its reader. `None`: nothing, not even a sign-in.
    pub fn permission(&self) -> Option<Permission> {
        match self {
            Self::Login | Self::NotFound | Self::Verify | Self::VerifyNumber { .. } => None,
            Self::Home | Self::Account | Self::Gallery => Some(Permission::Account),
            Self::Statistics => Some(Permission::DashboardRead),
            Self::Organizations | Self::Organization { .. } => Some(Permission::OrganizationsRead),
            Self::NewOrganization | Self::EditOrganization { .. } => Some(Permission::OrganizationsWrite),
            Self::Projects | Self::Project { .. } | Self::Attendance { .. } => Some(Permission::ProjectsRead),
            Self::NewProject | Self::EditProject { .. } => Some(Permission::ProjectsWrite),
            Self::Nominate { .. } => Some(Permission::EnrollmentsNominate),
            Self::Teams | Self::Team { .. } => Some(Permission::TeamsRead),
            Self::NewTeam | Self::EditTeam { .. } => Some(Permission::TeamsWrite),
            Self::Users | Self::User { .. } => Some(Permission::UsersRead),
            Self::NewUser | Self::EditUser { .. } => Some(Permission::UsersWrite),
            Self::Teachers | Self::Teacher { .. } => Some(Permission::TeachersRead),
            Self::NewTeacher | Self::EditTeacher { .. } => Some(Permission::TeachersWrite),
            Self::HourRecords | Self::HourRecord { .. } | Self::Quotas | Self::Credits | Self::Exemptions => {
                Some(Permission::HoursRead)
            }
            Self::NewHourRecord => Some(Permission::HoursSubmit),
            Self::Imports | Self::Import { .. } => Some(Permission::ImportsWrite),
            Self::Policies => Some(Permission::PoliciesRead),
            Self::NewPolicy => Some(Permission::PoliciesWrite),
            Self::Lessons
            | Self::Lesson { .. }
            | Self::Certifications
            | Self::Certification { .. }
            | Self::Certificate { .. } => Some(Permission::LessonsRead),
            Self::NewLesson | Self::EditLesson { .. } => Some(Permission::LessonsWrite),
            Self::AuditLog => Some(Permission::AuditRead),
            Self::ApiKeys => Some(Permission::ApiKeysManage),
            Self::Webhooks | Self::NewWebhook | Self::Webhook { .. } | Self::EditWebhook { .. } => {
                Some(Permission::WebhooksManage)
            }
            Self::SuspectedDuplicates => Some(Permission::HoursRecognize),
        }
    }

    /// The entry of the navigation that this page belongs to.
    #[must_use]
    pub fn section(&self) -> Self {
        match self {
            Self::Organization { .. } | Self::NewOrganization | Self::EditOrganization { .. } => Self::Organizations,
            Self::Project { .. }
            | Self::NewProject
            | Self::EditProject { .. }
            | Self::Nominate { .. }
            | Self::Attendance { .. } => Self::Projects,
            Self::Team { .. } | Self::NewTeam | Self::EditTeam { .. } => Self::Teams,
            Self::User { .. } | Self::NewUser | Self::EditUser { .. } => Self::Users,
            Self::Teacher { .. } | Self::NewTeacher | Self::EditTeacher { .. } => Self::Teachers,
            Self::HourRecord { .. } | Self::NewHourRecord => Self::HourRecords,
            Self::Import { .. } => Self::Imports,
            Self::NewPolicy => Self::Policies,
            Self::Lesson { .. } | Self::NewLesson | Self::EditLesson { .. } => Self::Lessons,
            Self::Certification { .. } | Self::Certificate { .. } => Self::Certifications,
            Self::VerifyNumber { .. } => Self::Verify,
            Self::Webhook { .. } | Self::NewWebhook | Self::EditWebhook { .. } => Self::Webhooks,
            other => other.clone(),
        }
    }
}

/// The page at a path, if there is one: how one slice refers to another's page by its address.
pub fn page_at(path: &str) -> Option<Route> {
    Route::recognize(path).filter(|route| *route != Route::NotFound)
}

/// A page's whole address, for whoever is elsewhere: on paper, on a phone.
pub fn absolute(route: &Route) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    format!("{origin}{}", route.to_path())
}

/// Where to go after signing in: the page that was asked for, if it is one of ours.
pub fn after_sign_in(next: Option<&str>) -> (String, String) {
    let next = next.unwrap_or("/");
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    let ours = path.starts_with('/') && !matches!(Route::recognize(path), None | Some(Route::Login | Route::NotFound));
    if ours { (path.to_owned(), query.to_owned()) } else { ("/".to_owned(), String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_survives_its_url() {
        let id: OrganizationId = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id");
        let route = Route::EditOrganization { id };
        assert_eq!(route.to_path(), "/organizations/019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10/edit");
        assert!(Route::recognize(&route.to_path()) == Some(route));
        assert!(Route::recognize("/organizations/new") == Some(Route::NewOrganization));
        assert!(Route::recognize("/organizations/no-id") != Some(Route::Organizations));
    }

    #[test]
    fn a_certificate_s_number_survives_its_url() {
        let route = Route::VerifyNumber { number: "SL2026-示-0007".into() };
        assert_eq!(route.to_path(), "/verify/SL2026-%E7%A4%BA-0007");
        assert!(Route::recognize(&route.to_path()) == Some(route));
    }

    #[test]
    fn sign_in_leads_only_to_pages_of_ours() {
        assert_eq!(after_sign_in(Some("/users?q=%E5%BC%A0")), ("/users".to_owned(), "q=%E5%BC%A0".to_owned()));
        for elsewhere in ["//evil.example/x", "https://evil.example", "/login", "/nowhere", ""] {
            assert_eq!(after_sign_in(Some(elsewhere)).0, "/", "{elsewhere}");
        }
    }
}
