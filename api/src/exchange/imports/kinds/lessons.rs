//! Lessons from a file (二-3), with their grades where the caller grades. A teacher's lesson of a
//! title in a project is one: there and equal it is unchanged, else changed as long as it is not
//! graded. An empty cell leaves what is there.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use songjiao_types::{LessonId, Permission, ProjectId, TeacherId, WireEnum, lessons::LessonGrade, training::Stage};

use super::{
    super::{
        columns::{self, Cells, Column, labels, optional, passed_over, required},
        report::Counts,
    },
    Kind, Planning, distinct,
    references::{PROJECT, ProjectName, Projects, UNKNOWN_TEACHER, YEAR, teacher_no},
    refusal,
    told::Told,
};
use crate::{
    db::{Tx, types::UtcTime},
    error::Result,
    lessons::lessons::{
        batch::{self, Lesson},
        certification_status::{self, GradedCertification},
        facts::{self, LessonTeacher, Participation, TeacherRef},
        rules::{self, CallerRelation},
        store,
    },
};

/// A row that reads well; what it refers to is still to be found.
pub struct Row {
    teacher_no: String,
    title: String,
    project: Option<ProjectName>,
    says: Says,
}

/// What a row says of its lesson.
#[derive(Clone, Hash)]
struct Says {
    subject: Option<String>,
    stage: Option<Stage>,
    taught_on: Option<NaiveDate>,
    summary: Option<String>,
    grade: Option<LessonGrade>,
    comment: Option<String>,
}

/// Lessons from a file.
#[derive(Default)]
pub struct Lessons {
    projects: Projects,
    /// By number, those who were looked for.
    givers: HashMap<String, Option<LessonTeacher>>,
    told: Told,
}

/// A row whose teacher and project were found.
struct Given {
    number: i64,
    giver: LessonTeacher,
    project: Option<ProjectId>,
    project_name: Option<String>,
    title: String,
    says: Says,
}

/// What the rows of a batch are checked against.
struct There {
    lessons: HashMap<(TeacherId, Option<ProjectId>, String), Vec<Lesson>>,
    certified: HashMap<LessonId, Vec<GradedCertification>>,
    parts: Participation,
    /// Projects of the caller's team.
    own: HashSet<ProjectId>,
}

/// What is wrong with a row: columns, codes and words.
type Faults = Vec<(&'static str, &'static str, String)>;

impl Kind for Lessons {
    type Row = Row;
    type Reading = ();
    type Plan = Vec<Lesson>;

    const COLUMNS: &'static [Column] = &[
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "授课教师编号", "全国教师管理信息系统编号"]),
        required("title", "课题").or(&["课题名称", "课例名称", "课名", "标题", "题目"]).hint("最多 200 个字"),
        PROJECT,
        YEAR,
        optional("subject", "学科").or(&["任教学科"]).hint("选填：不填为教师的学科"),
        optional("stage", "学段").or(&["任教学段"]).of(labels::<Stage>).hint("选填：不填为教师的学段"),
        optional("taught_on", "授课日期").or(&["上课日期", "日期", "上课时间", "授课时间"]).hint("例如 2026-03-10"),
        optional("summary", "说明").or(&["课例说明", "简介", "备注"]).hint("最多 5000 个字"),
        optional("grade", "等次")
            .or(&["评定等次", "课例等次", "等级"])
            .of(labels::<LessonGrade>)
            .hint("选填：须有权评定课例等次"),
        optional("grade_comment", "评语").or(&["评定意见", "点评"]).hint("与等次一同填写，最多 2000 个字"),
        // What our own lists have beside.
        passed_over("姓名").or(&["授课教师", "教师姓名"]),
        passed_over("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        passed_over("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        passed_over("评定人").or(&["评定时间", "三课认定", "认定等次", "证书编号", "登记时间"]),
    ];

    fn reading(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let teacher_no = teacher_no(cells);
        let title = cells.required("title", columns::text(200));
        let project = ProjectName::optional(cells);
        let says = Says {
            subject: cells.optional("subject", columns::text(32)),
            stage: cells.optional("stage", columns::one_of),
            taught_on: cells.optional("taught_on", columns::date),
            summary: cells.optional("summary", columns::text(5000)),
            grade: cells.optional("grade", columns::one_of),
            comment: cells.optional("grade_comment", columns::text(2000)),
        };
        Some(Row { teacher_no: teacher_no?, title: title?, project, says })
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<Lesson>, Counts)> {
        let given = self.given(at, rows)?;
        let there = There::load(at, &given)?;
        let (mut plan, mut counts) = (Vec::new(), Counts::default());
        for row in given {
            let key = (row.giver.id, row.project, row.title.as_str());
            if let Some((first, same)) = self.told.before(row.number, key, &row.says) {
                if same {
                    counts.unchanged += 1;
                } else {
                    let message = format!("与第 {first} 行是同一节课例，而内容不同");
                    at.fault(row.number, "title", Some(&row.title), "repeated_row", message);
                }
                continue;
            }
            let before = match there.lesson(&row) {
                Ok(before) => before,
                Err(message) => {
                    at.fault(row.number, "title", Some(&row.title), "ambiguous_lesson", message);
                    continue;
                }
            };
            let after = row.says.over(before.cloned().unwrap_or_else(|| row.lesson(at.now)));
            let regrades = row.says.regrades(before);
            if before == Some(&after) && !regrades {
                counts.unchanged += 1;
                continue;
            }
            let faults = there.faults(at, &row, before, before != Some(&after), regrades)?;
            if faults.is_empty() {
                *(if before.is_some() { &mut counts.updated } else { &mut counts.imported }) += 1;
                let version = before.map_or(1, |before| before.version + 1);
                let after = Lesson { version, updated_at: at.now, ..after };
                plan.push(match row.says.grade.filter(|_| regrades) {
                    Some(grade) => after.graded(grade, row.says.comment, at.user.id, at.now),
                    None => after,
                });
                continue;
            }
            for (column, code, message) in faults {
                at.fault(row.number, column, row.value(column), code, message);
            }
        }
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, lessons: Vec<Lesson>) -> Result<()> {
        batch::write(tx, lessons)
    }
}

