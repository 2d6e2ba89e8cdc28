//! The groups as they are stored: opened, joined and lapsed as units come and go, and decided by persons.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use songjiao_types::{
    DuplicateGroupId, HourRecordId, TeacherId, UserId,
    duplicate_groups::DuplicateGroupStatus as Status,
    hour_records::{HourRecordHold, HourRecordStatus},
};
use uuid::Uuid;

use super::{super::holds, live_record::Group, live_units::LiveUnits, load};
use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{duplicate_group_members, duplicate_groups, hour_records},
        types::UtcTime,
    },
    error::{ApiError, Result},
};

/// Ids in one statement.
const CHUNK: usize = 2000;

/// Opens, joins and lapses the groups of the given units, and lets exactly those of their pending records wait that do not
/// count.
///
/// # Errors
/// If the database fails.
pub fn update(tx: &mut Tx<'_>, groups: &[Group]) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let teachers: BTreeSet<TeacherId> = groups.iter().map(|group| group.teacher_id).collect();
    let teachers: Vec<TeacherId> = teachers.into_iter().collect();
    let open = OpenGroups::load(tx.conn, &teachers)?;
    write(tx, groups, &open, &BTreeSet::new())
}

/// Judges all units of those of the teachers who have an open group anew.
///
/// # Errors
/// If the database fails.
pub fn judge_anew(tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
    let open = OpenGroups::load(tx.conn, teachers)?;
    let concerned: Vec<TeacherId> = open.teachers.iter().copied().collect();
    if concerned.is_empty() {
        return Ok(());
    }
    let units = load::all(tx.conn, &concerned)?;
    let all: BTreeSet<DuplicateGroupId> = open.members.keys().copied().collect();
    write(tx, &units.groups(), &open, &all)
}

/// Judges all units of teachers and opens their groups, as if each had just been entered.
///
/// # Errors
/// If the database fails.
pub fn judge(tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
    let units: LiveUnits = load::all(tx.conn, teachers)?;
    update(tx, &units.groups())
}

/// The open groups of some teachers.
#[derive(Default)]
struct OpenGroups {
    teachers: BTreeSet<TeacherId>,
    members: BTreeMap<DuplicateGroupId, BTreeSet<HourRecordId>>,
    of_record: HashMap<HourRecordId, DuplicateGroupId>,
}

impl OpenGroups {
    fn load(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<Self> {
        let mut open = Self::default();
        for chunk in teachers.chunks(CHUNK) {
            let members: Vec<(TeacherId, DuplicateGroupId, HourRecordId)> = duplicate_groups::table
                .inner_join(
                    duplicate_group_members::table.on(duplicate_group_members::group_id.eq(duplicate_groups::id)),
                )
                .filter(duplicate_groups::teacher_id.eq_any(chunk).and(duplicate_groups::status.eq(Status::Open)))
                .select((duplicate_groups::teacher_id, duplicate_groups::id, duplicate_group_members::hour_record_id))
                .load(conn)?;
            for (teacher, group, record) in members {
                open.teachers.insert(teacher);
                open.members.entry(group).or_default().insert(record);
                open.of_record.insert(record, group);
            }
        }
        Ok(open)
    }

    fn touching(&self, group: &Group) -> BTreeSet<DuplicateGroupId> {
        group.records.iter().filter_map(|id| self.of_record.get(id).copied()).collect()
    }
}

/// Writes groups over the open ones. Those that only `lapsing` names go on no longer.
fn write(tx: &mut Tx<'_>, groups: &[Group], open: &OpenGroups, lapsing: &BTreeSet<DuplicateGroupId>) -> Result<()> {
    let pending = pending_of(tx.conn, groups)?;
    let mut lapsed = lapsing.clone();
    let (mut opened, mut added, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let (mut waiting, mut free) = (Vec::new(), Vec::new());
    for group in groups {
        let waits: BTreeSet<HourRecordId> = group.waiting.intersection(&pending).copied().collect();
        let mut former = open.touching(group);
        if !waits.is_empty() {
            let id = former.pop_first();
            let members = id.and_then(|id| open.members.get(&id)).cloned().unwrap_or_default();
            let id = id.unwrap_or_else(|| {
                let id = DuplicateGroupId::from_uuid(Uuid::now_v7());
                opened.push((id, group.teacher_id));
                id
            });
            lapsed.remove(&id);
            let records: BTreeSet<HourRecordId> = group.records.iter().copied().collect();
            added.extend(records.difference(&members).map(|record| (id, *record)));
            left.extend(members.difference(&records).map(|record| (id, *record)));
        }
        lapsed.extend(former);
        free.extend(group.records.iter().copied().filter(|id| pending.contains(id) && !waits.contains(id)));
        waiting.extend(waits);
    }
    let still: BTreeSet<HourRecordId> = waiting.iter().copied().collect();
    for group in &lapsed {
        let members = open.members.get(group).into_iter().flatten();
        free.extend(members.copied().filter(|id| !still.contains(id)));
    }
    free.extend(left.iter().map(|(_, record)| *record).filter(|id| !still.contains(id)));
    insert(tx, &opened, &added)?;
    for (group, record) in left {
        let row = duplicate_group_members::table.find((group, record));
        diesel::delete(row).execute(tx.conn)?;
    }
    let lapsed: Vec<DuplicateGroupId> = lapsed.into_iter().collect();
    for chunk in lapsed.chunks(CHUNK) {
        diesel::update(duplicate_groups::table.filter(duplicate_groups::id.eq_any(chunk)))
            .set((duplicate_groups::status.eq(Status::Lapsed), duplicate_groups::decided_at.eq(Some(tx.now))))
            .execute(tx.conn)?;
    }
    holds::raise(tx, HourRecordHold::Suspected, &waiting)?;
    holds::lift(tx, HourRecordHold::Suspected, &free)
}

fn insert(
    tx: &mut Tx<'_>,
    opened: &[(DuplicateGroupId, TeacherId)],
    members: &[(DuplicateGroupId, HourRecordId)],
) -> Result<()> {
    let now: UtcTime = tx.now;
    for chunk in opened.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(id, teacher)| {
                (
                    duplicate_groups::id.eq(*id),
                    duplicate_groups::teacher_id.eq(*teacher),
                    duplicate_groups::status.eq(Status::Open),
                    duplicate_groups::opened_at.eq(now),
                )
            })
            .collect();
        on_connection!(tx.conn, connection => {
            diesel::insert_into(duplicate_groups::table).values(&rows).execute(connection)?
        });
    }
    for chunk in members.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(group, record)| {
                (duplicate_group_members::group_id.eq(*group), duplicate_group_members::hour_record_id.eq(*record))
            })
            .collect();
        on_connection!(tx.conn, connection => {
            diesel::insert_into(duplicate_group_members::table).values(&rows).execute(connection)?
        });
    }
    Ok(())
}

