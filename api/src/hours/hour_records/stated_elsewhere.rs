//! Which records of other sources state exactly what rows of a file state, so that an export that is sent back changes
//! nothing.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Integer, Text},
};
use songjiao_types::{TeacherId, hour_records::HourRecordStatus};

use super::entry::Content;
use crate::{
    db::{DbConnection, schema::hour_records, types::DbUuid},
    error::Result,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 5000;

#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
struct Row {
    source: String,
    external_id: Option<String>,
    #[diesel(embed)]
    content: Content,
}

/// The live records of some teachers, years and sources.
#[derive(Default)]
pub struct StatedElsewhere(HashMap<TeacherId, Vec<Row>>);

impl StatedElsewhere {
    /// Loads the records that rows could repeat, each row with the source that it names.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load<'a>(conn: &mut DbConnection, rows: impl Iterator<Item = (&'a str, &'a Content)>) -> Result<Self> {
        let (mut teachers, mut years, mut sources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (source, content) in rows {
            teachers.insert(content.teacher_id);
            years.insert(content.training.training_year);
            sources.insert(source);
        }
        let teachers: Vec<TeacherId> = teachers.into_iter().collect();
        let years: Vec<i32> = years.into_iter().collect();
        let sources: Vec<&str> = sources.into_iter().collect();
        let mut found = Self::default();
        for chunk in teachers.chunks(CHUNK) {
            for row in load(conn, chunk, &years, &sources)? {
                found.0.entry(row.content.teacher_id).or_default().push(row);
            }
        }
        Ok(found)
    }

    /// Returns whether a record of the source states the same, under the same external id if the row has one.
    pub fn has(&self, source: &str, external_id: Option<&str>, content: &Content) -> bool {
        self.0.get(&content.teacher_id).into_iter().flatten().any(|row| {
            row.source == source
                && external_id.is_none_or(|id| row.external_id.as_deref() == Some(id))
                && content.is_stated_by(&row.content)
        })
    }
}

fn load(conn: &mut DbConnection, teachers: &[TeacherId], years: &[i32], sources: &[&str]) -> Result<Vec<Row>> {
    Ok(match conn {
        // Each teacher by itself: see `existing_records`.
        DbConnection::Postgres(connection) => sql_query(
            "SELECT found.* FROM unnest($1) AS wanted (id) CROSS JOIN LATERAL ( \
                 SELECT * FROM hour_records WHERE teacher_id = wanted.id AND training_year = ANY ($2) \
                   AND status IN ('pending', 'recognized') AND source = ANY ($3) OFFSET 0 \
             ) AS found",
        )
        .bind::<Array<DbUuid>, _>(teachers)
        .bind::<Array<Integer>, _>(years)
        .bind::<Array<Text>, _>(sources)
        .load(connection)?,
        DbConnection::Sqlite(connection) => hour_records::table
            .filter(hour_records::teacher_id.eq_any(teachers).and(hour_records::training_year.eq_any(years)))
            .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
            .filter(hour_records::source.eq_any(sources))
            .select(Row::as_select())
            .load(connection)?,
    })
}
