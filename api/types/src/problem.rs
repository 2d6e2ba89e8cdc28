use serde::{Deserialize, Serialize};

wire_enum! {
    /// What went wrong, as a stable code for clients.
    ErrorCode {
        Malformed = "malformed", "请求格式有误";
        Unauthenticated = "unauthenticated", "请先登录";
        BadCredentials = "bad_credentials", "用户名或密码不正确";
        ActivationRefused = "activation_refused", "激活码或身份证号后六位不正确，或激活码已过期、已使用";
        TokenExpired = "token_expired", "登录已过期，请重新登录";
        TokenReused = "token_reused", "登录凭证已被使用，请重新登录";
        ApiKeyUnknown = "api_key_unknown", "接口密钥不正确";
        ApiKeyExpired = "api_key_expired", "接口密钥已过期";
        ApiKeyRevoked = "api_key_revoked", "接口密钥已吊销";
        TooManyAttempts = "too_many_attempts", "尝试次数过多，请稍后再试";
        RateLimited = "rate_limited", "请求过于频繁，请稍后再试";
        PasswordChangeRequired = "password_change_required", "请先修改密码";
        Forbidden = "forbidden", "没有权限执行此操作";
        OwnRecord = "own_record", "本人的学时须由他人认定";
        ForeignSource = "foreign_source", "该来源属于其他单位";
        NotFound = "not_found", "记录不存在或无权查看";
        MethodNotAllowed = "method_not_allowed", "不支持此请求方法";
        NotAcceptable = "not_acceptable", "不支持所要求的格式";
        Conflict = "conflict", "与现有数据冲突";
        AlreadyExists = "already_exists", "编号或名称已存在";
        InUse = "in_use", "仍被其他记录引用，不能删除";
        WrongState = "wrong_state", "当前状态不允许此操作";
        DuplicateSuspected = "duplicate_suspected", "疑似重复的记录须先核对";
        AppointmentOverlaps = "appointment_overlaps", "与已有的任职时间重叠";
        RecordsWithoutService = "records_without_service", "有学时记录将不在任职期间";
        YearNotOver = "year_not_over", "该年度尚未结束，不能结账";
        YearOutOfOrder = "year_out_of_order", "须先结清以前的年度";
        YearAlreadyClosed = "year_already_closed", "该年度已结账";
        OpenMatters = "open_matters", "该年度还有未了事项";
        LaterYearClosed = "later_year_closed", "以后的年度已结账，须先重新打开以后的年度";
        YearClosed = "year_closed", "该年度已结账";
        PhaseOutOfOrder = "phase_out_of_order", "须先完成前一阶段";
        DeliverablesMissing = "deliverables_missing", "缺少本阶段要求的成果材料";
        ActivitiesAhead = "activities_ahead", "还有活动没有开展";
        MarksMissing = "marks_missing", "还有学员没有登记考勤";
        NothingHeld = "nothing_held", "项目没有开展过活动，须逐人列明学时";
        HoursAbovePlan = "hours_above_plan", "活动学时合计超过项目固定时长";
        CapacityReached = "capacity_reached", "已达到项目固定人数";
        NotEligible = "not_eligible", "不符合遴选条件";
        AlreadyReviewed = "already_reviewed", "您已评审过该申请";
        OwnLesson = "own_lesson", "不能参与本人课例的认定";
        OwnApplication = "own_application", "申请人不能评审或决定自己提交的申请";
        GradedLesson = "graded_lesson", "评定过课例等次的人不能评审该课例";
        LessonTeam = "lesson_team", "课例的送培团队成员不能评审该课例";
        SamePerson = "same_person", "您已用另一账号评审过该申请";
        LessonSuspected = "lesson_suspected", "该教师在该培训年度已有同名课例";
        FormerAward = "former_award", "该证书曾取代较低等次的证书，须说明是否恢复";
        ReviewersSuffice = "reviewers_suffice", "可以评审的人足够，不须准许本团队成员评审";
        OwnReview = "own_review", "评审人不能决定自己评审过的申请";
        ReviewsMissing = "reviews_missing", "至少需要两名评审人的意见";
        RequestInProgress = "request_in_progress", "相同的请求正在处理";
        PreconditionFailed = "precondition_failed", "记录已被他人修改，请刷新后重试";
        PreconditionRequired = "precondition_required", "修改须携带 If-Match 版本号";
        RequestTimeout = "request_timeout", "内容传送过慢，请检查网络后重试";
        TooLarge = "too_large", "请求内容过大";
        UnsupportedMediaType = "unsupported_media_type", "不支持的内容类型";
        Invalid = "invalid", "填写的内容有误";
        NotInService = "not_in_service", "该教师在培训期间没有任职";
        ImplausibleHours = "implausible_hours", "学时超过培训日数的每日 24 小时";
        IdempotencyMismatch = "idempotency_mismatch", "同一幂等键对应了不同的请求";
        ImportRejected = "import_rejected", "文件中有错误，未导入任何数据";
        Unavailable = "unavailable", "服务繁忙，请稍后再试";
        Internal = "internal", "系统内部错误";
    }
}

