//! Imports participants (五-1): nominated, or admitted by callers who review them. Teachers on the
//! project's list are unchanged; those who withdrew are nominated again.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use songjiao_types::{
    EnrollmentId, OrganizationId, Permission, ProjectId, TeacherId, WireEnum, enrollments::EnrollmentStatus,
};

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, optional, required},
        faults::FieldFault,
        report::Counts,
    },
    kind::{Kind, PlanContext, distinct, refusal},
    references::{PROJECT, ProjectName, Projects, Teachers, UNKNOWN_TEACHER, YEAR, teacher_no},
    seen_rows::SeenRows,
};
use crate::{
    db::Tx,
    error::{ApiError, Result},
    training::{
        enrollments::{
            batch::{self, Enrollment},
            candidates::Candidates,
            nominate_again,
            rules::{self, Conditions, Selection},
        },
        projects::{self, Project, access::Grants},
    },
};

/// A row whose cells are valid; its references are still to be resolved.
pub struct Row {
    project: ProjectName,
    teacher_no: String,
    status: Option<EnrollmentStatus>,
}

/// The import of participants.
#[derive(Default)]
pub struct Enrollments {
    names: Projects,
    teachers: Teachers,
    projects: HashMap<ProjectId, CountedProject>,
    /// The projects to which earlier rows admit a teacher.
    admitted: HashMap<TeacherId, Vec<ProjectId>>,
    seen: SeenRows,
}

/// A project with its places counted.
struct CountedProject {
    project: Project,
    conditions: Conditions,
    /// Whether the caller decides on the participants.
    manage: bool,
    /// The taken places, those of earlier rows included.
    taken: i64,
    /// The first day that concerns those admitted now.
    admission_day: NaiveDate,
}

/// What will be written of a batch.
#[derive(Default)]
pub struct Plan {
    new: Vec<Enrollment>,
    /// Nominated again by the organizations where they serve now.
    again: Vec<(EnrollmentId, OrganizationId)>,
    /// New, nominated again, or waiting before, by the day of admission.
    admitted: BTreeMap<NaiveDate, Vec<EnrollmentId>>,
}

/// A row whose project and teacher are resolved.
struct ResolvedRow {
    number: i64,
    project: ProjectId,
    project_name: String,
    teacher: TeacherId,
    teacher_no: String,
    status: Option<EnrollmentStatus>,
}

impl ResolvedRow {
    /// Returns the value of a column.
    fn value(&self, column: &str) -> Option<&str> {
        match column {
            "project" => Some(&self.project_name),
            "teacher_no" => Some(&self.teacher_no),
            _ => self.status.map(WireEnum::label),
        }
    }
}

fn choices() -> Vec<&'static str> {
    [EnrollmentStatus::Nominated, EnrollmentStatus::Admitted].map(WireEnum::label).to_vec()
}

impl Kind for Enrollments {
    type Row = Row;
    type ReadContext = ();
    type Plan = Plan;

