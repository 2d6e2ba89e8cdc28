//! Reads the outbox: splits sets of changes into single ones and adds the changed entities.

use diesel::prelude::*;
use songjiao_types::{
    ErrorCode,
    changes::{ChangePage, ChangeType, ChangeView},
};
use uuid::Uuid;

use super::data::Loaded;
use crate::{
    auth::CurrentUser,
    db::{DbConnection, outbox::head, schema::outbox, types::UtcTime},
    error::{ApiError, Result},
};

/// The requested part of the feed.
pub struct Wanted {
    /// The number of the last change that the caller has.
    pub after: i64,
    pub types: Vec<ChangeType>,
    /// The maximum number of changes, visible or not.
    pub limit: i64,
}

/// A numbered change that may not be visible to the caller.
struct Numbered {
    seq: i64,
    kind: ChangeType,
    id: Uuid,
    at: UtcTime,
    /// Of a deleted entity, the path of its organization.
    path: Option<String>,
}

/// Reads the changes after a position that are visible to the caller.
///
/// # Errors
/// 409 if the position is after the last change: the database is not the one that the caller has read.
pub fn read(conn: &mut DbConnection, user: &CurrentUser, wanted: &Wanted) -> Result<ChangePage> {
    // Read first: no later change gets a smaller number.
    let head = head(conn)?;
    if wanted.after > head {
        let detail = format!("变更流只到 {head}：数据库可能从备份恢复过，请从 0 开始重新同步");
        return Err(ApiError::new(ErrorCode::Conflict).detail(detail));
    }
    let (numbered, next_after) = numbered(conn, wanted, head)?;
    let existing = numbered.iter().filter(|change| change.path.is_none());
    let loaded = Loaded::load(conn, user, existing.map(|change| (change.kind.entity(), change.id)))?;
    let items = numbered
        .into_iter()
        .filter_map(|change| {
            let Numbered { seq, kind, id, at, path } = change;
            let data = match path {
                Some(path) if user.scope.contains(&path) => None,
                Some(_) => return None,
                None => Some(loaded.find(kind.entity(), id)?),
            };
            Some(ChangeView { seq, kind, id, at: at.into(), data })
        })
        .collect();
    Ok(ChangePage { items, next_after, head })
}

/// Returns the next changes of the requested types and the position up to which they reach.
fn numbered(conn: &mut DbConnection, wanted: &Wanted, head: i64) -> Result<(Vec<Numbered>, i64)> {
    type Row = (i64, i64, ChangeType, UtcTime, Option<String>, Vec<u8>);
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    // Every row has at least one change: one row more shows whether the feed goes on.
    let rows = outbox::table
        .filter(outbox::last_seq.gt(wanted.after).and(outbox::last_seq.le(head)))
        .filter(outbox::type_.eq_any(&wanted.types))
        .order(outbox::last_seq)
        .limit(wanted.limit + 1)
        .select((outbox::last_seq, outbox::first_seq, outbox::type_, outbox::at, outbox::path, outbox::ids))
        .load_iter::<Row, _>(conn)?;
    let mut found = Vec::new();
    for row in rows {
        let (_, first_seq, kind, at, path, ids) = row?;
        for (seq, id) in (first_seq..).zip(ids.chunks_exact(16)) {
            if seq <= wanted.after {
                continue;
            }
            if found.len() == limit {
                return Ok((found, seq - 1));
            }
            let id = Uuid::from_slice(id).map_err(ApiError::internal)?;
            found.push(Numbered { seq, kind, id, at, path: path.clone() });
        }
    }
    Ok((found, head))
}
