//! Reading the outbox: sets of changes are taken apart into single ones, each beside what changed.

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

/// What of the feed is wanted.
pub struct Wanted {
    /// The number of the last change that is known.
    pub after: i64,
    pub types: Vec<ChangeType>,
    /// Changes at most, told or not.
    pub limit: i64,
}

/// A change, numbered, before it is known whether the caller is told of it.
pub struct Numbered {
    pub seq: i64,
    pub kind: ChangeType,
    pub id: Uuid,
    pub at: UtcTime,
    /// Of the organization of what was deleted.
    pub path: Option<String>,
}

/// The changes after a place that the caller is told of.
///
/// # Errors
/// 409 where the place lies behind the last change: the database is not the one that the caller has
/// read from.
pub fn read(conn: &mut DbConnection, user: &CurrentUser, wanted: &Wanted) -> Result<ChangePage> {
    // Read first: nothing can come to stand before it any more.
    let head = head(conn)?;
    if wanted.after > head {
        let detail = format!("变更流只到 {head}：数据库可能从备份恢复过，请从 0 开始重新同步");
        return Err(ApiError::new(ErrorCode::Conflict).detail(detail));
    }
    let (numbered, next_after) = numbered(conn, wanted, head)?;
    let loaded = Loaded::load(conn, user, &numbered)?;
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

/// The next changes of the wanted types, and how far they reach.
fn numbered(conn: &mut DbConnection, wanted: &Wanted, head: i64) -> Result<(Vec<Numbered>, i64)> {
    type Row = (i64, i64, ChangeType, UtcTime, Option<String>, Vec<u8>);
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    // Every row has one change at least: one row more tells whether the page ends before the feed does.
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