impl Lessons {
    /// The rows whose teacher and project are found; the others are at fault.
    fn given(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<Given>> {
        self.projects.look_up(at.conn, at.user, rows.iter().filter_map(|(_, row)| row.project.as_ref()))?;
        let numbers: HashSet<&str> = rows.iter().map(|(_, row)| row.teacher_no.as_str()).collect();
        let numbers: Vec<&str> = numbers.into_iter().filter(|number| !self.givers.contains_key(*number)).collect();
        if !numbers.is_empty() {
            let found = facts::find_teachers(at.conn, at.user, &TeacherRef::Numbers(&numbers))?;
            self.givers.extend(numbers.into_iter().map(|number| (number.to_owned(), None)));
            self.givers.extend(found.into_iter().map(|giver| (giver.teacher_no.clone(), Some(giver))));
        }
        let mut given = Vec::with_capacity(rows.len());
        for (number, Row { teacher_no, title, project, says }) in rows {
            let giver = self.givers.get(&teacher_no).cloned().flatten();
            if giver.is_none() {
                at.fault(number, "teacher_no", Some(&teacher_no), "unknown_teacher", UNKNOWN_TEACHER);
            }
            let found = project.as_ref().map(|project| self.projects.find(project)).transpose();
            if let Err((column, code, message)) = &found {
                let name = project.as_ref().map(|project| project.name.as_str());
                at.fault(number, column, name.filter(|_| *column == "project"), code, message.as_str());
            }
            if let (Some(giver), Ok(found)) = (giver, found) {
                let project_name = project.map(|project| project.name);
                given.push(Given { number, giver, project: found, project_name, title, says });
            }
        }
        Ok(given)
    }
}

impl Given {
    /// What stands in a column.
    fn value(&self, column: &str) -> Option<&str> {
        match column {
            "teacher_no" => Some(&self.giver.teacher_no),
            "title" => Some(&self.title),
            "project" => self.project_name.as_deref(),
            _ => self.says.grade.map(WireEnum::label),
        }
    }

    /// The lesson as it is entered anew.
    fn lesson(&self, now: UtcTime) -> Lesson {
        self.giver.lesson(self.project, self.title.clone(), now)
    }
}

impl Says {
    /// The lesson as the row has it, its grade apart.
    fn over(&self, lesson: Lesson) -> Lesson {
        Lesson {
            subject: self.subject.clone().unwrap_or(lesson.subject),
            stage: self.stage.unwrap_or(lesson.stage),
            taught_on: self.taught_on.or(lesson.taught_on),
            summary: self.summary.clone().or(lesson.summary),
            ..lesson
        }
    }

