//! Hour records from a file, under the national system's names. A record already there and equal
//! is unchanged; one that differs under the same key is a fault, or supersedes on request.

use songjiao_types::{
    HourRecordId, TeacherId,
    hour_records::HourRecordStatus,
    imports::OnConflict,
    training::{TrainingLevel, TrainingMode},
};
use uuid::Uuid;

use super::{
    super::{
        columns::{self, Cells, Column, labels, optional, passed_over, required},
        report::Counts,
    },
    Kind, Planning,
    references::{Teachers, UNKNOWN_TEACHER, teacher_no},
    told::Told,
};
use crate::{
    db::Tx,
    error::Result,
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, Training},
        existing_records,
        ledger::Recorder,
        supersede, visible_ids,
    },
};

/// A row that reads well; what it refers to is still to be found.
pub struct Row {
    teacher_no: String,
    training: Training,
    external_id: Option<String>,
}

/// How the rows are to be taken.
pub struct Manner {
    pub source: String,
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// Hour records from a file.
pub struct HourRecords {
    manner: Manner,
    teachers: Teachers,
    told: Told,
    recorder: Recorder,
}

impl HourRecords {
    pub fn new(manner: Manner) -> Self {
        Self { manner, teachers: Teachers::default(), told: Told::default(), recorder: Recorder::default() }
    }
}

impl Kind for HourRecords {
    type Row = Row;
    type Reading = ();
    type Plan = Plan;

    const COLUMNS: &'static [Column] = &[
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "全国教师管理信息系统编号"]),
        required("training_year", "培训年度").or(&["年度", "培训年份"]).hint("例如 2026"),
        required("level", "培训类别")
            .or(&["培训层次", "培训级别"])
            .of(labels::<TrainingLevel>)
            .hint("也可填 10、20、30、40、60、99"),
        required("title", "项目名称").or(&["培训项目名称", "培训项目", "培训名称"]).hint("最多 200 个字"),
        required("institution", "机构名称").or(&["培训机构名称", "培训机构"]).hint("最多 200 个字"),
        required("mode", "培训方式").or(&["培训形式"]).of(labels::<TrainingMode>).hint("也可填 1、2、3、4、9"),
        required("hours", "获得学时").or(&["学时", "培训学时"]).hint("大于 0，最多一位小数"),
        required("starts_on", "开始日期").or(&["培训开始日期", "开始时间"]).hint("例如 2026-07-06"),
        required("ends_on", "结束日期").or(&["培训结束日期", "结束时间"]).hint("例如 2026-07-10"),
        optional("external_id", "来源编号").hint("来源平台里的编号；同一来源的同一编号不重复登记"),
        // What the national system's form and our own lists have beside.
        passed_over("姓名").or(&["教师姓名", "教师"]),
        passed_over("身份证件号码").or(&["身份证号", "身份证件号", "证件号码", "身份证件类型", "证件类型"]).secret(),
        passed_over("单位编号").or(&["学校编号", "学校标识码", "单位代码"]),
        passed_over("单位名称").or(&["学校名称", "所在学校", "工作单位"]),
        passed_over("状态").or(&["认定状态", "审核状态", "状态说明", "认定时间", "登记时间", "来源", "培训层级"]),
    ];

    fn reading(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let teacher_no = teacher_no(cells);
        let training_year = cells.required("training_year", columns::year);
        let level = cells.required("level", columns::one_of);
        let title = cells.required("title", columns::text(200));
        let institution = cells.required("institution", columns::text(200));
        let mode = cells.required("mode", columns::one_of);
        let hours = cells.required("hours", columns::hours);
        let starts_on = cells.required("starts_on", columns::date);
        let ends_on = cells.required("ends_on", columns::date);
        let external_id = cells.optional("external_id", columns::text(128));
        if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
            && ends_on < starts_on
        {
            cells.fault("ends_on", "ends_before_start", "结束日期不能早于开始日期");
        }
        Some(Row {
            teacher_no: teacher_no?,
            training: Training {
                training_year: training_year?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                hours: hours?,
                level: level?,
                mode: mode?,
                title: title?,
                institution: institution?,
            },
            external_id,
        })
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        self.teachers.look_up(at.conn, &at.user.scope, rows.iter().map(|(_, row)| row.teacher_no.as_str()))?;
        let mut entries = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            match self.teachers.find(&row.teacher_no) {
                Some(id) => entries.push((number, entry(row, id, &self.manner))),
                None => at.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", UNKNOWN_TEACHER),
            }
        }
        let keys: Vec<&str> = entries.iter().map(|(_, entry)| entry.source_key.as_str()).collect();
        let mut live = existing_records::live(at.conn, &self.manner.source, &keys)?;
        // Under the same key may stand a record that is not the caller's to end.
        let ids: Vec<_> = match self.manner.on_conflict {
            OnConflict::Supersede => live.values().map(|known| known.id).collect(),
            OnConflict::Reject => Vec::new(),
        };
        let visible = visible_ids(at.conn, at.user, &ids)?;
        let (mut plan, mut counts) = (Plan::default(), Counts::default());
        for (row, entry) in entries {
            if let Some((first, same)) = self.told.before(row, &entry.source_key, &entry.content) {
                if same {
                    counts.unchanged += 1;
                } else {
                    let message = format!("与第 {first} 行编号相同而内容不同");
                    key_fault(at, row, &entry, "repeated_row", message);
                }
                continue;
            }
            match live.remove(&entry.source_key) {
                Some(there) if there.content == entry.content => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) if self.manner.on_conflict == OnConflict::Reject => {
                    let message = "同一来源编号已有不同的记录；如需以本行为准，请选择“作废旧记录后登记”";
                    key_fault(at, row, &entry, "conflict", message);
                    continue;
                }
                Some(there) if !visible.contains(&there.id) => {
                    let message = "同一来源编号的记录不在您的管理范围内";
                    key_fault(at, row, &entry, "conflict", message);
                    continue;
                }
                Some(there) => {
                    plan.superseded.push((there.id, there.status));
                    counts.updated += 1;
                }
                None => counts.imported += 1,
            }
            plan.entries.push((HourRecordId::from_uuid(Uuid::now_v7()), entry));
        }
        Ok((plan, counts))
    }

    /// Voids (or, where it was pending, rejects) what is superseded, and records.
    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        supersede::end(tx, &plan.superseded, "批量导入以新记录取代")?;
        self.recorder.record(tx, plan.entries).map(|_| ())
    }

    fn finish_some(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        self.recorder.finish_some(tx)
    }
}

fn key_fault(at: &mut Planning<'_>, row: i64, entry: &LedgerEntry, code: &'static str, message: impl Into<String>) {
    match &entry.external_id {
        Some(id) => at.fault(row, "external_id", Some(id), code, message),
        None => at.faults.add(row, None, None, code, message),
    }
}

/// What is to be written of a batch.
#[derive(Default)]
pub struct Plan {
    entries: Vec<(HourRecordId, LedgerEntry)>,
    superseded: Vec<(HourRecordId, HourRecordStatus)>,
}

fn entry(row: Row, teacher_id: TeacherId, manner: &Manner) -> LedgerEntry {
    let key = RecordKey::of(manner.source.clone(), row.external_id);
    LedgerEntry::new(key, Content { teacher_id, training: row.training }, manner.status)
}
