//! Imports teachers. An existing teacher who differs is updated; empty cells leave what is there. Service goes through the
//! statements about it: with 任职日期 the row's organization holds from that day on; without it, another organization than
//! the present one is a transfer as of today, which the caller has to accept.

mod existing;
mod merge;
mod row;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use songjiao_types::{
    ErrorCode, TeacherId, WireEnum,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};

use self::{
    existing::Existing,
    merge::{check_id_number, merged, roster_row},
    row::Row,
};
use super::{
    super::{
        cells::Cells,
        columns::{Column, ignored, labels, optional, required, yes_or_no},
        report::Counts,
    },
    kind::{Kind, PlanContext},
};
use crate::{
    db::{Tx, folded, types::UtcTime},
    error::Result,
    hours::hour_records::service::Consequences,
    people::{
        appointments::{
            changes::{Author, Pending},
            roster::{self, Merged},
        },
        teachers::{
            batch::{self, TeacherRow},
            identity::IdNumbers,
        },
    },
};

/// The import of teachers.
pub struct Teachers {
    keys: Arc<IdNumbers>,
    accept_transfers: bool,
    /// The earlier rows by teacher number in small letters and by the HMAC of the ID number.
    numbers: HashMap<String, i64>,
    id_numbers: HashMap<String, i64>,
}

impl Teachers {
    pub fn new(keys: Arc<IdNumbers>, accept_transfers: bool) -> Self {
        Self { keys, accept_transfers, numbers: HashMap::new(), id_numbers: HashMap::new() }
    }

    /// Returns whether a row is the first one of its teacher; a repeated one is a fault.
    fn is_first(&mut self, context: &mut PlanContext<'_>, row: &Row) -> bool {
        let teacher_no = folded(&row.teacher_no);
        if let Some(first) = self.numbers.get(&*teacher_no) {
            let message = format!("与第 {first} 行编号相同");
            context.fault(row.number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
            return false;
        }
        self.numbers.insert(teacher_no.into_owned(), row.number);
        let Some(number) = &row.id_number else { return true };
        if let Some(first) = self.id_numbers.get(&number.hmac) {
            // The report does not repeat the number.
            context.fault(row.number, "id_number", None, "repeated_row", format!("与第 {first} 行身份证号相同"));
            return false;
        }
        self.id_numbers.insert(number.hmac.clone(), row.number);
        true
    }
}

/// What will be written of a batch.
pub struct Plan {
    teachers: Vec<TeacherRow>,
    pending: Pending,
    counts: Counts,
}

impl Plan {
    /// Adds a teacher, unless nothing changes.
    fn add(&mut self, before: Option<&TeacherRow>, after: TeacherRow, service_changes: bool, now: UtcTime) {
        match before {
            None => self.counts.imported += 1,
            Some(before) if *before == after && !service_changes => {
                self.counts.unchanged += 1;
                return;
            }
            // A dry run whose counts differed by the ID number alone would confirm a guess.
            Some(before) if before.differs_in_id_number_only(&after) && !service_changes => {
                self.counts.unchanged += 1;
            }
            Some(_) => self.counts.updated += 1,
        }
        let version = before.map_or(1, |before| before.version + 1);
        self.teachers.push(TeacherRow { version, updated_at: now, ..after });
    }
}

impl Kind for Teachers {
    type Row = Row;
    type ReadContext = Arc<IdNumbers>;
    type Plan = Plan;

    const COLUMNS: &'static [Column] = &[
        required("teacher_no", "教师编号")
            .or(&["工号", "教师工号"])
            .hint("字母、数字和 - _ . ，最多 32 个字符；已有的编号按文件更新"),
        required("name", "姓名").or(&["教师姓名"]),
        required("organization_code", "单位编号")
            .or(&["学校编号", "单位代码"])
            .hint("与现任职单位不同时，须填写任职日期，或选择接受今日调动"),
        required("subject", "学科").or(&["任教学科"]),
        required("stage", "学段").or(&["任教学段"]).of(labels::<Stage>),
        required("joined_on", "入职日期").or(&["参加工作日期"]).hint("例如 2009-08-20"),
        optional("gender", "性别").of(labels::<Gender>),
        optional("title", "职称"),
        optional("backbone", "骨干").or(&["骨干教师"]).of(yes_or_no),
        optional("id_number", "身份证号")
            .or(&["身份证件号", "身份证件号码", "身份证号码"])
            .secret()
            .hint("设为文本格式；加密保存"),
        optional("appointed_on", "任职日期")
            .or(&["到任日期", "任现职日期"])
            .hint("到本单位任职的日期，可以是过去或将来"),
        optional("left_on", "离任日期").hint("退休或离职时填写"),
        optional("status", "状态").or(&["在职状态"]).of(labels::<TeacherStatus>),
        ignored("单位名称").or(&["学校名称", "单位"]),
        ignored("身份证号（掩码）").secret(),
    ];

