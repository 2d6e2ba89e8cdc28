//! Masks the ID numbers in texts that are older than the masking of input. The audit log and the hours ledger are
//! append-only and stay as they are.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use songjiao_types::id_numbers::mask_id_numbers;

use super::DbConnection;
use crate::error::Result;

/// The migration after which this runs, once.
pub(super) const MIGRATION: &str = "20260101000120";

/// Tables, their keys and their texts, codes left out.
const TEXTS: [(&str, &str, &[&str]); 20] = [
    ("organizations", "id", &["name"]),
    ("teachers", "id", &["name", "subject", "title"]),
    ("users", "id", &["name"]),
    ("policies", "id", &["note"]),
    ("teams", "id", &["name", "subject"]),
    ("team_members", "id", &["name", "institution"]),
    ("projects", "id", &["title", "subject", "theme", "school_theme", "research_topic", "conditions", "status_reason"]),
    ("phases", "id", &["skip_reason"]),
    ("activities", "id", &["title", "place", "description"]),
    ("deliverables", "id", &["title", "content", "url"]),
    ("enrollments", "id", &["reason"]),
    ("attendance", "id", &["note"]),
    ("exemptions", "id", &["reason"]),
    ("lessons", "id", &["title", "subject", "summary", "grade_comment"]),
    (
        "certifications",
        "id",
        &["teacher_name", "school_name", "lesson_title", "lesson_subject", "decision_reason", "revocation_reason"],
    ),
    ("certification_reviews", "id", &["comment"]),
    ("imports", "id", &["file_name", "errors", "unknown_columns", "message", "preview"]),
    ("import_failed_rows", "import_id", &["csv"]),
    ("api_keys", "id", &["name"]),
    ("webhooks", "id", &["name"]),
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    content: String,
}

/// Masks the numbers in all texts. A text that a constraint keeps from changing is logged and stays.
///
/// # Errors
/// If the database cannot be read.
pub(super) fn mask_all(conn: &mut DbConnection) -> Result<()> {
    for (table, key, columns) in TEXTS {
        for column in columns {
            mask_column(conn, table, key, column)?;
        }
    }
    Ok(())
}

fn mask_column(conn: &mut DbConnection, table: &str, key: &str, column: &str) -> Result<()> {
    let select =
        format!("SELECT CAST({key} AS TEXT) AS key, {column} AS content FROM {table} WHERE length({column}) >= 15");
    let update = match conn {
        DbConnection::Sqlite(_) => format!("UPDATE {table} SET {column} = ? WHERE {key} = ?"),
        DbConnection::Postgres(_) => format!("UPDATE {table} SET {column} = $1 WHERE {key} = CAST($2 AS uuid)"),
    };
    let rows: Vec<Row> = sql_query(select).load(conn)?;
    for Row { key, content } in rows {
        if let std::borrow::Cow::Owned(masked) = mask_id_numbers(&content) {
            let masked = sql_query(&update).bind::<Text, _>(masked).bind::<Text, _>(&key).execute(conn);
            if let Err(error) = masked {
                tracing::warn!(table, column, key, %error, "an ID number could not be masked");
            }
        }
    }
    Ok(())
}
