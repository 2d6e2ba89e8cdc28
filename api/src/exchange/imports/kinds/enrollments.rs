//! Participants from a file (五-1): nominated or, by who reviews them, admitted. Who is on the
//! project's list already is unchanged; who withdrew is nominated again.

use std::collections::HashMap;

use songjiao_types::{EnrollmentId, Permission, ProjectId, TeacherId, WireEnum, enrollments::EnrollmentStatus};

use super::{
    super::{
        columns::{self, Cells, Column, optional, passed_over, required},
        report::Counts,
    },
    Kind, Planning, distinct,
    references::{PROJECT, ProjectName, Projects, Teachers, UNKNOWN_TEACHER, YEAR, teacher_no},
    refusal,
    told::Told,
};
use crate::{
    db::Tx,
    error::{ApiError, Result},
    training::{
        enrollments::{
            batch::{self, Enrollment},
            candidates::Candidates,
            rules::{self, Conditions, Selection},
        },
        projects::{self, Project, access::Grants},
    },
};

/// A row that reads well; what it refers to is still to be found.
pub struct Row {
    project: ProjectName,
    teacher_no: String,
    status: Option<EnrollmentStatus>,
}

/// Participants from a file.
#[derive(Default)]
pub struct Enrollments {
    names: Projects,
    teachers: Teachers,
    projects: HashMap<ProjectId, Met>,
    /// The projects to which the rows so far admit a teacher.
    admitted: HashMap<TeacherId, Vec<ProjectId>>,
    told: Told,
}

/// A project that rows named.
struct Met {
    project: Project,
    conditions: Conditions,
    /// The caller decides on its participants.
    manage: bool,
    /// Places, by what was there and by the rows so far.
    taken: i64,
}

/// What is to be written of a batch.
#[derive(Default)]
pub struct Plan {
    new: Vec<Enrollment>,
    again: Vec<EnrollmentId>,
    /// Of the new ones, of those nominated again, and of those who waited.
    admitted: Vec<EnrollmentId>,
}

/// A row whose project and teacher were found.
struct Named {
    number: i64,
    project: ProjectId,
    project_name: String,
    teacher: TeacherId,
    teacher_no: String,
    told: Option<EnrollmentStatus>,
}

impl Named {
    /// What stands in a column.
    fn value(&self, column: &str) -> Option<&str> {
        match column {
            "project" => Some(&self.project_name),
            "teacher_no" => Some(&self.teacher_no),
            _ => self.told.map(WireEnum::label),
        }
    }
}

fn choices() -> Vec<&'static str> {
    [EnrollmentStatus::Nominated, EnrollmentStatus::Admitted].map(WireEnum::label).to_vec()
}

impl Kind for Enrollments {
    type Row = Row;
    type Reading = ();
    type Plan = Plan;

    const COLUMNS: &'static [Column] = &[
        PROJECT.required(),
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "学员编号", "全国教师管理信息系统编号"]),
        YEAR,
        optional("status", "状态")
            .or(&["学员状态", "参培状态", "录取状态"])
            .of(choices)
            .hint("选填：不填为已选派；已录取须由教师进修学校或教育局导入"),
        // What our own lists and the forms of projects have beside.
        passed_over("姓名").or(&["教师姓名", "学员姓名", "性别", "职称", "职务", "联系电话", "手机号", "备注"]),
        passed_over("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        passed_over("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        passed_over("学科").or(&["任教学科", "学段", "任教学段", "骨干", "骨干教师"]),
        passed_over("状态说明").or(&["审核时间", "选派时间"]),
    ];

    fn reading(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let project = ProjectName::required(cells);
        let teacher_no = teacher_no(cells);
        let status = cells.optional("status", columns::one_of);
        Some(Row { project: project?, teacher_no: teacher_no?, status })
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let named = self.named(at, rows)?;
        let projects = distinct(named.iter().map(|row| row.project));
        let teachers = distinct(named.iter().map(|row| row.teacher));
        self.meet(at, &projects)?;
        let listed = batch::find_enrolled(at.conn, &projects, &teachers)?;
        let mut candidates = self.candidates(at, &teachers)?;
        let (mut plan, mut counts) = (Plan::default(), Counts::default());
        for row in named {
            let wanted = row.told.unwrap_or(EnrollmentStatus::Nominated);
            if let Some((first, same)) = self.told.before(row.number, (row.project, row.teacher), wanted) {
                if same {
                    counts.unchanged += 1;
                } else {
                    let message = format!("与第 {first} 行是同一项目的同一教师，而状态不同");
                    at.fault(row.number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
                }
                continue;
            }
            let there = listed.get(&(row.project, row.teacher)).copied();
            if there.is_some_and(|(_, status)| says_nothing_new(status, row.told)) {
                counts.unchanged += 1;
                continue;
            }
            let faults = self.faults(at, &row, there.map(|(_, status)| status), &candidates)?;
            if faults.is_empty() {
                self.take(at, &row, there, &mut candidates, &mut plan);
                *(if there.is_some() { &mut counts.updated } else { &mut counts.imported }) += 1;
            }
            for (column, code, message) in faults {
                at.fault(row.number, column, row.value(column), code, message);
            }
        }
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        batch::insert(tx, &plan.new)?;
        batch::nominate_again(tx, &plan.again)?;
        batch::admit(tx, &plan.admitted)
    }
}

