//! Imports attendance (六(机制)-3) of participants who have a place in the project, as long as
//! attendance is open. An equal mark is unchanged, another one is replaced; an empty note keeps the note
//! of an equal mark. Empty marks are skipped, so that a sheet can be completed step by step.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use songjiao_types::{ActivityId, EnrollmentId, ProjectId, attendance::AttendanceStatus, projects::ProjectStatus};

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, labels, optional, required},
        faults::{CellFault, FieldFault},
        report::Counts,
    },
    kind::{Kind, PlanContext, distinct, refusal},
    references::{Activities, ActivityName, PROJECT, Projects, VisibleActivity, YEAR, teacher_no},
    seen_rows::SeenRows,
};
use crate::{
    db::{FoldedMap, Tx},
    error::Result,
    training::{
        activities::plan::{self, PlannedActivity},
        attendance::{
            batch::{self, Mark},
            participants::{self, Participant},
            rules::check_open,
        },
        projects::{self, access::Grants},
    },
};

/// A row whose cells are valid; its references are still to be resolved.
pub struct Row {
    activity: ActivityName,
    teacher_no: String,
    status: Option<AttendanceStatus>,
    note: Option<String>,
}

/// The import of attendance.
#[derive(Default)]
pub struct Attendance {
    projects: Projects,
    activities: Activities,
    sheets: HashMap<ProjectId, Sheets>,
    seen: SeenRows,
    /// The days that rows of the file mark.
    marked: HashSet<(ActivityId, EnrollmentId, NaiveDate)>,
}

/// The attendance sheets of a project.
struct Sheets {
    status: ProjectStatus,
    /// Whether the caller takes attendance in the project.
    run: bool,
    activities: HashMap<ActivityId, PlannedActivity>,
    /// By teacher number.
    participants: FoldedMap<Participant>,
}

/// A row whose activity and participant are resolved.
struct ResolvedRow {
    number: i64,
    row: Row,
    activity: VisibleActivity,
    participant: EnrollmentId,
    /// The days that the row marks.
    days: Vec<NaiveDate>,
}

impl Kind for Attendance {
    type Row = Row;
    type ReadContext = ();
    type Plan = Vec<Mark>;

