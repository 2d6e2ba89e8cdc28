//! The printed sheet, for signatures or for the file.

use songjiao_types::{
    WireEnum,
    attendance::{AttendanceRow, AttendanceSheet},
};
use yew::prelude::*;

use super::marks::Marks;
use crate::{
    components::PrintSheet,
    format,
    i18n::{self, heading},
};

/// The two kinds of printed sheets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Printing {
    /// The names with space for signatures.
    Blank,
    /// The recorded marks.
    Filled,
}

/// The sheet on A4.
pub fn paper(sheet: &AttendanceSheet, marks: &Marks, what: Printing) -> Html {
    let blank = what == Printing::Blank;
    let mut facts = vec![
        t!("活动：{title}", title = sheet.title),
        t!("日期：{date}", date = format::long_date(sheet.held_on)),
        t!("学时：{hours}", hours = sheet.hours),
        t!("应到：{count} 人", count = sheet.entries.len()),
    ];
    let mut headings = vec![
        heading::<AttendanceRow>("teacher_name"),
        heading::<AttendanceRow>("teacher_no"),
        heading::<AttendanceRow>("organization_name"),
    ];
    let name = if blank {
        facts.push(t!("实到：　　　人").to_owned());
        headings.extend([t!("签到").into(), t!("签退").into()]);
        t!("签到表")
    } else {
        headings.push(heading::<AttendanceRow>("status"));
        t!("考勤表")
    };
    headings.push(heading::<AttendanceRow>("note"));
    let counts = marks.counts().into_iter();
    let sums = counts.map(|(status, count)| t!("{status} {count} 人", status = t!(status.label()), count));
    html! {
        <PrintSheet title={format!("{}{name}", sheet.project_title)} {facts} blank_columns={if blank { vec![3, 4] } else { vec![] }}
            {headings} rows={sheet.entries.iter().map(|row| line(row, marks, blank)).collect::<Vec<_>>()}
            sums={if blank { vec![] } else { sums.collect() }}
            signed={vec![t!("送培团队负责人（签字）：").to_owned(), t!("日期：　　　年　　月　　日").to_owned()]} />
    }
}

fn line(row: &AttendanceRow, marks: &Marks, blank: bool) -> Vec<AttrValue> {
    let mark = marks.get(row.enrollment_id);
    let mut cells =
        vec![row.teacher_name.clone().into(), row.teacher_no.clone().into(), row.organization_name.clone().into()];
    if blank {
        cells.extend(["".into(), "".into(), "".into()]);
    } else {
        cells.extend([mark.status.map_or("", i18n::label).into(), mark.note.into()]);
    }
    cells
}
