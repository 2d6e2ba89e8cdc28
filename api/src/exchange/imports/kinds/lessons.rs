//! Imports lessons (二-3), with grades if the caller grades. A lesson is identified by teacher, project and
//! title: an equal one is unchanged, another one is updated unless it is graded. Empty cells leave what
//! is there.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use songjiao_types::{LessonId, Permission, ProjectId, TeacherId, WireEnum, lessons::LessonGrade, training::Stage};

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, labels, optional, required},
        faults::FieldFault,
        report::Counts,
    },
    kind::{Kind, PlanContext, distinct, refusal},
    references::{PROJECT, ProjectName, Projects, UNKNOWN_TEACHER, YEAR, teacher_no},
    seen_rows::SeenRows,
};
use crate::{
    db::{FoldedMap, Tx, types::UtcTime},
    error::Result,
    lessons::lessons::{
        batch::{self, Lesson},
        certification_status::{self, GradedCertification},
        facts::{self, LessonTeacher, Participation, TeacherRef},
        repeats::TitleIndex,
        rules::{self, CallerRelation},
        store,
    },
};

/// A row whose cells are valid; its references are still to be resolved.
pub struct Row {
    teacher_no: String,
    title: String,
    project: Option<ProjectName>,
    fields: LessonFields,
}

/// The fields of a lesson in a row.
#[derive(Clone, Hash)]
struct LessonFields {
    subject: Option<String>,
    stage: Option<Stage>,
    taught_on: Option<NaiveDate>,
    summary: Option<String>,
    grade: Option<LessonGrade>,
    comment: Option<String>,
    distinct_reason: Option<String>,
}

/// The import of lessons.
#[derive(Default)]
pub struct Lessons {
    projects: Projects,
    /// The teachers looked up so far, by number.
    givers: HashMap<String, Option<LessonTeacher>>,
    seen: SeenRows,
    /// The lessons planned by earlier batches, which a dry run does not write.
    planned: Vec<Lesson>,
}

/// A row whose teacher and project are resolved.
struct ResolvedRow {
    number: i64,
    giver: LessonTeacher,
    project: Option<ProjectId>,
    project_name: Option<String>,
    title: String,
    fields: LessonFields,
}

/// The lessons and rights that the rows of a batch are checked against.
struct Existing {
    lessons: HashMap<(TeacherId, Option<ProjectId>, String), Vec<Lesson>>,
    certified: HashMap<LessonId, Vec<GradedCertification>>,
    parts: Participation,
    /// The projects of the caller's team.
    own: HashSet<ProjectId>,
}

