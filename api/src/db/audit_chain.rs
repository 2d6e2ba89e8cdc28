//! The hash chain of the audit log. Each entry's hash covers the hash of the entry before it, so an
//! altered, removed or inserted entry breaks the chain.

use std::fmt;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};
use sha2::{Digest, Sha256};
use songjiao_types::UserId;

use super::{DbConnection, hex, schema::audit_log, types::UtcTime};
use crate::error::Result;

/// Entries read by one statement.
const PAGE: i64 = 1000;

/// The fields of an entry that its hash covers, beside the hash of the entry before it.
pub(super) struct Link<'a> {
    pub seq: i64,
    pub at: UtcTime,
    pub user_id: Option<UserId>,
    pub username: &'a str,
    pub action: &'a str,
    pub entity: &'a str,
    pub entity_id: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    pub ip: &'a str,
    pub request_id: &'a str,
}

impl Link<'_> {
    /// Returns the SHA-256 of the entry in hexadecimal digits; `previous` is the hash of the entry
    /// before it.
    pub fn hash(&self, previous: &str) -> String {
        let at = chrono::DateTime::from(self.at).to_rfc3339();
        let user_id = self.user_id.map(|id| id.to_string()).unwrap_or_default();
        let seq = self.seq.to_string();
        let fields = [
            previous,
            &seq,
            &at,
            &user_id,
            self.username,
            self.action,
            self.entity,
            self.entity_id,
            self.before.unwrap_or_default(),
            self.after.unwrap_or_default(),
            self.ip,
            self.request_id,
        ];
        let mut digest = Sha256::new();
        for field in fields {
            digest.update(field.len().to_be_bytes());
            digest.update(field.as_bytes());
        }
        hex(&digest.finalize())
    }
}

#[derive(Queryable)]
struct ChainRow {
    seq: i64,
    at: UtcTime,
    user_id: Option<UserId>,
    username: String,
    action: String,
    entity: String,
    entity_id: String,
    before: Option<String>,
    after: Option<String>,
    ip: String,
    request_id: String,
    previous_hash: String,
    hash: String,
}

impl ChainRow {
    /// Returns whether the stored hash is the hash of the entry.
    fn hash_matches(&self) -> bool {
        let link = Link {
            seq: self.seq,
            at: self.at,
            user_id: self.user_id,
            username: &self.username,
            action: &self.action,
            entity: &self.entity,
            entity_id: &self.entity_id,
            before: self.before.as_deref(),
            after: self.after.as_deref(),
            ip: &self.ip,
            request_id: &self.request_id,
        };
        link.hash(&self.previous_hash) == self.hash
    }
}

/// The last entry of a chain. Removing entries from the end leaves no gap; comparing with a head that
/// was noted elsewhere reveals it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainHead {
    /// The number of the entry, which is also how many there are; 0 in an empty log.
    pub seq: i64,
    /// Its SHA-256 in hexadecimal digits.
    pub hash: String,
}

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tampering {
    /// Its content or its hash was changed.
    Altered,
    /// It is missing.
    Removed,
    /// It was added later.
    Inserted,
}

/// The first entry that breaks the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLink {
    /// The number of the entry.
    pub seq: i64,
    /// What happened to it.
    pub tampering: Tampering,
}

impl fmt::Display for BrokenLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.tampering {
            Tampering::Altered => "was altered",
            Tampering::Removed => "was removed",
            Tampering::Inserted => "was inserted",
        };
        write!(f, "entry {} of the audit log {what}", self.seq)
    }
}

/// Verifies the chain from its beginning, a page at a time. Returns its head, or the first entry that
/// breaks it.
///
/// # Errors
/// If the log cannot be read.
pub fn verify_chain(conn: &mut DbConnection) -> Result<Result<ChainHead, BrokenLink>> {
    let mut walk = Walk::default();
    // No lower bound, so that an entry inserted before the first is found too.
    let mut after = i64::MIN;
    loop {
        let rows: Vec<ChainRow> = audit_log::table
            .filter(audit_log::seq.gt(after))
            .order(audit_log::seq.asc())
            .limit(PAGE)
            .select((
                audit_log::seq,
                audit_log::at,
                audit_log::user_id,
                audit_log::username,
                audit_log::action,
                audit_log::entity,
                audit_log::entity_id,
                audit_log::before,
                audit_log::after,
                audit_log::ip,
                audit_log::request_id,
                audit_log::previous_hash,
                audit_log::hash,
            ))
            .load(conn)?;
        let Some(last) = rows.last() else { return Ok(Ok(walk.last)) };
        after = last.seq;
        for row in &rows {
            if let Err(broken) = walk.step(row) {
                return Ok(Err(broken));
            }
        }
    }
}

