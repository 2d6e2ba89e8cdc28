use std::collections::BTreeMap;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    DuplicateGroupId, HourRecordId, Page, TeacherId, UserId,
    duplicate_groups::{DuplicateGroupQuery, DuplicateGroupSort, DuplicateGroupStatus, DuplicateGroupView},
    hour_records::HourRecordView,
};

use super::rules;
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend,
        schema::{duplicate_group_members, duplicate_groups, hour_records, teachers},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::hour_records::{find_all, suspicion::load},
    http::listing::PageRequest,
    visibility::{organization_filter, organization_ids_in, teacher_matches, visible_records},
};

/// Records in one query.
const CHUNK: usize = 5000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = duplicate_groups)]
pub struct DuplicateGroupRow {
    id: DuplicateGroupId,
    teacher_id: TeacherId,
    status: DuplicateGroupStatus,
    reason: Option<String>,
    opened_at: UtcTime,
    decided_at: Option<UtcTime>,
    decided_by: Option<UserId>,
}

type Filtered<'a> = IntoBoxed<'a, duplicate_groups::table, MultiBackend>;

/// Selects the groups all of whose records the caller sees by being the teacher or by scope.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    let own = || duplicate_groups::teacher_id.nullable().eq(user.teacher_id);
    visible_records!(user, duplicate_groups::table.into_boxed(),
        own: own(),
        teams: own(),
        scope: |scope| duplicate_groups::teacher_id
            .eq_any(teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope))).select(teachers::id))
            .or(duplicate_groups::id.ne_all(
                duplicate_group_members::table
                    .inner_join(hour_records::table)
                    .filter(hour_records::organization_id.ne_all(organization_ids_in!(scope)))
                    .select(duplicate_group_members::group_id),
            )),
    )
}

fn filtered<'a>(user: &CurrentUser, organization: Option<&Scope>, query: &DuplicateGroupQuery) -> Filtered<'a> {
    let mut rows = visible(user);
    if let Some(below) = organization {
        rows = rows.filter(
            duplicate_groups::id.eq_any(
                duplicate_group_members::table
                    .inner_join(hour_records::table)
                    .filter(hour_records::organization_id.eq_any(organization_ids_in!(below)))
                    .select(duplicate_group_members::group_id),
            ),
        );
    }
    if let Some(year) = query.training_year {
        rows = rows.filter(
            duplicate_groups::id.eq_any(
                duplicate_group_members::table
                    .inner_join(hour_records::table)
                    .filter(hour_records::training_year.eq(year))
                    .select(duplicate_group_members::group_id),
            ),
        );
    }
    if let Some(text) = &query.q {
        let matching = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(duplicate_groups::teacher_id.eq_any(matching));
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(duplicate_groups::teacher_id.eq(teacher));
    }
    if let Some(status) = query.status {
        rows = rows.filter(duplicate_groups::status.eq(status));
    }
    rows
}

/// Lists groups. Ids are UUIDv7, so ordering by id is ordering by the time when they came about.
///
/// # Errors
/// 422 at `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &DuplicateGroupQuery,
    page: &PageRequest,
) -> Result<Page<DuplicateGroupView>> {
    use DuplicateGroupSort as Sort;
    let organization = organization_filter(conn, user, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(Sort::Opened),
        rows: filtered(user, organization.as_ref(), query), DuplicateGroupRow, id: duplicate_groups::id, DuplicateGroupId,
        views: |conn: &mut DbConnection, rows| with_units(conn, user, rows),
        {
            Sort::Opened => asc duplicate_groups::id, DuplicateGroupId, |view: &DuplicateGroupView| view.id;
            Sort::OpenedDesc => desc duplicate_groups::id, DuplicateGroupId, |view: &DuplicateGroupView| view.id;
        }
    )
}

/// Returns all groups that a query selects.
///
/// # Errors
/// 422 at `organization_id`.
pub fn find_all_of(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &DuplicateGroupQuery,
) -> Result<Vec<DuplicateGroupView>> {
    let organization = organization_filter(conn, user, query.organization_id)?;
    let rows: Vec<DuplicateGroupRow> = filtered(user, organization.as_ref(), query)
        .order(duplicate_groups::id)
        .select(DuplicateGroupRow::as_select())
        .load(conn)?;
    with_units(conn, user, rows)
}

/// Finds a group.
///
/// # Errors
/// 404 if it does not exist or the caller does not see all of it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: DuplicateGroupId) -> Result<DuplicateGroupView> {
    let row = visible(user).filter(duplicate_groups::id.eq(id)).select(DuplicateGroupRow::as_select()).first(conn)?;
    with_units(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Adds the units, with one query each for members, records, teachers and grounds.
fn with_units(
    conn: &mut DbConnection,
    user: &CurrentUser,
    rows: Vec<DuplicateGroupRow>,
) -> Result<Vec<DuplicateGroupView>> {
    let ids: Vec<DuplicateGroupId> = rows.iter().map(|row| row.id).collect();
    let mut members: BTreeMap<DuplicateGroupId, BTreeMap<HourRecordId, Option<bool>>> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<(DuplicateGroupId, HourRecordId, Option<bool>)> = duplicate_group_members::table
            .filter(duplicate_group_members::group_id.eq_any(chunk))
            .select((
                duplicate_group_members::group_id,
                duplicate_group_members::hour_record_id,
                duplicate_group_members::kept,
            ))
            .load(conn)?;
        for (group, record, kept) in found {
            members.entry(group).or_default().insert(record, kept);
        }
    }
    let record_ids: Vec<HourRecordId> = members.values().flat_map(|members| members.keys().copied()).collect();
    let mut records: BTreeMap<HourRecordId, HourRecordView> = BTreeMap::new();
    for chunk in record_ids.chunks(CHUNK) {
        let found = find_all(conn, user, chunk.to_vec())?;
        records.extend(found.into_iter().map(|record| (record.id, record)));
    }
    let mut grounds = load::grounds(conn, &members)?;
    let view = |row: DuplicateGroupRow| {
        let members = members.remove(&row.id).unwrap_or_default();
        // A record may be in several groups, one after the other.
        let of_group = members.keys().filter_map(|id| records.get(id).cloned()).collect::<Vec<_>>();
        let teacher = of_group.first();
        DuplicateGroupView {
            id: row.id,
            teacher_id: row.teacher_id,
            teacher_no: teacher.map(|record| record.teacher_no.clone()).unwrap_or_default(),
            teacher_name: teacher.map(|record| record.teacher_name.clone()).unwrap_or_default(),
            status: row.status,
            grounds: grounds.remove(&row.id).unwrap_or_default().into_iter().collect(),
            units: rules::units(of_group, &members),
            opened_at: row.opened_at.into(),
            decided_at: row.decided_at.map(Into::into),
            decided_by: row.decided_by,
            reason: row.reason,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
