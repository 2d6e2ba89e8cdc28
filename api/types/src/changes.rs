//! The change feed 变更流: all changes of organizations, teachers, projects, hours and lessons, in order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Permission, WireEnum, certifications::CertificationView, enrollments::EnrollmentView, hour_records::HourRecordView,
    lessons::LessonView, organizations::OrganizationView, projects::ProjectView, teachers::TeacherView,
};

/// The default number of changes in a response.
pub const CHANGES_DEFAULT: i64 = 500;
/// The maximum number of changes in a response.
pub const CHANGES_MAX: i64 = 5000;

wire_enum! {
    /// The type of a changed entity.
    ChangeEntity {
        /// An organization.
        Organization = "organization", "单位";
        /// A teacher.
        Teacher = "teacher", "教师";
        /// A project.
        Project = "project", "培训项目";
        /// A participant of a project.
        Enrollment = "enrollment", "参培学员";
        /// An hour record.
        HourRecord = "hour_record", "学时记录";
        /// A lesson.
        Lesson = "lesson", "课例";
        /// A certification of a lesson.
        Certification = "certification", "三课认定";
    }
}

impl ChangeEntity {
    /// Returns the permission required to read changes of the entity.
    pub fn permission(self) -> Permission {
        match self {
            Self::Organization => Permission::OrganizationsRead,
            Self::Teacher => Permission::TeachersRead,
            Self::Project | Self::Enrollment => Permission::ProjectsRead,
            Self::HourRecord => Permission::HoursRead,
            Self::Lesson | Self::Certification => Permission::LessonsRead,
        }
    }
}

wire_enum! {
    /// The type of a change.
    ChangeType {
        /// An organization was created.
        OrganizationCreated = "organization.created", "新增单位";
        /// An organization was changed.
        OrganizationUpdated = "organization.updated", "变更单位";
        /// An organization was deleted.
        OrganizationDeleted = "organization.deleted", "删除单位";
        /// A teacher was added.
        TeacherCreated = "teacher.created", "新增教师";
        /// A teacher was changed or transferred.
        TeacherUpdated = "teacher.updated", "变更教师";
        /// A project was created.
        ProjectCreated = "project.created", "新增项目";
        /// A project, its phases or its status was changed.
        ProjectUpdated = "project.updated", "变更项目";
        /// A project was deleted.
        ProjectDeleted = "project.deleted", "删除项目";
        /// A teacher was nominated for a project.
        EnrollmentCreated = "enrollment.created", "选派学员";
        /// The status of a participant was changed.
        EnrollmentUpdated = "enrollment.updated", "变更学员状态";
        /// Hours were recorded, as pending or recognised.
        HourRecordRecorded = "hour_record.recorded", "登记学时";
        /// Hours were recognised.
        HourRecordRecognized = "hour_record.recognized", "认定学时";
        /// Hours were rejected.
        HourRecordRejected = "hour_record.rejected", "驳回学时";
        /// Hours were withdrawn by the user who submitted them.
        HourRecordWithdrawn = "hour_record.withdrawn", "撤回学时";
        /// Hours were returned for correction.
        HourRecordReturned = "hour_record.returned", "退回学时";
        /// Hours were voided.
        HourRecordVoided = "hour_record.voided", "作废学时";
        /// Hours count elsewhere, or wait for something else: service was recorded or corrected, or a hold rose or fell.
        HourRecordUpdated = "hour_record.updated", "变更学时归属";
        /// A lesson was entered.
        LessonCreated = "lesson.created", "新增课例";
        /// A lesson was changed or graded.
        LessonUpdated = "lesson.updated", "变更课例";
        /// A lesson was deleted.
        LessonDeleted = "lesson.deleted", "删除课例";
        /// A certification was applied for, or its certificate was issued anew under another number.
        CertificationCreated = "certification.created", "申请认定";
        /// A certification was reviewed, decided, superseded by a higher award, restored, reissued or revoked, or its reviewers
        /// were named.
        CertificationUpdated = "certification.updated", "变更认定";
    }
}

