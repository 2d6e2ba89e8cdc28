//! The completion as a file: a row for each group.

use serde::Serialize;
use songjiao_types::{
    Page, WireEnum,
    statistics::{CompletionBy, CompletionItem, CompletionView},
};

use crate::http::export::{Cell, Column, Exported, column};

/// A group, with what the file says of all of them.
#[derive(Serialize)]
pub struct CompletionRow {
    training_year: i32,
    by: CompletionBy,
    #[serde(flatten)]
    item: CompletionItem,
}

pub fn rows(view: CompletionView) -> Page<CompletionRow> {
    let CompletionView { training_year, by, items, .. } = view;
    Page::whole(items.into_iter().map(|item| CompletionRow { training_year, by, item }).collect())
}

impl Exported for CompletionRow {
    const NAME: &'static str = "年度学时达标";
    const FILE: &'static str = "completion";

    fn columns(first: Option<&Self>) -> Vec<Column<Self>> {
        let by = first.map_or(CompletionBy::Organization, |row| row.by);
        vec![
            column("培训年度", 10, |row: &Self| row.training_year.into()),
            column(by.label(), 30, |row: &Self| row.item.label.as_str().into()),
            column("教师数", 10, |row: &Self| row.item.teachers.into()),
            column("已达标", 10, |row: &Self| row.item.met.into()),
            column("未达标", 12, |row: &Self| row.item.short.into()),
            column("达标率（%）", 12, |row: &Self| row.item.rate.map_or(Cell::Empty, Cell::Percent)),
            column("应修学时", 12, |row: &Self| row.item.required_hours.into()),
            column("已认定学时", 12, |row: &Self| row.item.recognized_hours.into()),
        ]
    }
}