    const COLUMNS: &'static [Column] = &[
        PROJECT.required(),
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "学员编号", "全国教师管理信息系统编号"]),
        YEAR,
        optional("status", "状态")
            .or(&["学员状态", "参培状态", "录取状态"])
            .of(choices)
            .hint("选填：不填为已选派；已录取须由教师进修学校或教育局导入"),
        // Further columns of our own lists and of projects' forms.
        ignored("姓名").or(&["教师姓名", "学员姓名", "性别", "职称", "职务", "联系电话", "手机号", "备注"]),
        ignored("身份证件号码").or(&["身份证号", "身份证号码", "身份证件号"]).secret(),
        ignored("单位名称").or(&["学校名称", "所在学校", "工作单位", "单位编号", "学校编号", "单位代码"]),
        ignored("学科").or(&["任教学科", "学段", "任教学段", "骨干", "骨干教师"]),
        ignored("状态说明").or(&["审核时间", "选派时间"]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let project = ProjectName::required(cells);
        let teacher_no = teacher_no(cells);
        let status = cells.optional("status", cells::one_of);
        Some(Row { project: project?, teacher_no: teacher_no?, status })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let rows = self.resolve(context, rows)?;
        let projects = distinct(rows.iter().map(|row| row.project));
        let teachers = distinct(rows.iter().map(|row| row.teacher));
        self.load_projects(context, &projects)?;
        let listed = batch::find_enrolled(context.conn, &projects, &teachers)?;
        let mut candidates = self.candidates(context, &teachers)?;
        let (mut plan, mut counts) = (Plan::default(), Counts::default());
        for row in rows {
            let wanted = row.status.unwrap_or(EnrollmentStatus::Nominated);
            let key = (row.project, row.teacher);
            let differs = |first| {
                let message = format!("与第 {first} 行是同一项目的同一教师，而状态不同");
                context.fault(row.number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
            };
            if self.seen.is_repeated(row.number, (key, wanted), &mut counts, differs) {
                continue;
            }
            let existing = listed.get(&key).copied();
            if existing.is_some_and(|(_, status)| is_unchanged(status, row.status)) {
                counts.unchanged += 1;
                continue;
            }
            let faults = self.faults(context, &row, existing.map(|(_, status)| status), &candidates)?;
            if faults.is_empty() {
                self.add(context, &row, existing, &mut candidates, &mut plan);
                *(if existing.is_some() { &mut counts.updated } else { &mut counts.imported }) += 1;
            }
            for (column, code, message) in faults {
                context.fault(row.number, column, row.value(column), code, message);
            }
        }
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        batch::insert(tx, &plan.new)?;
        nominate_again(tx, &plan.again)?;
        plan.admitted.iter().try_for_each(|(day, ids)| batch::admit(tx, ids, *day))
    }
}

