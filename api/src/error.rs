//! The error of the API, answered as `application/problem+json` (RFC 9457).

use std::{borrow::Cow, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use songjiao_types::{ErrorCode, FieldError};

/// The result of handlers and stores.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// Why a request failed.
#[derive(Debug)]
pub struct ApiError {
    /// The stable code, which also decides the status.
    pub code: ErrorCode,
    /// What went wrong, in Chinese, for the user.
    pub detail: Option<Cow<'static, str>>,
    /// The faults of single fields.
    pub errors: Vec<FieldError>,
    /// Seconds to wait before a retry.
    pub retry_after: Option<i64>,
    /// Goes to the log only.
    cause: Option<String>,
}

impl ApiError {
    /// Returns an error with a code only.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after: None, cause: None }
    }

    /// Adds a message for the user, in Chinese.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the faults of single fields.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Fails with the fields at fault, if there are any.
    ///
    /// # Errors
    /// `code` with `errors`, unless they are empty.
    pub fn check(code: ErrorCode, errors: Vec<FieldError>) -> Result<()> {
        if errors.is_empty() { Ok(()) } else { Err(Self::new(code).errors(errors)) }
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// 403.
    pub fn forbidden() -> Self {
        Self::new(ErrorCode::Forbidden)
    }

    /// 401.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated)
    }

    /// 503, with 5 seconds to wait.
    pub fn unavailable() -> Self {
        Self::new(ErrorCode::Unavailable).retry_after(5)
    }

    /// Adds the seconds to wait before a retry.
    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// 422 with the fault of one field.
    pub fn invalid(pointer: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid).errors(vec![FieldError::new(pointer, code, message)])
    }

    /// 409: the current state of the resource does not allow the action.
    pub fn wrong_state(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::WrongState).detail(detail)
    }

    /// 500. The cause goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::new(ErrorCode::Internal) }
    }

    /// Returns the HTTP status of the code.
    pub fn status(&self) -> StatusCode {
        use ErrorCode as C;
        match self.code {
            C::Malformed => StatusCode::BAD_REQUEST,
            C::Unauthenticated
            | C::BadCredentials
            | C::TokenExpired
            | C::TokenReused
            | C::ApiKeyUnknown
            | C::ApiKeyExpired
            | C::ApiKeyRevoked => StatusCode::UNAUTHORIZED,
            C::Forbidden
            | C::ForeignSource
            | C::OwnRecord
            | C::PasswordChangeRequired
            | C::ActivationRefused
            | C::OwnLesson
            | C::OwnApplication
            | C::GradedLesson
            | C::LessonTeam
            | C::SamePerson
            | C::OwnReview => StatusCode::FORBIDDEN,
            C::NotFound => StatusCode::NOT_FOUND,
            C::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            C::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            C::Conflict
            | C::AlreadyExists
            | C::InUse
            | C::WrongState
            | C::DuplicateSuspected
            | C::AppointmentOverlaps
            | C::RecordsWithoutService
            | C::YearNotOver
            | C::YearOutOfOrder
            | C::YearAlreadyClosed
            | C::OpenMatters
            | C::LaterYearClosed
            | C::YearClosed
            | C::PhaseOutOfOrder
            | C::DeliverablesMissing
            | C::ActivitiesAhead
            | C::MarksMissing
            | C::NothingHeld
            | C::HoursAbovePlan
            | C::CapacityReached
            | C::AlreadyReviewed
            | C::LessonSuspected
            | C::FormerAward
            | C::ReviewersSuffice
            | C::ReviewsMissing
            | C::RequestInProgress => StatusCode::CONFLICT,
            C::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            C::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            C::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            C::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            C::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            C::Invalid
            | C::NotEligible
            | C::NotInService
            | C::ImplausibleHours
            | C::IdempotencyMismatch
            | C::ImportRejected => StatusCode::UNPROCESSABLE_ENTITY,
            C::TooManyAttempts | C::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            C::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            C::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the cause for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        for error in &self.errors {
            write!(f, "; {} {}", error.pointer, error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Returns a bare status. The middleware `problems` turns the error into problem+json, since it knows the
    /// request's language and id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<DieselError> for ApiError {
    /// Maps the constraints that a client can violate, by their names, to 409; all else is 500 or 503.
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::not_found(),
            DieselError::DatabaseError(kind, information) => {
                let constraint = information.constraint_name().unwrap_or_else(|| information.message());
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::already_exists(constraint),
                    DatabaseErrorKind::ForeignKeyViolation => Self::new(ErrorCode::InUse),
                    DatabaseErrorKind::SerializationFailure => {
                        Self { cause: Some(error.to_string()), ..Self::unavailable() }
                    }
                    _ if information.message().contains("append-only") => {
                        Self::wrong_state("记录一经写入不可更改，只能认定、驳回或作废")
                    }
                    _ if is_busy(information.message()) => {
                        Self { cause: Some(error.to_string()), ..Self::unavailable() }
                    }
                    _ => Self::internal(error),
                }
            }
            _ => Self::internal(error),
        }
    }
}

fn is_busy(message: &str) -> bool {
    message.contains("database is locked") || message.contains("deadlock detected")
}

impl ApiError {
    /// Returns 409 at the field of a unique constraint. PostgreSQL reports its name
    /// (`organizations_code_key`), SQLite its columns (`UNIQUE constraint failed: organizations.code`).
    fn already_exists(constraint: &str) -> Self {
        const FIELDS: &[(&str, &str, &str)] = &[
            ("organizations_code", "/code", "单位编号已存在"),
            // A path ends with the code.
            ("organizations_path", "/code", "单位编号已存在"),
            ("teachers_teacher_no", "/teacher_no", "教师编号已存在"),
            ("users_username", "/username", "用户名已存在"),
            ("policies_organization_id", "/effective_from", "该生效日期已有政策参数"),
            ("policies_effective_from", "/effective_from", "该生效日期已有政策参数"),
            ("teams_organization_id", "/name", "团队名称已存在"),
            ("team_members_team_id", "/teacher_id", "该教师已在团队中"),
            ("team_members_present", "/teacher_id", "该教师已在团队中"),
            ("enrollments_project_id", "/teacher_id", "该教师已在参培名单中"),
            ("sources_name", "/source", "该来源名称刚被使用，请重试"),
            ("hour_records_source", "/external_id", "同一来源的同一条学时记录已存在"),
            ("appointments_teacher_id", "/starts_on", "该教师的任职刚被他人更改，请刷新后重试"),
            ("appointments_first_day", "/starts_on", "该教师的任职刚被他人更改，请刷新后重试"),
            ("appointments_open", "/starts_on", "该教师的任职刚被他人更改，请刷新后重试"),
            ("certifications_lesson_id", "/lesson_id", "该课例已有评审中的申请"),
            ("certifications_live", "/lesson_id", "该课例已有评审中的申请"),
        ];
        let name = constraint.replace('.', "_");
        let found = FIELDS.iter().find(|(key, ..)| name.contains(key));
        let error = Self::new(ErrorCode::AlreadyExists);
        match found {
            Some((_, pointer, message)) => error.errors(vec![FieldError::new(*pointer, "already_exists", *message)]),
            None => error,
        }
    }
}
