use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ErrorCode, FieldError, HourRecordId, Hours, OrganizationId, Page, Permission, PhaseId, ProjectId, TeacherId,
    UserId, WireEnum,
    hour_records::{
        CreateHourRecord, HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView, MANUAL_SOURCE,
    },
    training::{TrainingLevel, TrainingMode},
};

use super::ledger::{self, LedgerEntry, Outcome};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{hour_records, organizations, phases, projects, teachers},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::teachers::check_visible,
    visibility::{in_scope, requested_scope, team_project_ids},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = hour_records)]
struct HourRecordRow {
    id: HourRecordId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    title: String,
    institution: String,
    project_id: Option<ProjectId>,
    phase_id: Option<PhaseId>,
    source: String,
    external_id: Option<String>,
    duplicate_of: Option<HourRecordId>,
    status: HourRecordStatus,
    status_reason: Option<String>,
    decided_by: Option<UserId>,
    decided_at: Option<UtcTime>,
    created_by: UserId,
    created_at: UtcTime,
}

type Filtered<'a> = IntoBoxed<'a, hour_records::table, MultiBackend>;

/// What the caller sees: a teacher the own records; others those earned in their scope, those of
/// the teachers who serve there now, and those of the projects of their team.
fn visible<'a>(user: &CurrentUser) -> Result<Filtered<'a>> {
    if let Some(teacher) = user.own_teacher_only()? {
        return Ok(hour_records::table.filter(hour_records::teacher_id.eq(teacher)).into_boxed());
    }
    if user.scope.is_everything() {
        return Ok(hour_records::table.into_boxed());
    }
    let here = || organizations::table.filter(in_scope!(organizations::path, user.scope)).select(organizations::id);
    let teachers_here = teachers::table.filter(teachers::organization_id.eq_any(here())).select(teachers::id);
    Ok(hour_records::table
        .filter(
            hour_records::organization_id
                .eq_any(here())
                .or(hour_records::teacher_id.eq_any(teachers_here))
                .or(hour_records::project_id.eq_any(team_project_ids!(user).select(projects::id.nullable()))),
        )
        .into_boxed())
}

fn filtered<'a>(user: &CurrentUser, scope: &Scope, query: &HourRecordQuery) -> Result<Filtered<'a>> {
    let mut rows = visible(user)?;
    if query.organization_id.is_some() {
        let here = organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
        rows = rows.filter(hour_records::organization_id.eq_any(here));
    }
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        let named = teachers::table
            .filter(
                lower(teachers::name)
                    .like(pattern.clone())
                    .escape('\\')
                    .or(lower(teachers::teacher_no).like(pattern.clone()).escape('\\')),
            )
            .select(teachers::id);
        rows = rows.filter(
            lower(hour_records::title)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(hour_records::institution).like(pattern).escape('\\'))
                .or(hour_records::teacher_id.eq_any(named)),
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
    if let Some(level) = query.level {
        rows = rows.filter(hour_records::level.eq(level));
    }
    if let Some(mode) = query.mode {
        rows = rows.filter(hour_records::mode.eq(mode));
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
    Ok(rows)
}

/// The ids are of the time of their making, so that the order of entry is theirs.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &HourRecordQuery,
    page: &PageRequest,
) -> Result<Page<HourRecordView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let sort = query.sort.unwrap_or(HourRecordSort::CreatedDesc);
    let rows = filtered(user, &scope, query)?;
    let name = sort.as_str();
    let rows = match sort {
        HourRecordSort::Created => {
            let rows = rows.order(hour_records::id.asc());
            match page.after::<HourRecordId>(name)? {
                Some(id) => rows.filter(hour_records::id.gt(id)),
                None => rows,
            }
        }
        HourRecordSort::CreatedDesc => {
            let rows = rows.order(hour_records::id.desc());
            match page.after::<HourRecordId>(name)? {
                Some(id) => rows.filter(hour_records::id.lt(id)),
                None => rows,
            }
        }
        HourRecordSort::TrainingYear => {
            keyset!(rows, page.after::<(i32, HourRecordId)>(name)?, hour_records::training_year, hour_records::id, asc)
        }
        HourRecordSort::TrainingYearDesc => {
            keyset!(rows, page.after::<(i32, HourRecordId)>(name)?, hour_records::training_year, hour_records::id, desc)
        }
        HourRecordSort::EndsOn => {
            keyset!(rows, page.after::<(NaiveDate, HourRecordId)>(name)?, hour_records::ends_on, hour_records::id, asc)
        }
        HourRecordSort::EndsOnDesc => {
            keyset!(rows, page.after::<(NaiveDate, HourRecordId)>(name)?, hour_records::ends_on, hour_records::id, desc)
        }
    };
    let rows = rows.limit(page.fetch()).select(HourRecordRow::as_select()).load(conn)?;
    let total = match page.with_total {
        true => Some(filtered(user, &scope, query)?.select(count_star()).first(conn)?),
        false => None,
    };
    let views = with_details(conn, rows)?;
    match sort {
        HourRecordSort::Created | HourRecordSort::CreatedDesc => page.page(name, views, |view| view.id, total),
        HourRecordSort::TrainingYear | HourRecordSort::TrainingYearDesc => {
            page.page(name, views, |view| (view.training_year, view.id), total)
        }
        HourRecordSort::EndsOn | HourRecordSort::EndsOnDesc => {
            page.page(name, views, |view| (view.ends_on, view.id), total)
        }
    }
}