impl ErrorCode {
    /// Returns the title in English, for `Accept-Language: en`.
    pub fn english(self) -> &'static str {
        match self {
            Self::Malformed => "The request is malformed",
            Self::Unauthenticated => "Sign in first",
            Self::BadCredentials => "Wrong user name or password",
            Self::ActivationRefused => "The code or the ID number is wrong, or the code has expired or was used",
            Self::TokenExpired => "The sign-in has expired",
            Self::TokenReused => "The refresh token was used before",
            Self::ApiKeyUnknown => "The API key is not known",
            Self::ApiKeyExpired => "The API key has expired",
            Self::ApiKeyRevoked => "The API key was revoked",
            Self::TooManyAttempts => "Too many attempts, try again later",
            Self::RateLimited => "Too many requests, try again later",
            Self::PasswordChangeRequired => "Change the password first",
            Self::Forbidden => "Not allowed",
            Self::OwnRecord => "Somebody else has to decide on your own hours",
            Self::ForeignSource => "The source belongs to another organization",
            Self::NotFound => "Not found, or not yours to see",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NotAcceptable => "That format is not offered",
            Self::Conflict => "In conflict with existing data",
            Self::AlreadyExists => "That code or name exists already",
            Self::InUse => "Other records refer to it",
            Self::WrongState => "Not possible in the present state",
            Self::DuplicateSuspected => "A suspected duplicate has to be compared first",
            Self::AppointmentOverlaps => "The spell overlaps another",
            Self::RecordsWithoutService => "Hour records would be left without service",
            Self::YearNotOver => "The year is not over",
            Self::YearOutOfOrder => "Close the earlier years first",
            Self::YearAlreadyClosed => "The year is closed already",
            Self::OpenMatters => "The year has open matters",
            Self::LaterYearClosed => "Reopen the later years first",
            Self::YearClosed => "The year is closed",
            Self::PhaseOutOfOrder => "The phase before has to be completed first",
            Self::DeliverablesMissing => "Evidence that the phase asks for is missing",
            Self::ActivitiesAhead => "An activity lies ahead",
            Self::MarksMissing => "Participants have no mark for a day that was held",
            Self::NothingHeld => "Nothing was held; list the hours of each participant",
            Self::HoursAbovePlan => "The activities exceed the planned hours of the project",
            Self::CapacityReached => "The project is full",
            Self::NotEligible => "The conditions of selection are not met",
            Self::AlreadyReviewed => "You have reviewed this application already",
            Self::OwnLesson => "Nobody takes part in certifying their own lesson",
            Self::OwnApplication => "Applicants neither review nor decide their own application",
            Self::GradedLesson => "Those who graded the lesson do not review it",
            Self::LessonTeam => "Members of the lesson's team do not review it",
            Self::SamePerson => "You have reviewed this application with another account",
            Self::LessonSuspected => "The teacher has a lesson of that title in the training year",
            Self::FormerAward => "The certificate superseded a lower one: say whether that one comes back",
            Self::ReviewersSuffice => "Enough others may review",
            Self::OwnReview => "Reviewers do not decide on what they have reviewed",
            Self::ReviewsMissing => "At least two reviews are needed",
            Self::RequestInProgress => "The same request is being processed",
            Self::PreconditionFailed => "Somebody changed the record meanwhile",
            Self::PreconditionRequired => "A change needs If-Match",
            Self::RequestTimeout => "The content came too slowly, try again",
            Self::TooLarge => "The request is too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::Invalid => "The content is not valid",
            Self::NotInService => "The teacher had no service on the days of the training",
            Self::ImplausibleHours => "More hours than 24 for each day of the training",
            Self::IdempotencyMismatch => "The idempotency key belongs to another request",
            Self::ImportRejected => "The file has errors, nothing was imported",
            Self::Unavailable => "Busy, try again later",
            Self::Internal => "Internal error",
        }
    }
}

/// An error as RFC 9457 `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A reference that identifies the kind of problem: `/problems/{code}`.
    #[cfg_attr(feature = "openapi", schema(example = "/problems/invalid"))]
    pub r#type: String,
    /// What went wrong, in Chinese or, with `Accept-Language: en`, in English.
    #[cfg_attr(feature = "openapi", schema(example = "填写的内容有误"))]
    pub title: String,
    /// The HTTP status.
    #[cfg_attr(feature = "openapi", schema(example = 422))]
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// What went wrong in this request, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The faults of the request's content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The id of the request in the server's log.
    pub request_id: String,
}

/// A fault in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The JSON pointer into the request's body, or the name of a query parameter.
    #[cfg_attr(feature = "openapi", schema(example = "/name"))]
    pub pointer: String,
    /// The stable code of the fault.
    #[cfg_attr(feature = "openapi", schema(example = "required"))]
    pub code: String,
    /// What is wrong, in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "不能为空"))]
    pub message: String,
}

impl FieldError {
    /// Returns the fault at a pointer.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), message: message.into() }
    }
}
