//! The plans of the projects: twenty, which cover every status of a project, and two that came later.

use chrono::{Days, NaiveDate};
use songjiao_types::{
    activities::ActivityForm,
    deliverables::DeliverableKind,
    phases::{PhaseKind, Responsible},
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingLevel},
};

use super::calendar::day;

/// A project to generate.
pub struct Plan {
    pub kind: ProjectKind,
    pub status: ProjectStatus,
    pub year: i32,
    pub starts_on: NaiveDate,
    pub stage: Stage,
    pub subject: &'static str,
    pub level: TrainingLevel,
    pub theme: &'static str,
    /// The running phase, 1 to 5; 0 if none has begun.
    pub phase: usize,
    /// The schools at which ② and ③ are held, each for its own participants; 0 if one host has all of them.
    pub schools: usize,
    /// When the project was settled by the phases that were completed in its training year 阶段结算.
    pub settled_on: Option<NaiveDate>,
}

impl Plan {
    /// Returns whether a phase is held at each school for itself, by its position from 0.
    pub fn is_at_schools(&self, position: usize) -> bool {
        self.schools > 0 && matches!(position, 1 | 2)
    }
}

/// The status of a project, its first day and the running phase.
struct At(ProjectStatus, NaiveDate, usize);

pub fn plans() -> Vec<Plan> {
    use ProjectStatus::{Archived, Cancelled, Completed, Draft, Published, Running};
    use Stage::{JuniorMiddle, Kindergarten, Primary};
    use TrainingLevel::{County, National, Provincial};

    let sent = |at: At, stage, subject, level, theme| {
        let At(status, starts_on, phase) = at;
        let year = chrono::Datelike::year(&starts_on);
        sent_teaching(status, year, (starts_on, phase), (stage, subject, level, theme))
    };
    let other = |kind, at: At, stage, subject, level, theme| Plan { kind, ..sent(at, stage, subject, level, theme) };
    vec![
        sent(At(Archived, day(2024, 3, 11), 6), Primary, "语文", National, "统编教材阅读教学有效性"),
        sent(At(Archived, day(2024, 3, 13), 6), JuniorMiddle, "数学", National, "初中数学问题情境创设"),
        sent(At(Archived, day(2025, 3, 10), 6), Kindergarten, "学前教育", Provincial, "游戏化课程的组织与指导"),
        sent(At(Completed, day(2025, 3, 10), 6), Primary, "数学", National, "数与代数大单元教学"),
        sent(At(Completed, day(2025, 3, 12), 6), JuniorMiddle, "语文", Provincial, "名著整本书阅读指导"),
        sent(At(Completed, day(2025, 9, 8), 6), JuniorMiddle, "英语", National, "英语听说教学活动设计"),
        sent(At(Running, day(2026, 3, 9), 5), Primary, "语文", National, "习作单元整体教学"),
        sent(At(Running, day(2026, 3, 11), 4), Primary, "英语", Provincial, "小学英语绘本教学"),
        sent(At(Running, day(2026, 3, 16), 3), JuniorMiddle, "物理", National, "初中物理实验教学改进"),
        sent(At(Running, day(2026, 8, 24), 3), Primary, "数学", National, "图形与几何直观教学"),
        sent(At(Running, day(2026, 9, 14), 2), JuniorMiddle, "历史", County, "史料教学与历史解释"),
        sent(At(Running, day(2026, 11, 9), 1), Kindergarten, "学前教育", County, "户外自主游戏观察"),
        sent(At(Published, day(2026, 12, 7), 0), Primary, "道德与法治", National, "学科德育渗透"),
        sent(At(Published, day(2026, 12, 14), 0), JuniorMiddle, "语文", Provincial, "写作教学支架设计"),
        sent(At(Draft, day(2027, 3, 8), 0), Primary, "语文", National, "整本书阅读与思辨"),
        sent(At(Cancelled, day(2026, 4, 13), 0), JuniorMiddle, "数学", County, "函数教学专题"),
        other(
            ProjectKind::Workshop,
            At(Running, day(2026, 4, 15), 0),
            Primary,
            "数学",
            Provincial,
            "名师工作坊：计算教学",
        ),
        other(
            ProjectKind::Online,
            At(Completed, day(2026, 7, 20), 0),
            JuniorMiddle,
            "英语",
            National,
            "信息技术应用能力提升",
        ),
        other(
            ProjectKind::Principal,
            At(Published, day(2026, 12, 1), 0),
            Primary,
            "语文",
            County,
            "乡村校长治校能力提升",
        ),
        other(
            ProjectKind::Visiting,
            At(Draft, day(2027, 4, 12), 0),
            JuniorMiddle,
            "语文",
            Provincial,
            "访名校跟岗研修",
        ),
    ]
}

fn sent_teaching(
    status: ProjectStatus,
    year: i32,
    (starts_on, phase): (NaiveDate, usize),
    (stage, subject, level, theme): (Stage, &'static str, TrainingLevel, &'static str),
) -> Plan {
    Plan {
        kind: ProjectKind::SendTeaching,
        status,
        year,
        starts_on,
        stage,
        subject,
        level,
        theme,
        phase,
        schools: 0,
        settled_on: None,
    }
}

