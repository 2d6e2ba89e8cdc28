use Permission as P;

wire_enum! {
    /// The role of a user, which decides the permissions by [`Role::allows`]. Scope and assignment decide which rows
    /// the user sees.
    Role {
        /// Has every permission; the only role that manages organizations, users, policies, API keys and webhooks.
        BureauAdmin = "bureau_admin", "教育局管理员";
        /// Plans projects, forms teams, reviews participants, recognises hours, certifies lessons.
        TrainingSchoolAdmin = "training_school_admin", "教师进修学校管理员";
        /// Leads a team through the five phases. Sees their own records, those of the team's projects and their
        /// participants.
        TeamLeader = "team_leader", "送培团队负责人";
        /// Runs the phases of the team's projects. Sees what a team leader sees.
        TeamMember = "team_member", "送培团队成员";
        /// Reads the records of a district's schools.
        DistrictCoordinator = "district_coordinator", "学区负责人";
        /// Nominates participants, runs lesson polishing, enters school-based hours.
        SchoolAdmin = "school_admin", "学校管理员";
        /// Sees their own records, registers their own lessons and applies for certification.
        Teacher = "teacher", "教师";
        /// Reads everything in scope, changes nothing.
        Auditor = "auditor", "督导";
    }
}

wire_enum! {
    /// A permission that an operation requires. The OpenAPI document names it in the operation's security requirement,
    /// which the API enforces.
    Permission {
        Account = "account", "本人账号";
        DashboardRead = "dashboard.read", "查看总览";
        OrganizationsRead = "organizations.read", "查看单位";
        OrganizationsWrite = "organizations.write", "维护单位";
        UsersRead = "users.read", "查看用户";
        UsersWrite = "users.write", "维护用户";
        AccountsManage = "accounts.manage", "开通教师账号";
        PoliciesRead = "policies.read", "查看政策参数";
        PoliciesWrite = "policies.write", "制定政策参数";
        TeachersRead = "teachers.read", "查看教师";
        TeachersWrite = "teachers.write", "维护教师";
        AppointmentsConfirm = "appointments.confirm", "确认任职";
        TeamsRead = "teams.read", "查看送培团队";
        TeamsWrite = "teams.write", "组建送培团队";
        ProjectsRead = "projects.read", "查看培训项目";
        ProjectsWrite = "projects.write", "制定培训项目";
        PhasesRun = "phases.run", "实施培训阶段";
        PhasesSkip = "phases.skip", "批准跳过阶段";
        DeliverablesWrite = "deliverables.write", "提交成果材料";
        EnrollmentsNominate = "enrollments.nominate", "选派参培学员";
        EnrollmentsReview = "enrollments.review", "审核参培学员";
        AttendanceWrite = "attendance.write", "登记考勤";
        HoursRead = "hours.read", "查看学时";
        HoursSubmit = "hours.submit", "申报学时";
        HoursRecognize = "hours.recognize", "认定学时";
        /// Opens the exemptions of others in scope with kind and reason; everyone sees their own.
        ExemptionsRead = "exemptions.read", "查看减免";
        ExemptionsWrite = "exemptions.write", "登记减免";
        ExemptionsConfirm = "exemptions.confirm", "确认减免";
        YearsClose = "years.close", "年度结账";
        LessonsRead = "lessons.read", "查看课例";
        LessonsWrite = "lessons.write", "登记课例";
        LessonsGrade = "lessons.grade", "评定课例等次";
        CertificationsApply = "certifications.apply", "申请三课认定";
        CertificationsReview = "certifications.review", "评审三课认定";
        CertificationsDecide = "certifications.decide", "决定三课认定";
        /// Lets a member of the lesson's team review where too few others may.
        CertificationsAdmit = "certifications.admit", "准许团队成员评审";
        ImportsWrite = "imports.write", "批量导入";
        AuditRead = "audit.read", "查看审计日志";
        ApiKeysManage = "api_keys.manage", "管理接口密钥";
        ChangesRead = "changes.read", "读取变更流";
        WebhooksManage = "webhooks.manage", "管理事件推送";
    }
}

/// The permissions of every signed-in user.
const EVERYONE: &[Permission] = &[
    P::Account,
    P::DashboardRead,
    P::OrganizationsRead,
    P::PoliciesRead,
    P::TeachersRead,
    P::TeamsRead,
    P::ProjectsRead,
    P::HoursRead,
    P::LessonsRead,
];

impl Permission {
    /// Returns whether an API key may hold the permission. A key cannot create users, keys or webhooks, so a stolen key
    /// gives no lasting access.
    pub fn fits_a_key(self) -> bool {
        !matches!(self, P::Account | P::UsersWrite | P::AccountsManage | P::ApiKeysManage | P::WebhooksManage)
    }
}

impl Role {
    /// Returns whether the role sees projects and records of persons by assignment alone, whatever the user's scope:
    /// their own, and those of the projects of their teams or in which they take part.
    pub fn sees_by_assignment(self) -> bool {
        matches!(self, Self::Teacher | Self::TeamLeader | Self::TeamMember)
    }

    /// Returns whether the role has a permission. Scope and assignment decide to which rows it applies.
    pub fn allows(self, permission: Permission) -> bool {
        EVERYONE.contains(&permission)
            || match self {
                Self::BureauAdmin => true,
                Self::TrainingSchoolAdmin => !matches!(
                    permission,
                    P::OrganizationsWrite
                        | P::UsersRead
                        | P::UsersWrite
                        | P::PoliciesWrite
                        | P::YearsClose
                        | P::PhasesSkip
                        | P::CertificationsAdmit
                        | P::AuditRead
                        | P::ApiKeysManage
                        | P::WebhooksManage
                ),
                Self::TeamLeader | Self::TeamMember => matches!(
                    permission,
                    P::PhasesRun
                        | P::DeliverablesWrite
                        | P::AttendanceWrite
                        | P::LessonsWrite
                        | P::LessonsGrade
                        | P::CertificationsApply
                        | P::CertificationsReview
                        // For attendance sheets and lessons.
                        | P::ImportsWrite
                ),
                Self::DistrictCoordinator => false,
                Self::SchoolAdmin => matches!(
                    permission,
                    P::TeachersWrite
                        | P::AccountsManage
                        | P::EnrollmentsNominate
                        | P::HoursSubmit
                        | P::ExemptionsRead
                        | P::ExemptionsWrite
                        | P::DeliverablesWrite
                        | P::LessonsWrite
                        | P::CertificationsApply
                        | P::ImportsWrite
                ),
                Self::Teacher => matches!(permission, P::LessonsWrite | P::CertificationsApply),
                Self::Auditor => {
                    matches!(permission, P::UsersRead | P::ExemptionsRead | P::AuditRead | P::ChangesRead)
                }
            }
    }
}
