//! The one error of the API, answered as `application/problem+json` (RFC 9457).

use std::{borrow::Cow, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use songjiao_types::{ErrorCode, FieldError};

/// What every handler and every store returns.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// Why a request was not carried out.
#[derive(Debug)]
pub struct ApiError {
    pub code: ErrorCode,
    /// What went wrong here, in Chinese, for the person who asked.
    pub detail: Option<Cow<'static, str>>,
    pub errors: Vec<FieldError>,
    /// Seconds to wait.
    pub retry_after: Option<i64>,
    /// For the log alone.
    cause: Option<String>,
}

impl ApiError {
    /// An error that its code says all about.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after: None, cause: None }
    }

    /// With words for the person who asked.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With the fields at fault.
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

    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    pub fn forbidden() -> Self {
        Self::new(ErrorCode::Forbidden)
    }

    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated)
    }

    pub fn unavailable() -> Self {
        Self::new(ErrorCode::Unavailable).retry_after(5)
    }

    /// With the seconds after which it is worth trying again.
    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// One field at fault.
    pub fn invalid(pointer: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid).errors(vec![FieldError::new(pointer, code, message)])
    }

    /// The present state does not allow it.
    pub fn wrong_state(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::WrongState).detail(detail)
    }

    /// A fault of ours: the cause goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::new(ErrorCode::Internal) }
    }

    /// The HTTP status that goes with the code.
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
            C::Forbidden => StatusCode::FORBIDDEN,
            C::NotFound => StatusCode::NOT_FOUND,
            C::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            C::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            C::Conflict
            | C::AlreadyExists
            | C::InUse
            | C::WrongState
            | C::PhaseOutOfOrder
            | C::DeliverablesMissing
            | C::CapacityReached
            | C::AlreadyReviewed
            | C::ReviewsMissing
            | C::RequestInProgress => StatusCode::CONFLICT,
            C::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            C::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            C::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            C::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            C::Invalid | C::NotEligible | C::IdempotencyMismatch | C::ImportRejected => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            C::TooManyAttempts | C::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            C::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            C::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the log says, where the client must not be told.
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

    /// A bare status: [`crate::http::problems`] turns the error into problem+json, since only there
    /// the request's language and id are known.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<DieselError> for ApiError {
    /// Constraints that a client can run into get their own answer here, by the constraint's
    /// name; whatever else the database refuses is a fault of ours.
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
    /// Which field a unique constraint speaks of: PostgreSQL gives its name
    /// (`organizations_code_key`), SQLite the columns (`UNIQUE constraint failed: organizations.code`).
    fn already_exists(constraint: &str) -> Self {
        const FIELDS: &[(&str, &str, &str)] = &[
            ("organizations_code", "/code", "单位编号已存在"),
            // The path ends with the code.
            ("organizations_path", "/code", "单位编号已存在"),
            ("teachers_teacher_no", "/teacher_no", "教师编号已存在"),
            ("teachers_id_number", "/id_number", "身份证号已存在"),
            ("users_username", "/username", "用户名已存在"),
            ("policies_effective_from", "/effective_from", "该生效日期已有政策参数"),
            ("teams_organization_id", "/name", "团队名称已存在"),
            ("team_members_team_id", "/teacher_id", "该教师已在团队中"),
            ("team_members_present", "/teacher_id", "该教师已在团队中"),
            ("enrollments_project_id", "/teacher_id", "该教师已在参培名单中"),
            ("hour_records_source", "/external_id", "同一来源的同一条学时记录已存在"),
            ("appointments_teacher_id", "/starts_on", "该教师当日已有任职记录"),
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
