//! What a teacher can do next, by importance.

use songjiao_types::projects::ProjectStatus;
use songjiao_types::{
    Hours, LessonId,
    certifications::CertificationStatus,
    quotas::{QuotaStatus, QuotaView},
};

use crate::{api::dashboard::OwnLesson, components::Tone, i18n};

/// Something to do or to know.
#[derive(PartialEq)]
pub struct NextStep {
    pub title: String,
    pub detail: String,
    pub tone: Tone,
    /// The path of the page and the text of the link.
    pub to: Option<(String, &'static str)>,
}

/// The facts on which the next steps depend.
#[derive(Default)]
pub struct TeacherFacts<'a> {
    pub quota: Option<&'a QuotaView>,
    /// The statuses of the teacher's projects; `None` while unknown.
    pub projects: Option<Vec<ProjectStatus>>,
    pub lessons: &'a [OwnLesson],
}

/// The next steps.
pub fn next_steps(facts: &TeacherFacts<'_>) -> Vec<NextStep> {
    let mut steps = Vec::new();
    steps.extend(facts.lessons.iter().filter(|lesson| lesson.can_apply).map(apply));
    let rejected = facts.lessons.iter().filter(|lesson| !lesson.can_apply && is(lesson, CertificationStatus::Rejected));
    steps.extend(rejected.map(|lesson| NextStep {
        title: t!("“{title}”未通过认定", title = lesson.title),
        detail: t!("查看评审意见，改进后可以重新打磨。").to_owned(),
        tone: Tone::Warning,
        to: Some((lesson_path(lesson.id), t!("查看课例"))),
    }));
    let running = facts.projects.as_ref().map(|all| all.iter().filter(|one| **one == ProjectStatus::Running).count());
    let ungraded = facts.lessons.iter().filter(|lesson| lesson.grade.is_none()).count();
    if let Some(running) = running.filter(|running| *running > 0 && facts.lessons.is_empty()) {
        steps.push(NextStep {
            title: t!("登记课例").to_owned(),
            detail: t!("您正在参加 {running} 个培训项目，研课磨课中打磨的课请登记为课例，由团队评定等次。", running),
            tone: Tone::Info,
            to: Some(("/lessons/new".to_owned(), t!("登记课例"))),
        });
    }
    if ungraded > 0 {
        steps.push(NextStep {
            title: t!("{ungraded} 节课例等待评定等次", ungraded),
            detail: t!("评定前可以继续完善课例说明。").to_owned(),
            tone: Tone::Neutral,
            to: Some(("/lessons".to_owned(), t!("查看课例"))),
        });
    }
    steps.extend(facts.lessons.iter().filter(|lesson| is(lesson, CertificationStatus::Applied)).map(|lesson| {
        NextStep {
            title: t!("“{title}”正在评审", title = lesson.title),
            detail: t!("认定结果出来后会显示在这里。").to_owned(),
            tone: Tone::Neutral,
            to: lesson.certification.as_ref().map(|it| (format!("/certifications/{}", it.id), t!("查看进度"))),
        }
    }));
    steps.extend(facts.quota.map(quota));
    steps
}

fn apply(lesson: &OwnLesson) -> NextStep {
    let grade = lesson.grade.map(i18n::label).unwrap_or_default();
    let again = is(lesson, CertificationStatus::Rejected);
    NextStep {
        title: t!("“{title}”可以申请三课认定", title = lesson.title),
        detail: if again {
            t!("上次未通过；已评定为{grade}，改进后可以重新申请。", grade)
        } else {
            t!("已评定为{grade}。", grade)
        },
        tone: Tone::Info,
        to: Some((lesson_path(lesson.id), t!("去申请"))),
    }
}

