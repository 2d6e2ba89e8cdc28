//! What completing leads to: blockers first, then the hours of each participant and member of the team.

use songjiao_types::{
    Hours,
    completions::{CompletionView, ParticipantHours},
};
use yew::prelude::*;

use crate::components::{Notice, Tone};

/// Missing marks that are named.
const NAMED: usize = 8;

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
                    <ul class="bullets">
                        { for view.missing.iter().take(NAMED).map(|mark| html! {
                            <li>{ t!("{name}　{day}　{title}", name = mark.teacher_name, day = mark.day, title = mark.title) }</li>
                        }) }
                    </ul>
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
