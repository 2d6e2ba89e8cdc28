//! The spells of a teacher on a line of time, with what may be done about them.

use chrono::NaiveDate;
use songjiao_types::{Permission, TeacherId, appointments::AppointmentView, teachers::TeacherView};
use yew::prelude::*;

use super::{
    badges::{badges, end_reason, tone},
    reason_form::{ConfirmForm, WithdrawForm},
    spell_form::{CorrectForm, CreateForm},
    transfer::TransferDialog,
};
use crate::{
    api::appointments::{list_former_appointments, list_teacher_appointments},
    components::{
        Button, ButtonKind, Column, Dialog, IconName, OrganizationLink, RowTable, Timeline, TimelineEvent, Tone, loaded,
    },
    format,
    hooks::{both, set_to, use_query},
    session::use_session,
};

/// Properties of [`Appointments`].
#[derive(Properties, PartialEq)]
pub struct AppointmentsProps {
    pub teacher: TeacherView,
    /// Called after a change.
    pub onchanged: Callback<()>,
}

/// What a dialog asks.
#[derive(Clone, PartialEq)]
enum Asked {
    Transfer,
    Create,
    Correct(AppointmentView),
    Withdraw(AppointmentView),
    Confirm(AppointmentView),
}

/// The spells, the earliest first.
#[component]
pub fn Appointments(props: &AppointmentsProps) -> Html {
    let AppointmentsProps { teacher, onchanged } = props;
    let session = use_session();
    let load = use_query(Some(list_teacher_appointments(teacher.id)));
    let asked = use_state(|| None::<Asked>);
    let history = use_state(|| false);
    let close = set_to(&asked, None);
    let done = both(&set_to(&asked, None), &both(&load.reload, onchanged));
    let may = session.can(Permission::TeachersWrite);
    let confirms = session.can(Permission::AppointmentsConfirm);
    let ask = {
        let asked = asked.setter();
        Callback::from(move |question: Asked| asked.set(Some(question)))
    };
    html! {
        <>
            { loaded(&load, |appointments| html! {
                <Timeline label={t!("任职经历")} events={events(appointments, may, confirms, &ask)} />
            }) }
            <p class="timeline__actions">
                if may {
                    <Button icon={IconName::Building} onclick={ask.reform(|_| Asked::Transfer)}>{ t!("调动") }</Button>
                    <Button icon={IconName::Plus} onclick={ask.reform(|_| Asked::Create)}>{ t!("新增任职") }</Button>
                }
                <Button kind={ButtonKind::Quiet} onclick={set_to(&history, !*history)}>
                    { if *history { t!("收起更正记录") } else { t!("更正与撤回记录") } }
                </Button>
            </p>
            if *history { <Former teacher={teacher.id} /> }
            <TransferDialog open={*asked == Some(Asked::Transfer)} teachers={vec![teacher.id]} who={t!("“{name}”", name = teacher.name)}
                ondone={done.clone()} onclose={close.clone()} />
            <Dialog open={asked.as_ref().is_some_and(|asked| *asked != Asked::Transfer)} title={title(asked.as_ref())} onclose={close.clone()}>
                { form(asked.as_ref(), teacher.id, &done, &close) }
            </Dialog>
        </>
    }
}

fn title(asked: Option<&Asked>) -> &'static str {
    match asked {
        Some(Asked::Create) => t!("新增任职"),
        Some(Asked::Correct(_)) => t!("更正任职"),
        Some(Asked::Withdraw(_)) => t!("撤回任职"),
        Some(Asked::Confirm(_)) => t!("确认任职"),
        Some(Asked::Transfer) | None => "",
    }
}

fn form(asked: Option<&Asked>, teacher: TeacherId, done: &Callback<()>, close: &Callback<()>) -> Html {
    let (ondone, oncancel) = (done.clone(), close.clone());
    match asked {
        Some(Asked::Create) => html! { <CreateForm {teacher} {ondone} {oncancel} /> },
        Some(Asked::Correct(appointment)) => {
            html! { <CorrectForm appointment={appointment.clone()} {ondone} {oncancel} /> }
        }
        Some(Asked::Withdraw(appointment)) => {
            html! { <WithdrawForm appointment={appointment.clone()} {ondone} {oncancel} /> }
        }
        Some(Asked::Confirm(appointment)) => {
            html! { <ConfirmForm appointment={appointment.clone()} {ondone} {oncancel} /> }
        }
        Some(Asked::Transfer) | None => Html::default(),
    }
}

