use std::{fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// An id (UUIDv7) typed by what it identifies, so that the id of a teacher cannot be passed as that of an
/// organization. Ordering by id is ordering by creation.
#[cfg_attr(feature = "db", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow), diesel(sql_type = crate::db::DbUuid))]
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Wraps the UUID of a `T`.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }

    /// Returns the UUID.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

#[cfg(feature = "openapi")]
impl<T> utoipa::PartialSchema for Id<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some("UUIDv7"))
            .examples(["019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"])
            .build()
            .into()
    }
}

#[cfg(feature = "openapi")]
impl<T> utoipa::ToSchema for Id<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

/// Declares a marker type for each kind of resource and the alias of its id.
macro_rules! ids {
    ($($(#[$meta:meta])* $alias:ident of $marker:ident;)+) => {
        /// The kinds of resources that an [`Id`](super::Id) identifies.
        pub mod markers {
            $(#[doc = concat!("Marks a [`super::", stringify!($alias), "`].")] pub enum $marker {})+
        }
        $($(#[$meta])* pub type $alias = Id<markers::$marker>;)+
    };
}

ids! {
    /// The id of an organization 单位.
    OrganizationId of Organization;
    /// The id of a user 用户.
    UserId of User;
    /// The id of a sign-in session.
    SessionId of Session;
    /// The id of a teacher 教师.
    TeacherId of Teacher;
    /// The id of an appointment 任职.
    AppointmentId of Appointment;
    /// The id of an exemption 减免.
    ExemptionId of Exemption;
    /// The id of a policy 政策参数.
    PolicyId of Policy;
    /// The id of a project 培训项目.
    ProjectId of Project;
    /// The id of a mending of a project.
    ProjectMendingId of ProjectMending;
    /// The id of a phase 阶段.
    PhaseId of Phase;
    /// The id of an activity 活动.
    ActivityId of Activity;
    /// The id of a deliverable 成果材料.
    DeliverableId of Deliverable;
    /// The id of a team 送培团队.
    TeamId of Team;
    /// The id of a team member 团队成员.
    TeamMemberId of TeamMember;
    /// The id of an enrollment 参培学员.
    EnrollmentId of Enrollment;
    /// The id of an attendance record 考勤.
    AttendanceId of Attendance;
    /// The id of an hour record 学时记录.
    HourRecordId of HourRecord;
    /// The id of a group of suspected duplicates 疑似重复.
    DuplicateGroupId of DuplicateGroup;
    /// The id of a closing of a training year 年度结账.
    YearClosingId of YearClosing;
    /// The id of a lesson 课.
    LessonId of Lesson;
    /// The id of a certification 三课认定.
    CertificationId of Certification;
    /// The id of a review of a certification 评审.
    ReviewId of Review;
    /// The id of an API key 接口密钥.
    ApiKeyId of ApiKey;
    /// The id of a source 学时来源.
    SourceId of Source;
    /// The id of a bulk import 批量导入.
    ImportId of Import;
    /// The id of a webhook 事件推送.
    WebhookId of Webhook;
    /// The id of a message to a webhook 推送记录.
    WebhookDeliveryId of WebhookDelivery;
}
