//! Brings the texts that are older than their normal form into it: once, after the migration that introduces it, in one
//! transaction, with an entry in the audit log that says how many values changed. The audit log itself stays as it is.

use std::{borrow::Cow, collections::BTreeMap};

use diesel::{
    Connection, QueryableByName, RunQueryDsl,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_query,
    sql_types::{BigInt, Text},
};
use serde::Serialize;
use songjiao_types::{
    CertificationId, Id, LessonId, OrganizationId, ProjectId, TeacherId, changes::ChangeType, normal,
};

use super::{Actor, Database, DbConnection, Tx, outbox, types::DbUuid};
use crate::error::Result;

/// The name of the step in `data_migrations`.
const STEP: &str = "normal_text";

type Form = fn(&str) -> Cow<'_, str>;

/// Tables with their texts by form: lines, free text and codes. The codes of organizations stay, since the paths of all
/// organizations below depend on them; they have been ASCII from the first.
const TEXTS: [(&str, &[&str], &[&str], &[&str]); 18] = [
    ("organizations", &["name"], &[], &[]),
    ("teachers", &["name", "subject", "title"], &[], &["teacher_no"]),
    ("users", &["name"], &[], &["username"]),
    ("policies", &[], &["note"], &["certificate_prefix"]),
    ("teams", &["name", "subject"], &[], &[]),
    ("team_members", &["name", "institution"], &[], &[]),
    (
        "projects",
        &["title", "subject", "theme", "school_theme", "research_topic"],
        &["conditions", "status_reason"],
        &[],
    ),
    ("phases", &[], &["skip_reason"], &[]),
    ("activities", &["title", "place"], &["description"], &[]),
    ("deliverables", &["title"], &["content"], &[]),
    ("enrollments", &[], &["reason"], &[]),
    ("attendance", &[], &["note"], &[]),
    ("exemptions", &[], &["reason"], &[]),
    ("lessons", &["title", "subject"], &["summary", "grade_comment"], &[]),
    (
        "certifications",
        &["teacher_name", "school_name", "lesson_title", "lesson_subject"],
        &["decision_reason", "revocation_reason"],
        &["number"],
    ),
    ("certification_reviews", &[], &["comment"], &[]),
    ("api_keys", &["name"], &[], &[]),
    ("webhooks", &["name"], &[], &[]),
];

/// What the step has done.
#[derive(Debug, Default, Serialize)]
pub struct NormalTextReport {
    /// The changed values by column, `teachers.name`.
    pub changed: BTreeMap<String, usize>,
    /// The values that stay, because another row has them in their normal form.
    pub kept: Vec<String>,
}

impl NormalTextReport {
    /// Counts changed values of a column.
    pub fn add_changed(&mut self, column: &str, count: usize) {
        if count > 0 {
            *self.changed.entry(column.to_owned()).or_default() += count;
        }
    }
}

/// Implemented by the area of hours, whose ledger accepts no updates and whose keys are made from texts; registered by
/// `app`.
pub trait LedgerTexts: Send + Sync {
    /// Brings the texts of hour records into their normal form, with the keys that are made from them.
    ///
    /// # Errors
    /// Those of the implementation; the transaction is then rolled back.
    fn normalize(&self, tx: &mut Tx<'_>, report: &mut NormalTextReport) -> Result<()>;
}

#[derive(QueryableByName)]
struct Content {
    #[diesel(sql_type = Text)]
    content: String,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = DbUuid)]
    id: Id<()>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Database {
    /// Runs the step if it has not run yet.
    ///
    /// # Errors
    /// If the database fails; nothing is written then.
    pub(super) fn normalize_texts(&self, connection: &mut DbConnection) -> Result<()> {
        if is_done(connection)? {
            return Ok(());
        }
        let report = self.transaction(connection, Actor::system(), |tx| {
            // Another process may have done it meanwhile.
            tx.order_commits()?;
            if is_done(tx.conn)? {
                return Ok((NormalTextReport::default(), false));
            }
            let report = normalize(tx)?;
            let done = "INSERT INTO data_migrations (name, completed_at) VALUES ($1, CURRENT_TIMESTAMP)";
            sql_query(done).bind::<Text, _>(STEP).execute(tx.conn)?;
            Ok((report, true))
        })?;
        for (column, count) in &report.changed {
            tracing::info!(column, count, "texts were brought into their normal form");
        }
        for text in &report.kept {
            tracing::warn!(text, "a text stays, because another row has its normal form");
        }
        Ok(())
    }
}

