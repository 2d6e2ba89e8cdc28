//! The one table of bundles and pages, from which `route.rs` and `bundles` are generated. It imports nothing, so that
//! `web-build` can include this file and derive from it what `boot.js` fetches first.

/// Calls the macro `$then` with all bundles and their pages.
///
/// ```text
/// Bundle file_name [Permission] preload first (host) = component {
///     Section => {
///         Route { argument: Type } "/address" [Permission] page,
///     }
/// }
/// ```
///
/// - `file_name` is the name of the bundle's split function and of its file.
/// - A bundle's permission says for whom it is worth fetching ahead; without one it waits until it is asked for.
/// - `preload` marks the bundles that `boot.js` fetches before the program runs; `first` marks the page after sign-in.
/// - A bundle with a component and no pages is a part of a page or a dialog; `host` is the bundle of that page.
/// - A section is the entry of the navigation to which its pages belong.
/// - A page's permission is required to open it; a page without one is public.
macro_rules! route_table {
    ($then:ident) => {
        $then! {
            Login login [] preload {
                Login => {
                    Login "/login" [] login::LoginPage,
                }
            }
            Home home [] preload first {
                Home => {
                    Home "/" [Account] insight::home::HomePage,
                }
            }
            TeacherDesk teacher_desk [] preload = insight::home::TeacherPage {}
            DeskWork desk_work [] (home) = insight::home::Work {}
            DeskCharts desk_charts [] (home) = insight::statistics::DeskCharts {}
            Statistics statistics [] {
                Statistics => {
                    Statistics "/statistics" [DashboardRead] insight::statistics::StatisticsPage,
                }
            }
            Search search [DashboardRead] = insight::search::SearchDialog {}
            Account account [Account] {
                Account => {
                    Account "/account" [Account] account::AccountPage,
                }
            }
            Directory directory [OrganizationsRead] {
                Organizations => {
                    Organizations "/organizations" [OrganizationsRead] people::organizations::ListPage,
                    NewOrganization "/organizations/new" [OrganizationsWrite] people::organizations::CreatePage,
                    Organization { id: OrganizationId } "/organizations/:id" [OrganizationsRead] people::organizations::DetailPage,
                    EditOrganization { id: OrganizationId } "/organizations/:id/edit" [OrganizationsWrite] people::organizations::EditPage,
                }
                Teams => {
                    Teams "/teams" [TeamsRead] people::teams::ListPage,
                    NewTeam "/teams/new" [TeamsWrite] people::teams::CreatePage,
                    Team { id: TeamId } "/teams/:id" [TeamsRead] people::teams::DetailPage,
                    EditTeam { id: TeamId } "/teams/:id/edit" [TeamsWrite] people::teams::EditPage,
                }
                Users => {
                    Users "/users" [UsersRead] people::users::ListPage,
                    NewUser "/users/new" [UsersWrite] people::users::CreatePage,
                    User { id: UserId } "/users/:id" [UsersRead] people::users::DetailPage,
                    EditUser { id: UserId } "/users/:id/edit" [UsersWrite] people::users::EditPage,
                }
            }
            TeacherList teacher_list [TeachersRead] preload {
                Teachers => {
                    Teachers "/teachers" [TeachersRead] people::teachers::ListPage,
                }
            }
            ProjectList project_list [ProjectsRead] preload {
                Projects => {
                    Projects "/projects" [ProjectsRead] training::projects::ListPage,
                }
            }
            Teachers teachers [TeachersRead] {
                Teachers => {
                    NewTeacher "/teachers/new" [TeachersWrite] people::teachers::CreatePage,
                    Appointments "/appointments" [AppointmentsConfirm] people::appointments::WaitingPage,
                    Teacher { id: TeacherId } "/teachers/:id" [TeachersRead] people::teachers::DetailPage,
                    EditTeacher { id: TeacherId } "/teachers/:id/edit" [TeachersWrite] people::teachers::EditPage,
                }
            }
            Project project [ProjectsRead] preload {
                Projects => {
                    Project { id: ProjectId } "/projects/:id" [ProjectsRead] training::projects::DetailPage,
                }
            }
            ProjectPhases project_phases [ProjectsRead] (project) = training::projects::FirstTab {}
            ProjectTabs project_tabs [ProjectsRead] (project) = training::projects::OtherTab {}
            ProjectForms project_forms [EnrollmentsNominate] {
                Projects => {
                    NewProject "/projects/new" [ProjectsWrite] training::projects::CreatePage,
                    EditProject { id: ProjectId } "/projects/:id/edit" [ProjectsWrite] training::projects::EditPage,
                    Nominate { id: ProjectId } "/projects/:id/nominate" [EnrollmentsNominate] training::enrollments::NominatePage,
                    Attendance { id: ActivityId } "/activities/:id/attendance" [ProjectsRead] training::attendance::SheetPage,
                }
            }
            Ledger ledger [HoursRead] {
                HourRecords => {
                    HourRecords "/hour-records" [HoursRead] hours::hour_records::ListPage,
                    NewHourRecord "/hour-records/new" [HoursSubmit] hours::hour_records::CreatePage,
                    DecideHourRecords "/hour-records/decide" [HoursRecognize] hours::hour_records::DecidePage,
                }
                DuplicateGroups => {
                    DuplicateGroups "/duplicate-groups" [HoursRecognize] hours::duplicates::ListPage,
                    DecideDuplicateGroups "/duplicate-groups/rule" [HoursRecognize] hours::duplicates::RulePage,
                    DuplicateGroup { id: DuplicateGroupId } "/duplicate-groups/:id" [HoursRead] hours::duplicates::DetailPage,
                }
                HourRecords => {
                    HourRecord { id: HourRecordId } "/hour-records/:id" [HoursRead] hours::hour_records::DetailPage,
                }
                Quotas => {
                    Quotas "/quotas" [HoursRead] hours::quotas::ListPage,
                }
                Credits => {
                    Credits "/credits" [HoursRead] hours::credits::ListPage,
                }
                Exemptions => {
                    Exemptions "/exemptions" [ExemptionsRead] hours::exemptions::ListPage,
                }
                Years => {
                    Years "/years" [YearsClose] hours::years::ListPage,
                }
            }
            Lessons lessons [LessonsRead] {
                Lessons => {
                    Lessons "/lessons" [LessonsRead] lessons::lessons::ListPage,
                    NewLesson "/lessons/new" [LessonsWrite] lessons::lessons::CreatePage,
                    Lesson { id: LessonId } "/lessons/:id" [LessonsRead] lessons::lessons::DetailPage,
                    EditLesson { id: LessonId } "/lessons/:id/edit" [LessonsWrite] lessons::lessons::EditPage,
                }
                Certifications => {
                    Certifications "/certifications" [LessonsRead] lessons::certifications::ListPage,
                    Certification { id: CertificationId } "/certifications/:id" [LessonsRead] lessons::certifications::DetailPage,
                    Certificate { id: CertificationId } "/certifications/:id/certificate" [LessonsRead] lessons::certifications::CertificatePage,
                }
            }
            Accounts accounts [AccountsManage] {
                Accounts => {
                    Accounts "/accounts" [AccountsManage] people::accounts::ListPage,
                }
            }
            Activation activation [] {
                Activate => {
                    Activate "/activate" [] people::accounts::ActivatePage,
                    Privacy "/privacy" [] people::accounts::PrivacyPage,
                }
            }
            Verify verify [] {
                Verify => {
                    Verify "/verify" [] lessons::verify::VerifyPage,
                    VerifyNumber { number: String } "/verify/:number" [] lessons::verify::VerifyPage,
                }
            }
            Settings settings [PoliciesRead] {
                Imports => {
                    Imports "/imports" [ImportsWrite] exchange::imports::ImportsPage,
                    Import { id: ImportId } "/imports/:id" [ImportsWrite] exchange::imports::DetailPage,
                }
                Policies => {
                    Policies "/policies" [PoliciesRead] people::policies::ListPage,
                    NewPolicy "/policies/new" [PoliciesWrite] people::policies::CreatePage,
                }
                AuditLog => {
                    AuditLog "/audit-log" [AuditRead] insight::audit_log::ListPage,
                }
                ApiKeys => {
                    ApiKeys "/api-keys" [ApiKeysManage] exchange::api_keys::ListPage,
                }
                Webhooks => {
                    Webhooks "/webhooks" [WebhooksManage] exchange::webhooks::ListPage,
                    NewWebhook "/webhooks/new" [WebhooksManage] exchange::webhooks::CreatePage,
                    Webhook { id: WebhookId } "/webhooks/:id" [WebhooksManage] exchange::webhooks::DetailPage,
                    EditWebhook { id: WebhookId } "/webhooks/:id/edit" [WebhooksManage] exchange::webhooks::EditPage,
                }
                Gallery => {
                    Gallery "/components" [Account] gallery::GalleryPage,
                }
            }
        }
    };
}