/// The spells with the gaps between them, in order of time.
fn events(rows: &[AppointmentView], may: bool, confirms: bool, ask: &Callback<Asked>) -> Vec<TimelineEvent> {
    let today = format::today();
    let mut rows: Vec<&AppointmentView> = rows.iter().collect();
    rows.sort_by_key(|row| (row.starts_on, row.recorded_at));
    let mut events = Vec::new();
    let mut covered_to: Option<NaiveDate> = None;
    for row in rows {
        if let Some((first, last)) = covered_to.and_then(|last| gap(last, row.starts_on)) {
            events.push(TimelineEvent {
                at: format::period(Some(first), Some(last)).into(),
                title: t!("不在任职期间").into(),
                detail: Html::default(),
                tone: Tone::Neutral,
            });
        }
        covered_to = row.ends_on.or(Some(NaiveDate::MAX)).max(covered_to);
        events.push(TimelineEvent {
            at: format::period(Some(row.starts_on), row.ends_on).into(),
            title: row.organization.name.clone().into(),
            detail: detail(row, today, may, confirms, ask),
            tone: tone(row, today),
        });
    }
    events
}

/// The days between a last day and the next first day, if there are any.
fn gap(last: NaiveDate, next: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = (last.succ_opt()?, next.pred_opt()?);
    (first <= last).then_some((first, last))
}

fn detail(row: &AppointmentView, today: NaiveDate, may: bool, confirms: bool, ask: &Callback<Asked>) -> Html {
    let button = |text: &'static str, question: Asked| {
        let onclick = ask.reform(move |_: MouseEvent| question.clone());
        let name = t!("{text}：{name}", text, name = row.organization.name);
        html! { <Button kind={ButtonKind::Quiet} {onclick} label={name}>{ text }</Button> }
    };
    html! {
        <>
            <p>{ badges(row, today) }{ " " }<span class="muted">{ end_reason(row) }</span></p>
            if let Some(reason) = &row.reason { <p class="muted small">{ t!("说明：{reason}", reason) }</p> }
            if may {
                <p class="timeline__actions">
                    if confirms && !row.confirmed { { button(t!("确认"), Asked::Confirm(row.clone())) } }
                    { button(t!("更正"), Asked::Correct(row.clone())) }
                    if confirms || !row.confirmed { { button(t!("撤回"), Asked::Withdraw(row.clone())) } }
                </p>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FormerProps {
    teacher: TeacherId,
}

/// The statements that were corrected or taken back.
#[component]
fn Former(props: &FormerProps) -> Html {
    let load = use_query(Some(list_former_appointments(props.teacher)));
    loaded(&load, |page| {
        if page.items.is_empty() {
            return html! { <p class="muted">{ t!("没有更正或撤回过的任职。") }</p> };
        }
        html! { <RowTable<AppointmentView> caption={t!("更正与撤回记录")} columns={columns()} rows={page.items.clone()} /> }
    })
}

fn columns() -> Vec<Column<AppointmentView>> {
    vec![
        Column::field("organization_name", |row: &AppointmentView| {
            html! { <OrganizationLink id={row.organization.id} name={row.organization.name.clone()} /> }
        })
        .head(),
        Column::new(t!("任职时间"), |row: &AppointmentView| html! { format::period(Some(row.starts_on), row.ends_on) }),
        Column::field(
            "confirmed",
            |row: &AppointmentView| html! { { if row.confirmed { t!("是") } else { t!("否") } } },
        ),
        Column::field("recorded_at", |row: &AppointmentView| html! { format::date_time(row.recorded_at) }).unbroken(),
        Column::field("retired_at", |row: &AppointmentView| {
            html! { row.retired_at.map(format::date_time).unwrap_or_default() }
        })
        .unbroken(),
        Column::field(
            "retired_reason",
            |row: &AppointmentView| html! { row.retired_reason.clone().unwrap_or_default() },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_has_at_least_one_day() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let between = |last: &str, next: &str| gap(day(last), day(next));
        assert_eq!(between("2024-08-31", "2024-09-01"), None);
        assert_eq!(between("2024-06-30", "2024-07-02"), Some((day("2024-07-01"), day("2024-07-01"))));
        assert_eq!(gap(NaiveDate::MAX, day("2024-07-02")), None);
    }
}
