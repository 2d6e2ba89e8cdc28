use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use serde::Serialize;
use songjiao_types::UserId;

use super::{DbConnection, chain::Link, instance, outbox::Announced, schema::audit_log, types::UtcTime};
use crate::error::{ApiError, Result};

/// Who changes something, and from where: what the audit log says of them.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user_id: Option<UserId>,
    pub username: String,
    pub ip: String,
    pub request_id: String,
}

impl Actor {
    /// The program itself, when it sets up or tidies.
    pub fn system() -> Self {
        Self { user_id: None, username: "system".to_owned(), ip: String::new(), request_id: String::new() }
    }
}

/// A transaction that writes: its connection, its time, its entries in the audit log and what
/// others are told of, which are written just before the commit.
pub struct Tx<'c> {
    pub conn: &'c mut DbConnection,
    /// The one time of everything that this transaction does.
    pub now: UtcTime,
    pub actor: Actor,
    /// This process, where others may share the database.
    pub instance: Option<i32>,
    entries: Vec<Entry>,
    pub(super) announced: Vec<Announced>,
}

struct Entry {
    action: &'static str,
    entity: &'static str,
    entity_id: String,
    before: Option<String>,
    after: Option<String>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut DbConnection, actor: Actor, now: UtcTime, instance: Option<i32>) -> Self {
        Self { conn, now, actor, instance, entries: Vec::new(), announced: Vec::new() }
    }

    /// The user who makes the change.
    ///
    /// # Errors
    /// Where nobody is signed in.
    pub fn user_id(&self) -> Result<UserId> {
        self.actor.user_id.ok_or_else(ApiError::unauthenticated)
    }

    /// Whether a process that has taken something on is gone.
    pub fn is_gone(&mut self, instance: Option<i32>) -> Result<bool> {
        instance.map_or(Ok(false), |id| instance::is_gone(self.conn, id))
    }

    /// Notes a creation.
    pub fn created(&mut self, entity: &'static str, id: impl ToString, after: &impl Serialize) -> Result<()> {
        self.note("create", entity, id, None::<&()>, Some(after))
    }

    /// Notes an update.
    pub fn updated<T: Serialize>(
        &mut self,
        entity: &'static str,
        id: impl ToString,
        before: &T,
        after: &T,
    ) -> Result<()> {
        self.note("update", entity, id, Some(before), Some(after))
    }

    /// Notes a deletion.
    pub fn deleted(&mut self, entity: &'static str, id: impl ToString, before: &impl Serialize) -> Result<()> {
        self.note("delete", entity, id, Some(before), None::<&()>)
    }

    /// Notes anything else: `complete`, `recognize`, `sign_in` …
    pub fn note(
        &mut self,
        action: &'static str,
        entity: &'static str,
        id: impl ToString,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<()> {
        let json = |value: String| Some(value);
        let before = before.map(serde_json::to_string).transpose().map_err(ApiError::internal)?.and_then(json);
        let after = after.map(serde_json::to_string).transpose().map_err(ApiError::internal)?.and_then(json);
        self.entries.push(Entry { action, entity, entity_id: id.to_string(), before, after });
        Ok(())
    }

    /// Appends to the outbox and to the chain of the audit log. Last of all, because on PostgreSQL
    /// the lock that orders them is held from here to the commit. Whether others are told of
    /// something.
    pub(super) fn seal(&mut self) -> Result<bool> {
        if self.entries.is_empty() && !self.announces() {
            return Ok(false);
        }
        self.order_commits()?;
        let announces = self.announces();
        self.write_outbox()?;
        self.write_audit_log()?;
        Ok(announces)
    }

    /// From here to the commit nobody else writes to the outbox and the audit log. SQLite has one
    /// writer anyway.
    pub fn order_commits(&mut self) -> Result<()> {
        if let DbConnection::Postgres(connection) = self.conn {
            connection.batch_execute("SELECT pg_advisory_xact_lock(82, 2017)")?;
        }
        Ok(())
    }

    fn write_audit_log(&mut self) -> Result<()> {
        let (mut seq, mut previous_hash) = audit_log::table
            .order(audit_log::seq.desc())
            .select((audit_log::seq, audit_log::hash))
            .first::<(i64, String)>(self.conn)
            .optional()?
            .unwrap_or_default();
        for entry in std::mem::take(&mut self.entries) {
            seq += 1;
            let link = Link {
                seq,
                at: self.now,
                user_id: self.actor.user_id,
                username: &self.actor.username,
                action: entry.action,
                entity: entry.entity,
                entity_id: &entry.entity_id,
                before: entry.before.as_deref(),
                after: entry.after.as_deref(),
                ip: &self.actor.ip,
                request_id: &self.actor.request_id,
            };
            let hash = link.hash(&previous_hash);
            diesel::insert_into(audit_log::table)
                .values((
                    audit_log::seq.eq(seq),
                    audit_log::at.eq(self.now),
                    audit_log::user_id.eq(self.actor.user_id),
                    audit_log::username.eq(&self.actor.username),
                    audit_log::action.eq(entry.action),
                    audit_log::entity.eq(entry.entity),
                    audit_log::entity_id.eq(&entry.entity_id),
                    audit_log::before.eq(&entry.before),
                    audit_log::after.eq(&entry.after),
                    audit_log::ip.eq(&self.actor.ip),
                    audit_log::request_id.eq(&self.actor.request_id),
                    audit_log::previous_hash.eq(&previous_hash),
                    audit_log::hash.eq(&hash),
                ))
                .execute(self.conn)?;
            previous_hash = hash;
        }
        Ok(())
    }
}

/// Bytes as small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