    /// Whether the row has another grade than the lesson, or another comment on it.
    fn regrades(&self, before: Option<&Lesson>) -> bool {
        let comment = before.and_then(|lesson| lesson.grade_comment.as_ref());
        let other_comment = self.comment.is_some() && self.comment.as_ref() != comment;
        other_comment || (self.grade.is_some() && self.grade != before.and_then(|lesson| lesson.grade))
    }
}

impl There {
    fn load(at: &mut Planning<'_>, given: &[Given]) -> Result<Self> {
        let teachers = distinct(given.iter().map(|row| row.giver.id));
        let projects = distinct(given.iter().filter_map(|row| row.project));
        let titles = distinct(given.iter().map(|row| row.title.as_str()));
        let found = store::find_by_titles(at.conn, at.user, &teachers, &titles, at.hold)?;
        let ids: Vec<LessonId> = found.iter().map(|lesson| lesson.id).collect();
        let certified = certification_status::load(at.conn, &ids)?;
        let mut lessons: HashMap<_, Vec<Lesson>> = HashMap::new();
        for lesson in found {
            let key = (lesson.teacher_id, lesson.project_id, lesson.title.clone());
            lessons.entry(key).or_default().push(lesson);
        }
        let parts = Participation::load(at.conn, &teachers, &projects)?;
        let own = facts::own_projects(at.conn, at.user, &projects)?;
        Ok(Self { lessons, certified, parts, own })
    }

    /// The lesson that a row is about, if it is there. Nothing keeps people from entering two of a
    /// title: the day tells them apart.
    fn lesson(&self, row: &Given) -> Result<Option<&Lesson>, String> {
        let key = (row.giver.id, row.project, row.title.clone());
        let found = self.lessons.get(&key).map_or(&[][..], Vec::as_slice);
        if let [] | [_] = found {
            return Ok(found.first());
        }
        let day = row.says.taught_on;
        let mut of_the_day = found.iter().filter(|lesson| day.is_some() && lesson.taught_on == day);
        match (of_the_day.next(), of_the_day.next()) {
            (Some(one), None) => Ok(Some(one)),
            _ => Err(format!("平台中有 {} 节同名课例，请填写其授课日期，或在平台中修改", found.len())),
        }
    }

    /// What keeps a row from being taken.
    fn faults(
        &self,
        at: &Planning<'_>,
        row: &Given,
        before: Option<&Lesson>,
        changes: bool,
        regrades: bool,
    ) -> Result<Faults> {
        let standing = CallerRelation::new(at.user, row.giver.id, row.project, &self.own);
        let mut faults = Faults::new();
        let mut refused = |column: &'static str, checked: Result<()>| -> Result<()> {
            faults.extend(refusal(checked)?.map(|(code, message)| (column, code, message)));
            Ok(())
        };
        if changes {
            refused("teacher_no", rules::check_may_write(standing))?;
            refused("title", rules::check_not_graded(before.and_then(|lesson| lesson.grade)))?;
        }
        if before.is_none()
            && let Err((code, message)) = self.parts.check(row.giver.id, row.project)
        {
            faults.push(("project", code, message.to_owned()));
        }
        if regrades {
            faults.extend(self.fault_of_grade(at, row, before, standing)?);
        }
        Ok(faults)
    }

    /// What keeps a row's grade from being given: the first of it.
    fn fault_of_grade(
        &self,
        at: &Planning<'_>,
        row: &Given,
        before: Option<&Lesson>,
        standing: CallerRelation,
    ) -> Result<Option<(&'static str, &'static str, String)>> {
        let Some(grade) = row.says.grade else {
            return Ok(Some(("grade", "required", "填写评语时须同时填写等次".to_owned())));
        };
        if !at.user.allows(Permission::LessonsGrade) {
            return Ok(Some(("grade", "forbidden", "您无权评定课例等次，请将等次留空".to_owned())));
        }
        let certified = before.and_then(|lesson| self.certified.get(&lesson.id)).map_or(&[][..], Vec::as_slice);
        let checked = rules::check_may_grade(standing)
            .and_then(|()| rules::check_time_to_grade(self.parts.progress(row.project)))
            .and_then(|()| certification_status::check_grade(certified, grade));
        Ok(refusal(checked)?.map(|(code, message)| ("grade", code, message)))
    }
}
