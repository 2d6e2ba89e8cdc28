use super::{
    import_job::{ImportJob, Options},
    pipeline::Outcome,
    preview::Preview,
};
use crate::{
    auth::{CurrentUser, find_job_owner, keys},
    db::{
        Database, DbConnection, MultiBackend, Tx, on_connection,
        schema::{import_failed_rows, imports, team_members, teams, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::hour_records::take_back,
    http::listing::PageRequest,
    visibility::{by_assignment_only, organization_ids_in},
};
use chrono::TimeDelta;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ImportId, Page, UserId,
    hour_records::TakenBackImport,
    imports::{ImportKind, ImportReport, ImportStatus},
};

type Visible = IntoBoxed<'static, imports::table, MultiBackend>;

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_default_value = false, treat_none_as_null = true)]
struct ImportRow {
    id: ImportId,
    kind: ImportKind,
    status: ImportStatus,
    file_name: Option<String>,
    format: String,
    encoding: String,
    source: Option<String>,
    dry_run: bool,
    rows_total: i32,
    rows_imported: i32,
    rows_updated: i32,
    rows_unchanged: i32,
    rows_failed: i32,
    errors_total: i32,
    unknown_columns: String,
    message: Option<String>,
    created_by: UserId,
    created_at: UtcTime,
    finished_at: Option<UtcTime>,
    rows_transferred: i32,
    rows_passed_over: i32,
    rows_decided: i32,
    held: String,
    taken_back_at: Option<UtcTime>,
    taken_back_by: Option<UserId>,
    take_back_reason: Option<String>,
}

impl From<ImportRow> for ImportReport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            status: row.status,
            file_name: row.file_name,
            format: row.format,
            encoding: row.encoding,
            source: row.source,
            dry_run: row.dry_run,
            rows_total: row.rows_total.into(),
            rows_imported: row.rows_imported.into(),
            rows_updated: row.rows_updated.into(),
            rows_transferred: row.rows_transferred.into(),
            rows_unchanged: row.rows_unchanged.into(),
            rows_decided: row.rows_decided.into(),
            rows_passed_over: row.rows_passed_over.into(),
            held: serde_json::from_str(&row.held).unwrap_or_default(),
            rows_failed: row.rows_failed.into(),
            errors_total: row.errors_total.into(),
            unknown_columns: serde_json::from_str(&row.unknown_columns).unwrap_or_default(),
            taken_back_at: row.taken_back_at.map(Into::into),
            taken_back_by: row.taken_back_by,
            take_back_reason: row.take_back_reason,
            errors: Vec::new(),
            preview: None,
            progress: None,
            message: row.message,
            created_by: row.created_by,
            created_at: row.created_at.into(),
            finished_at: row.finished_at.map(Into::into),
        }
    }
}

/// Returns the row of a queued import.
fn new_row(tx: &Tx<'_>, job: &ImportJob) -> Result<ImportRow> {
    Ok(ImportRow {
        id: job.id,
        kind: job.kind,
        status: ImportStatus::Queued,
        file_name: job.file_name.clone(),
        format: String::new(),
        encoding: String::new(),
        source: job.options.source.clone(),
        dry_run: job.options.dry_run,
        rows_total: 0,
        rows_imported: 0,
        rows_updated: 0,
        rows_unchanged: 0,
        rows_failed: 0,
        errors_total: 0,
        unknown_columns: "[]".to_owned(),
        message: None,
        created_by: tx.user_id()?,
        created_at: tx.now,
        finished_at: None,
        rows_transferred: 0,
        rows_passed_over: 0,
        rows_decided: 0,
        held: "[]".to_owned(),
        taken_back_at: None,
        taken_back_by: None,
        take_back_reason: None,
    })
}

/// The parts of a report that are stored as JSON.
struct Details {
    errors: String,
    preview: Option<String>,
}

