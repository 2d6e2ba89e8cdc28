//! Hour records from a file, under the national system's names. A record already there and equal
//! is unchanged; one that differs under the same key is a fault, or supersedes on request.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, TeacherId,
    hour_records::HourRecordStatus,
    imports::OnConflict,
    training::{TrainingLevel, TrainingMode},
};

use super::{
    columns::{self, Cells, Column, Header, optional, required},
    csv_source::Table,
    report::{Counts, Faults},
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{hour_records, organizations, teachers},
    },
    error::Result,
    hour_records::ledger::{self, LedgerEntry},
    scope::{Scope, in_scope},
};

const CHUNK: usize = 5000;

pub const COLUMNS: &[Column] = &[
    required("teacher_no", "教师编号"),
    required("training_year", "培训年度"),
    required("level", "培训类别"),
    required("title", "项目名称"),
    required("institution", "机构名称"),
    required("mode", "培训方式"),
    required("hours", "获得学时"),
    required("starts_on", "开始日期"),
    required("ends_on", "结束日期"),
    optional("external_id", "来源编号"),
];

/// A row that reads well; what it refers to is still to be found.
pub struct Row {
    row: i64,
    teacher_no: String,
    training_year: i32,
    level: TrainingLevel,
    title: String,
    institution: String,
    mode: TrainingMode,
    hours: Hours,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    external_id: Option<String>,
}

pub fn read(table: &Table, header: &Header<'_>, faults: &mut Faults) -> Vec<Row> {
    table.rows.iter().filter_map(|(row, record)| read_row(&mut Cells { row: *row, header, record, faults })).collect()
}

fn read_row(cells: &mut Cells<'_, '_>) -> Option<Row> {
    cells.check_width();
    let teacher_no = cells.required("teacher_no", columns::text(32));
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
        row: cells.row,
        teacher_no: teacher_no?,
        training_year: training_year?,
        level: level?,
        title: title?,
        institution: institution?,
        mode: mode?,
        hours: hours?,
        starts_on: starts_on?,
        ends_on: ends_on?,
        external_id,
    })
}

/// How the rows are to be taken.
pub struct Manner {
    pub source: String,
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// What is to be written once nothing is wrong.
#[derive(Default)]
pub struct Plan {
    entries: Vec<LedgerEntry>,
    superseded: HashMap<HourRecordStatus, Vec<HourRecordId>>,
    pub counts: Counts,
}

/// What a record says: two of the same key that say the same are one.
#[derive(PartialEq)]
struct Content {
    teacher_id: TeacherId,
    training_year: i32,
    dates: (NaiveDate, NaiveDate),
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    title: String,
    institution: String,
}

impl Content {
    fn of(entry: &LedgerEntry) -> Self {
        Self {
            teacher_id: entry.teacher_id,
            training_year: entry.training_year,
            dates: (entry.starts_on, entry.ends_on),
            hours: entry.hours,
            level: entry.level,
            mode: entry.mode,
            title: entry.title.clone(),
            institution: entry.institution.clone(),
        }
    }
}

struct Live {
    id: HourRecordId,
    status: HourRecordStatus,
    content: Content,
}

/// Finds what the rows refer to and what is there already, in sets.
pub fn plan(
    conn: &mut DbConnection,
    scope: &Scope,
    header: &Header<'_>,
    rows: Vec<Row>,
    manner: &Manner,
    faults: &mut Faults,
) -> Result<Plan> {
    let ids = teachers_by_no(conn, scope, rows.iter().map(|row| row.teacher_no.as_str()).collect())?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        match ids.get(&row.teacher_no) {
            Some(id) => entries.push((row.row, entry(row, *id, manner))),
            None => {
                let message = "教师编号不存在或不在您的管理范围内";
                faults.add(row.row, header.title("teacher_no"), Some(&row.teacher_no), "unknown_teacher", message);
            }
        }
    }
    let keys: Vec<&str> = entries.iter().map(|(_, entry)| entry.source_key.as_str()).collect();
    let mut live = live(conn, &manner.source, &keys)?;
    let mut plan = Plan::default();
    let mut in_file: HashMap<String, (i64, Content)> = HashMap::with_capacity(entries.len());
    for (row, entry) in entries {
        let content = Content::of(&entry);
        if let Some((first, other)) = in_file.get(&entry.source_key) {
            if *other == content {
                plan.counts.unchanged += 1;
            } else {
                let message = format!("与第 {first} 行编号相同而内容不同");
                faults.add(row, key_column(header, &entry), entry.external_id.as_deref(), "repeated_row", message);
            }
            continue;
        }
        match live.remove(&entry.source_key) {
            Some(there) if there.content == content => plan.counts.unchanged += 1,
            Some(_) if manner.on_conflict == OnConflict::Reject => {
                let message = "同一来源编号已有不同的记录；如需以本行为准，请选择“作废旧记录后登记”";
                faults.add(row, key_column(header, &entry), entry.external_id.as_deref(), "conflict", message);
            }
            Some(there) => {
                plan.superseded.entry(there.status).or_default().push(there.id);
                plan.counts.updated += 1;
                in_file.insert(entry.source_key.clone(), (row, content));
                plan.entries.push(entry);
                continue;
            }
            None => {
                plan.counts.imported += 1;
                in_file.insert(entry.source_key.clone(), (row, content));
                plan.entries.push(entry);
                continue;
            }
        }
        in_file.insert(entry.source_key, (row, content));
    }
    Ok(plan)
}

