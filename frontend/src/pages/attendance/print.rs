//! The sheet on paper: to be signed at the door, or to be filed.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use songjiao_types::{
    WireEnum,
    attendance::{AttendanceRow, AttendanceSheet},
};
use yew::prelude::*;

use super::marks::Marks;
use crate::format;

/// What is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Printing {
    /// The names with room for signatures.
    Blank,
    /// What was recorded.
    Filled,
}

/// Prints the page, once what was just chosen is drawn.
pub fn print() {
    Timeout::new(60, || {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    })
    .forget();
}

/// What the paper says.
#[derive(Properties, PartialEq)]
pub struct PrintSheetProps {
    pub sheet: AttendanceSheet,
    pub marks: Rc<Marks>,
    pub what: Printing,
}

/// The sheet for A4, seen in print alone.
#[component]
pub fn PrintSheet(props: &PrintSheetProps) -> Html {
    let PrintSheetProps { sheet, marks, what } = props;
    let blank = *what == Printing::Blank;
    let heading = if blank { "签到表" } else { "考勤表" };
    html! {
        <section class="paper" aria-hidden="true">
            <h2>{ format!("{}{heading}", sheet.project_title) }</h2>
            <p class="paper__facts">
                <span>{ format!("活动：{}", sheet.title) }</span>
                <span>{ format!("日期：{}", format::long_date(sheet.held_on)) }</span>
                <span>{ format!("学时：{}", sheet.hours) }</span>
                <span>{ format!("应到：{} 人", sheet.entries.len()) }</span>
                if blank {
                    <span>{ "实到：　　　人" }</span>
                }
            </p>
            <table class="paper__table">
                <thead>
                    <tr>
                        <th>{ "序号" }</th><th>{ "姓名" }</th><th>{ "教师编号" }</th><th>{ "单位" }</th>
                        if blank {
                            <th class="paper__sign">{ "签到" }</th><th class="paper__sign">{ "签退" }</th>
                        } else {
                            <th>{ "考勤" }</th>
                        }
                        <th>{ "备注" }</th>
                    </tr>
                </thead>
                <tbody>{ for sheet.entries.iter().enumerate().map(|(index, row)| line(index, row, marks, blank)) }</tbody>
            </table>
            if !blank {
                <p class="paper__facts">
                    { for marks.counts().into_iter().map(|(status, count)| html! { <span>{ format!("{} {count} 人", status.label()) }</span> }) }
                </p>
            }
            <p class="paper__signed"><span>{ "送培团队负责人（签字）：" }</span><span>{ "日期：　　　年　　月　　日" }</span></p>
        </section>
    }
}

fn line(index: usize, row: &AttendanceRow, marks: &Marks, blank: bool) -> Html {
    let mark = marks.get(row.enrollment_id);
    html! {
        <tr>
            <td>{ index + 1 }</td><td>{ &row.teacher_name }</td><td>{ &row.teacher_no }</td><td>{ &row.organization_name }</td>
            if blank {
                <td /><td /><td />
            } else {
                <td>{ mark.status.map_or("", WireEnum::label) }</td><td>{ mark.note }</td>
            }
        </tr>
    }
}
