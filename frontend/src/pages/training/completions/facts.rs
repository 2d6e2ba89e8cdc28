//! What completing leads to: blockers first, then the hours of each participant and member of the team.

use songjiao_types::{
    Hours,
    completions::{CompletionView, MissingMark, ParticipantHours},
};
use yew::prelude::*;

use crate::{
    components::{Link, Notice, Tone},
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

/// Who gets how many hours. Unusual rows come first.
pub fn hours(view: &CompletionView) -> Html {
    let mut rows: Vec<&ParticipantHours> = view.participants.iter().collect();
    rows.sort_by_key(|row| row.unusual.is_none());
    let attended: Hours = rows.iter().map(|row| row.attended).sum();
    html! {
        <>
            if !rows.is_empty() {
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">{ t!("学员学时") }</caption>
                        <thead>
                            <tr>
                                <th scope="col">{ t!("姓名") }</th>
                                <th scope="col" class="number">{ t!("应到学时") }</th>
                                <th scope="col" class="number">{ t!("缺勤学时") }</th>
                                <th scope="col" class="number">{ t!("获得学时") }</th>
                                <th scope="col">{ t!("需要留意") }</th>
                            </tr>
                        </thead>
                        <tbody>
                            { for rows.iter().map(|row| html! {
                                <tr key={row.enrollment_id.to_string()}>
                                    <th scope="row">{ &row.teacher_name }{ " " }<code class="muted small">{ &row.teacher_no }</code></th>
                                    <td class="number">{ row.held.to_string() }</td>
                                    <td class="number">{ row.missed.to_string() }</td>
                                    <td class="number">{ row.attended.to_string() }</td>
                                    <td>{ row.unusual.clone().unwrap_or_default() }</td>
                                </tr>
                            }) }
                        </tbody>
                        <tfoot>
                            <tr>
                                <th scope="row" colspan="3">{ t!("合计 {count} 人", count = rows.len()) }</th>
                                <td class="number">{ attended.to_string() }</td>
                                <td></td>
                            </tr>
                        </tfoot>
                    </table>
                </div>
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