fn insert(tx: &mut Tx<'_>, job: &ImportJob, row: &ImportRow, details: &Details) -> Result<()> {
    let options = serde_json::to_string(&job.options).map_err(ApiError::internal)?;
    let rest = (
        imports::errors.eq(&details.errors),
        imports::preview.eq(details.preview.as_ref()),
        imports::options.eq(options),
        imports::organization_id.eq(job.user.organization_id),
    );
    on_connection!(tx.conn, connection => {
        diesel::insert_into(imports::table).values((row, rest)).execute(connection)?
    });
    Ok(())
}

/// Stores a queued import.
///
/// # Errors
/// 401 without a user.
pub fn enqueue(tx: &mut Tx<'_>, job: &ImportJob) -> Result<ImportReport> {
    let row = new_row(tx, job)?;
    insert(tx, job, &row, &Details { errors: "[]".to_owned(), preview: None })?;
    Ok(row.into())
}

/// Stores the result of an import: its report, its failed rows, and one audit entry for the whole file.
///
/// # Errors
/// 409 if a queued import has ended meanwhile; the caller's transaction is rolled back then.
pub fn finish(tx: &mut Tx<'_>, job: &ImportJob, outcome: Outcome, queued: bool) -> Result<ImportReport> {
    let good = outcome.is_good();
    let Outcome { opened, unknown_columns, rows, counts, held, mut tally, preview, cancelled, .. } = outcome;
    let status = match (cancelled, good, job.options.dry_run) {
        (true, ..) => ImportStatus::Cancelled,
        (false, false, _) => ImportStatus::Rejected,
        (false, true, true) => ImportStatus::Checked,
        (false, true, false) => ImportStatus::Imported,
    };
    let count = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
    let row = ImportRow {
        status,
        format: opened.as_ref().map_or("unknown", |opened| opened.format.as_str()).to_owned(),
        encoding: opened.as_ref().map_or("unknown", |opened| opened.encoding).to_owned(),
        rows_total: count(rows),
        rows_imported: count(counts.imported),
        rows_updated: count(counts.updated),
        rows_transferred: count(counts.transferred),
        rows_unchanged: count(counts.unchanged),
        rows_decided: count(counts.decided),
        rows_passed_over: count(counts.passed_over),
        held: serde_json::to_string(&held).map_err(ApiError::internal)?,
        rows_failed: count(tally.rows),
        errors_total: count(tally.faults),
        unknown_columns: serde_json::to_string(&unknown_columns).map_err(ApiError::internal)?,
        finished_at: Some(tx.now),
        ..new_row(tx, job)?
    };
    let preview = preview.map(Preview::finish);
    let details = Details {
        errors: serde_json::to_string(&tally.listed).map_err(ApiError::internal)?,
        preview: preview.as_ref().map(serde_json::to_string).transpose().map_err(ApiError::internal)?,
    };
    let created_at =
        if queued { update(tx, &row, &details)? } else { insert(tx, job, &row, &details).map(|()| tx.now)? };
    if let Some(csv) = tally.failed_rows() {
        diesel::insert_into(import_failed_rows::table)
            .values((import_failed_rows::import_id.eq(job.id), import_failed_rows::csv.eq(csv)))
            .execute(tx.conn)?;
    }
    let summary = ImportReport { created_at: created_at.into(), ..row.into() };
    tx.audit("import", "import", job.id, None::<&()>, Some(&summary))?;
    Ok(ImportReport { errors: tally.listed, preview, ..summary })
}

/// Updates the row of a queued import. Returns when it was created.
fn update(tx: &mut Tx<'_>, row: &ImportRow, details: &Details) -> Result<UtcTime> {
    let existing = imports::table.find(row.id);
    let created_at = existing.select(imports::created_at).first(tx.conn)?;
    let row = ImportRow { created_at, ..row.clone() };
    let waiting = existing.filter(imports::status.eq(ImportStatus::Queued));
    let rest = (imports::errors.eq(&details.errors), imports::preview.eq(details.preview.as_ref()));
    let updated = on_connection!(tx.conn, connection => {
        diesel::update(waiting).set((&row, rest)).execute(connection)?
    });
    if updated == 1 { Ok(created_at) } else { Err(ApiError::wrong_state("该导入已经结束")) }
}