impl Kind for Lessons {
    type Row = Row;
    type ReadContext = ();
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
        optional("distinct_reason", "同名说明")
            .or(&["重复说明"])
            .hint("选填：本年度已有同名课例，而确是另一节课时，说明理由"),
        // Further columns of our own lists.
        ignored("姓名").or(&["授课教师", "教师姓名"]),
        ignored("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        ignored("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        ignored("评定人").or(&["评定时间", "三课认定", "认定等次", "证书编号", "登记时间"]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let teacher_no = teacher_no(cells);
        let title = cells.required("title", cells::text(200));
        let project = ProjectName::optional(cells);
        let fields = LessonFields {
            subject: cells.optional("subject", cells::text(32)),
            stage: cells.optional("stage", cells::one_of),
            taught_on: cells.optional("taught_on", cells::date),
            summary: cells.optional("summary", cells::prose(5000)),
            grade: cells.optional("grade", cells::one_of),
            comment: cells.optional("grade_comment", cells::prose(2000)),
            distinct_reason: cells.optional("distinct_reason", cells::prose(2000)),
        };
        Some(Row { teacher_no: teacher_no?, title: title?, project, fields })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<Lesson>, Counts)> {
        let rows = self.resolve(context, rows)?;
        let (existing, mut titles) = Existing::load(context, &rows)?;
        for lesson in &self.planned {
            titles.insert(lesson);
        }
        let (mut plan, mut counts) = (Vec::new(), Counts::default());
        for row in rows {
            let key = (row.giver.id, row.project, row.title.as_str());
            let differs = |first| {
                let message = format!("与第 {first} 行是同一节课例，而内容不同");
                context.fault(row.number, "title", Some(&row.title), "repeated_row", message);
            };
            if self.seen.is_repeated(row.number, (key, &row.fields), &mut counts, differs) {
                continue;
            }
            let before = match existing.lesson(&row) {
                Ok(before) => before,
                Err(message) => {
                    context.fault(row.number, "title", Some(&row.title), "ambiguous_lesson", message);
                    continue;
                }
            };
            let after = row.fields.apply_to(before.cloned().unwrap_or_else(|| row.lesson(context.now)));
            let regrades = row.fields.regrades(before);
            if before == Some(&after) && !regrades {
                counts.unchanged += 1;
                continue;
            }
            let mut faults = existing.faults(context, &row, before, before != Some(&after), regrades)?;
            let repeats = before.is_none_or(|before| titles.differ(before, &after));
            let after = match titles.original(&after).filter(|_| repeats) {
                None => after,
                Some(_) if row.fields.distinct_reason.is_some() => {
                    Lesson { distinct_reason: row.fields.distinct_reason.clone(), ..after }
                }
                Some(original) => {
                    faults.push(("title", "lesson_suspected", original.message()));
                    after
                }
            };
            if faults.is_empty() {
                titles.insert(&after);
                if before.is_none() && !context.lock {
                    self.planned.push(after.clone());
                }
                *(if before.is_some() { &mut counts.updated } else { &mut counts.imported }) += 1;
                let version = before.map_or(1, |before| before.version + 1);
                let after = Lesson { version, updated_at: context.now, ..after };
                plan.push(match row.fields.grade.filter(|_| regrades) {
                    Some(grade) => after.graded(grade, row.fields.comment, context.user.id, context.now),
                    None => after,
                });
                continue;
            }
            for (column, code, message) in faults {
                context.fault(row.number, column, row.value(column), code, message);
            }
        }
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, lessons: Vec<Lesson>) -> Result<()> {
        batch::write(tx, lessons)
    }
}

impl Lessons {
    /// Resolves teachers and projects; rows that name unknown ones are faults.
    fn resolve(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<ResolvedRow>> {
        self.projects.look_up(context.conn, context.user, rows.iter().filter_map(|(_, row)| row.project.as_ref()))?;
        let numbers: HashSet<&str> = rows.iter().map(|(_, row)| row.teacher_no.as_str()).collect();
        let numbers: Vec<&str> = numbers.into_iter().filter(|number| !self.givers.contains_key(*number)).collect();
        if !numbers.is_empty() {
            let found = facts::find_teachers(context.conn, context.user, &TeacherRef::Numbers(&numbers))?;
            let found: FoldedMap<_> = found.into_iter().map(|giver| (giver.teacher_no.clone(), giver)).collect();
            self.givers.extend(numbers.into_iter().map(|number| (number.to_owned(), found.get(number).cloned())));
        }
        let mut resolved = Vec::with_capacity(rows.len());
        for (number, Row { teacher_no, title, project, fields }) in rows {
            let giver = self.givers.get(&teacher_no).cloned().flatten();
            if giver.is_none() {
                context.fault(number, "teacher_no", Some(&teacher_no), "unknown_teacher", UNKNOWN_TEACHER);
            }
            let found = project.as_ref().map(|project| self.projects.find(project)).transpose();
            if let Err((column, code, message)) = &found {
                let name = project.as_ref().map(|project| project.name.as_str());
                context.fault(number, column, name.filter(|_| *column == "project"), code, message.as_str());
            }
            if let (Some(giver), Ok(found)) = (giver, found) {
                let project_name = project.map(|project| project.name);
                resolved.push(ResolvedRow { number, giver, project: found, project_name, title, fields });
            }
        }
        Ok(resolved)
    }
}

impl ResolvedRow {
    /// Returns the value of a column.
    fn value(&self, column: &str) -> Option<&str> {
        match column {
            "teacher_no" => Some(&self.giver.teacher_no),
            "title" => Some(&self.title),
            "project" => self.project_name.as_deref(),
            _ => self.fields.grade.map(WireEnum::label),
        }
    }

    /// Returns the new lesson without the row's fields.
    fn lesson(&self, now: UtcTime) -> Lesson {
        self.giver.lesson(self.project, self.title.clone(), now)
    }
}

impl LessonFields {
    /// Returns the lesson with the row's fields except the grade.
    fn apply_to(&self, lesson: Lesson) -> Lesson {
        Lesson {
            subject: self.subject.clone().unwrap_or(lesson.subject),
            stage: self.stage.unwrap_or(lesson.stage),
            taught_on: self.taught_on.or(lesson.taught_on),
            summary: self.summary.clone().or(lesson.summary),
            ..lesson
        }
    }

