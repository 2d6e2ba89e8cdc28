//! What completing leads to: blockers first, then the hours of each participant and member of the team.

use songjiao_types::{
    Hours,
    completions::{CompletionView, MissingMark, ParticipantHours},
};
use yew::prelude::*;

use crate::{
    components::{Column, Link, Notice, RowTable, Tone, badge},
    route::Route,
};

/// Participants without a mark who are named on each sheet.
const NAMED: usize = 30;

/// A day of an activity, and the names of those who have no mark on it.
type OpenSheet<'a> = (&'a MissingMark, Vec<&'a str>);

/// Groups missing marks by activity and day, the earliest day first.
fn by_sheet(missing: &[MissingMark]) -> Vec<OpenSheet<'_>> {
    let mut sheets: Vec<OpenSheet<'_>> = Vec::new();
    for mark in missing {
        let known = sheets.iter_mut().find(|(of, _)| (of.activity_id, of.day) == (mark.activity_id, mark.day));
        match known {
            Some((_, names)) => names.push(&mark.teacher_name),
            None => sheets.push((mark, vec![&mark.teacher_name])),
        }
    }
    sheets.sort_by_key(|(of, _)| of.day);
    sheets
}

/// A sheet with who is missing on it, and the way there.
fn sheet((of, names): OpenSheet<'_>) -> Html {
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(t!("、"));
    html! {
        <li>
            <Link to={Route::Attendance { id: of.activity_id }}>{ format!("{} {}", of.day, of.title) }</Link>
            { t!("：") }{ named }
            if names.len() > NAMED { { t!("等 {count} 人", count = names.len()) } }
        </li>
    }
}

/// The activities that lie ahead and the missing marks.
pub fn blockers(view: &CompletionView) -> Html {
    html! {
        <>
            if !view.ahead.is_empty() {
                <Notice tone={Tone::Danger} title={t!("还有 {count} 场活动没有开展", count = view.ahead.len())}>
                    <ul class="bullets">
                        { for view.ahead.iter().map(|activity| html! {
                            <li>{ t!("“{title}”到 {day} 结束", title = activity.title, day = activity.ends_on) }</li>
                        }) }
                    </ul>
                    <p>{ t!("不再开展的，请先取消活动。") }</p>
                </Notice>
            }
            if !view.missing.is_empty() {
                <Notice tone={Tone::Danger} title={t!("还有 {count} 人次没有登记考勤", count = view.missing.len())}>
                    <ul class="bullets">{ for by_sheet(&view.missing).into_iter().map(sheet) }</ul>
                </Notice>
            }
        </>
    }
}

/// Who gets how many hours. Unusual rows come first. At a project's end, those who do not complete it get none.
pub fn hours(view: &CompletionView, at_end: bool) -> Html {
    let mut rows = view.participants.clone();
    rows.sort_by_key(|row| row.unusual.is_none());
    let columns = columns(&rows, at_end);
    html! {
        <>
            if !rows.is_empty() {
                <RowTable<ParticipantHours> caption={t!("学员学时")} {columns} {rows} />
            }
            if !view.deliverers.is_empty() {
                <p class="strong">{ t!("送培团队") }</p>
                <ul class="bullets">
                    { for view.deliverers.iter().map(|row| html! {
                        <li>{ t!("{name}　{hours} 学时", name = row.teacher_name, hours = row.hours) }</li>
                    }) }
                </ul>
            }
        </>
    }
}

fn columns(rows: &[ParticipantHours], at_end: bool) -> Vec<Column<ParticipantHours>> {
    let earned = move |row: &ParticipantHours| if at_end && !row.completes { Hours::ZERO } else { row.attended };
    let sum: Hours = rows.iter().map(earned).sum();
    let mut columns = vec![
        Column::new(t!("姓名"), |row: &ParticipantHours| {
            html! { <>{ &row.teacher_name }<div class="muted small"><code>{ &row.teacher_no }</code></div></> }
        })
        .head()
        .total(html! { t!("合计 {count} 人", count = rows.len()) }),
        Column::new(t!("应到学时"), |row: &ParticipantHours| html! { row.held.to_string() }).number(),
        Column::new(t!("缺勤学时"), |row: &ParticipantHours| html! { row.missed.to_string() }).number(),
        Column::new(t!("获得学时"), move |row: &ParticipantHours| html! { earned(row).to_string() })
            .number()
            .total(html! { sum.to_string() }),
    ];
    if at_end {
        columns.push(Column::new(t!("结果"), |row: &ParticipantHours| {
            if row.completes { badge(Tone::Success, t!("结业")) } else { badge(Tone::Danger, t!("未结业")) }
        }));
    }
    columns
        .push(Column::new(t!("需要留意"), |row: &ParticipantHours| html! { row.unusual.clone().unwrap_or_default() }));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_marks_are_named_by_sheet_the_earliest_first() {
        const ID: &str = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
        let mark = |day: &str, name: &str| MissingMark {
            activity_id: ID.parse().expect("an id"),
            title: "诊断听课".into(),
            day: day.parse().expect("a day"),
            enrollment_id: ID.parse().expect("an id"),
            teacher_name: name.into(),
        };
        let missing = [mark("2026-05-12", "李敏"), mark("2026-05-11", "李敏"), mark("2026-05-12", "赵静")];
        let sheets: Vec<(String, Vec<&str>)> =
            by_sheet(&missing).into_iter().map(|(of, names)| (of.day.to_string(), names)).collect();
        assert_eq!(sheets, [("2026-05-11".into(), vec!["李敏"]), ("2026-05-12".into(), vec!["李敏", "赵静"])]);
    }
}