impl Enrollments {
    /// Resolves projects and teachers; rows that name unknown ones are faults.
    fn resolve(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<Vec<ResolvedRow>> {
        self.names.look_up(context.conn, context.user, rows.iter().map(|(_, row)| &row.project))?;
        self.teachers.look_up(
            context.conn,
            &context.user.scope,
            rows.iter().map(|(_, row)| row.teacher_no.as_str()),
        )?;
        let mut resolved = Vec::with_capacity(rows.len());
        for (number, Row { project, teacher_no, status }) in rows {
            let found = self.names.find(&project);
            if let Err((column, code, message)) = &found {
                context.fault(number, column, Some(&project.name), code, message.as_str());
            }
            let teacher = self.teachers.find(&teacher_no);
            if teacher.is_none() {
                context.fault(number, "teacher_no", Some(&teacher_no), "unknown_teacher", UNKNOWN_TEACHER);
            }
            if let (Ok(id), Some(teacher)) = (found, teacher) {
                let project_name = project.name;
                resolved.push(ResolvedRow { number, project: id, project_name, teacher, teacher_no, status });
            }
        }
        Ok(resolved)
    }

    /// Loads the projects that are not loaded yet.
    fn load_projects(&mut self, context: &mut PlanContext<'_>, ids: &[ProjectId]) -> Result<()> {
        let new: Vec<ProjectId> = ids.iter().filter(|id| !self.projects.contains_key(id)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let rows = projects::find_rows(context.conn, &new, context.lock)?;
        let grants = Grants::load(context.conn, context.user, &new)?;
        let mut taken = batch::places_taken(context.conn, &new)?;
        for project in rows {
            let (conditions, manage) = (Conditions::from(&project), grants.of(project.id).manage);
            let taken = taken.remove(&project.id).unwrap_or_default();
            let today = context.now.local_date();
            let admission_day = batch::admission_day(context.conn, project.id, project.starts_on, today)?;
            self.projects.insert(project.id, CountedProject { project, conditions, manage, taken, admission_day });
        }
        Ok(())
    }

    /// Loads the teachers of a batch, selected also for the projects to which earlier rows admit them.
    fn candidates(&self, context: &mut PlanContext<'_>, teachers: &[TeacherId]) -> Result<Candidates> {
        let mut candidates = Candidates::load(context.conn, teachers, context.lock, context.now.local_date())?;
        for id in teachers {
            let projects = self.admitted.get(id).into_iter().flatten().filter_map(|id| self.projects.get(id));
            projects.for_each(|counted| candidates.add_selection(*id, Selection::from(&counted.project)));
        }
        Ok(candidates)
    }

    /// Returns the faults of a row.
    fn faults(
        &self,
        context: &PlanContext<'_>,
        row: &ResolvedRow,
        existing: Option<EnrollmentStatus>,
        candidates: &Candidates,
    ) -> Result<Vec<FieldFault>> {
        use EnrollmentStatus as S;
        let Some(counted) = self.projects.get(&row.project) else { return Err(ApiError::not_found()) };
        let admits = row.status == Some(S::Admitted);
        if !matches!(row.status, None | Some(S::Nominated | S::Admitted)) {
            let message = "只能导入已选派或已录取的学员；其他状态请在平台中办理".to_owned();
            return Ok(vec![("status", "bad_status", message)]);
        }
        if let Some((code, message)) = refusal(rules::check_open(counted.project.status))? {
            return Ok(vec![("project", code, message)]);
        }
        let goes_on =
            |from| rules::check_step(from, S::Nominated).is_ok() || rules::check_step(from, S::Admitted).is_ok();
        if let Some(status) = existing.filter(|status| !goes_on(*status)) {
            return Ok(vec![("teacher_no", "already_exists", rules::already_enrolled(status))]);
        }
        if admits && !(counted.manage && context.user.allows(Permission::EnrollmentsReview)) {
            let message = "您无权录取该项目的学员；请将状态留空，选派后由教师进修学校录取".to_owned();
            return Ok(vec![("status", "forbidden", message)]);
        }
        let unmet = candidates.faults(&counted.conditions, row.teacher);
        let mut faults: Vec<_> = unmet.into_iter().map(|(code, message)| ("teacher_no", code, message)).collect();
        if admits && faults.is_empty() {
            let full = refusal(rules::check_capacity(counted.project.capacity, counted.taken, 1))?;
            faults.extend(full.map(|(code, message)| ("project", code, message)));
        }
        Ok(faults)
    }

    /// Adds a row without faults to the plan.
    fn add(
        &mut self,
        context: &PlanContext<'_>,
        row: &ResolvedRow,
        existing: Option<(EnrollmentId, EnrollmentStatus)>,
        candidates: &mut Candidates,
        plan: &mut Plan,
    ) {
        let Some(school) = candidates.organization(row.teacher) else { return };
        let id = match existing {
            Some((id, status)) => {
                if status == EnrollmentStatus::Withdrawn {
                    plan.again.push((id, school));
                }
                id
            }
            None => {
                let new = Enrollment::nominated(row.project, row.teacher, school, context.user.id, context.now);
                let id = new.id;
                plan.new.push(new);
                id
            }
        };
        if row.status != Some(EnrollmentStatus::Admitted) {
            return;
        }
        let day = self.projects.get(&row.project).map_or(context.now.local_date(), |counted| counted.admission_day);
        plan.admitted.entry(day).or_default().push(id);
        self.admitted.entry(row.teacher).or_default().push(row.project);
        if let Some(counted) = self.projects.get_mut(&row.project) {
            counted.taken += 1;
            candidates.add_selection(row.teacher, Selection::from(&counted.project));
        }
    }
}

/// Returns whether a participant already has the status of a row. A nomination is fulfilled by every
/// status that follows from it.
fn is_unchanged(existing: EnrollmentStatus, wanted: Option<EnrollmentStatus>) -> bool {
    use EnrollmentStatus as S;
    match wanted {
        Some(wanted) if wanted == existing => true,
        None | Some(S::Nominated) => {
            matches!(existing, S::Nominated | S::Announced | S::Reviewed | S::Admitted | S::Completed | S::NotCompleted)
        }
        Some(S::Admitted) => matches!(existing, S::Completed | S::NotCompleted),
        Some(_) => false,
    }
}
