use std::sync::Arc;

use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    ImportId, Page, UserId,
    imports::{ImportKind, ImportReport, ImportStatus},
};
use uuid::Uuid;

use super::{
    columns::{Column, Header},
    csv_source::{self, Table},
    hour_records::{self, Manner},
    organizations,
    report::{Counts, Faults},
    teachers,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{imports, organizations as places},
        types::UtcTime,
    },
    error::{ApiError, Result},
    list::PageRequest,
    scope::{Scope, in_scope},
    teachers::identity::IdNumbers,
};

/// What a kind has beyond its file.
pub enum Job {
    Organizations,
    Teachers(Arc<IdNumbers>),
    HourRecords(Manner),
}

impl Job {
    pub fn kind(&self) -> ImportKind {
        match self {
            Self::Organizations => ImportKind::Organizations,
            Self::Teachers(_) => ImportKind::Teachers,
            Self::HourRecords(_) => ImportKind::HourRecords,
        }
    }

    fn source(&self) -> Option<&str> {
        match self {
            Self::HourRecords(manner) => Some(&manner.source),
            _ => None,
        }
    }
}

/// The columns of a kind.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Organizations => organizations::COLUMNS,
        ImportKind::Teachers => teachers::COLUMNS,
        ImportKind::HourRecords => hour_records::COLUMNS,
    }
}

/// Rows that read well, of one kind.
enum Rows {
    None,
    Organizations(Vec<organizations::Row>),
    Teachers(Vec<teachers::Row>),
    HourRecords(Vec<hour_records::Row>),
}

/// What is to be written once nothing is wrong.
enum Plan {
    Nothing,
    Organizations(organizations::Plan),
    Teachers(teachers::Plan),
    HourRecords(hour_records::Plan),
}

impl Plan {
    fn counts(&self) -> Counts {
        match self {
            Self::Nothing => Counts::default(),
            Self::Organizations(plan) => plan.counts,
            Self::Teachers(plan) => plan.counts,
            Self::HourRecords(plan) => plan.counts,
        }
    }

    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        match self {
            Self::Nothing => Ok(()),
            Self::Organizations(plan) => organizations::write(tx, &plan),
            Self::Teachers(plan) => teachers::write(tx, &plan),
            Self::HourRecords(plan) => hour_records::write(tx, plan),
        }
    }
}

/// A file that was read, before anything is asked of the database.
pub struct File {
    job: Job,
    table: Option<Table>,
    encoding: &'static str,
    rows: Rows,
    faults: Faults,
}

/// Reads a file; what is wrong with it is for the report.
pub fn read(bytes: &[u8], job: Job) -> File {
    let mut faults = Faults::default();
    let table = match csv_source::read(bytes) {
        Ok(table) => table,
        Err(unreadable) => {
            faults.add(1, None, None, unreadable.code, unreadable.message);
            return File { job, table: None, encoding: unreadable.encoding, rows: Rows::None, faults };
        }
    };
    let header = Header::read(&table, columns(job.kind()), &mut faults);
    let rows = if faults.is_empty() {
        match &job {
            Job::Organizations => Rows::Organizations(organizations::read(&table, &header, &mut faults)),
            Job::Teachers(keys) => Rows::Teachers(teachers::read(&table, &header, keys, &mut faults)),
            Job::HourRecords(_) => Rows::HourRecords(hour_records::read(&table, &header, &mut faults)),
        }
    } else {
        Rows::None
    };
    File { job, encoding: table.encoding, table: Some(table), rows, faults }
}

/// Carries an import out, or says why not; writes all rows or none, and the report in any case.
pub fn carry_out(tx: &mut Tx<'_>, user: &CurrentUser, file: File, dry_run: bool) -> Result<ImportReport> {
    let File { job, table, encoding, rows, mut faults } = file;
    let plan = match &table {
        Some(table) => {
            // Read once more, since its faults are known.
            let header = Header::read(table, columns(job.kind()), &mut Faults::default());
            make_plan(tx, user, &job, &header, rows, &mut faults)?
        }
        None => Plan::Nothing,
    };
    let status = match (faults.is_empty(), dry_run) {
        (false, _) => ImportStatus::Rejected,
        (true, true) => ImportStatus::Checked,
        (true, false) => ImportStatus::Imported,
    };
    let counts = if status == ImportStatus::Rejected { Counts::default() } else { plan.counts() };
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    let report = ImportReport {
        id: ImportId::from_uuid(Uuid::now_v7()),
        kind: job.kind(),
        status,
        encoding: encoding.to_owned(),
        source: job.source().map(str::to_owned),
        dry_run,
        rows_total: count(table.as_ref().map_or(0, |table| table.rows.len())),
        rows_imported: count(counts.imported),
        rows_updated: count(counts.updated),
        rows_unchanged: count(counts.unchanged),
        rows_failed: count(faults.rows()),
        errors: faults.into_list(),
        created_by: tx.user_id()?,
        created_at: tx.now.into(),
    };
    if status == ImportStatus::Imported {
        plan.write(tx)?;
    }
    keep(tx, user, &report)?;
    Ok(report)
}

