//! Imports hour records, with the national system's column names. An equal record under the same key is
//! unchanged; one that differs is a fault, or is superseded on request.

use songjiao_types::{
    ErrorCode, HourRecordId, TeacherId, WireEnum,
    hour_records::HourRecordStatus,
    imports::OnConflict,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};
use uuid::Uuid;

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, labels, optional, required},
        report::Counts,
    },
    kind::{Kind, PlanContext},
    references::{Teachers, UNKNOWN_TEACHER, teacher_no},
    seen_rows::SeenRows,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx},
    error::Result,
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
        existing_records,
        ledger::Recorder,
        sources, supersede, visible_ids,
    },
};

/// A row whose cells are valid; its references are still to be resolved.
pub struct Row {
    teacher_no: String,
    training: Training,
    external_id: Option<String>,
}

/// The options of an import of hour records, with defaults applied.
pub struct HourImportSettings {
    pub user: CurrentUser,
    /// The name of the source, `import` by default.
    pub source: String,
    /// The status of new records.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// The import of hour records.
pub struct HourRecords {
    settings: HourImportSettings,
    /// The source, once it has been looked up.
    source: Option<RecordSource>,
    /// The source, once something was recorded under it.
    used: Option<RecordSource>,
    teachers: Teachers,
    seen: SeenRows,
    recorder: Recorder,
}

impl HourRecords {
    pub fn new(settings: HourImportSettings) -> Self {
        Self {
            settings,
            source: None,
            used: None,
            teachers: Teachers::default(),
            seen: SeenRows::default(),
            recorder: Recorder::default(),
        }
    }