    /// Returns whether the row has another grade, or another comment on it, than the lesson.
    fn regrades(&self, before: Option<&Lesson>) -> bool {
        let comment = before.and_then(|lesson| lesson.grade_comment.as_ref());
        let other_comment = self.comment.is_some() && self.comment.as_ref() != comment;
        other_comment || (self.grade.is_some() && self.grade != before.and_then(|lesson| lesson.grade))
    }
}

impl Existing {
    fn load(context: &mut PlanContext<'_>, rows: &[ResolvedRow]) -> Result<(Self, TitleIndex)> {
        let teachers = distinct(rows.iter().map(|row| row.giver.id));
        let projects = distinct(rows.iter().filter_map(|row| row.project));
        let titles = distinct(rows.iter().map(|row| row.title.as_str()));
        let found = store::find_by_titles(context.conn, context.user, &teachers, &titles, context.lock)?;
        let ids: Vec<LessonId> = found.iter().map(|lesson| lesson.id).collect();
        let certified = certification_status::load(context.conn, &ids)?;
        let mut lessons: HashMap<_, Vec<Lesson>> = HashMap::new();
        for lesson in found {
            let key = (lesson.teacher_id, lesson.project_id, lesson.title.clone());
            lessons.entry(key).or_default().push(lesson);
        }
        let parts = Participation::load(context.conn, &teachers, &projects)?;
        let own = facts::own_projects(context.conn, context.user, &projects)?;
        let titles = TitleIndex::load(context.conn, &teachers, &projects, context.lock)?;
        Ok((Self { lessons, certified, parts, own }, titles))
    }

    /// Finds the existing lesson of a row. Lessons of the same title are told apart by the day.
    ///
    /// # Errors
    /// The message if the row is ambiguous.
    fn lesson(&self, row: &ResolvedRow) -> Result<Option<&Lesson>, String> {
        let key = (row.giver.id, row.project, row.title.clone());
        let found = self.lessons.get(&key).map_or(&[][..], Vec::as_slice);
        if let [] | [_] = found {
            return Ok(found.first());
        }
        let day = row.fields.taught_on;
        let mut of_the_day = found.iter().filter(|lesson| day.is_some() && lesson.taught_on == day);
        match (of_the_day.next(), of_the_day.next()) {
            (Some(one), None) => Ok(Some(one)),
            _ => Err(format!("平台中有 {} 节同名课例，请填写其授课日期，或在平台中修改", found.len())),
        }
    }

    /// Returns the faults of a row.
    fn faults(
        &self,
        context: &PlanContext<'_>,
        row: &ResolvedRow,
        before: Option<&Lesson>,
        changes: bool,
        regrades: bool,
    ) -> Result<Vec<FieldFault>> {
        let standing = CallerRelation::new(context.user, row.giver.id, row.project, &self.own);
        let mut faults = Vec::new();
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
            faults.extend(self.fault_of_grade(context, row, before, standing)?);
        }
        Ok(faults)
    }

    /// Returns the first fault of a row's grade.
    fn fault_of_grade(
        &self,
        context: &PlanContext<'_>,
        row: &ResolvedRow,
        before: Option<&Lesson>,
        standing: CallerRelation,
    ) -> Result<Option<FieldFault>> {
        let Some(grade) = row.fields.grade else {
            return Ok(Some(("grade", "required", "填写评语时须同时填写等次".to_owned())));
        };
        if !context.user.allows(Permission::LessonsGrade) {
            return Ok(Some(("grade", "forbidden", "您无权评定课例等次，请将等次留空".to_owned())));
        }
        let certified = before.and_then(|lesson| self.certified.get(&lesson.id)).map_or(&[][..], Vec::as_slice);
        let checked = rules::check_may_grade(standing)
            .and_then(|()| rules::check_time_to_grade(self.parts.progress(row.project)))
            .and_then(|()| certification_status::check_grade(certified, grade));
        Ok(refusal(checked)?.map(|(code, message)| ("grade", code, message)))
    }
}
