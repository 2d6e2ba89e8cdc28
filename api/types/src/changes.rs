//! The change feed 变更流: what happened to organizations, teachers, projects, hours and lessons,
//! in the one order in which it happened.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Permission, WireEnum, certifications::CertificationView, enrollments::EnrollmentView, hour_records::HourRecordView,
    lessons::LessonView, organizations::OrganizationView, projects::ProjectView, teachers::TeacherView,
};

/// Changes of one answer unless the caller says otherwise …
pub const CHANGES_DEFAULT: i64 = 500;
/// … and at most.
pub const CHANGES_MAX: i64 = 5000;

wire_enum! {
    /// What changes are about.
    ChangeEntity {
        Organization = "organization", "单位";
        Teacher = "teacher", "教师";
        Project = "project", "培训项目";
        Enrollment = "enrollment", "参培学员";
        HourRecord = "hour_record", "学时记录";
        Lesson = "lesson", "课例";
        Certification = "certification", "三课认定";
    }
}

impl ChangeEntity {
    /// What who is told of such changes has to be allowed.
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
    /// What happened.
    ChangeType {
        OrganizationCreated = "organization.created", "新增单位";
        OrganizationUpdated = "organization.updated", "变更单位";
        OrganizationDeleted = "organization.deleted", "删除单位";
        TeacherCreated = "teacher.created", "新增教师";
        /// Also a transfer to another school.
        TeacherUpdated = "teacher.updated", "变更教师";
        ProjectCreated = "project.created", "新增项目";
        /// Also of its phases, and its being published, started, completed or cancelled.
        ProjectUpdated = "project.updated", "变更项目";
        ProjectDeleted = "project.deleted", "删除项目";
        EnrollmentCreated = "enrollment.created", "选派学员";
        EnrollmentUpdated = "enrollment.updated", "变更学员状态";
        /// Pending, or recognised at once.
        HourRecordRecorded = "hour_record.recorded", "登记学时";
        HourRecordRecognized = "hour_record.recognized", "认定学时";
        HourRecordRejected = "hour_record.rejected", "退回学时";
        HourRecordVoided = "hour_record.voided", "作废学时";
        LessonCreated = "lesson.created", "新增课例";
        /// Also its grade.
        LessonUpdated = "lesson.updated", "变更课例";
        LessonDeleted = "lesson.deleted", "删除课例";
        CertificationCreated = "certification.created", "申请认定";
        /// Reviewed, decided, superseded by a higher award, or revoked.
        CertificationUpdated = "certification.updated", "变更认定";
    }
}

impl ChangeType {
    /// What it is about.
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
            | Self::HourRecordVoided => ChangeEntity::HourRecord,
            Self::LessonCreated | Self::LessonUpdated | Self::LessonDeleted => ChangeEntity::Lesson,
            Self::CertificationCreated | Self::CertificationUpdated => ChangeEntity::Certification,
        }
    }

    /// Understands what `types` of a feed may hold: one type, or an entity for all of its types.
    pub fn matching(text: &str) -> Vec<Self> {
        let text = text.trim();
        let whole = ChangeEntity::from_identifier(text);
        Self::ALL.iter().copied().filter(|kind| kind.as_str() == text || Some(kind.entity()) == whole).collect()
    }
}

/// A change 变更.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// Its place in the order of all changes: each greater than the one before, not always by one.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub seq: i64,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "hour_record.voided"))]
    pub kind: ChangeType,
    /// Of what changed.
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// What changed, as it is when the feed is read; `null` where it was deleted.
    pub data: Option<ChangedData>,
}

/// What changed, as its own resource shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ChangedData {
    Organization(Box<OrganizationView>),
    Teacher(Box<TeacherView>),
    Project(Box<ProjectView>),
    Enrollment(Box<EnrollmentView>),
    HourRecord(Box<HourRecordView>),
    Lesson(Box<LessonView>),
    Certification(Box<CertificationView>),
}

/// Changes after a place in the feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePage {
    /// In their order.
    pub items: Vec<ChangeView>,
    /// Where to go on: the `after` of the next request. It moves also past changes that the caller is
    /// not told of.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub next_after: i64,
    /// The last change there is: the caller has all of them once `next_after` is this.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub head: i64,
}

/// What the feed can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ChangeQuery {
    /// `next_after` of the page before; 0, the default, for everything from the beginning
    #[cfg_attr(feature = "openapi", param(minimum = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// What to be told of, separated by commas: types such as `hour_record.voided`, or `hour_record` for all types
    /// of it; by default all that the caller may read
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<String>,
    /// Changes at most, by default 500
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