fn make_plan(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    job: &Job,
    header: &Header<'_>,
    rows: Rows,
    faults: &mut Faults,
) -> Result<Plan> {
    let now = tx.now;
    Ok(match (rows, job) {
        (Rows::Organizations(rows), _) => {
            Plan::Organizations(organizations::plan(tx.conn, user, now, header, rows, faults)?)
        }
        (Rows::Teachers(rows), _) => Plan::Teachers(teachers::plan(tx.conn, user, now, header, rows, faults)?),
        (Rows::HourRecords(rows), Job::HourRecords(manner)) => {
            Plan::HourRecords(hour_records::plan(tx.conn, &user.scope, header, rows, manner, faults)?)
        }
        _ => Plan::Nothing,
    })
}

/// Keeps the report, and one entry in the audit log for the whole file.
fn keep(tx: &mut Tx<'_>, user: &CurrentUser, report: &ImportReport) -> Result<()> {
    let rows = |rows: i64| i32::try_from(rows).unwrap_or(i32::MAX);
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(report.id),
            imports::kind.eq(report.kind),
            imports::status.eq(report.status),
            imports::encoding.eq(&report.encoding),
            imports::source.eq(report.source.as_deref()),
            imports::dry_run.eq(report.dry_run),
            imports::rows_total.eq(rows(report.rows_total)),
            imports::rows_imported.eq(rows(report.rows_imported)),
            imports::rows_updated.eq(rows(report.rows_updated)),
            imports::rows_unchanged.eq(rows(report.rows_unchanged)),
            imports::rows_failed.eq(rows(report.rows_failed)),
            imports::errors.eq(serde_json::to_string(&report.errors).map_err(ApiError::internal)?),
            imports::organization_id.eq(user.organization_id),
            imports::created_by.eq(report.created_by),
            imports::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let summary = ImportReport { errors: Vec::new(), ..report.clone() };
    tx.note("import", "import", report.id, None::<&()>, Some(&summary))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct ImportRow {
    id: ImportId,
    kind: ImportKind,
    status: ImportStatus,
    encoding: String,
    source: Option<String>,
    dry_run: bool,
    rows_total: i32,
    rows_imported: i32,
    rows_updated: i32,
    rows_unchanged: i32,
    rows_failed: i32,
    created_by: UserId,
    created_at: UtcTime,
}

impl From<ImportRow> for ImportReport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            status: row.status,
            encoding: row.encoding,
            source: row.source,
            dry_run: row.dry_run,
            rows_total: row.rows_total.into(),
            rows_imported: row.rows_imported.into(),
            rows_updated: row.rows_updated.into(),
            rows_unchanged: row.rows_unchanged.into(),
            rows_failed: row.rows_failed.into(),
            errors: Vec::new(),
            created_by: row.created_by,
            created_at: row.created_at.into(),
        }
    }
}

/// The imports of the organizations in scope, the latest first, without their faults.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    kind: Option<ImportKind>,
    page: &PageRequest,
) -> Result<Page<ImportReport>> {
    let filtered = || {
        let here = places::table.filter(in_scope!(places::path, scope)).select(places::id);
        let rows = imports::table.filter(imports::organization_id.eq_any(here)).into_boxed();
        match kind {
            Some(kind) => rows.filter(imports::kind.eq(kind)),
            None => rows,
        }
    };
    let mut rows = filtered().order(imports::id.desc());
    if let Some(id) = page.after::<ImportId>("-created")? {
        rows = rows.filter(imports::id.lt(id));
    }
    let rows: Vec<ImportRow> = rows.limit(page.fetch()).select(ImportRow::as_select()).load(conn)?;
    let total = match page.with_total {
        true => Some(filtered().select(count_star()).first(conn)?),
        false => None,
    };
    page.page("-created", rows.into_iter().map(ImportReport::from).collect(), |report| report.id, total)
}

pub fn find(conn: &mut DbConnection, scope: &Scope, id: ImportId) -> Result<ImportReport> {
    let here = places::table.filter(in_scope!(places::path, scope)).select(places::id);
    let (row, errors): (ImportRow, String) = imports::table
        .find(id)
        .filter(imports::organization_id.eq_any(here))
        .select((ImportRow::as_select(), imports::errors))
        .first(conn)?;
    let errors = serde_json::from_str(&errors).map_err(ApiError::internal)?;
    Ok(ImportReport { errors, ..row.into() })
}