    const COLUMNS: &'static [Column] = &[
        PROJECT,
        required("activity", "活动名称")
            .or(&["活动", "活动标题", "活动主题", "课程名称", "activity_id", "activity_title"])
            .hint("与平台中的活动名称完全一致；也可填平台中的活动 ID，此时可不填项目名称"),
        optional("held_on", "活动日期")
            .or(&["日期", "考勤日期", "上课日期"])
            .hint("有同名活动或活动多于一天时填写，例如 2026-03-10；不填则登记活动的每一天"),
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "学员编号", "全国教师管理信息系统编号"]),
        required("status", "考勤")
            .or(&["考勤状态", "考勤结果", "考勤情况", "出勤", "出勤情况", "出勤状态", "签到情况", "状态"])
            .of(labels::<AttendanceStatus>)
            .hint("也可填早退、事假、病假、旷课等常用说法；留空则不登记"),
        optional("note", "备注").or(&["说明", "请假事由", "原因"]).hint("最多 200 个字"),
        YEAR,
        // Further columns of sheets.
        ignored("姓名").or(&["教师姓名", "学员姓名", "性别", "联系电话", "签名", "签到时间", "登记时间"]),
        ignored("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        ignored("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        ignored("学时").or(&["活动学时", "学科", "学段"]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let activity = ActivityName::read(cells);
        let teacher_no = teacher_no(cells);
        let note = cells.optional("note", cells::prose(200));
        // A note needs a mark.
        let status = match note {
            Some(_) => Some(cells.required("status", cells::one_of)?),
            None => cells.optional("status", cells::one_of),
        };
        Some(Row { activity: activity?, teacher_no: teacher_no?, status, note })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<Mark>, Counts)> {
        let rows = self.resolve(context, rows)?;
        let activities = distinct(rows.iter().map(|row| row.activity.id));
        let participants = distinct(rows.iter().map(|row| row.participant));
        let existing = batch::marks_of_participants(context.conn, &activities, &participants)?;
        let (mut marked, mut counts) = (Vec::new(), Counts::default());
        for ResolvedRow { number, row, activity, participant, days } in rows {
            let Some(status) = row.status else {
                counts.unchanged += 1;
                continue;
            };
            let key = (activity.id, participant, days.first().copied(), days.len());
            let differs = |first| {
                let message = format!("与第 {first} 行是同一活动的同一教师，而考勤不同");
                context.fault(number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
            };
            if self.seen.is_repeated(number, (key, (status, &row.note)), &mut counts, differs) {
                continue;
            }
            if let Some(day) = days.iter().find(|day| !self.marked.insert((activity.id, participant, **day))) {
                let message = format!("{day} 的考勤已在前面的行登记");
                context.fault(number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
                continue;
            }
            let note = row.note.as_ref();
            let mark = |day: &NaiveDate| -> Option<&Mark> { existing.get(&(activity.id, participant, *day)) };
            let is_equal = |mark: &Mark| mark.is(status, note.or(mark.note.as_ref()));
            let (equal, changed): (Vec<_>, Vec<_>) = days.into_iter().partition(|day| mark(day).is_some_and(is_equal));
            if changed.is_empty() {
                counts.unchanged += 1;
                continue;
            }
            if let Some((code, message)) = self.refusal(&activity)? {
                context.fault(number, "activity", Some(&row.activity.name), code, message);
                continue;
            }
            let is_new = equal.is_empty() && changed.iter().all(|day| mark(day).is_none());
            *(if is_new { &mut counts.imported } else { &mut counts.updated }) += 1;
            marked.extend(changed.into_iter().map(|day| {
                let note = row.note.clone();
                Mark::new(activity.id, (participant, day), status, note, context.user.id, context.now)
            }));
        }
        Ok((marked, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, marked: Vec<Mark>) -> Result<()> {
        let sheets: Vec<ActivityId> = distinct(marked.iter().map(|mark| mark.activity_id));
        batch::upsert(tx, &marked)?;
        batch::marks_changed(tx, &sheets)
    }
}

impl Attendance {
    /// Resolves activities and participants. Rows are faults if the caller does not take attendance of the
    /// activity or the teacher does not take part in it.
    fn resolve(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<ResolvedRow>> {
        let projects = rows.iter().filter_map(|(_, row)| row.activity.project.as_ref());
        self.projects.look_up(context.conn, context.user, projects.clone())?;
        let of = distinct(projects.filter_map(|name| self.projects.find(name).ok()));
        self.activities.look_up(context.conn, context.user, &of, rows.iter().map(|(_, row)| &row.activity))?;
        let found = rows.iter().filter_map(|(_, row)| self.activity(&row.activity).ok());
        let ids = distinct(found.map(|activity| activity.project_id));
        self.load_sheets(context, &ids)?;
        let mut resolved = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            let activity = match self.activity(&row.activity) {
                Ok(activity) => activity.clone(),
                Err((column, code, message)) => {
                    let value = match column {
                        "activity" => Some(row.activity.name.as_str()),
                        "project" => row.activity.project.as_ref().map(|project| project.name.as_str()),
                        _ => None,
                    };
                    context.fault(number, column, value, code, message);
                    continue;
                }
            };
            let Some(sheets) = self.sheets.get(&activity.project_id).filter(|sheets| sheets.run) else {
                let message = "您无权登记该项目的考勤";
                context.fault(number, "activity", Some(&row.activity.name), "forbidden", message);
                continue;
            };
            let Some(participant) = sheets.participants.get(&row.teacher_no) else {
                let message = "不是本项目已录取的学员";
                context.fault(number, "teacher_no", Some(&row.teacher_no), "not_a_participant", message);
                continue;
            };
            let Some(planned) = sheets.activities.get(&activity.id) else { continue };
            let day = row.activity.held_on;
            match participant.days_to_mark(planned, day, context.now.local_date()) {
                // A row without a mark states nothing.
                Err(_) if row.status.is_none() => {
                    let participant = participant.id;
                    resolved.push(ResolvedRow { number, row, activity, participant, days: Vec::new() });
                }
                Ok(days) => {
                    let participant = participant.id;
                    resolved.push(ResolvedRow { number, row, activity, participant, days });
                }
                Err((code, message)) => {
                    context.fault(number, "teacher_no", Some(&row.teacher_no), code, message);
                }
            }
        }
        Ok(resolved)
    }

    fn activity(&self, name: &ActivityName) -> Result<&VisibleActivity, FieldFault> {
        let project = name.project.as_ref().map(|project| self.projects.find(project)).transpose()?;
        self.activities.find(name, project)
    }

    /// Loads the sheets of projects that are not loaded yet.
    fn load_sheets(&mut self, context: &mut PlanContext<'_>, ids: &[ProjectId]) -> Result<()> {
        let new: Vec<ProjectId> = ids.iter().filter(|id| !self.sheets.contains_key(id)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let grants = Grants::load(context.conn, context.user, &new)?;
        for project in projects::find_rows(context.conn, &new, context.lock)? {
            let run = grants.of(project.id).run;
            let (activities, participants) = (HashMap::new(), FoldedMap::default());
            self.sheets.insert(project.id, Sheets { status: project.status, run, activities, participants });
        }
        for activity in plan::load(context.conn, &new)? {
            if let Some(sheets) = self.sheets.get_mut(&activity.project_id) {
                sheets.activities.insert(activity.id, activity);
            }
        }
        for participant in participants::load(context.conn, &new)? {
            if let Some(sheets) = self.sheets.get_mut(&participant.project_id) {
                sheets.participants.insert(&participant.teacher_no.clone(), participant);
            }
        }
        Ok(())
    }

    /// Returns the fault if attendance of an activity is closed.
    fn refusal(&self, activity: &VisibleActivity) -> Result<Option<CellFault>> {
        let Some(sheets) = self.sheets.get(&activity.project_id) else { return Ok(None) };
        let cancelled = sheets.activities.get(&activity.id).is_some_and(PlannedActivity::is_cancelled);
        refusal(check_open(sheets.status, activity.phase, cancelled))
    }
}
