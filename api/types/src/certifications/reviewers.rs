//! Who may review a certification, and who was named to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Role, UserId};

wire_enum! {
    /// Why a person may not review a certification. Where several apply, the first counts.
    ReviewerExclusion {
        /// The lesson is the person's own.
        OwnLesson = "own_lesson", "执教本课例";
        /// The person applied for the certification.
        OwnApplication = "own_application", "提交了本申请";
        /// The person has graded the lesson, now or earlier.
        GradedLesson = "graded_lesson", "评定过本课例的等次";
        /// The person was a member of the lesson's team on the day of grading, and the policy's places for the team
        /// are taken.
        LessonTeam = "lesson_team", "评定等次当日是本课例送培团队的成员";
        /// The person has reviewed with another account.
        SamePerson = "same_person", "与另一评审人是同一人";
    }
}

/// A reviewer whom somebody named for a certification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedReviewer {
    /// The reviewer.
    pub user_id: UserId,
    /// The reviewer's name.
    #[cfg_attr(feature = "openapi", schema(example = "赵国栋"))]
    pub name: String,
    /// Why the bureau admitted a member of the lesson's team; `null` for others.
    pub admission_reason: Option<String>,
    /// The name of the user who named the reviewer.
    #[cfg_attr(feature = "openapi", schema(example = "周老师"))]
    pub named_by_name: String,
    /// When the reviewer was named.
    pub named_at: DateTime<Utc>,
}

/// A person who may not review an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExcludedReviewer {
    /// An account of the person.
    pub user_id: UserId,
    /// The person's name.
    #[cfg_attr(feature = "openapi", schema(example = "赵国栋"))]
    pub name: String,
    /// Why the person may not review.
    pub cause: ReviewerExclusion,
    /// The cause in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "评定过本课例的等次"))]
    pub message: String,
}

/// The shortage of reviewers: fewer persons can review an application than a decision requires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TooFewReviewers {
    /// How many persons can review or have reviewed independently.
    pub possible: i64,
    /// The others of the county, with the cause of each; empty in a list, and for callers who do not decide.
    pub excluded: Vec<ExcludedReviewer>,
}

/// A person who holds the permission to review, as to one application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewerCandidate {
    /// An account of the person.
    pub user_id: UserId,
    /// The person's name.
    #[cfg_attr(feature = "openapi", schema(example = "赵国栋"))]
    pub name: String,
    /// The account's role.
    pub role: Role,
    /// The name of the organization where the person works.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校"))]
    pub organization_name: String,
    /// Why the person may not review; `null` if they may.
    pub excluded_because: Option<ReviewerExclusion>,
    /// Whether the bureau may admit the person although they are of the lesson's team.
    pub admissible: bool,
    /// Whether the person has been named.
    pub named: bool,
    /// Whether the person has reviewed.
    pub reviewed: bool,
}

/// The persons who may and may not review an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewerCandidates {
    /// The persons of the county who hold the permission to review: those named first, then those who may review, then
    /// the others.
    pub items: Vec<ReviewerCandidate>,
    /// Whether fewer can review than a decision requires.
    pub too_few_reviewers: bool,
}

/// The naming of a reviewer.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameReviewer {
    /// An account of the reviewer.
    pub user_id: UserId,
    /// Why a member of the lesson's team is admitted. Required for one, ignored for others.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "本县该学科仅此数名评审人", max_length = 2000))]
    pub reason: Option<String>,
}
