//! Marks on attendance sheets from a file (六(机制)-3): of whoever has a place in the project, as
//! long as attendance is taken. A mark that is there and equal is unchanged, another replaced; an
//! empty note leaves the one of an equal mark. An empty mark says nothing, so that a sheet can be
//! filled in bit by bit.

use std::collections::HashMap;

use songjiao_types::{ActivityId, EnrollmentId, ProjectId, attendance::AttendanceStatus, projects::ProjectStatus};

use super::{
    super::{
        columns::{self, Cells, Column, labels, optional, passed_over, required},
        report::Counts,
    },
    Kind, Planning, distinct,
    references::{Activities, ActivityName, Misnamed, PROJECT, Projects, Seen, YEAR, teacher_no},
    refusal,
    told::Told,
};
use crate::{
    db::Tx,
    error::Result,
    training::{
        attendance::{
            batch::{self, Mark},
            rules::check_open,
        },
        projects::{self, access::Grants},
    },
};

/// A row that reads well; what it refers to is still to be found.
pub struct Row {
    activity: ActivityName,
    teacher_no: String,
    status: Option<AttendanceStatus>,
    note: Option<String>,
}

/// Marks from a file.
#[derive(Default)]
pub struct Attendance {
    projects: Projects,
    activities: Activities,
    sheets: HashMap<ProjectId, Sheets>,
    told: Told,
}

/// The sheets of a project that rows named.
struct Sheets {
    status: ProjectStatus,
    /// The caller takes attendance in it.
    run: bool,
    /// By their teachers' numbers.
    participants: HashMap<String, EnrollmentId>,
}

/// A row whose activity and participant were found.
struct Named {
    number: i64,
    row: Row,
    activity: Seen,
    participant: EnrollmentId,
}

impl Kind for Attendance {
    type Row = Row;
    type Reading = ();
    type Plan = Vec<Mark>;

