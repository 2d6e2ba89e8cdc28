//! Loads the live units of teachers, and what persons decided about them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Integer},
};
use songjiao_types::{
    DuplicateGroupId, HourRecordId, Hours, ImportId, ProjectId, TeacherId,
    duplicate_groups::{DuplicateGround, DuplicateGroupStatus},
    hour_records::{HourRecordStatus, PROJECT_SOURCE},
};

use super::{
    live_record::{LiveRecord, UnitKey},
    live_units::LiveUnits,
    rules::DUPLICATE,
};
use crate::{
    db::{
        DbConnection,
        schema::{duplicate_group_members, duplicate_groups, hour_records},
        types::{DbUuid, UtcTime},
    },
    error::Result,
};

/// Teachers in one statement.
const CHUNK: usize = 5000;
/// All training years.
const EVER: (i32, i32) = (0, 9999);

/// A live record of the ledger.
#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
struct Row {
    id: HourRecordId,
    teacher_id: TeacherId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    title: String,
    institution: String,
    source: String,
    project_id: Option<ProjectId>,
    import_id: Option<ImportId>,
    created_at: UtcTime,
    former_id: Option<HourRecordId>,
    status: HourRecordStatus,
}

impl Row {
    fn live(&self) -> LiveRecord<'_> {
        LiveRecord {
            id: self.id,
            teacher_id: self.teacher_id,
            training_year: self.training_year,
            days: (self.starts_on, self.ends_on),
            hours: self.hours,
            title: &self.title,
            institution: &self.institution,
            source: &self.source,
            project_id: self.project_id,
            issued: self.source == PROJECT_SOURCE,
            import_id: self.import_id,
            created_at: self.created_at,
            former_id: self.former_id,
            recognized: self.status == HourRecordStatus::Recognized,
        }
    }
}

/// Adds the units with which hours of the given teachers and training years may be compared, as far as they are missing:
/// those of all these years and of the years beside them.
///
/// # Errors
/// If the database fails.
pub fn add_years(
    conn: &mut DbConnection,
    units: &mut LiveUnits,
    wanted: impl Iterator<Item = (TeacherId, i32)>,
) -> Result<()> {
    let (mut teachers, mut years) = (BTreeSet::new(), BTreeSet::new());
    for (teacher, year) in wanted {
        teachers.insert(teacher);
        years.insert(year);
    }
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Ok(()) };
    // One span for all teachers of a batch: few statements.
    let span = (first - 1, last + 1);
    let unknown: Vec<TeacherId> = teachers.iter().copied().filter(|teacher| !units.knows(*teacher)).collect();
    decisions(conn, units, &unknown)?;
    let mut missing: BTreeMap<(i32, i32), Vec<TeacherId>> = BTreeMap::new();
    for teacher in teachers {
        for years in units.missing_years(teacher, span) {
            missing.entry(years).or_default().push(teacher);
        }
    }
    for (years, teachers) in missing {
        records(conn, units, &teachers, years)?;
    }
    Ok(())
}

/// Returns all live units of teachers.
///
/// # Errors
/// If the database fails.
pub fn all(conn: &mut DbConnection, teachers: &[TeacherId]) -> Result<LiveUnits> {
    let mut units = LiveUnits::default();
    decisions(conn, &mut units, teachers)?;
    records(conn, &mut units, teachers, EVER)?;
    Ok(units)
}

/// Adds the live records of teachers in a span of training years, in order of entry.
fn records(
    conn: &mut DbConnection,
    units: &mut LiveUnits,
    teachers: &[TeacherId],
    (from, to): (i32, i32),
) -> Result<()> {
    for chunk in teachers.chunks(CHUNK) {
        let rows: Vec<Row> = match conn {
            // See `existing_records`: a join would filter the whole table while its statistics are old.
            DbConnection::Postgres(connection) => sql_query(
                "SELECT found.* FROM unnest($1) AS wanted (id) CROSS JOIN LATERAL ( \
                     SELECT * FROM hour_records WHERE teacher_id = wanted.id AND training_year BETWEEN $2 AND $3 \
                       AND status IN ('pending', 'recognized') OFFSET 0 \
                 ) AS found ORDER BY found.id",
            )
            .bind::<Array<DbUuid>, _>(chunk)
            .bind::<Integer, _>(from)
            .bind::<Integer, _>(to)
            .load(connection)?,
            DbConnection::Sqlite(connection) => hour_records::table
                .filter(hour_records::teacher_id.eq_any(chunk).and(hour_records::training_year.between(from, to)))
                .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
                .order(hour_records::id)
                .select(Row::as_select())
                .load(connection)?,
        };
        for row in &rows {
            units.add(&row.live());
        }
    }
    Ok(())
}

