//! What the slices share in writing their rows.

/// Inserts rows into a table with one statement per thousand, which stays below the bind limits of
/// both databases for tables of up to 32 columns.
macro_rules! insert_rows {
    ($conn:expr, $table:ident, $rows:expr) => {
        for chunk in $rows.chunks(1000) {
            $crate::db::on_connection!($conn, conn => diesel::insert_into($table::table).values(chunk).execute(conn)?);
        }
    };
}
pub(crate) use insert_rows;

/// Returns a text without the blanks around it, or `None` if it is blank.
pub fn trimmed(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns a field of an update with its text [`trimmed`]; a blank text clears the field.
pub fn trimmed_patch(text: Option<&Option<String>>) -> Option<Option<String>> {
    text.map(|text| trimmed(text.as_ref()))
}