    const COLUMNS: &'static [Column] = &[
        PROJECT,
        required("activity", "活动名称")
            .or(&["活动", "活动标题", "活动主题", "课程名称", "activity_id", "activity_title"])
            .hint("与平台中的活动名称完全一致；也可填平台中的活动 ID，此时可不填项目名称"),
        optional("held_on", "活动日期").or(&["日期", "考勤日期", "上课日期"]).hint("有同名活动时填写，例如 2026-03-10"),
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "学员编号", "全国教师管理信息系统编号"]),
        required("status", "考勤")
            .or(&["考勤状态", "考勤结果", "考勤情况", "出勤", "出勤情况", "出勤状态", "签到情况", "状态"])
            .of(labels::<AttendanceStatus>)
            .hint("也可填早退、事假、病假、旷课等常用说法；留空则不登记"),
        optional("note", "备注").or(&["说明", "请假事由", "原因"]).hint("最多 200 个字"),
        YEAR,
        // What sheets have beside.
        passed_over("姓名").or(&["教师姓名", "学员姓名", "性别", "联系电话", "签名", "签到时间", "登记时间"]),
        passed_over("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        passed_over("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        passed_over("学时").or(&["活动学时", "学科", "学段"]),
    ];

    fn reading(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let activity = ActivityName::read(cells);
        let teacher_no = teacher_no(cells);
        let note = cells.optional("note", columns::text(200));
        // A note belongs to a mark.
        let status = match note {
            Some(_) => Some(cells.required("status", columns::one_of)?),
            None => cells.optional("status", columns::one_of),
        };
        Some(Row { activity: activity?, teacher_no: teacher_no?, status, note })
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<Mark>, Counts)> {
        let named = self.named(at, rows)?;
        let activities = distinct(named.iter().map(|row| row.activity.id));
        let participants = distinct(named.iter().map(|row| row.participant));
        let there = batch::marks_of_participants(at.conn, &activities, &participants)?;
        let (mut marked, mut counts) = (Vec::new(), Counts::default());
        for Named { number, row, activity, participant } in named {
            let Some(status) = row.status else {
                counts.unchanged += 1;
                continue;
            };
            let key = (activity.id, participant);
            if let Some((first, same)) = self.told.before(number, key, (status, &row.note)) {
                if same {
                    counts.unchanged += 1;
                } else {
                    let message = format!("与第 {first} 行是同一活动的同一教师，而考勤不同");
                    at.fault(number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
                }
                continue;
            }
            let mark: Option<&Mark> = there.get(&key);
            let note = row.note.as_ref();
            if mark.is_some_and(|mark| mark.is(status, note.or(mark.note.as_ref()))) {
                counts.unchanged += 1;
                continue;
            }
            if let Some((code, message)) = self.closed(&activity)? {
                at.fault(number, "activity", Some(&row.activity.name), code, message);
                continue;
            }
            *(if mark.is_some() { &mut counts.updated } else { &mut counts.imported }) += 1;
            marked.push(Mark::new(activity.id, participant, status, row.note, at.user.id, at.now));
        }
        Ok((marked, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, marked: Vec<Mark>) -> Result<()> {
        let sheets: Vec<ActivityId> = distinct(marked.iter().map(|mark| mark.activity_id));
        batch::upsert(tx, &marked)?;
        batch::bump_versions(tx, &sheets)
    }
}

impl Attendance {
    /// The rows whose activity is the caller's to take attendance of, and whose teacher takes part
    /// in it; the others are at fault.
    fn named(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<Named>> {
        let projects = rows.iter().filter_map(|(_, row)| row.activity.project.as_ref());
        self.projects.look_up(at.conn, at.user, projects.clone())?;
        let of = distinct(projects.filter_map(|name| self.projects.find(name).ok()));
        self.activities.look_up(at.conn, at.user, &of, rows.iter().map(|(_, row)| &row.activity))?;
        let found = rows.iter().filter_map(|(_, row)| self.activity(&row.activity).ok());
        let met = distinct(found.map(|activity| activity.project_id));
        self.meet(at, &met)?;
        let mut named = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            let activity = match self.activity(&row.activity) {
                Ok(activity) => activity.clone(),
                Err((column, code, message)) => {
                    let value = match column {
                        "activity" => Some(row.activity.name.as_str()),
                        "project" => row.activity.project.as_ref().map(|project| project.name.as_str()),
                        _ => None,
                    };
                    at.fault(number, column, value, code, message);
                    continue;
                }
            };
            let Some(sheets) = self.sheets.get(&activity.project_id).filter(|sheets| sheets.run) else {
                let message = "您无权登记该项目的考勤";
                at.fault(number, "activity", Some(&row.activity.name), "forbidden", message);
                continue;
            };
            match sheets.participants.get(&row.teacher_no) {
                Some(participant) => named.push(Named { number, row, activity, participant: *participant }),
                None => {
                    let message = "不是本项目已录取的学员";
                    at.fault(number, "teacher_no", Some(&row.teacher_no), "not_a_participant", message);
                }
            }
        }
        Ok(named)
    }

    fn activity(&self, name: &ActivityName) -> Result<&Seen, Misnamed> {
        let project = name.project.as_ref().map(|project| self.projects.find(project)).transpose()?;
        self.activities.find(name, project)
    }

    /// Loads the sheets of the projects that no row named before.
    fn meet(&mut self, at: &mut Planning<'_>, ids: &[ProjectId]) -> Result<()> {
        let new: Vec<ProjectId> = ids.iter().filter(|id| !self.sheets.contains_key(id)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let grants = Grants::load(at.conn, at.user, &new)?;
        for project in projects::find_rows(at.conn, &new, at.hold)? {
            let run = grants.of(project.id).run;
            self.sheets.insert(project.id, Sheets { status: project.status, run, participants: HashMap::new() });
        }
        for participant in batch::participants(at.conn, &new)? {
            if let Some(sheets) = self.sheets.get_mut(&participant.project_id) {
                sheets.participants.insert(participant.teacher_no, participant.id);
            }
        }
        Ok(())
    }

    /// Why no attendance is taken of an activity.
    fn closed(&self, activity: &Seen) -> Result<Option<columns::CellFault>> {
        match self.sheets.get(&activity.project_id) {
            Some(sheets) => refusal(check_open(sheets.status, activity.phase)),
            None => Ok(None),
        }
    }
}
