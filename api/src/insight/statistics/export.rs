//! The completion as a file, with a row for each group.

use serde::Serialize;
use songjiao_types::{
    Cell, Column, Page, Tabular, WireEnum, column,
    statistics::{CompletionBy, CompletionItem, CompletionView},
};

/// A group, with the columns that all groups share.
#[derive(Serialize)]
pub struct CompletionRow {
    training_year: i32,
    by: CompletionBy,
    #[serde(flatten)]
    item: CompletionItem,
}

/// Turns a completion into the rows of its file.
pub fn rows(view: CompletionView) -> Page<CompletionRow> {
    let CompletionView { training_year, by, items, .. } = view;
    Page::whole(items.into_iter().map(|item| CompletionRow { training_year, by, item }).collect())
}

impl Tabular for CompletionRow {
    const NAME: &'static str = "年度学时达标";
    const FILE: &'static str = "completion";

    fn columns(first: Option<&Self>) -> Vec<Column<Self>> {
        let by = first.map_or(CompletionBy::Organization, |row| row.by);
        vec![
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("label", by.label(), 30, |row: &Self| row.item.label.as_str().into()),
            column("teachers", "教师数", 10, |row: &Self| row.item.teachers.into()),
            column("met", "已达标", 10, |row: &Self| row.item.met.into()),
            column("short", "未达标", 12, |row: &Self| row.item.short.into()),
            column("rate", "达标率（%）", 12, |row: &Self| row.item.rate.map_or(Cell::Empty, Cell::Percent)),
            column("required_hours", "应修学时", 12, |row: &Self| row.item.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.item.recognized_hours.into()),
        ]
    }
}
