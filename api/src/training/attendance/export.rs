//! The attendance sheet as a file that can be filled in and imported.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use songjiao_types::{
    ActivityId, Column, Page, Tabular,
    attendance::{AttendanceRow, AttendanceSheet},
    column,
};

use super::store;
use crate::{auth::CurrentUser, db::DbConnection, error::Result};

/// A row of the file: a row of the sheet for one of its days, with its activity.
#[derive(Serialize)]
pub struct SheetRow {
    #[serde(skip)]
    activity: Arc<Activity>,
    #[serde(skip)]
    day: NaiveDate,
    #[serde(flatten)]
    row: AttendanceRow,
}

struct Activity {
    project_title: String,
    title: String,
}

/// Returns all rows of a sheet, a row for each day, as one page.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<Page<SheetRow>> {
    let AttendanceSheet { project_title, title, entries, .. } = store::find(conn, user, id)?;
    let activity = Arc::new(Activity { project_title, title });
    let of_days = |row: AttendanceRow| {
        let activity = Arc::clone(&activity);
        row.marks.clone().into_iter().map(move |mark| SheetRow {
            activity: Arc::clone(&activity),
            day: mark.day,
            row: AttendanceRow {
                status: mark.status,
                note: mark.note.clone(),
                recorded_at: mark.recorded_at,
                marks: vec![mark],
                ..row.clone()
            },
        })
    };
    Ok(Page::whole(entries.into_iter().flat_map(of_days).collect()))
}

impl Tabular for SheetRow {
    const NAME: &'static str = AttendanceRow::NAME;
    const FILE: &'static str = AttendanceRow::FILE;

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        let activity = [
            column("activity_project_title", "项目名称", 36, |row: &Self| {
                row.activity.project_title.as_str().into()
            }),
            column("activity_title", "活动名称", 30, |row: &Self| row.activity.title.as_str().into()),
            column("activity_held_on", "活动日期", 12, |row: &Self| row.day.into()),
        ];
        let sheet = AttendanceRow::columns(None).into_iter();
        let sheet = sheet.map(|own| column(own.key, own.name.clone(), own.width, move |row: &Self| own.cell(&row.row)));
        activity.into_iter().chain(sheet).collect()
    }
}