/// Marks a queued import as failed.
///
/// # Errors
/// If the database fails.
pub fn fail(tx: &mut Tx<'_>, id: ImportId, message: &str) -> Result<()> {
    diesel::update(imports::table.find(id).filter(imports::status.eq(ImportStatus::Queued)))
        .set((
            imports::status.eq(ImportStatus::Failed),
            imports::message.eq(Some(message)),
            imports::finished_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    tx.audit("import_failed", "import", id, None::<&()>, None::<&()>)
}

/// An import that was queued or running when the process ended.
pub struct Queued {
    pub id: ImportId,
    pub kind: ImportKind,
    /// `None` if they cannot be read, because another version of the program wrote them.
    pub options: Option<Options>,
    pub file_name: Option<String>,
    /// `None` if the user no longer has access.
    pub user: Option<CurrentUser>,
}

/// Returns the ids of the queued imports, whose files are needed.
///
/// # Errors
/// If the database fails.
pub fn queued_ids(db: &Database) -> Result<Vec<ImportId>> {
    db.read_now(|conn| {
        Ok(imports::table.filter(imports::status.eq(ImportStatus::Queued)).select(imports::id).load(conn)?)
    })
}

/// Deletes the failed rows and the previews of imports that ended more than the given days ago. The reports stay.
///
/// # Errors
/// If the database fails.
pub fn forget_rows(tx: &mut Tx<'_>, days: u32) -> Result<()> {
    let old = imports::finished_at.lt(Some(tx.now.after(-TimeDelta::days(days.into()))));
    let ended = imports::table.filter(old).select(imports::id);
    diesel::delete(import_failed_rows::table.filter(import_failed_rows::import_id.eq_any(ended))).execute(tx.conn)?;
    diesel::update(imports::table.filter(old).filter(imports::preview.is_not_null()))
        .set(imports::preview.eq(None::<String>))
        .execute(tx.conn)?;
    Ok(())
}

/// Returns the queued imports in order of creation.
///
/// # Errors
/// If the database fails.
pub fn queued(conn: &mut DbConnection, now: UtcTime) -> Result<Vec<Queued>> {
    let rows: Vec<(ImportId, ImportKind, String, Option<String>, UserId)> = imports::table
        .filter(imports::status.eq(ImportStatus::Queued))
        .order(imports::id)
        .select((imports::id, imports::kind, imports::options, imports::file_name, imports::created_by))
        .load(conn)?;
    let mut queued = Vec::with_capacity(rows.len());
    for (id, kind, options, file_name, user) in rows {
        let user = match find_job_owner(conn, user)? {
            Some(caller) => Some(caller.into_user(None, String::new(), id.to_string(), now)),
            None => keys::find_job_owner(conn, user, id.to_string(), now)?,
        };
        queued.push(Queued { id, kind, options: serde_json::from_str(&options).ok(), file_name, user });
    }
    Ok(queued)
}

/// Returns the imports visible to the user: their own, and those of the importers below them. A file may concern all
/// that its importer sees, so the user's scope has to contain the importer's scope, the organization for which they
/// imported and, since teams meet participants from many schools, the organizations of the importer's teams.
fn visible(user: &CurrentUser) -> Visible {
    let rows = imports::table.into_boxed();
    let own = imports::created_by.eq(user.id);
    if by_assignment_only(user) {
        return rows.filter(own);
    }
    if user.scope.is_everything() {
        return rows;
    }
    let importers =
        users::table.filter(users::scope_organization_id.eq_any(organization_ids_in!(user.scope))).select(users::id);
    let in_teams_elsewhere = users::table
        .inner_join(team_members::table.on(team_members::teacher_id.eq(users::teacher_id)))
        .inner_join(teams::table.on(teams::id.eq(team_members::team_id)))
        .filter(teams::organization_id.ne_all(organization_ids_in!(user.scope)))
        .select(users::id);
    rows.filter(
        own.or(imports::organization_id
            .eq_any(organization_ids_in!(user.scope))
            .and(imports::created_by.eq_any(importers))
            .and(imports::created_by.ne_all(in_teams_elsewhere))),
    )
}

/// Lists the visible imports, the latest first, without their faults.
///
/// # Errors
/// 422 if the cursor is invalid.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    kind: Option<ImportKind>,
    page: &PageRequest,
) -> Result<Page<ImportReport>> {
    let filtered = || match kind {
        Some(kind) => visible(user).filter(imports::kind.eq(kind)),
        None => visible(user),
    };
    let views = |_: &mut DbConnection, rows: Vec<ImportRow>| Ok(rows.into_iter().map(ImportReport::from).collect());
    latest_first!(conn, page, rows: filtered(), ImportRow, id: imports::id, ImportId, views: views)
}

/// Finds a visible import.
///
/// # Errors
/// 404.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ImportId) -> Result<ImportReport> {
    let (row, errors, preview): (ImportRow, String, Option<String>) = visible(user)
        .filter(imports::id.eq(id))
        .select((ImportRow::as_select(), imports::errors, imports::preview))
        .first(conn)?;
    let errors = serde_json::from_str(&errors).map_err(ApiError::internal)?;
    let preview = preview.map(|json| serde_json::from_str(&json)).transpose().map_err(ApiError::internal)?;
    Ok(ImportReport { errors, preview, ..row.into() })
}

