use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use serde::Serialize;
use songjiao_types::{
    Id, UserId,
    changes::ChangeType,
    id_numbers::{mask_id_numbers, mask_owned},
};
use uuid::Uuid;

use super::{
    DbConnection, Effects,
    audit_chain::Link,
    instance,
    outbox::{self, Outbox},
    schema::audit_log,
    types::UtcTime,
};
use crate::error::{ApiError, Result};

/// Who makes a change, and from where, as the audit log records it.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user, if one is signed in.
    pub user_id: Option<UserId>,
    /// The user name at the time of the change.
    pub username: String,
    /// The client's address.
    pub ip: String,
    /// The id of the request.
    pub request_id: String,
}

impl Actor {
    /// Returns the program itself, for set-up and maintenance.
    pub fn system() -> Self {
        Self { user_id: None, username: "system".to_owned(), ip: String::new(), request_id: String::new() }
    }
}

/// A transaction that writes, with its audit log entries and its changes for the outbox. Both are
/// written just before the commit.
pub struct Tx<'c> {
    /// The connection in its transaction.
    pub conn: &'c mut DbConnection,
    /// The instant of everything that this transaction writes.
    pub now: UtcTime,
    /// Who makes the change.
    pub actor: Actor,
    /// The number of this process, if others may share the database.
    pub instance: Option<i32>,
    effects: &'c Effects,
    entries: Vec<Entry>,
    outbox: Outbox,
}

struct Entry {
    action: &'static str,
    entity: &'static str,
    entity_id: String,
    before: Option<String>,
    after: Option<String>,
}

impl<'c> Tx<'c> {
    /// Wraps a connection in which a transaction has begun.
    pub(super) fn new(
        conn: &'c mut DbConnection,
        actor: Actor,
        now: UtcTime,
        instance: Option<i32>,
        effects: &'c Effects,
    ) -> Self {
        Self { conn, now, actor, instance, effects, entries: Vec::new(), outbox: Outbox::default() }
    }

    /// Returns the user who makes the change.
    ///
    /// # Errors
    /// 401 if nobody is signed in.
    pub fn user_id(&self) -> Result<UserId> {
        self.actor.user_id.ok_or_else(ApiError::unauthenticated)
    }

    /// Returns the registered implementation of a trait, to be called in this transaction.
    ///
    /// # Errors
    /// 500 if none is registered.
    pub fn effects_of<T: ?Sized + 'static>(&self) -> Result<&'c T> {
        self.effects.of()
    }

    /// Returns whether the process that has claimed some work is gone.
    ///
    /// # Errors
    /// If the database fails.
    pub fn is_gone(&mut self, instance: Option<i32>) -> Result<bool> {
        instance.map_or(Ok(false), |id| instance::is_gone(self.conn, id))
    }

    /// Records a creation in the audit log.
    ///
    /// # Errors
    /// 500 if the state cannot be serialized.
    pub fn created(&mut self, entity: &'static str, id: impl ToString, after: &impl Serialize) -> Result<()> {
        self.audit("create", entity, id, None::<&()>, Some(after))
    }

    /// Records an update in the audit log.
    ///
    /// # Errors
    /// 500 if a state cannot be serialized.
    pub fn updated<T: Serialize>(
        &mut self,
        entity: &'static str,
        id: impl ToString,
        before: &T,
        after: &T,
    ) -> Result<()> {
        self.audit("update", entity, id, Some(before), Some(after))
    }

    /// Records a deletion in the audit log.
    ///
    /// # Errors
    /// 500 if the state cannot be serialized.
    pub fn deleted(&mut self, entity: &'static str, id: impl ToString, before: &impl Serialize) -> Result<()> {
        self.audit("delete", entity, id, Some(before), None::<&()>)
    }

    /// Records any other action in the audit log: `complete`, `recognize`, `sign_in` … ID numbers in texts are masked.
    ///
    /// # Errors
    /// 500 if a state cannot be serialized.
    pub fn audit(
        &mut self,
        action: &'static str,
        entity: &'static str,
        id: impl ToString,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<()> {
        let before = before.map(serde_json::to_string).transpose().map_err(ApiError::internal)?.map(mask_owned);
        let after = after.map(serde_json::to_string).transpose().map_err(ApiError::internal)?.map(mask_owned);
        self.entries.push(Entry { action, entity, entity_id: mask_owned(id.to_string()), before, after });
        Ok(())
    }

    /// Publishes changes of one type in the change feed, in order, when the transaction commits.
    pub fn publish<T>(&mut self, kind: ChangeType, ids: impl IntoIterator<Item = Id<T>>) {
        self.outbox.push(kind, ids);
    }

    /// Like [`Tx::publish`], for a row that is gone: the path of its organization decides who sees the
    /// change.
    pub fn publish_deleted<T>(&mut self, kind: ChangeType, id: Id<T>, path: String) {
        self.outbox.push_deleted(kind, id, path);
    }

    /// Publishes all rows of the database, for rows that were written without an outbox, except some
    /// that are published already.
    ///
    /// # Errors
    /// If the database fails.
    pub fn publish_everything(&mut self, except: &[Uuid]) -> Result<()> {
        for (kind, ids) in outbox::existing_rows(self.conn)? {
            self.publish(kind, ids.into_iter().filter(|id| !except.contains(&id.uuid())));
        }
        Ok(())
    }

    /// Appends to the outbox and to the audit log. Returns whether the outbox has changed.
    ///
    /// Called last, because on PostgreSQL the lock that orders the commits is held from here on.
    pub(super) fn flush_outbox_and_audit(&mut self) -> Result<bool> {
        let outbox = std::mem::take(&mut self.outbox);
        let changes = !outbox.is_empty();
        if !changes && self.entries.is_empty() {
            return Ok(false);
        }
        self.order_commits()?;
        outbox.write(self.conn, self.now)?;
        self.write_audit_log()?;
        Ok(changes)
    }

    /// Locks the outbox and the audit log against other writers until the commit. SQLite has a single
    /// writer anyway.
    ///
    /// # Errors
    /// If the database fails.
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
        let username = mask_id_numbers(&self.actor.username);
        for entry in std::mem::take(&mut self.entries) {
            seq += 1;
            let link = Link {
                seq,
                at: self.now,
                user_id: self.actor.user_id,
                username: &username,
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
                    audit_log::username.eq(&*username),
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
