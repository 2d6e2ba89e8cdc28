//! The transactional outbox: what others are told of is written by the transaction that does it, and
//! numbered under the lock that orders the commits, so that whoever has read up to a number has
//! missed nothing before it.

use diesel::{dsl::max, prelude::*, sql_query};
use songjiao_types::{Id, changes::ChangeType};
use uuid::Uuid;

use super::{
    DbConnection, Tx, on_connection,
    schema::outbox,
    types::{DbUuid, UtcTime},
};
use crate::error::{ApiError, Result};

/// Ids of one row: few rows for a large set, and none that is slow to read.
const ROW_IDS: usize = 1000;
/// Rows written by one statement.
const INSERT_CHUNK: usize = 100;

/// A row to be: changes of one type, one at least, not numbered yet.
pub(super) struct Announced {
    kind: ChangeType,
    path: Option<String>,
    ids: Vec<Uuid>,
}

impl Announced {
    fn takes_another(&self, kind: ChangeType) -> bool {
        self.kind == kind && self.path.is_none() && self.ids.len() < ROW_IDS
    }
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

impl Tx<'_> {
    /// Has others told of changes of some type, in this order, if the transaction commits.
    pub fn publish<T>(&mut self, kind: ChangeType, ids: impl IntoIterator<Item = Id<T>>) {
        for id in ids {
            match self.announced.last_mut() {
                Some(last) if last.takes_another(kind) => last.ids.push(id.uuid()),
                _ => self.announced.push(Announced { kind, path: None, ids: vec![id.uuid()] }),
            }
        }
    }

    /// As [`Tx::publish`], of a row that is gone then: the path of its organization says who is told.
    pub fn publish_deleted<T>(&mut self, kind: ChangeType, id: Id<T>, path: String) {
        self.announced.push(Announced { kind, path: Some(path), ids: vec![id.uuid()] });
    }

    /// Numbers and writes what was announced. The lock on the chain of the audit log is held.
    pub(super) fn write_outbox(&mut self) -> Result<()> {
        let announced = std::mem::take(&mut self.announced);
        let mut seq = head(self.conn)?;
        for sets in announced.chunks(INSERT_CHUNK) {
            let mut rows = Vec::with_capacity(sets.len());
            for Announced { kind, path, ids } in sets {
                let first_seq = seq + 1;
                seq += i64::try_from(ids.len()).map_err(ApiError::internal)?;
                rows.push(NewRow {
                    last_seq: seq,
                    first_seq,
                    kind: *kind,
                    at: self.now,
                    path: path.as_deref(),
                    ids: ids.iter().flat_map(|id| *id.as_bytes()).collect(),
                });
            }
            on_connection!(self.conn, connection => {
                diesel::insert_into(outbox::table).values(&rows).execute(connection)?
            });
        }
        Ok(())
    }

    /// Whether others are to be told of something.
    pub(super) fn announces(&self) -> bool {
        !self.announced.is_empty()
    }
}

/// The number of the last change; 0 where there is none.
pub fn head(conn: &mut DbConnection) -> Result<i64> {
    Ok(outbox::table.select(max(outbox::last_seq)).first::<Option<i64>>(conn)?.unwrap_or_default())
}

/// Whether nobody was ever told of anything.
pub(super) fn is_empty(conn: &mut DbConnection) -> Result<bool> {
    Ok(head(conn)? == 0)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = DbUuid)]
    id: Id<()>,
}

/// Announces all rows that are there: what a database held before it had an outbox, or what was
/// written past it. Those named in `but` are known already.
pub fn publish_everything(tx: &mut Tx<'_>, but: &[Uuid]) -> Result<()> {
    // A parent's path comes before those of its children.
    for (table, order, kind) in [
        ("organizations", "path", ChangeType::OrganizationCreated),
        ("teachers", "id", ChangeType::TeacherCreated),
        ("projects", "id", ChangeType::ProjectCreated),
        ("enrollments", "id", ChangeType::EnrollmentCreated),
        ("hour_records", "id", ChangeType::HourRecordRecorded),
        ("lessons", "id", ChangeType::LessonCreated),
        ("certifications", "id", ChangeType::CertificationCreated),
    ] {
        let rows: Vec<Found> = sql_query(format!("SELECT id FROM {table} ORDER BY {order}")).load(tx.conn)?;
        tx.publish(kind, rows.into_iter().map(|row| row.id).filter(|id| !but.contains(&id.uuid())));
    }
    Ok(())
}