/// A record of a decided group.
#[derive(Queryable)]
struct Member {
    group: DuplicateGroupId,
    reason: Option<String>,
    teacher: TeacherId,
    record: HourRecordId,
    former: Option<HourRecordId>,
    source: String,
    project: Option<ProjectId>,
    status: HourRecordStatus,
    kept: Option<bool>,
}

impl Member {
    fn unit(&self) -> UnitKey {
        match self.project {
            Some(project) if self.source == PROJECT_SOURCE => UnitKey::Project(project),
            _ => UnitKey::Record(self.former.unwrap_or(self.record)),
        }
    }
}

/// Takes note of which units persons kept apart, and of the projects against whose hours they decided. A decision against
/// a project holds while something that was kept in its stead is live.
fn decisions(conn: &mut DbConnection, units: &mut LiveUnits, teachers: &[TeacherId]) -> Result<()> {
    for chunk in teachers.chunks(CHUNK) {
        let members: Vec<Member> = duplicate_group_members::table
            .inner_join(duplicate_groups::table.on(duplicate_groups::id.eq(duplicate_group_members::group_id)))
            .inner_join(hour_records::table.on(hour_records::id.eq(duplicate_group_members::hour_record_id)))
            .filter(duplicate_groups::teacher_id.eq_any(chunk))
            .filter(duplicate_groups::status.eq(DuplicateGroupStatus::Decided))
            .order((duplicate_groups::decided_at, duplicate_groups::id))
            .select((
                duplicate_groups::id,
                duplicate_groups::reason,
                duplicate_groups::teacher_id,
                hour_records::id,
                hour_records::former_id,
                hour_records::source,
                hour_records::project_id,
                hour_records::status,
                duplicate_group_members::kept,
            ))
            .load(conn)?;
        for group in members.chunk_by(|a, b| a.group == b.group) {
            let kept: Vec<&Member> = group.iter().filter(|member| member.kept == Some(true)).collect();
            let keys: BTreeSet<UnitKey> = kept.iter().map(|member| member.unit()).collect();
            for key in &keys {
                for other in keys.iter().filter(|other| *other > key) {
                    units.keep_apart(group[0].teacher, *key, *other);
                }
            }
            let stands = kept.iter().any(|member| member.status.is_live());
            for member in group {
                if let UnitKey::Project(project) = member.unit() {
                    let reason = (member.kept == Some(false) && stands)
                        .then(|| member.reason.clone().unwrap_or_else(|| DUPLICATE.to_owned()));
                    units.refuse(member.teacher, project, reason);
                }
            }
        }
    }
    Ok(())
}

/// Returns why the units of each group are suspected. Their records may have ended since.
///
/// # Errors
/// If the database fails.
pub fn grounds<Kept>(
    conn: &mut DbConnection,
    groups: &BTreeMap<DuplicateGroupId, BTreeMap<HourRecordId, Kept>>,
) -> Result<BTreeMap<DuplicateGroupId, BTreeSet<DuplicateGround>>> {
    let ids: Vec<HourRecordId> = groups.values().flat_map(|members| members.keys().copied()).collect();
    let mut rows: BTreeMap<HourRecordId, Row> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<Row> =
            hour_records::table.filter(hour_records::id.eq_any(chunk)).select(Row::as_select()).load(conn)?;
        rows.extend(found.into_iter().map(|row| (row.id, row)));
    }
    let grounds = groups.iter().map(|(group, members)| {
        let mut units = LiveUnits::default();
        members.keys().filter_map(|id| rows.get(id)).for_each(|row| units.add(&row.live()));
        (*group, units.grounds())
    });
    Ok(grounds.collect())
}