impl ChangeType {
    /// Returns the type of the changed entity.
    pub fn entity(self) -> ChangeEntity {
        match self {
            Self::OrganizationCreated | Self::OrganizationUpdated | Self::OrganizationDeleted => {
                ChangeEntity::Organization
            }
            Self::TeacherCreated | Self::TeacherUpdated => ChangeEntity::Teacher,
            Self::ProjectCreated | Self::ProjectUpdated | Self::ProjectDeleted => ChangeEntity::Project,
            Self::EnrollmentCreated | Self::EnrollmentUpdated => ChangeEntity::Enrollment,
            Self::HourRecordRecorded
            | Self::HourRecordRecognized
            | Self::HourRecordRejected
            | Self::HourRecordWithdrawn
            | Self::HourRecordReturned
            | Self::HourRecordVoided
            | Self::HourRecordUpdated => ChangeEntity::HourRecord,
            Self::LessonCreated | Self::LessonUpdated | Self::LessonDeleted => ChangeEntity::Lesson,
            Self::CertificationCreated | Self::CertificationUpdated => ChangeEntity::Certification,
        }
    }

    /// Returns the types that an element of the parameter `types` names: one type, or all types of an entity.
    pub fn matching(text: &str) -> Vec<Self> {
        let text = text.trim();
        let whole = ChangeEntity::from_identifier(text);
        Self::ALL.iter().copied().filter(|kind| kind.as_str() == text || Some(kind.entity()) == whole).collect()
    }
}

/// A change 变更 in the feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// The position in the feed: ascending, with gaps.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub seq: i64,
    /// The type of the change.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "hour_record.voided"))]
    pub kind: ChangeType,
    /// The id of the changed entity.
    pub id: Uuid,
    /// When the change happened.
    pub at: DateTime<Utc>,
    /// The entity as it is when the feed is read; `null` if it was deleted.
    pub data: Option<ChangedData>,
}

/// A changed entity, as its own resource shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ChangedData {
    /// An organization.
    Organization(Box<OrganizationView>),
    /// A teacher.
    Teacher(Box<TeacherView>),
    /// A project.
    Project(Box<ProjectView>),
    /// A participant.
    Enrollment(Box<EnrollmentView>),
    /// An hour record.
    HourRecord(Box<HourRecordView>),
    /// A lesson.
    Lesson(Box<LessonView>),
    /// A certification.
    Certification(Box<CertificationView>),
}

/// The changes after a position in the feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePage {
    /// The changes, in ascending order of `seq`.
    pub items: Vec<ChangeView>,
    /// The `after` of the next request. It also skips changes that are not visible to the caller.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub next_after: i64,
    /// The position of the last change: the caller has all changes once `next_after` equals it.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub head: i64,
}

/// The parameters of the feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ChangeQuery {
    /// The `next_after` of the previous response; defaults to 0, for all changes
    #[cfg_attr(feature = "openapi", param(minimum = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Types of changes, separated by commas, such as `hour_record.voided`, or `hour_record` for all types of an
    /// entity; defaults to all that the caller may read
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<String>,
    /// The maximum number of changes in the response; defaults to 500
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 5000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_begins_with_what_it_is_about() {
        for kind in ChangeType::ALL {
            assert_eq!(kind.as_str().split_once('.').map(|(entity, _)| entity), Some(kind.entity().as_str()));
        }
    }

    #[test]
    fn types_are_named_one_by_one_or_by_what_they_are_about() {
        assert_eq!(ChangeType::matching("hour_record.voided"), [ChangeType::HourRecordVoided]);
        assert_eq!(ChangeType::matching(" teacher "), [ChangeType::TeacherCreated, ChangeType::TeacherUpdated]);
        assert!(ChangeType::matching("teacher.").is_empty());
    }
}