/// Adds the names of teachers and organizations, in one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<HourRecordRow>) -> Result<Vec<HourRecordView>> {
    let names: HashMap<TeacherId, (String, String)> = teachers::table
        .filter(teachers::id.eq_any(rows.iter().map(|row| row.teacher_id).collect::<Vec<_>>()))
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
        let (teacher_no, teacher_name) = names.get(&row.teacher_id).cloned().unwrap_or_default();
        HourRecordView {
            teacher_no,
            teacher_name,
            organization_name: places.get(&row.organization_id).cloned().unwrap_or_default(),
            id: row.id,
            teacher_id: row.teacher_id,
            organization_id: row.organization_id,
            training_year: row.training_year,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            hours: row.hours,
            level: row.level,
            tier: row.level.tier(),
            mode: row.mode,
            title: row.title,
            institution: row.institution,
            project_id: row.project_id,
            phase_id: row.phase_id,
            source: row.source,
            external_id: row.external_id,
            duplicate_of: row.duplicate_of,
            status: row.status,
            status_reason: row.status_reason,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Into::into),
            created_by: row.created_by,
            created_at: row.created_at.into(),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Those of some records that the caller sees.
pub fn visible_ids(conn: &mut DbConnection, user: &CurrentUser, ids: &[HourRecordId]) -> Result<HashSet<HourRecordId>> {
    let mut seen = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(5000) {
        let found: Vec<HourRecordId> =
            visible(user)?.filter(hour_records::id.eq_any(chunk.to_vec())).select(hour_records::id).load(conn)?;
        seen.extend(found);
    }
    Ok(seen)
}

