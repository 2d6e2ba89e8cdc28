//! The transactional outbox: changes that others read are written by the transaction that makes them,
//! and numbered under the lock that orders the commits. A reader that has read up to a number has
//! therefore missed nothing before it.

use diesel::{dsl::max, prelude::*, sql_query};
use songjiao_types::{Id, changes::ChangeType};
use uuid::Uuid;

use super::{
    DbConnection, on_connection,
    schema::outbox,
    types::{DbUuid, UtcTime},
};
use crate::error::{ApiError, Result};

/// Ids in one row: few rows for a large set, none of which is slow to read.
const ROW_IDS: usize = 1000;
/// Rows written by one statement.
const INSERT_CHUNK: usize = 100;

/// The changes of a transaction, not numbered yet.
#[derive(Default)]
pub(super) struct Outbox(Vec<PendingRow>);

/// Changes of one type, at least one.
struct PendingRow {
    kind: ChangeType,
    path: Option<String>,
    ids: Vec<Uuid>,
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewRow<'a> {
    last_seq: i64,
    first_seq: i64,
    #[diesel(column_name = type_)]
    kind: ChangeType,
    at: UtcTime,
    path: Option<&'a str>,
    ids: Vec<u8>,
}

impl Outbox {
    /// Appends changes, in order.
    pub fn push<T>(&mut self, kind: ChangeType, ids: impl IntoIterator<Item = Id<T>>) {
        for id in ids {
            match self.0.last_mut() {
                Some(row) if row.kind == kind && row.path.is_none() && row.ids.len() < ROW_IDS => {
                    row.ids.push(id.uuid());
                }
                _ => self.0.push(PendingRow { kind, path: None, ids: vec![id.uuid()] }),
            }
        }
    }

    /// Appends a deletion, with the path of the organization that the row belonged to.
    pub fn push_deleted<T>(&mut self, kind: ChangeType, id: Id<T>, path: String) {
        self.0.push(PendingRow { kind, path: Some(path), ids: vec![id.uuid()] });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Numbers and writes the changes. The caller holds the lock that orders the commits.
    pub fn write(self, conn: &mut DbConnection, at: UtcTime) -> Result<()> {
        let mut seq = head(conn)?;
        for chunk in self.0.chunks(INSERT_CHUNK) {
            let mut rows = Vec::with_capacity(chunk.len());
            for PendingRow { kind, path, ids } in chunk {
                let first_seq = seq + 1;
                seq += i64::try_from(ids.len()).map_err(ApiError::internal)?;
                rows.push(NewRow {
                    last_seq: seq,
                    first_seq,
                    kind: *kind,
                    at,
                    path: path.as_deref(),
                    ids: ids.iter().flat_map(|id| *id.as_bytes()).collect(),
                });
            }
            on_connection!(conn, connection => {
                diesel::insert_into(outbox::table).values(&rows).execute(connection)?
            });
        }
        Ok(())
    }
}

/// Returns the number of the last change; 0 if there is none.
///
/// # Errors
/// If the database fails.
pub fn head(conn: &mut DbConnection) -> Result<i64> {
    Ok(outbox::table.select(max(outbox::last_seq)).first::<Option<i64>>(conn)?.unwrap_or_default())
}

#[derive(QueryableByName)]
struct RowId {
    #[diesel(sql_type = DbUuid)]
    id: Id<()>,
}

/// Returns the ids of all rows that appear in the change feed, by the type of the change that created
/// them.
pub(super) fn existing_rows(conn: &mut DbConnection) -> Result<Vec<(ChangeType, Vec<Id<()>>)>> {
    // A parent's path sorts before its children's.
    let tables = [
        ("organizations", "path", ChangeType::OrganizationCreated),
        ("teachers", "id", ChangeType::TeacherCreated),
        ("projects", "id", ChangeType::ProjectCreated),
        ("enrollments", "id", ChangeType::EnrollmentCreated),
        ("hour_records", "id", ChangeType::HourRecordRecorded),
        ("lessons", "id", ChangeType::LessonCreated),
        ("certifications", "id", ChangeType::CertificationCreated),
    ];
    let ids = |(table, order, kind)| {
        let rows: Vec<RowId> = sql_query(format!("SELECT id FROM {table} ORDER BY {order}")).load(conn)?;
        Ok((kind, rows.into_iter().map(|row| row.id).collect()))
    };
    tables.into_iter().map(ids).collect()
}
