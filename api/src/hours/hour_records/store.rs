use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ErrorCode, FieldError, HourRecordId, Hours, OrganizationId, Page, Permission, PhaseId, ProjectId, TeacherId,
    UserId, WireEnum,
    hour_records::{
        CreateHourRecord, HourRecordHold, HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView,
        MANUAL_SOURCE,
    },
};

use super::{
    entry::{Content, LedgerEntry, RecordKey, Training},
    ledger::{self, Outcome},
    rules::{Intake, check_reason, initial_status},
    sources,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{hour_records, organizations, phases, projects, teachers},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    hours::{effects::runs_project, quotas::closed_years::ClosedYears},
    http::listing::PageRequest,
    people::teachers::check_visible,
    visibility::{organization_filter, organization_ids_in, teacher_matches, team_project_ids, visible_records},
};

/// Ids looked up by one statement.
const CHUNK: usize = 5000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = hour_records)]
struct HourRecordRow {
    id: HourRecordId,
    #[diesel(embed)]
    content: Content,
    organization_id: OrganizationId,
    project_id: Option<ProjectId>,
    phase_id: Option<PhaseId>,
    source: String,
    external_id: Option<String>,
    duplicate_of: Option<HourRecordId>,
    status: HourRecordStatus,
    hold: Option<HourRecordHold>,
    status_reason: Option<String>,
    decided_by: Option<UserId>,
    decided_at: Option<UtcTime>,
    created_by: UserId,
    created_at: UtcTime,
}

type Filtered<'a> = IntoBoxed<'a, hour_records::table, MultiBackend>;

/// Selects the records that the caller sees: their own; by assignment those of the projects of their teams; by scope
/// those earned there and those of the teachers who serve there now.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    visible_records!(user, hour_records::table.into_boxed(),
        own: hour_records::teacher_id.nullable().eq(user.teacher_id),
        teams: hour_records::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable())),
        scope: |scope| hour_records::organization_id.eq_any(organization_ids_in!(scope)).or(hour_records::teacher_id
            .eq_any(teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope))).select(teachers::id))),
    )
}

fn filtered<'a>(user: &CurrentUser, organization: Option<&Scope>, query: &HourRecordQuery) -> Filtered<'a> {
    let mut rows = visible(user);
    if let Some(below) = organization {
        rows = rows.filter(hour_records::organization_id.eq_any(organization_ids_in!(below)));
    }
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        let matching = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(
            lower(hour_records::title)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(hour_records::institution).like(pattern).escape('\\'))
                .or(hour_records::teacher_id.eq_any(matching)),
        );
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(hour_records::teacher_id.eq(teacher));
    }
    if let Some(year) = query.training_year {
        rows = rows.filter(hour_records::training_year.eq(year));
    }
    if let Some(status) = query.status {
        rows = rows.filter(hour_records::status.eq(status));
    }
    if let Some(hold) = query.hold {
        rows = rows.filter(hour_records::hold.eq(hold));
    }
    if let Some(level) = query.level {
        rows = rows.filter(hour_records::level.eq(level));
    }
    if let Some(mode) = query.mode {
        rows = rows.filter(hour_records::mode.eq(mode));
    }
    if let Some(dimension) = query.dimension {
        rows = rows.filter(hour_records::dimension.eq(dimension));
    }
    if let Some(source) = &query.source {
        rows = rows.filter(hour_records::source.eq(source.clone()));
    }
    if let Some(project) = query.project_id {
        rows = rows.filter(hour_records::project_id.eq(project));
    }
    match query.suspected {
        Some(true) => rows = rows.filter(hour_records::duplicate_of.is_not_null()),
        Some(false) => rows = rows.filter(hour_records::duplicate_of.is_null()),
        None => {}
    }
    rows
}

/// Lists records. Ids are UUIDv7, so ordering by id is ordering by time of entry.
///
/// # Errors
/// 422 at `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &HourRecordQuery,
    page: &PageRequest,
) -> Result<Page<HourRecordView>> {
    use HourRecordSort as Sort;
    let organization = organization_filter(conn, user, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(Sort::CreatedDesc),
        rows: filtered(user, organization.as_ref(), query), HourRecordRow, id: hour_records::id, HourRecordId, views: with_details,
        {
            Sort::Created => asc hour_records::id, HourRecordId, |view: &HourRecordView| view.id;
            Sort::CreatedDesc => desc hour_records::id, HourRecordId, |view: &HourRecordView| view.id;
            Sort::TrainingYear => asc hour_records::training_year, i32, |view: &HourRecordView| view.training_year;
            Sort::TrainingYearDesc => desc hour_records::training_year, i32, |view: &HourRecordView| view.training_year;
            Sort::EndsOn => asc hour_records::ends_on, NaiveDate, |view: &HourRecordView| view.ends_on;
            Sort::EndsOnDesc => desc hour_records::ends_on, NaiveDate, |view: &HourRecordView| view.ends_on;
        }
    )
}