impl Enrollments {
    /// The rows whose project and teacher are found; the others are at fault.
    fn named(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<Named>> {
        self.names.look_up(at.conn, at.user, rows.iter().map(|(_, row)| &row.project))?;
        self.teachers.look_up(at.conn, &at.user.scope, rows.iter().map(|(_, row)| row.teacher_no.as_str()))?;
        let mut named = Vec::with_capacity(rows.len());
        for (number, Row { project, teacher_no, status }) in rows {
            let found = self.names.find(&project);
            if let Err((column, code, message)) = &found {
                at.fault(number, column, Some(&project.name), code, message.as_str());
            }
            let teacher = self.teachers.find(&teacher_no);
            if teacher.is_none() {
                at.fault(number, "teacher_no", Some(&teacher_no), "unknown_teacher", UNKNOWN_TEACHER);
            }
            if let (Ok(id), Some(teacher)) = (found, teacher) {
                let project_name = project.name;
                named.push(Named { number, project: id, project_name, teacher, teacher_no, told: status });
            }
        }
        Ok(named)
    }

    /// Loads the projects that no row named before.
    fn meet(&mut self, at: &mut Planning<'_>, ids: &[ProjectId]) -> Result<()> {
        let new: Vec<ProjectId> = ids.iter().filter(|id| !self.projects.contains_key(id)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let rows = projects::find_rows(at.conn, &new, at.hold)?;
        let grants = Grants::load(at.conn, at.user, &new)?;
        let mut taken = batch::places_taken(at.conn, &new)?;
        for project in rows {
            let (conditions, manage) = (Conditions::from(&project), grants.of(project.id).manage);
            let taken = taken.remove(&project.id).unwrap_or_default();
            self.projects.insert(project.id, Met { project, conditions, manage, taken });
        }
        Ok(())
    }

    /// The teachers of a batch, selected for what the rows so far admit them to as well.
    fn candidates(&self, at: &mut Planning<'_>, teachers: &[TeacherId]) -> Result<Candidates> {
        let mut candidates = Candidates::load(at.conn, teachers, at.hold)?;
        for id in teachers {
            let projects = self.admitted.get(id).into_iter().flatten().filter_map(|id| self.projects.get(id));
            projects.for_each(|met| candidates.add_selection(*id, Selection::from(&met.project)));
        }
        Ok(candidates)
    }

    /// What keeps a row from being taken: columns, codes and words.
    fn faults(
        &self,
        at: &Planning<'_>,
        row: &Named,
        there: Option<EnrollmentStatus>,
        candidates: &Candidates,
    ) -> Result<Vec<(&'static str, &'static str, String)>> {
        use EnrollmentStatus as S;
        let Some(met) = self.projects.get(&row.project) else { return Err(ApiError::not_found()) };
        let admits = row.told == Some(S::Admitted);
        if !matches!(row.told, None | Some(S::Nominated | S::Admitted)) {
            let message = "只能导入已选派或已录取的学员；其他状态请在平台中办理".to_owned();
            return Ok(vec![("status", "bad_status", message)]);
        }
        if let Some((code, message)) = refusal(rules::check_open(met.project.status))? {
            return Ok(vec![("project", code, message)]);
        }
        let goes_on =
            |from| rules::check_step(from, S::Nominated).is_ok() || rules::check_step(from, S::Admitted).is_ok();
        if let Some(status) = there.filter(|status| !goes_on(*status)) {
            return Ok(vec![("teacher_no", "already_exists", rules::already_enrolled(status))]);
        }
        if admits && !(met.manage && at.user.allows(Permission::EnrollmentsReview)) {
            let message = "您无权录取该项目的学员；请将状态留空，选派后由教师进修学校录取".to_owned();
            return Ok(vec![("status", "forbidden", message)]);
        }
        let unmet = candidates.faults(&met.conditions, row.teacher, at.now.local_date());
        let mut faults: Vec<_> = unmet.into_iter().map(|(code, message)| ("teacher_no", code, message)).collect();
        if admits && faults.is_empty() {
            let full = refusal(rules::check_capacity(met.project.capacity, met.taken, 1))?;
            faults.extend(full.map(|(code, message)| ("project", code, message)));
        }
        Ok(faults)
    }

    /// Has a row that nothing keeps from it written.
    fn take(
        &mut self,
        at: &Planning<'_>,
        row: &Named,
        there: Option<(EnrollmentId, EnrollmentStatus)>,
        candidates: &mut Candidates,
        plan: &mut Plan,
    ) {
        let id = match there {
            Some((id, status)) => {
                if status == EnrollmentStatus::Withdrawn {
                    plan.again.push(id);
                }
                id
            }
            None => {
                let Some(school) = candidates.organization(row.teacher) else { return };
                let new = Enrollment::nominated(row.project, row.teacher, school, at.user.id, at.now);
                let id = new.id;
                plan.new.push(new);
                id
            }
        };
        if row.told != Some(EnrollmentStatus::Admitted) {
            return;
        }
        plan.admitted.push(id);
        self.admitted.entry(row.teacher).or_default().push(row.project);
        if let Some(met) = self.projects.get_mut(&row.project) {
            met.taken += 1;
            candidates.add_selection(row.teacher, Selection::from(&met.project));
        }
    }
}

/// Whether a row says of a participant what is so already. Who only says that somebody takes part
/// is content with whatever became of it, as long as it goes on.
fn says_nothing_new(there: EnrollmentStatus, told: Option<EnrollmentStatus>) -> bool {
    use EnrollmentStatus as S;
    match told {
        Some(told) if told == there => true,
        None | Some(S::Nominated) => {
            matches!(there, S::Nominated | S::Announced | S::Reviewed | S::Admitted | S::Completed)
        }
        Some(S::Admitted) => there == S::Completed,
        Some(_) => false,
    }
}