fn quota(quota: &QuotaView) -> NextStep {
    if quota.status == QuotaStatus::Met {
        return NextStep {
            title: t!("{training_year} 年度学时已达标", training_year = quota.training_year),
            detail: t!("继续参加培训，多出的学时计入五年学分。").to_owned(),
            tone: Tone::Success,
            to: None,
        };
    }
    if quota.status == QuotaStatus::Exempt {
        return NextStep {
            title: t!("{training_year} 年度免训", training_year = quota.training_year),
            detail: t!("本年度没有应修学时；已认定的学时计入五年学分。").to_owned(),
            tone: Tone::Info,
            to: None,
        };
    }
    let pending = if quota.pending_hours > Hours::ZERO {
        t!("另有 {pending_hours} 学时待认定。", pending_hours = quota.pending_hours)
    } else {
        t!("可参加集中培训、网络研修、送教下乡和校本研修。").to_owned()
    };
    NextStep {
        title: t!(
            "{training_year} 年度还差 {remaining_hours} 学时",
            training_year = quota.training_year,
            remaining_hours = quota.remaining_hours
        ),
        detail: pending,
        tone: Tone::Warning,
        to: Some(("/projects".to_owned(), t!("查看培训项目"))),
    }
}

fn is(lesson: &OwnLesson, status: CertificationStatus) -> bool {
    lesson.certification.as_ref().is_some_and(|certification| certification.status == status)
}

fn lesson_path(id: LessonId) -> String {
    format!("/lessons/{id}")
}

#[cfg(test)]
mod tests {
    use songjiao_types::lessons::{LessonCertification, LessonGrade};

    use super::*;

    fn lesson() -> OwnLesson {
        OwnLesson {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            title: "《荷花》第二课时".into(),
            grade: None,
            certification: None,
            can_apply: false,
            created_at: "2026-03-08T16:05:59Z".parse().expect("an instant"),
        }
    }

    fn quota_of(recognized: i64, pending: i64) -> QuotaView {
        let id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
        let recognized = Hours::whole(recognized);
        let required = Hours::whole(72);
        QuotaView {
            teacher_id: id.parse().expect("an id"),
            teacher_no: "220283000123".into(),
            teacher_name: "李敏".into(),
            organization_id: id.parse().expect("an id"),
            organization_name: "三中".into(),
            training_year: 2026,
            required_hours: required,
            counted_hours: recognized,
            recognized_hours: recognized,
            closed_hours: None,
            late_hours: None,
            pending_hours: Hours::whole(pending),
            remaining_hours: required.saturating_sub(recognized),
            status: if recognized >= required { QuotaStatus::Met } else { QuotaStatus::Short },
        }
    }

    fn titles(facts: &TeacherFacts<'_>) -> Vec<String> {
        next_steps(facts).into_iter().map(|step| step.title).collect()
    }

    #[test]
    fn missing_hours_and_pending_hours_are_named() {
        let short = quota_of(40, 8);
        let steps = next_steps(&TeacherFacts { quota: Some(&short), ..TeacherFacts::default() });
        assert_eq!(steps.first().map(|step| step.title.as_str()), Some("2026 年度还差 32 学时"));
        assert!(steps.first().is_some_and(|step| step.detail.contains("8 学时待认定")));
        let met = quota_of(80, 0);
        assert_eq!(titles(&TeacherFacts { quota: Some(&met), ..TeacherFacts::default() }), ["2026 年度学时已达标"]);
    }

    #[test]
    fn actions_of_the_teacher_come_before_waiting_items() {
        let mut ready = lesson();
        (ready.grade, ready.can_apply) = (Some(LessonGrade::Excellent), true);
        let mut waiting = lesson();
        waiting.grade = Some(LessonGrade::Good);
        waiting.certification = Some(LessonCertification {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            status: CertificationStatus::Applied,
            award: None,
            number: None,
        });
        let lessons = [waiting, lesson(), ready];
        let titles = titles(&TeacherFacts { lessons: &lessons, ..TeacherFacts::default() });
        assert_eq!(
            titles,
            ["“《荷花》第二课时”可以申请三课认定", "1 节课例等待评定等次", "“《荷花》第二课时”正在评审"]
        );
    }

    #[test]
    fn a_participant_without_a_lesson_is_asked_for_one() {
        let running = TeacherFacts { projects: Some(vec![ProjectStatus::Running]), ..TeacherFacts::default() };
        assert_eq!(titles(&running), ["登记课例"]);
        let over = TeacherFacts { projects: Some(vec![ProjectStatus::Completed]), ..TeacherFacts::default() };
        assert_eq!(titles(&over), Vec::<String>::new());
    }
}