/// Returns the plans that came later: a project that is held at four schools, and one that crossed the end of its training
/// year, was settled then, and has still to be completed.
pub fn later_plans() -> [Plan; 2] {
    let (running, county) = (ProjectStatus::Running, TrainingLevel::County);
    let at_schools = (Stage::JuniorMiddle, "英语", county, "乡村初中英语读写教学");
    let crossing = (Stage::Primary, "英语", county, "小学英语课堂评价");
    [
        Plan { schools: 4, ..sent_teaching(running, 2026, (day(2026, 5, 11), 3), at_schools) },
        Plan { settled_on: Some(day(2026, 1, 8)), ..sent_teaching(running, 2025, (day(2025, 11, 10), 5), crossing) },
    ]
}

/// A phase of every 送教下乡 project: kind, who is responsible, first and last day counted from the project's
/// first, activities and deliverables.
pub struct Stretch {
    pub kind: PhaseKind,
    pub responsible: Responsible,
    pub begins: u64,
    pub ends: u64,
    /// Title, form, days after the phase's first, number of days, hours.
    pub activities: &'static [(&'static str, ActivityForm, u64, i32, i64)],
    pub brings: &'static [(DeliverableKind, &'static str)],
}

impl Stretch {
    pub fn hours(&self) -> i64 {
        self.activities.iter().map(|(.., hours)| hours).sum()
    }

    pub fn dates(&self, project_starts: NaiveDate) -> (NaiveDate, NaiveDate) {
        (project_starts + Days::new(self.begins), project_starts + Days::new(self.ends))
    }
}

/// The phases: four visits of two days, as in the Ministry's guide, and what comes before and between.
pub const STRETCHES: [Stretch; 5] = [
    Stretch {
        kind: PhaseKind::IntensiveStudy,
        responsible: Responsible::TrainingSchool,
        begins: 0,
        ends: 18,
        activities: &[
            ("送教下乡培训方案解读", ActivityForm::PlanBriefing, 0, 1, 4),
            ("班集体建设", ActivityForm::ClassBuilding, 0, 1, 2),
            ("专业理念与师德专题讲座", ActivityForm::Lecture, 1, 2, 10),
        ],
        brings: &[
            (DeliverableKind::PlanBriefing, "培训方案解读讲稿"),
            (DeliverableKind::ClassBuilding, "班级公约与研修小组名单"),
        ],
    },
    Stretch {
        kind: PhaseKind::DiagnosisDemonstration,
        responsible: Responsible::Team,
        begins: 28,
        ends: 72,
        activities: &[
            ("课堂观察诊断", ActivityForm::Observation, 0, 2, 8),
            ("示范课与评课", ActivityForm::Demonstration, 21, 2, 8),
        ],
        brings: &[
            (DeliverableKind::DiagnosisReport, "乡村课堂教学诊断报告"),
            (DeliverableKind::DemonstrationLesson, "示范课例实录与教学设计"),
            (DeliverableKind::StudyTask, "研修任务单"),
        ],
    },
    Stretch {
        kind: PhaseKind::LessonPolishing,
        responsible: Responsible::School,
        begins: 76,
        ends: 200,
        activities: &[
            ("课例研讨", ActivityForm::LessonStudy, 4, 2, 8),
            ("同课异构", ActivityForm::ParallelLessons, 30, 2, 8),
            ("磨课与现场指导", ActivityForm::LessonReview, 100, 2, 8),
        ],
        brings: &[
            (DeliverableKind::LessonStudyRecord, "研课记录"),
            (DeliverableKind::LessonPolishingRecord, "三轮磨课记录"),
        ],
    },
    Stretch {
        kind: PhaseKind::OutcomeShowcase,
        responsible: Responsible::Team,
        begins: 205,
        ends: 232,
        activities: &[("阶段性研修成果展示", ActivityForm::Showcase, 8, 2, 10)],
        brings: &[
            (DeliverableKind::ShowcaseRecord, "成果展示活动记录"),
            (DeliverableKind::MicroLesson, "微课例：一节课的三次修改"),
            (DeliverableKind::MicroStory, "微故事：山村教室里的变化"),
        ],
    },
    Stretch {
        kind: PhaseKind::SummaryImprovement,
        responsible: Responsible::School,
        begins: 236,
        ends: 276,
        activities: &[("年度总结会", ActivityForm::SummaryMeeting, 10, 1, 6)],
        brings: &[
            (DeliverableKind::SummaryReport, "年度送教下乡总结报告"),
            (DeliverableKind::RepresentativeOutcome, "代表性成果集"),
            (DeliverableKind::NextYearSchoolPlan, "下一年度校本研修计划"),
            (DeliverableKind::PersonalDevelopmentPlan, "个人发展计划"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phases_make_seventy_two_hours_within_their_dates() {
        assert_eq!(STRETCHES.iter().map(Stretch::hours).sum::<i64>(), 72);
        for stretch in &STRETCHES {
            for (title, _, at, days, _) in stretch.activities {
                let last = stretch.begins + at + u64::try_from(*days).expect("days") - 1;
                assert!(last <= stretch.ends, "{title}");
            }
        }
        assert!(STRETCHES.windows(2).all(|two| two[0].ends < two[1].begins));
    }

    #[test]
    fn there_are_twenty_projects_in_every_state() {
        use songjiao_types::WireEnum;
        let plans = plans();
        assert_eq!(plans.len(), 20);
        for status in ProjectStatus::ALL {
            assert!(plans.iter().any(|plan| plan.status == *status), "{status}");
        }
    }
}