fn is_done(conn: &mut DbConnection) -> Result<bool> {
    let count = sql_query("SELECT count(*) AS count FROM data_migrations WHERE name = $1");
    Ok(count.bind::<Text, _>(STEP).get_result::<Count>(conn)?.count > 0)
}

fn normalize(tx: &mut Tx<'_>) -> Result<NormalTextReport> {
    let mut report = NormalTextReport::default();
    // Without a feed so far, everything is published later.
    let publish = outbox::head(tx.conn)? > 0;
    for (table, lines, prose, codes) in TEXTS {
        let forms: [(&[&str], Form); 3] = [(lines, normal::line), (prose, normal::paragraphs), (codes, normal::code)];
        let mut changed = Vec::new();
        for (columns, form) in forms {
            for column in columns {
                changed.extend(normalize_column(tx.conn, (table, column), form, &mut report)?);
            }
        }
        changed.sort_unstable_by_key(|id| id.uuid());
        changed.dedup();
        if publish {
            publish_changes(tx, table, &changed);
        }
    }
    tx.effects_of::<dyn LedgerTexts>()?.normalize(tx, &mut report)?;
    if !report.changed.is_empty() || !report.kept.is_empty() {
        tx.audit("normalize_texts", "database", "", None::<&()>, Some(&report))?;
    }
    Ok(report)
}

/// Brings the texts of a column into their form and returns the rows that have changed. What is derived from a name is
/// filled anew.
fn normalize_column(
    conn: &mut DbConnection,
    (table, column): (&str, &str),
    form: Form,
    report: &mut NormalTextReport,
) -> Result<Vec<Id<()>>> {
    let derived = match (table, column) {
        ("teachers", "name") => ", initials = NULL, sort_key = NULL",
        ("users", "name") => ", sort_key = NULL",
        ("organizations", "name") | ("projects", "title") => ", initials = NULL",
        _ => "",
    };
    let select = format!("SELECT DISTINCT {column} AS content FROM {table} WHERE {column} IS NOT NULL");
    let rows = format!("SELECT id FROM {table} WHERE {column} = $1");
    let update = format!("UPDATE {table} SET {column} = $1{derived} WHERE {column} = $2");
    let mut changed = Vec::new();
    for Content { content } in sql_query(select).load::<Content>(conn)? {
        let Cow::Owned(normal) = form(&content) else { continue };
        if normal.is_empty() {
            continue;
        }
        let ids: Vec<Key> = sql_query(&rows).bind::<Text, _>(&content).load(conn)?;
        // A savepoint, since PostgreSQL ends a transaction at the first error.
        let updated = conn
            .transaction(|conn| sql_query(&update).bind::<Text, _>(&normal).bind::<Text, _>(&content).execute(conn));
        match updated {
            Ok(count) => {
                report.add_changed(&format!("{table}.{column}"), count);
                changed.extend(ids.into_iter().map(|key| key.id));
            }
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                report.kept.push(format!("{table}.{column}: {content}"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(changed)
}

fn publish_changes(tx: &mut Tx<'_>, table: &str, changed: &[Id<()>]) {
    let ids = changed.iter().map(|id| id.uuid());
    match table {
        "organizations" => tx.publish(ChangeType::OrganizationUpdated, ids.map(OrganizationId::from_uuid)),
        "teachers" => tx.publish(ChangeType::TeacherUpdated, ids.map(TeacherId::from_uuid)),
        "projects" => tx.publish(ChangeType::ProjectUpdated, ids.map(ProjectId::from_uuid)),
        "lessons" => tx.publish(ChangeType::LessonUpdated, ids.map(LessonId::from_uuid)),
        "certifications" => tx.publish(ChangeType::CertificationUpdated, ids.map(CertificationId::from_uuid)),
        _ => {}
    }
}
