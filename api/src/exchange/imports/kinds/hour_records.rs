//! Imports hour records, with the national system's column names. An equal record under the same key is
//! unchanged; one that differs is a fault, or is superseded on request.

use std::collections::BTreeMap;

use songjiao_types::{
    ErrorCode, HourRecordId, ImportId, TeacherId, WireEnum,
    hour_records::{
        HoldSet, HourRecordHold, HourRecordStatus, IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE, source_label,
    },
    imports::{HeldRows, OnConflict},
    normal,
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
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
        existing_records,
        ledger::{Outcome, Recorder},
        plausibility::Refusal,
        reasons::SUPERSEDED_BY_FILE,
        sources,
        stated_elsewhere::StatedElsewhere,
        supersede, visible_ids,
    },
};

/// A row whose cells are valid; its references are still to be resolved.
pub enum Row {
    /// It says that its record has ended.
    PassedOver,
    /// It states a training.
    Stated(Box<Stated>),
}

/// What a row states.
pub struct Stated {
    teacher_no: String,
    training: Training,
    external_id: Option<String>,
    /// The name of the source.
    source: Option<String>,
}

/// The options of an import of hour records, with defaults applied.
pub struct HourImportSettings {
    pub user: CurrentUser,
    /// The name of the source, `import` by default.
    pub source: String,
    /// The status of new records.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
    /// Whether the caller names the source: another one that a row states is kept as its origin.
    pub names_source: bool,
    /// Why implausible hours of years that are over are accepted.
    pub accept_flags: Option<String>,
    pub import_id: ImportId,
    pub now: UtcTime,
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
    held: BTreeMap<HourRecordHold, i64>,
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
            held: BTreeMap::new(),
        }
    }

    fn count(&mut self, holds: HoldSet) {
        if let Some(hold) = holds.first() {
            *self.held.entry(hold).or_default() += 1;
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
        optional("source", "来源").hint("本平台导出的来源；再次导入时相同的记录不重复登记"),
        optional("status", "状态").or(&["认定状态", "审核状态"]).hint("已作废、已驳回、已撤回、已退回的行略过"),
        // Further columns of the national system's form and of our own lists.
        ignored("姓名").or(&["教师姓名", "教师"]),
        ignored("身份证件号码").or(&["身份证号", "身份证件号", "证件号码", "身份证件类型", "证件类型"]).secret(),
        ignored("单位编号").or(&["学校编号", "学校标识码", "单位代码"]),
        ignored("单位名称").or(&["学校名称", "所在学校", "工作单位"]),
        ignored("等待事项").or(&["全部等待事项", "异常情况", "原来源", "状态说明", "认定时间", "登记时间", "培训层级"]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        // Other systems have statuses of their own, which say nothing here.
        let status = cells.optional("status", |cell| Ok(HourRecordStatus::parse(&normal::code(cell))));
        if status.flatten().is_some_and(|status| !status.is_live()) {
            return Some(Row::PassedOver);
        }
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
        let source = cells.optional("source", cells::key(64)).map(source_named);
        if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
            && ends_on < starts_on
        {
            cells.fault("ends_on", "ends_before_start", "结束日期不能早于开始日期");
            return None;
        }
        Some(Row::Stated(Box::new(Stated {
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
            source,
        })))
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let source = self.source(context.conn)?;
        let (mut plan, mut counts) = (Plan::default(), Counts::default());
        let mut stated = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            match row {
                Row::PassedOver => counts.passed_over += 1,
                Row::Stated(row) => stated.push((number, *row)),
            }
        }
        self.teachers.look_up(
            context.conn,
            &context.user.scope,
            stated.iter().map(|(_, row)| row.teacher_no.as_str()),
        )?;
        let mut entries = Vec::with_capacity(stated.len());
        for (number, row) in stated {
            match self.teachers.find(&row.teacher_no) {
                Some(id) => entries.push((number, entry(row, id, source.clone(), &self.settings))),
                None => context.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", UNKNOWN_TEACHER),
            }
        }
        let elsewhere = StatedElsewhere::load(
            context.conn,
            entries.iter().filter_map(|(_, entry)| Some((entry.origin.as_deref()?, &entry.content))),
        )?;
        let (live, ended) = {
            let entries: Vec<&LedgerEntry> = entries.iter().map(|(_, entry)| entry).collect();
            let live = existing_records::live_of(context.conn, source.name(), &entries)?;
            (live, existing_records::ended_of(context.conn, source.name(), &entries)?)
        };
        entries.retain(|(number, entry)| {
            let Some(origin) = &entry.origin else { return true };
            let under_own = live.of(entry).is_some_and(|record| entry.content.is_stated_by(&record.content));
            let repeats = under_own || elsewhere.has(origin, entry.external_id.as_deref(), &entry.content);
            if repeats {
                counts.unchanged += 1;
            } else if !self.settings.names_source {
                let message = ErrorCode::ForeignSource.label();
                context.fault(*number, "source", Some(origin), ErrorCode::ForeignSource.as_str(), message);
            }
            !repeats && self.settings.names_source
        });
        // A record under the same key may be out of the caller's scope.
        let ids: Vec<_> = match self.settings.on_conflict {
            OnConflict::Supersede => live.ids().collect(),
            OnConflict::Reject => Vec::new(),
        };
        let visible = visible_ids(context.conn, context.user, &ids)?;
        let refused = {
            let contents: Vec<&Content> = entries.iter().map(|(_, entry)| &entry.content).collect();
            self.recorder.refused(context.conn, &contents, context.now.local_date(), context.lock)?
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
                None if ended.of(&entry).is_some_and(|ended| ended.is_decided_on(&entry.content)) => {
                    counts.decided += 1;
                    continue;
                }
                _ if refused.contains_key(&index) => {
                    let Some(refusal) = refused.get(&index) else { continue };
                    let Training { training_year, hours, ends_on, .. } = &entry.content.training;
                    let value = match refusal {
                        Refusal::NotInService => ends_on.to_string(),
                        Refusal::ImplausibleHours => hours.to_string(),
                        Refusal::YearOutOfRange => training_year.to_string(),
                    };
                    context.fault(row, refusal.field(), Some(&value), refusal.code(), refusal.message());
                    continue;
                }
                Some(existing) => {
                    plan.superseded.push((existing.id, existing.status));
                    plan.left_out.push(existing.content.clone());
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
        supersede::end(tx, &plan.superseded, SUPERSEDED_BY_FILE)?;
        let ended: Vec<_> = plan.superseded.iter().map(|(id, _)| *id).collect();
        self.recorder.forget(&ended);
        plan.left_out.iter().for_each(|content| self.recorder.leave_out(content));
        for outcome in self.recorder.record(tx, plan.entries)? {
            if let Outcome::Recorded { holds, .. } = outcome {
                self.count(holds);
            }
        }
        Ok(())
    }

    fn check(&mut self, conn: &mut DbConnection, plan: Plan) -> Result<()> {
        let HourImportSettings { user, now, .. } = &self.settings;
        let by = (user.id, *now);
        for holds in self.recorder.preview(conn, &plan.entries, &plan.left_out, by)? {
            self.count(holds.unwrap_or_default());
        }
        Ok(())
    }

    fn held(&self) -> Vec<HeldRows> {
        self.held.iter().map(|(hold, rows)| HeldRows { hold: *hold, rows: *rows }).collect()
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
    /// What the superseded records state.
    left_out: Vec<Content>,
}

fn entry(row: Stated, teacher_id: TeacherId, source: RecordSource, settings: &HourImportSettings) -> LedgerEntry {
    let origin = row.source.filter(|stated| !stated.eq_ignore_ascii_case(source.name()));
    let key = RecordKey::of(source, row.external_id);
    let content = Content { teacher_id, training: row.training };
    LedgerEntry {
        origin,
        import_id: Some(settings.import_id),
        accept_flags: settings.accept_flags.clone(),
        ..LedgerEntry::new(key, content, settings.status)
    }
}

/// Returns the name of a source that is written as its label or its name.
fn source_named(text: String) -> String {
    let reserved = [MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE].into_iter();
    reserved.into_iter().find(|name| source_label(name) == Some(&text)).map_or(text, str::to_owned)
}
