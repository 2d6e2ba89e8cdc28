//! The dialog that completes a phase or a project.

use std::collections::HashMap;

use songjiao_types::{
    EnrollmentId, Hours,
    completions::{CompletionView, ListedHours, Unmarked},
    enrollments::EnrollmentStatus,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::facts;
use crate::{
    api::{ApiError, Get},
    components::{Button, ButtonKind, Dialog, ErrorPanel, loaded},
    hooks::use_query,
};

/// What the user decided.
#[derive(Clone, Default, PartialEq)]
pub struct Answer {
    pub unmarked: Option<Unmarked>,
    pub reason: Option<String>,
    /// The hours of each participant of a project in which nothing was held.
    pub hours: Option<Vec<ListedHours>>,
}

/// Properties of [`CompletionDialog`].
#[derive(Properties, PartialEq)]
pub struct CompletionDialogProps {
    pub title: AttrValue,
    pub confirm: AttrValue,
    pub preview: Get<CompletionView>,
    /// The planned hours of a project, which are the hours listed at first where it lists them.
    #[prop_or_default]
    pub planned: Option<Hours>,
    /// Whether something else keeps it from being completed, which `children` say.
    #[prop_or_default]
    pub blocked: bool,
    pub busy: bool,
    pub error: Option<ApiError>,
    pub onconfirm: Callback<Answer>,
    pub oncancel: Callback<()>,
    #[prop_or_default]
    pub children: Html,
}

/// Asks before a phase or a project is completed, and shows what follows.
#[component]
pub fn CompletionDialog(props: &CompletionDialogProps) -> Html {
    let CompletionDialogProps { title, confirm, preview, planned, busy, error, onconfirm, oncancel, .. } = props;
    let load = use_query(Some(preview.clone()));
    let fill = use_state(|| false);
    let reason = use_state(String::new);
    let listed = use_state(HashMap::<EnrollmentId, String>::new);
    let view = load.value();
    let missing = view.is_some_and(|view| !view.missing.is_empty());
    let lists = planned.filter(|_| view.is_some_and(|view| view.nothing_held));
    let blocked = props.blocked
        || view.is_none_or(|view| !view.ahead.is_empty())
        || missing && (!*fill || reason.trim().is_empty());
    let submit = {
        let (fill, reason, listed) = (*fill && missing, reason.trim().to_owned(), (*listed).clone());
        let participants: Vec<EnrollmentId> = view.map(admitted).unwrap_or_default();
        onconfirm.reform(move |_: MouseEvent| {
            let hours = |planned: Hours, id: &EnrollmentId| {
                listed.get(id).and_then(|text| text.trim().parse::<Hours>().ok()).unwrap_or(planned)
            };
            let list = lists.map(|planned| {
                let entry = |id: &EnrollmentId| ListedHours { enrollment_id: *id, hours: hours(planned, id) };
                participants.iter().map(entry).collect::<Vec<_>>()
            });
            Answer {
                unmarked: fill.then_some(Unmarked::Absent),
                reason: fill.then(|| reason.clone()),
                hours: list.filter(|list| !list.is_empty()),
            }
        })
    };
    let footer = html! {
        <>
            <Button onclick={oncancel.reform(|_| ())}>{ t!("取消") }</Button>
            <Button kind={ButtonKind::Primary} busy={*busy} disabled={blocked} onclick={submit}>{ confirm }</Button>
        </>
    };
    let onfill = {
        let fill = fill.clone();
        Callback::from(move |event: Event| fill.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |event: InputEvent| reason.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    html! {
        <Dialog open=true wide=true {title} onclose={oncancel.clone()} {footer}>
            <div class="stack">
                if let Some(error) = error.clone() { <ErrorPanel {error} /> }
                { props.children.clone() }
                { loaded(&load, |view| html! {
                    <>
                        { facts::blockers(view) }
                        if missing {
                            <label class="pick">
                                <input type="checkbox" checked={*fill} onchange={onfill} />
                                <span>{ t!("没有登记的一律按缺勤登记") }</span>
                            </label>
                            if *fill {
                                <label class="stack">
                                    <span>{ t!("按缺勤登记的理由") }</span>
                                    <input type="text" maxlength="200" value={(*reason).clone()} oninput={onreason}
                                        placeholder={t!("如：签到表遗失，经核实未到")} aria-required="true" />
                                </label>
                            }
                        }
                        if let Some(planned) = lists { { list(view, planned, &listed) } } else { { facts::hours(view, planned.is_some()) } }
                    </>
                }) }
            </div>
        </Dialog>
    }
}

fn admitted(view: &CompletionView) -> Vec<EnrollmentId> {
    let rows = view.participants.iter().filter(|row| row.status == EnrollmentStatus::Admitted);
    rows.map(|row| row.enrollment_id).collect()
}

/// The hours of each participant, to be filled in.
fn list(view: &CompletionView, planned: Hours, listed: &UseStateHandle<HashMap<EnrollmentId, String>>) -> Html {
    let rows = view.participants.iter().filter(|row| row.status == EnrollmentStatus::Admitted);
    html! {
        <>
            <p>{ t!("项目没有开展过活动。请逐人列明学时，不超过固定时长 {planned} 学时；填 0 为未结业。", planned) }</p>
            <ul class="bare stack">
                { for rows.map(|row| {
                    let (id, listed) = (row.enrollment_id, listed.clone());
                    let value = listed.get(&id).cloned().unwrap_or_else(|| planned.to_string());
                    let oninput = Callback::from(move |event: InputEvent| {
                        let mut all = (*listed).clone();
                        all.insert(id, event.target_unchecked_into::<HtmlInputElement>().value());
                        listed.set(all);
                    });
                    html! {
                        <li key={id.to_string()}>
                            <label class="pick">
                                <input type="text" inputmode="decimal" size="6" {value} {oninput} />
                                <span>{ &row.teacher_name }{ " " }<code class="muted small">{ &row.teacher_no }</code></span>
                            </label>
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}