/// The verified part of the chain.
#[derive(Default)]
struct Walk {
    last: ChainHead,
    /// The hash of the entry before the last.
    before_last: String,
}

impl Walk {
    fn step(&mut self, row: &ChainRow) -> Result<(), BrokenLink> {
        let broken = |seq, tampering| Err(BrokenLink { seq, tampering });
        let next = self.last.seq + 1;
        let follows = row.previous_hash == self.last.hash;
        match row.seq {
            seq if seq < next => return broken(seq, Tampering::Inserted),
            // It continues the last entry's hash, so nothing ever stood between the two.
            seq if seq > next && follows => return broken(seq, Tampering::Inserted),
            seq if seq > next => return broken(next, Tampering::Removed),
            _ => {}
        }
        if !follows && self.last.seq > 0 {
            // It continues the entry before the last, so the last was inserted.
            if row.previous_hash == self.before_last {
                return broken(self.last.seq, Tampering::Inserted);
            }
            // It is intact and has another hash of the last entry, so the last was altered.
            if row.hash_matches() {
                return broken(self.last.seq, Tampering::Altered);
            }
        }
        if !follows || !row.hash_matches() {
            return broken(row.seq, Tampering::Altered);
        }
        let last = ChainHead { seq: row.seq, hash: row.hash.clone() };
        self.before_last = std::mem::replace(&mut self.last, last).hash;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, action: &str, previous: &str) -> ChainRow {
        let mut row = ChainRow {
            seq,
            at: chrono::Utc::now().into(),
            user_id: None,
            username: "system".to_owned(),
            action: action.to_owned(),
            entity: "note".to_owned(),
            entity_id: String::new(),
            before: None,
            after: None,
            ip: String::new(),
            request_id: String::new(),
            previous_hash: previous.to_owned(),
            hash: String::new(),
        };
        let link = Link {
            seq,
            at: row.at,
            user_id: None,
            username: &row.username,
            action: &row.action,
            entity: &row.entity,
            entity_id: "",
            before: None,
            after: None,
            ip: "",
            request_id: "",
        };
        row.hash = link.hash(previous);
        row
    }

    fn chain(entries: i64) -> Vec<ChainRow> {
        let mut rows: Vec<ChainRow> = Vec::new();
        for seq in 1..=entries {
            let previous = rows.last().map_or_else(String::new, |row| row.hash.clone());
            rows.push(row(seq, "create", &previous));
        }
        rows
    }

    fn walk(rows: &[ChainRow]) -> Result<(), BrokenLink> {
        let mut walk = Walk::default();
        rows.iter().try_for_each(|row| walk.step(row))
    }

    #[test]
    fn an_entry_altered_and_hashed_anew_is_named_by_the_one_after_it() {
        let mut rows = chain(5);
        assert_eq!(walk(&rows), Ok(()));
        rows[2] = row(3, "delete", &rows[1].hash);
        assert_eq!(walk(&rows), Err(BrokenLink { seq: 3, tampering: Tampering::Altered }));
    }

    #[test]
    fn an_entry_inserted_and_hashed_well_is_named_by_the_one_after_it() {
        let mut rows = chain(5);
        rows.insert(2, row(3, "create", &rows[1].hash));
        for (at, row) in rows.iter_mut().enumerate().skip(3) {
            row.seq = i64::try_from(at).unwrap_or_default() + 1;
        }
        assert_eq!(walk(&rows), Err(BrokenLink { seq: 3, tampering: Tampering::Inserted }));
    }

    #[test]
    fn an_entry_put_behind_a_gap_that_never_was_is_named() {
        let mut rows = chain(3);
        rows.push(row(9, "create", &rows[2].hash));
        assert_eq!(walk(&rows), Err(BrokenLink { seq: 9, tampering: Tampering::Inserted }));
    }
}