    fn read_context(&self) -> Arc<IdNumbers> {
        Arc::clone(&self.keys)
    }

    fn read(keys: &Arc<IdNumbers>, cells: &mut Cells<'_>) -> Option<Row> {
        Row::read(cells, keys)
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).filter(|row| self.is_first(context, row)).collect();
        let existing = Existing::load(context.conn, context.user, &rows, context.lock)?;
        let author = Author::of(context.user, context.now);
        let mut plan = Plan { teachers: Vec::new(), pending: Pending::default(), counts: Counts::default() };
        let mut numbers: BTreeMap<TeacherId, i64> = BTreeMap::new();
        for row in rows {
            let number = row.number;
            let Some((organization, true)) = existing.organizations.get(&row.organization_code).copied() else {
                let (code, message) = (Some(row.organization_code.as_str()), "单位编号不存在或不在您的管理范围内");
                context.fault(number, "organization_code", code, "unknown_organization", message);
                continue;
            };
            let before = existing.teachers.get(&row.teacher_no);
            if before.is_some_and(|before| !existing.visible.contains(&before.organization_id)) {
                let message = "该编号的教师不在您的管理范围内";
                context.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", message);
                continue;
            }
            let after = merged(&row, before, organization, context.now);
            let statements = before.and_then(|before| existing.statements.get(&before.id));
            let statements = statements.map_or(&[][..], Vec::as_slice);
            let stated = roster_row(&row, &after, organization);
            let Merged { changes, transferred } = match check_dates(&row)
                .and_then(|()| check_id_number(&row, &after, context.now))
                .and_then(|()| roster::merge(statements, &author, &stated, self.accept_transfers))
            {
                Ok(merged) => merged,
                Err((name, code, message)) => {
                    context.column_fault(number, name, code, message);
                    continue;
                }
            };
            let id = after.id;
            let service_changes = !changes.is_empty();
            if service_changes {
                plan.pending.add_teacher(id, statements, changes, &author);
                numbers.insert(id, number);
            }
            let service = if service_changes { plan.pending.rows(id) } else { statements };
            let after = after.with_service(service, context.now.local_date());
            plan.counts.transferred += usize::from(transferred);
            plan.add(before, after, service_changes, context.now);
        }
        report_uncovered(context, &plan.pending, &numbers)?;
        let counts = plan.counts;
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        batch::upsert(tx, &plan.teachers)?;
        plan.pending.write_statements(tx)?;
        plan.pending.follow(tx, None)
    }
}

/// Checks the dates of a row against each other and the status.
///
/// # Errors
/// The fault.
fn check_dates(row: &Row) -> Result<(), roster::Fault> {
    match row.left_on {
        Some(left) if left < row.joined_on => Err(("left_on", "ends_before_start", "离任日期不能早于入职日期".into())),
        _ => Ok(()),
    }
}

/// Reports the rows that would leave hour records without service: a file voids none.
fn report_uncovered(
    context: &mut PlanContext<'_>,
    pending: &Pending,
    numbers: &BTreeMap<TeacherId, i64>,
) -> Result<()> {
    let found = Consequences::of(context.conn, &pending.service_changes())?;
    let mut records: BTreeMap<TeacherId, usize> = BTreeMap::new();
    for record in found.uncovered {
        *records.entry(record.teacher_id).or_default() += 1;
    }
    let closed: BTreeSet<TeacherId> = found.frozen.iter().map(|record| record.teacher_id).collect();
    for number in closed.iter().filter_map(|teacher| numbers.get(teacher)) {
        let message = "有已结账年度的学时记录将不在任职期间，须先由教育局重新打开该年度".to_owned();
        context.column_fault(*number, "left_on", ErrorCode::YearClosed.as_str(), message);
    }
    for (teacher, records) in records {
        if let Some(number) = numbers.get(&teacher) {
            let message = format!("有 {records} 条学时记录将不在任职期间，请在该教师的页面更正任职并作废这些记录");
            context.column_fault(*number, "left_on", ErrorCode::RecordsWithoutService.as_str(), message);
        }
    }
    Ok(())
}