    fn source(&mut self, conn: &mut DbConnection) -> Result<RecordSource> {
        if let Some(source) = &self.source {
            return Ok(source.clone());
        }
        let source = sources::writable(conn, &self.settings.user, &self.settings.source, "source")?;
        self.source = Some(source.clone());
        Ok(source)
    }
}

impl Kind for HourRecords {
    type Row = Row;
    type ReadContext = ();
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
        required("hours", "获得学时").or(&["学时", "培训学时"]).hint("大于 0，最多两位小数"),
        required("starts_on", "开始日期").or(&["培训开始日期", "开始时间"]).hint("例如 2026-07-06"),
        required("ends_on", "结束日期").or(&["培训结束日期", "结束时间"]).hint("例如 2026-07-10"),
        optional("dimension", "三修").or(&["三修维度", "三修类别"]).of(labels::<TrainingDimension>),
        optional("external_id", "来源编号").hint("来源平台里的编号；同一来源的同一编号不重复登记"),
        // Further columns of the national system's form and of our own lists.
        ignored("姓名").or(&["教师姓名", "教师"]),
        ignored("身份证件号码").or(&["身份证号", "身份证件号", "证件号码", "身份证件类型", "证件类型"]).secret(),
        ignored("单位编号").or(&["学校编号", "学校标识码", "单位代码"]),
        ignored("单位名称").or(&["学校名称", "所在学校", "工作单位"]),
        ignored("状态").or(&[
            "认定状态",
            "审核状态",
            "等待事项",
            "状态说明",
            "认定时间",
            "登记时间",
            "来源",
            "培训层级",
        ]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let teacher_no = teacher_no(cells);
        let training_year = cells.required("training_year", cells::year);
        let level = cells.required("level", cells::one_of);
        let title = cells.required("title", cells::text(200));
        let institution = cells.required("institution", cells::text(200));
        let mode = cells.required("mode", cells::one_of);
        let hours = cells.required("hours", cells::hours);
        let starts_on = cells.required("starts_on", cells::date);
        let ends_on = cells.required("ends_on", cells::date);
        let dimension = cells.optional("dimension", cells::one_of);
        let external_id = cells.optional("external_id", cells::key(128));
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
                dimension,
                title: title?,
                institution: institution?,
            },
            external_id,
        })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let source = self.source(context.conn)?;
        self.teachers.look_up(
            context.conn,
            &context.user.scope,
            rows.iter().map(|(_, row)| row.teacher_no.as_str()),
        )?;
        let mut entries = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            match self.teachers.find(&row.teacher_no) {
                Some(id) => entries.push((number, entry(row, id, source.clone(), self.settings.status))),
                None => context.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", UNKNOWN_TEACHER),
            }
        }
        let live = {
            let entries: Vec<&LedgerEntry> = entries.iter().map(|(_, entry)| entry).collect();
            existing_records::live_of(context.conn, source.name(), &entries)?
        };
        // A record under the same key may be out of the caller's scope.
        let ids: Vec<_> = match self.settings.on_conflict {
            OnConflict::Supersede => live.ids().collect(),
            OnConflict::Reject => Vec::new(),
        };
        let visible = visible_ids(context.conn, context.user, &ids)?;
        let (mut plan, mut counts) = (Plan::default(), Counts::default());
        let uncovered = {
            let contents: Vec<&Content> = entries.iter().map(|(_, entry)| &entry.content).collect();
            self.recorder.uncovered(context.conn, &contents, context.lock)?
        };
        for (index, (row, entry)) in entries.into_iter().enumerate() {
            let differs = |first| {
                let message = format!("与第 {first} 行编号相同而内容不同");
                key_fault(context, row, &entry, "repeated_row", message);
            };
            if self.seen.is_repeated(row, (&entry.source_key, &entry.content), &mut counts, differs) {
                continue;
            }
            match live.of(&entry) {
                Some(existing) if entry.content.is_stated_by(&existing.content) => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) if self.settings.on_conflict == OnConflict::Reject => {
                    let message = "同一来源编号已有不同的记录；如需以本行为准，请选择“作废旧记录后登记”";
                    key_fault(context, row, &entry, "conflict", message);
                    continue;
                }
                Some(existing) if !visible.contains(&existing.id) => {
                    let message = "同一来源编号的记录不在您的管理范围内";
                    key_fault(context, row, &entry, "conflict", message);
                    continue;
                }
                _ if uncovered.contains(&index) => {
                    let (code, last) = (ErrorCode::NotInService, entry.content.training.ends_on.to_string());
                    context.fault(row, "ends_on", Some(&last), code.as_str(), code.label());
                    continue;
                }
                Some(existing) => {
                    plan.superseded.push((existing.id, existing.status));
                    counts.updated += 1;
                }
                None => counts.imported += 1,
            }
            plan.entries.push((HourRecordId::from_uuid(Uuid::now_v7()), entry));
        }
        Ok((plan, counts))
    }

    /// Voids superseded records (rejects pending ones) and records the new ones.
    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        if self.used.is_none() && !plan.entries.is_empty() {
            self.used = Some(sources::open(tx, &self.settings.user, &self.settings.source, "source")?);
        }
        supersede::end(tx, &plan.superseded, "批量导入以新记录取代")?;
        self.recorder.record(tx, plan.entries).map(|_| ())
    }

    fn finish_some(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        let more = self.recorder.finish_some(tx)?;
        if let (false, Some(source)) = (more, &self.used) {
            sources::record_use(tx, source)?;
        }
        Ok(more)
    }
}

fn key_fault(
    context: &mut PlanContext<'_>,
    row: i64,
    entry: &LedgerEntry,
    code: &'static str,
    message: impl Into<String>,
) {
    match &entry.external_id {
        Some(id) => context.fault(row, "external_id", Some(id), code, message),
        None => context.faults.add(row, None, None, code, message),
    }
}

/// What will be written of a batch.
#[derive(Default)]
pub struct Plan {
    entries: Vec<(HourRecordId, LedgerEntry)>,
    superseded: Vec<(HourRecordId, HourRecordStatus)>,
}

fn entry(row: Row, teacher_id: TeacherId, source: RecordSource, status: HourRecordStatus) -> LedgerEntry {
    let key = RecordKey::of(source, row.external_id);
    LedgerEntry::new(key, Content { teacher_id, training: row.training }, status)
}