fn pending_of(conn: &mut DbConnection, groups: &[Group]) -> Result<BTreeSet<HourRecordId>> {
    let ids: Vec<HourRecordId> = groups.iter().flat_map(|group| group.records.iter().copied()).collect();
    let mut pending = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<HourRecordId> = hour_records::table
            .filter(hour_records::id.eq_any(chunk).and(hour_records::status.eq(HourRecordStatus::Pending)))
            .select(hour_records::id)
            .load(conn)?;
        pending.extend(found);
    }
    Ok(pending)
}

/// Stores the decision on open groups: which records are kept, and that none of them waits for it any longer.
///
/// # Errors
/// 409 if one of the groups is not open.
pub fn decide(
    tx: &mut Tx<'_>,
    groups: &[DuplicateGroupId],
    kept: &[HourRecordId],
    reason: Option<&str>,
    decided_by: UserId,
) -> Result<()> {
    let mut records = Vec::new();
    for chunk in groups.chunks(CHUNK) {
        // Locks the groups on PostgreSQL.
        let open = duplicate_groups::table
            .filter(duplicate_groups::id.eq_any(chunk).and(duplicate_groups::status.eq(Status::Open)));
        let decided = diesel::update(open)
            .set((
                duplicate_groups::status.eq(Status::Decided),
                duplicate_groups::reason.eq(reason),
                duplicate_groups::decided_at.eq(Some(tx.now)),
                duplicate_groups::decided_by.eq(Some(decided_by)),
            ))
            .execute(tx.conn)?;
        if decided != chunk.len() {
            return Err(ApiError::wrong_state("该组疑似重复已裁定或解除"));
        }
        let members = || duplicate_group_members::table.filter(duplicate_group_members::group_id.eq_any(chunk));
        let found: Vec<HourRecordId> = members().select(duplicate_group_members::hour_record_id).load(tx.conn)?;
        records.extend(found);
        diesel::update(members()).set(duplicate_group_members::kept.eq(Some(false))).execute(tx.conn)?;
        for kept in kept.chunks(CHUNK) {
            let rows = members().filter(duplicate_group_members::hour_record_id.eq_any(kept));
            diesel::update(rows).set(duplicate_group_members::kept.eq(Some(true))).execute(tx.conn)?;
        }
    }
    holds::lift(tx, HourRecordHold::Suspected, &records)
}