fn key_column<'a>(header: &'a Header<'_>, entry: &LedgerEntry) -> Option<&'a str> {
    if entry.external_id.is_some() { header.title("external_id") } else { None }
}

fn entry(row: Row, teacher_id: TeacherId, manner: &Manner) -> LedgerEntry {
    LedgerEntry {
        teacher_id,
        training_year: row.training_year,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        hours: row.hours,
        level: row.level,
        mode: row.mode,
        title: row.title,
        institution: row.institution,
        project_id: None,
        phase_id: None,
        source: manner.source.clone(),
        external_id: row.external_id,
        source_key: String::new(),
        status: manner.status,
    }
    .keyed()
}

/// The teachers of these numbers who serve in the scope.
fn teachers_by_no(
    conn: &mut DbConnection,
    scope: &Scope,
    mut numbers: Vec<&str>,
) -> Result<HashMap<String, TeacherId>> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = HashMap::with_capacity(numbers.len());
    for chunk in numbers.chunks(CHUNK) {
        let rows: Vec<(String, TeacherId)> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::teacher_no.eq_any(chunk))
            .filter(in_scope!(organizations::path, scope))
            .select((teachers::teacher_no, teachers::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The live records of a source under these keys.
fn live(conn: &mut DbConnection, source: &str, keys: &[&str]) -> Result<HashMap<String, Live>> {
    type Says = (TeacherId, i32, NaiveDate, NaiveDate, Hours, TrainingLevel, TrainingMode, String, String);
    let mut found = HashMap::new();
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<(String, HourRecordId, HourRecordStatus, Says)> = hour_records::table
            .filter(hour_records::source.eq(source).and(hour_records::source_key.eq_any(chunk)))
            .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
            .select((
                hour_records::source_key,
                hour_records::id,
                hour_records::status,
                (
                    hour_records::teacher_id,
                    hour_records::training_year,
                    hour_records::starts_on,
                    hour_records::ends_on,
                    hour_records::hours,
                    hour_records::level,
                    hour_records::mode,
                    hour_records::title,
                    hour_records::institution,
                ),
            ))
            .load(conn)?;
        for (key, id, status, says) in rows {
            let (teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution) = says;
            let dates = (starts_on, ends_on);
            let content = Content { teacher_id, training_year, dates, hours, level, mode, title, institution };
            found.insert(key, Live { id, status, content });
        }
    }
    Ok(found)
}

/// Voids (or, where it was pending, rejects) what is superseded, and records.
pub fn write(tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
    for (status, ids) in plan.superseded {
        let to = match status {
            HourRecordStatus::Recognized => HourRecordStatus::Voided,
            _ => HourRecordStatus::Rejected,
        };
        ledger::decide(tx, &ids, to, Some("批量导入以新记录取代"))?;
    }
    ledger::append(tx, plan.entries).map(|_| ())
}