/// Those of some that the caller sees, in no order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<HourRecordId>) -> Result<Vec<HourRecordView>> {
    let rows = visible(user)?.filter(hour_records::id.eq_any(ids)).select(HourRecordRow::as_select()).load(conn)?;
    with_details(conn, rows)
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: HourRecordId) -> Result<HourRecordView> {
    let row = visible(user)?.filter(hour_records::id.eq(id)).select(HourRecordRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

fn check_project(conn: &mut DbConnection, new: &CreateHourRecord) -> Result<()> {
    let unknown = |pointer| Err(ApiError::invalid(pointer, "unknown_project", "项目或阶段不存在"));
    if let Some(project) = new.project_id {
        let found: i64 = projects::table.find(project).select(count_star()).first(conn)?;
        if found == 0 {
            return unknown("/project_id");
        }
    }
    if let Some(phase) = new.phase_id {
        let of: Option<ProjectId> = phases::table.find(phase).select(phases::project_id).first(conn).optional()?;
        if of.is_none() || of != new.project_id {
            return unknown("/phase_id");
        }
    }
    Ok(())
}

/// The status that a new record is to have.
fn asked_status(user: &CurrentUser, asked: Option<HourRecordStatus>) -> Result<HourRecordStatus> {
    match asked {
        None | Some(HourRecordStatus::Pending) => Ok(HourRecordStatus::Pending),
        Some(HourRecordStatus::Recognized) if user.allows(Permission::HoursRecognize) => {
            Ok(HourRecordStatus::Recognized)
        }
        Some(HourRecordStatus::Recognized) => Err(ApiError::forbidden()),
        Some(_) => Err(ApiError::invalid("/status", "bad_status", "新记录只能是待认定或已认定")),
    }
}

pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: CreateHourRecord) -> Result<HourRecordView> {
    let status = asked_status(user, new.status)?;
    check_visible(tx.conn, &user.scope, new.teacher_id, "/teacher_id")?;
    check_project(tx.conn, &new)?;
    let pointer = if new.external_id.is_some() { "/external_id" } else { "/title" };
    let entry = LedgerEntry {
        teacher_id: new.teacher_id,
        training_year: new.training_year,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        hours: new.hours,
        level: new.level,
        mode: new.mode,
        title: new.title.trim().to_owned(),
        institution: new.institution.trim().to_owned(),
        project_id: new.project_id,
        phase_id: new.phase_id,
        source: new.source.unwrap_or_else(|| MANUAL_SOURCE.to_owned()),
        external_id: new.external_id.map(|id| id.trim().to_owned()),
        source_key: String::new(),
        status,
    };
    let appended = ledger::append(tx, vec![entry.keyed()])?;
    match appended.outcomes.first() {
        Some(Outcome::Recorded { id, .. }) => {
            let view = find(tx.conn, user, *id)?;
            tx.created("hour_record", id, &view)?;
            Ok(view)
        }
        _ => Err(ApiError::new(ErrorCode::AlreadyExists).errors(vec![FieldError::new(
            pointer,
            "already_exists",
            "同一来源的同一条学时记录已存在",
        )])),
    }
}

/// Recognises, rejects or voids one record.
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
    tx.audit(verb(to), "hour_record", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// What the audit log calls the way to a status.
pub fn verb(to: HourRecordStatus) -> &'static str {
    match to {
        HourRecordStatus::Recognized => "recognize",
        HourRecordStatus::Rejected => "reject",
        HourRecordStatus::Voided => "void",
        HourRecordStatus::Pending => "update",
    }
}

/// Recognises records, all or none. Answers with how many and their hours.
pub fn recognize_all(tx: &mut Tx<'_>, user: &CurrentUser, ids: &[HourRecordId]) -> Result<(usize, Hours)> {
    let seen: BTreeMap<HourRecordId, HourRecordStatus> = visible(user)?
        .filter(hour_records::id.eq_any(ids.to_vec()))
        .select((hour_records::id, hour_records::status))
        .load(tx.conn)?
        .into_iter()
        .collect();
    let at = |index: usize| format!("/ids/{index}");
    let mut unknown = Vec::new();
    let mut decided = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        match seen.get(id) {
            None => unknown.push(FieldError::new(at(index), "unknown_hour_record", "学时记录不存在或无权查看")),
            Some(HourRecordStatus::Pending) => {}
            Some(status) => {
                decided.push(FieldError::new(at(index), "wrong_state", format!("该记录{}", status.label())));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(unknown));
    }
    if !decided.is_empty() {
        return Err(ApiError::wrong_state("只能认定待认定的学时记录").errors(decided));
    }
    let hours = ledger::decide(tx, ids, HourRecordStatus::Recognized, None)?;
    for id in seen.keys() {
        tx.audit("recognize", "hour_record", id, None::<&()>, None::<&()>)?;
    }
    Ok((seen.len(), hours))
}