/// Returns a visible import whose records can be taken back.
fn find_imported(conn: &mut DbConnection, user: &CurrentUser, id: ImportId) -> Result<ImportReport> {
    let report = find(conn, user, id)?;
    if report.kind != ImportKind::HourRecords || report.status != ImportStatus::Imported {
        return Err(ApiError::wrong_state("只有已导入的学时可以整批撤回"));
    }
    if report.taken_back_at.is_some() {
        return Err(ApiError::wrong_state("该导入已经撤回"));
    }
    Ok(report)
}

/// Counts what taking a visible import back would end.
///
/// # Errors
/// 403 if some of its records are recognised and the caller may not void them; 404; 409 if it is no import of hour records, has
/// written nothing, or is taken back already.
pub fn count_records(conn: &mut DbConnection, user: &CurrentUser, id: ImportId) -> Result<TakenBackImport> {
    find_imported(conn, user, id)?;
    take_back::count(conn, user, id)
}

/// Takes a visible import back, with one audit entry.
///
/// # Errors
/// As [`count_records`].
pub fn take_back(tx: &mut Tx<'_>, user: &CurrentUser, id: ImportId, reason: &str) -> Result<TakenBackImport> {
    let before = find_imported(tx.conn, user, id)?;
    let taken_back = take_back::take_back(tx, user, id, reason)?;
    let taken_back_by = tx.user_id()?;
    let open = imports::table.find(id).filter(imports::taken_back_at.is_null());
    let updated = diesel::update(open)
        .set((
            imports::taken_back_at.eq(Some(tx.now)),
            imports::taken_back_by.eq(Some(taken_back_by)),
            imports::take_back_reason.eq(Some(reason)),
        ))
        .execute(tx.conn)?;
    if updated != 1 {
        return Err(ApiError::wrong_state("该导入已经撤回"));
    }
    let after = ImportReport { preview: None, errors: Vec::new(), ..find(tx.conn, user, id)? };
    let before = ImportReport { preview: None, errors: Vec::new(), ..before };
    tx.audit("take_back", "import", id, Some(&before), Some(&after))?;
    Ok(taken_back)
}

/// Returns the failed rows of a visible import as CSV.
///
/// # Errors
/// 404, also if no row failed or the rows are deleted.
pub fn failed_rows(conn: &mut DbConnection, user: &CurrentUser, id: ImportId) -> Result<String> {
    visible(user).filter(imports::id.eq(id)).select(imports::id).first::<ImportId>(conn)?;
    Ok(import_failed_rows::table.find(id).select(import_failed_rows::csv).first(conn)?)
}
