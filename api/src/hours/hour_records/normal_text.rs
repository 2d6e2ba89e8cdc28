//! The texts of hour records that are older than their normal form. The spelling changes and nothing else: the record
//! states what it stated, so no change is published.

use std::{borrow::Cow, collections::HashMap};

use chrono::NaiveDate;
use diesel::{
    Connection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_query,
    sql_types::Text,
};
use songjiao_types::{HourRecordId, TeacherId, normal};

use super::entry::natural_key_of;
use crate::{
    db::{DbConnection, LedgerTexts, NormalTextReport, Tx, schema::hour_records},
    error::Result,
};

/// Texts per statement.
const CHUNK: usize = 500;

/// The step for the ledger.
pub struct LedgerSpelling;

/// A record whose title, institution or external id has another normal form.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hour_records)]
struct Record {
    id: HourRecordId,
    teacher_id: TeacherId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    title: String,
    institution: String,
    external_id: Option<String>,
    source_key: String,
}

impl LedgerTexts for LedgerSpelling {
    fn normalize(&self, tx: &mut Tx<'_>, report: &mut NormalTextReport) -> Result<()> {
        let titles: Vec<String> = hour_records::table.select(hour_records::title).distinct().load(tx.conn)?;
        let institutions: Vec<String> =
            hour_records::table.select(hour_records::institution).distinct().load(tx.conn)?;
        let ids: Vec<String> = hour_records::table
            .filter(hour_records::external_id.is_not_null())
            .select(hour_records::external_id.assume_not_null())
            .distinct()
            .load(tx.conn)?;
        let reasons: Vec<String> = hour_records::table
            .filter(hour_records::status_reason.is_not_null())
            .select(hour_records::status_reason.assume_not_null())
            .distinct()
            .load(tx.conn)?;
        let titles = other_forms(titles, normal::line);
        let institutions = other_forms(institutions, normal::line);
        let ids = other_forms(ids, normal::code);
        let reasons = other_forms(reasons, normal::paragraphs);
        if [&titles, &institutions, &ids, &reasons].iter().all(|forms| forms.is_empty()) {
            return Ok(());
        }
        let mut records: HashMap<HourRecordId, Record> = HashMap::new();
        for chunk in chunks(&titles) {
            let found = hour_records::table.filter(hour_records::title.eq_any(chunk));
            collect(&mut records, found.select(Record::as_select()).load(tx.conn)?);
        }
        for chunk in chunks(&institutions) {
            let found = hour_records::table.filter(hour_records::institution.eq_any(chunk));
            collect(&mut records, found.select(Record::as_select()).load(tx.conn)?);
        }
        for chunk in chunks(&ids) {
            let found = hour_records::table.filter(hour_records::external_id.eq_any(chunk.into_iter().map(Some)));
            collect(&mut records, found.select(Record::as_select()).load(tx.conn)?);
        }
        without_triggers(tx.conn, |conn| {
            for record in records.into_values() {
                update(conn, record, report)?;
            }
            for (reason, normal) in &reasons {
                let rows = hour_records::table.filter(hour_records::status_reason.eq(reason));
                let count = diesel::update(rows).set(hour_records::status_reason.eq(normal)).execute(conn)?;
                report.add_changed("hour_records.status_reason", count);
            }
            Ok(())
        })
    }
}

/// Returns the texts whose normal form differs, with this form.
fn other_forms(texts: Vec<String>, form: fn(&str) -> Cow<'_, str>) -> HashMap<String, String> {
    let other = texts.into_iter().filter_map(|text| {
        let normal = match form(&text) {
            Cow::Owned(normal) if !normal.is_empty() => normal,
            _ => return None,
        };
        Some((text, normal))
    });
    other.collect()
}

fn chunks(forms: &HashMap<String, String>) -> Vec<Vec<&String>> {
    let texts: Vec<&String> = forms.keys().collect();
    texts.chunks(CHUNK).map(<[&String]>::to_vec).collect()
}

fn collect(records: &mut HashMap<HourRecordId, Record>, found: Vec<Record>) {
    records.extend(found.into_iter().map(|record| (record.id, record)));
}

fn update(conn: &mut DbConnection, before: Record, report: &mut NormalTextReport) -> Result<()> {
    let title = normal::line(&before.title);
    let institution = normal::line(&before.institution);
    let external_id = before.external_id.as_deref().map(normal::code);
    let natural = |title: &str, institution: &str| {
        natural_key_of(before.teacher_id, before.training_year, title, institution, (before.starts_on, before.ends_on))
    };
    let source_key = if before.source_key == natural(&before.title, &before.institution) {
        natural(&title, &institution)
    } else if Some(&before.source_key) == before.external_id.as_ref() {
        external_id.as_deref().unwrap_or_default().to_owned()
    } else {
        before.source_key.clone()
    };
    let updated = conn.transaction(|conn| {
        diesel::update(hour_records::table.find(before.id))
            .set((
                hour_records::title.eq(&*title),
                hour_records::institution.eq(&*institution),
                hour_records::external_id.eq(external_id.as_deref()),
                hour_records::source_key.eq(&source_key),
            ))
            .execute(conn)
    });
    match updated {
        Ok(_) => {
            report.add_changed("hour_records.title", usize::from(title != before.title));
            report.add_changed("hour_records.institution", usize::from(institution != before.institution));
            report.add_changed(
                "hour_records.external_id",
                usize::from(external_id.as_deref() != before.external_id.as_deref()),
            );
            Ok(())
        }
        // Two live records that state the same: a duplicate, for a person to decide.
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            report.kept.push(format!("hour_records.title: {} ({})", before.title, before.id));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// Runs a change without the triggers that keep the ledger append-only, and restores them.
fn without_triggers(conn: &mut DbConnection, change: impl FnOnce(&mut DbConnection) -> Result<()>) -> Result<()> {
    if matches!(conn, DbConnection::Postgres(_)) {
        conn.batch_execute("ALTER TABLE hour_records DISABLE TRIGGER USER")?;
        change(conn)?;
        return Ok(conn.batch_execute("ALTER TABLE hour_records ENABLE TRIGGER USER")?);
    }
    let triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hour_records'";
    let triggers: Vec<Trigger> = sql_query(triggers).load(conn)?;
    for Trigger { name, .. } in &triggers {
        conn.batch_execute(&format!("DROP TRIGGER {name}"))?;
    }
    change(conn)?;
    for Trigger { sql, .. } in &triggers {
        conn.batch_execute(sql)?;
    }
    Ok(())
}