/// Adds the names of teachers and organizations with one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<HourRecordRow>) -> Result<Vec<HourRecordView>> {
    let names: HashMap<TeacherId, (String, String)> = teachers::table
        .filter(teachers::id.eq_any(rows.iter().map(|row| row.content.teacher_id).collect::<Vec<_>>()))
        .select((teachers::id, (teachers::teacher_no, teachers::name)))
        .load(conn)?
        .into_iter()
        .collect();
    let places: HashMap<OrganizationId, String> = organizations::table
        .filter(organizations::id.eq_any(rows.iter().map(|row| row.organization_id).collect::<Vec<_>>()))
        .select((organizations::id, organizations::name))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |row: HourRecordRow| {
        let Content { teacher_id, training } = row.content;
        let (teacher_no, teacher_name) = names.get(&teacher_id).cloned().unwrap_or_default();
        HourRecordView {
            id: row.id,
            teacher_id,
            teacher_no,
            teacher_name,
            organization_id: row.organization_id,
            organization_name: places.get(&row.organization_id).cloned().unwrap_or_default(),
            training_year: training.training_year,
            starts_on: training.starts_on,
            ends_on: training.ends_on,
            hours: training.hours,
            level: training.level,
            tier: training.level.tier(),
            mode: training.mode,
            dimension: training.dimension,
            title: training.title,
            institution: training.institution,
            project_id: row.project_id,
            phase_id: row.phase_id,
            source: row.source,
            external_id: row.external_id,
            duplicate_of: row.duplicate_of,
            status: row.status,
            hold: row.hold,
            status_reason: row.status_reason,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Into::into),
            created_by: row.created_by,
            created_at: row.created_at.into(),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Returns which of the given records the caller sees.
pub fn visible_ids(conn: &mut DbConnection, user: &CurrentUser, ids: &[HourRecordId]) -> Result<HashSet<HourRecordId>> {
    let mut seen = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<HourRecordId> =
            visible(user).filter(hour_records::id.eq_any(chunk.to_vec())).select(hour_records::id).load(conn)?;
        seen.extend(found);
    }
    Ok(seen)
}

/// Returns the given records that the caller sees, in arbitrary order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<HourRecordId>) -> Result<Vec<HourRecordView>> {
    let rows = visible(user).filter(hour_records::id.eq_any(ids)).select(HourRecordRow::as_select()).load(conn)?;
    with_details(conn, rows)
}

/// Finds a record.
///
/// # Errors
/// 404 if it does not exist or the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: HourRecordId) -> Result<HourRecordView> {
    let row = visible(user).filter(hour_records::id.eq(id)).select(HourRecordRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Checks that the caller runs the project that a record names, and that its phase is one of the project.
fn check_project(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateHourRecord) -> Result<()> {
    let unknown = |pointer| Err(ApiError::invalid(pointer, "unknown_project", "项目或阶段不存在，或不由您实施"));
    if let Some(project) = new.project_id
        && !runs_project(tx, user, project)?
    {
        return unknown("/project_id");
    }
    if let Some(phase) = new.phase_id {
        let of: Option<ProjectId> = phases::table.find(phase).select(phases::project_id).first(tx.conn).optional()?;
        if of.is_none() || of != new.project_id {
            return unknown("/phase_id");
        }
    }
    Ok(())
}

/// Records hours that a person enters.
///
/// # Errors
/// 403 if the caller asks for `recognized` without the permission or may not write under the source; 409 if a live record
/// has the same key; 422 `not_in_service`; 422 for an unknown teacher, for a project that does not exist or that the caller does not run, for a
/// phase of another project, or for a status that a record cannot begin with.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: CreateHourRecord) -> Result<HourRecordView> {
    let status = initial_status(Intake::Form, new.status, user.allows(Permission::HoursRecognize))?;
    check_visible(tx.conn, &user.scope, new.teacher_id, "/teacher_id")?;
    check_project(tx, user, &new)?;
    let pointer = if new.external_id.is_some() { "/external_id" } else { "/title" };
    let source = sources::open(tx, user, new.source.as_deref().unwrap_or(MANUAL_SOURCE), "/source")?;
    let key = RecordKey::of(source.clone(), new.external_id.map(|id| id.trim().to_owned()));
    let training = Training {
        training_year: new.training_year,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        hours: new.hours,
        level: new.level,
        mode: new.mode,
        dimension: new.dimension,
        title: new.title.trim().to_owned(),
        institution: new.institution.trim().to_owned(),
    };
    let reason = new.reason.as_deref().map(str::trim);
    if status == HourRecordStatus::Recognized {
        let year = [(new.teacher_id, new.training_year)];
        let closed = ClosedYears::load(tx.conn)?.of_teachers(tx.conn, year)?;
        check_reason(!closed.is_empty(), status, reason)?;
    }
    let entry = LedgerEntry {
        reason: reason.map(str::to_owned),
        project_id: new.project_id,
        phase_id: new.phase_id,
        ..LedgerEntry::new(key, Content { teacher_id: new.teacher_id, training }, status)
    };
    match ledger::append(tx, vec![entry])?.outcomes.first() {
        Some(Outcome::Recorded { id, .. }) => {
            let view = find(tx.conn, user, *id)?;
            tx.created("hour_record", id, &view)?;
            sources::record_use(tx, &source)?;
            Ok(view)
        }
        Some(Outcome::NotInService) => Err(not_in_service()),
        _ => Err(ApiError::new(ErrorCode::AlreadyExists).errors(vec![FieldError::new(
            pointer,
            "already_exists",
            "同一来源的同一条学时记录已存在",
        )])),
    }
}

