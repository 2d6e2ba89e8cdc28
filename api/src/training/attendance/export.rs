//! The attendance sheet as a file that can be filled in and imported.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use songjiao_types::{
    ActivityId, Column, Page, Tabular, WireEnum,
    attendance::{AttendanceRow, AttendanceSheet},
    column,
};

use super::store;
use crate::{auth::CurrentUser, db::DbConnection, error::Result};

/// A row of the file: a row of the sheet, with its activity.
#[derive(Serialize)]
pub struct SheetRow {
    #[serde(skip)]
    activity: Arc<Activity>,
    #[serde(flatten)]
    row: AttendanceRow,
}

struct Activity {
    project_title: String,
    title: String,
    held_on: NaiveDate,
}

/// Returns all rows of a sheet as one page.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<Page<SheetRow>> {
    let AttendanceSheet { project_title, title, held_on, entries, .. } = store::find(conn, user, id)?;
    let activity = Arc::new(Activity { project_title, title, held_on });
    let items = entries.into_iter().map(|row| SheetRow { activity: Arc::clone(&activity), row }).collect();
    Ok(Page::whole(items))
}

impl Tabular for SheetRow {
    const NAME: &'static str = "考勤表";
    const FILE: &'static str = "attendance";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("activity_project_title", "项目名称", 36, |row: &Self| {
                row.activity.project_title.as_str().into()
            }),
            column("activity_title", "活动名称", 30, |row: &Self| row.activity.title.as_str().into()),
            column("activity_held_on", "活动日期", 12, |row: &Self| row.activity.held_on.into()),
            column("teacher_no", "教师编号", 16, |row: &Self| row.row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.row.organization_name.as_str().into()),
            column("status", "考勤", 10, |row: &Self| row.row.status.map(WireEnum::label).into()),
            column("note", "备注", 24, |row: &Self| row.row.note.as_deref().into()),
            column("recorded_at", "登记时间", 20, |row: &Self| row.row.recorded_at.into()),
        ]
    }
}
