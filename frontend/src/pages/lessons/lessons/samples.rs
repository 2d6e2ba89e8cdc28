//! Records for the tests of several pages.

use songjiao_types::{
    lessons::LessonView,
    organizations::{OrganizationKind, OrganizationRef},
    training::Stage,
};

/// A lesson without a grade.
pub fn lesson() -> LessonView {
    let id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
    let at = "2026-10-12T01:30:00Z".parse().expect("an instant");
    LessonView {
        id: id.parse().expect("an id"),
        teacher_id: id.parse().expect("an id"),
        teacher_no: "T0001".into(),
        teacher_name: "李敏".into(),
        organization: OrganizationRef {
            id: id.parse().expect("an id"),
            code: "SL-XX-007".into(),
            name: "法特镇中心小学校".into(),
            kind: OrganizationKind::School,
        },
        project_id: None,
        project_title: None,
        title: "《荷花》第二课时".into(),
        subject: "语文".into(),
        stage: Stage::Primary,
        taught_on: None,
        summary: None,
        grade: None,
        grade_comment: None,
        graded_by_name: None,
        graded_at: None,
        distinct_reason: None,
        certification: None,
        can_apply: false,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}