/// 422: no service covers the training.
fn not_in_service() -> ApiError {
    let code = ErrorCode::NotInService;
    ApiError::new(code).errors(vec![FieldError::new("/ends_on", code.as_str(), code.label())])
}

/// Recognises, rejects or voids one record.
///
/// # Errors
/// 404 if the caller does not see it; 409 if its status does not allow the change.
pub fn decide(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: HourRecordId,
    to: HourRecordStatus,
    reason: Option<&str>,
) -> Result<HourRecordView> {
    let before = find(tx.conn, user, id)?;
    ledger::decide(tx, &[id], to, reason)?;
    let after = find(tx.conn, user, id)?;
    tx.audit(action(to), "hour_record", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Returns the name of a change to a status in the audit log.
pub fn action(to: HourRecordStatus) -> &'static str {
    match to {
        HourRecordStatus::Recognized => "recognize",
        HourRecordStatus::Rejected => "reject",
        HourRecordStatus::Voided => "void",
        HourRecordStatus::Pending => "update",
    }
}

/// Recognises records, all or none, and returns how many there were and the sum of their hours.
///
/// # Errors
/// 422 at `/ids/…` for records that the caller does not see, and at `/reason` if a closed year asks for one; 409 if one is not pending, or waits for something else than a
/// decision.
pub fn recognize_all(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    ids: &[HourRecordId],
    reason: Option<&str>,
) -> Result<(usize, Hours)> {
    let seen: BTreeMap<HourRecordId, (HourRecordStatus, Option<HourRecordHold>)> = visible(user)
        .filter(hour_records::id.eq_any(ids.to_vec()))
        .select((hour_records::id, (hour_records::status, hour_records::hold)))
        .load(tx.conn)?
        .into_iter()
        .collect();
    let at = |index: usize| format!("/ids/{index}");
    let mut unknown = Vec::new();
    let mut not_pending = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        match seen.get(id) {
            None => unknown.push(FieldError::new(at(index), "unknown_hour_record", "学时记录不存在或无权查看")),
            Some((HourRecordStatus::Pending, Some(HourRecordHold::Decision))) => {}
            Some((HourRecordStatus::Pending, hold)) => {
                let label = hold.map_or("待认定", WireEnum::label);
                not_pending.push(FieldError::new(at(index), "held", format!("该记录{label}")));
            }
            Some((status, _)) => {
                not_pending.push(FieldError::new(at(index), "wrong_state", format!("该记录{}", status.label())));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(unknown));
    }
    if !not_pending.is_empty() {
        return Err(ApiError::wrong_state("只能认定待认定的学时记录").errors(not_pending));
    }
    let hours = ledger::decide(tx, ids, HourRecordStatus::Recognized, reason)?;
    for id in seen.keys() {
        tx.audit("recognize", "hour_record", id, None::<&()>, None::<&()>)?;
    }
    Ok((seen.len(), hours))
}
