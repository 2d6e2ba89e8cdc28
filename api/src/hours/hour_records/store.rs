use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{dsl::sql, expression::SqlLiteral, helper_types::IntoBoxed, prelude::*, sql_types::Bool};
use songjiao_types::{
    DuplicateGroupId, ErrorCode, FieldError, HourRecordId, ImportId, OrganizationId, Page, Permission, PhaseId,
    ProjectId, TeacherId, UserId,
    duplicate_groups::DuplicateGroupStatus,
    hour_records::{
        CreateHourRecord, FlagSet, HoldSet, HourRecordFlag, HourRecordHold, HourRecordQuery, HourRecordSort,
        HourRecordStatus, HourRecordView, MANUAL_SOURCE,
    },
};

use super::{
    entry::{Content, LedgerEntry, RecordKey, Training},
    ledger::{self, Outcome},
    own,
    rules::{Intake, check_reason, initial_status},
    sources,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{duplicate_group_members, duplicate_groups, hour_records, organizations, phases, projects, teachers},
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
    status: HourRecordStatus,
    hold: Option<HourRecordHold>,
    status_reason: Option<String>,
    decided_by: Option<UserId>,
    decided_at: Option<UtcTime>,
    created_by: UserId,
    created_at: UtcTime,
    holds: HoldSet,
    flags: FlagSet,
    origin: Option<String>,
    import_id: Option<ImportId>,
    former_id: Option<HourRecordId>,
}

pub(super) type Filtered<'a> = IntoBoxed<'a, hour_records::table, MultiBackend>;

/// Selects the records that the caller sees: their own; by assignment those of the projects of their teams; by scope
/// those earned there and those of the teachers who serve there now.
pub(super) fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    visible_records!(user, hour_records::table.into_boxed(),
        own: hour_records::teacher_id.nullable().eq(user.teacher_id),
        teams: hour_records::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable())),
        scope: |scope| hour_records::organization_id.eq_any(organization_ids_in!(scope)).or(hour_records::teacher_id
            .eq_any(teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope))).select(teachers::id))),
    )
}

/// The condition that a record waits for something.
fn waits_for(hold: HourRecordHold) -> SqlLiteral<Bool> {
    sql(&format!("(hour_records.holds & {}) <> 0", HoldSet::bit(hold)))
}

/// The condition that a record has a flag.
fn has_flag(flag: HourRecordFlag) -> SqlLiteral<Bool> {
    sql(&format!("(hour_records.flags & {}) <> 0", FlagSet::bit(flag)))
}

pub(super) fn filtered<'a>(user: &CurrentUser, organization: Option<&Scope>, query: &HourRecordQuery) -> Filtered<'a> {
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
    if let Some(flag) = query.flag {
        rows = rows.filter(has_flag(flag));
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
    if let Some(import) = query.import_id {
        rows = rows.filter(hour_records::import_id.eq(import));
    }
    match query.suspected {
        Some(true) => rows = rows.filter(waits_for(HourRecordHold::Suspected)),
        Some(false) => rows = rows.filter(diesel::dsl::not(waits_for(HourRecordHold::Suspected))),
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

/// Adds the names of teachers and organizations and the open groups of suspected duplicates with one query each.
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
    let groups: HashMap<HourRecordId, DuplicateGroupId> = duplicate_group_members::table
        .inner_join(duplicate_groups::table)
        .filter(duplicate_groups::status.eq(DuplicateGroupStatus::Open))
        .filter(duplicate_group_members::hour_record_id.eq_any(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
        .select((duplicate_group_members::hour_record_id, duplicate_group_members::group_id))
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
            duplicate_group_id: groups.get(&row.id).copied(),
            status: row.status,
            hold: row.hold,
            holds: row.holds,
            flags: row.flags,
            origin: row.origin,
            import_id: row.import_id,
            former_id: row.former_id,
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

/// Checks that a new record may name another as the one that it corrects.
fn check_former(conn: &mut DbConnection, user: &CurrentUser, former: HourRecordId, teacher: TeacherId) -> Result<()> {
    let fault = |code, message| Err(ApiError::invalid("/former_id", code, message));
    let found =
        visible(user).filter(hour_records::id.eq(former)).select((hour_records::teacher_id, hour_records::status));
    match found.first::<(TeacherId, HourRecordStatus)>(conn).optional()? {
        None => return fault("unknown_hour_record", "学时记录不存在或无权查看"),
        Some(found) if found != (teacher, HourRecordStatus::Returned) => {
            return fault("not_returned", "只能更正该教师被退回的记录");
        }
        Some(_) => {}
    }
    let corrections: i64 = hour_records::table
        .filter(hour_records::former_id.eq(former))
        .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
        .count()
        .get_result(conn)?;
    if corrections > 0 { fault("already_corrected", "该记录已有更正") } else { Ok(()) }
}

/// Records hours that a person enters.
///
/// # Errors
/// 403 if the caller asks for `recognized` without the permission, `own_record` if for themselves, or if they may not write
/// under the source; 409 if a live record has the same key; 422 `not_in_service`, `implausible_hours`; 422 for an unknown teacher, for a project that does not exist or that the caller does not run, for a
/// phase of another project, or for a status that a record cannot begin with.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: CreateHourRecord) -> Result<HourRecordView> {
    let status = initial_status(Intake::Form, new.status, user.allows(Permission::HoursRecognize))?;
    check_visible(tx.conn, &user.scope, new.teacher_id, "/teacher_id")?;
    check_project(tx, user, &new)?;
    if let Some(former) = new.former_id {
        check_former(tx.conn, user, former, new.teacher_id)?;
    }
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
        if own::teacher_of(tx.conn, user.id)? == Some(new.teacher_id) {
            return Err(own::own_record());
        }
        let year = [(new.teacher_id, new.training_year)];
        let closed = ClosedYears::load(tx.conn)?.of_teachers(tx.conn, year)?;
        check_reason(!closed.is_empty(), status, reason)?;
    }
    let entry = LedgerEntry {
        reason: reason.map(str::to_owned),
        project_id: new.project_id,
        phase_id: new.phase_id,
        former_id: new.former_id,
        ..LedgerEntry::new(key, Content { teacher_id: new.teacher_id, training }, status)
    };
    match ledger::append(tx, vec![entry])?.outcomes.first() {
        Some(Outcome::Recorded { id, .. }) => {
            let view = find(tx.conn, user, *id)?;
            tx.created("hour_record", id, &view)?;
            sources::record_use(tx, &source)?;
            Ok(view)
        }
        Some(Outcome::Refused(refusal)) => Err(refusal.error()),
        _ => Err(ApiError::new(ErrorCode::AlreadyExists).errors(vec![FieldError::new(
            pointer,
            "already_exists",
            "同一来源的同一条学时记录已存在",
        )])),
    }
}
