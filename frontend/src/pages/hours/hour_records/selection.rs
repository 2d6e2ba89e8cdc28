//! Recognition of several records at once. Records that cannot be recognised are reported, the others are recognised.

use std::collections::HashSet;

use songjiao_types::{
    HourRecordId, Hours,
    hour_records::{HourRecordView, RecognizeHourRecords},
};
use yew::prelude::*;

use super::common::title_link;
use crate::{
    api::{ApiResult, Client, errors_by_item, hour_records::recognize_hour_records},
    components::{Button, ButtonKind, ConfirmDialog, IconName, Notice, Tone, use_toasts},
    hooks::{set_to, use_action},
};

/// Records that were not recognised, each with the reason.
pub type Unrecognized = Vec<(HourRecordView, String)>;

/// Properties of [`Selection`].
#[derive(Properties, PartialEq)]
pub struct SelectionProps {
    /// The selectable records of the page.
    pub pending: Vec<HourRecordView>,
    pub selected: HashSet<HourRecordId>,
    pub onselect: Callback<HashSet<HourRecordId>>,
    /// Gets the records that were not recognised.
    pub onunrecognized: Callback<Unrecognized>,
    pub reload: Callback<()>,
}

/// The number of selected records, and the actions on them.
#[component]
pub fn Selection(props: &SelectionProps) -> Html {
    let SelectionProps { pending, selected, onselect, onunrecognized, reload } = props;
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let chosen: Vec<&HourRecordView> = pending.iter().filter(|row| selected.contains(&row.id)).collect();
    let (count, hours) = (chosen.len(), chosen.iter().map(|row| row.hours).sum::<Hours>());
    let recognize = {
        let (asking, reload, onselect, onunrecognized) =
            (asking.clone(), reload.clone(), onselect.clone(), onunrecognized.clone());
        use_action(recognize_possible, move |outcome: ApiResult<Outcome>| {
            asking.set(false);
            match outcome {
                Ok(Outcome { recognized, hours, unrecognized }) => {
                    if recognized > 0 {
                        toasts.success(t!("已认定 {recognized} 条记录，共 {hours} 学时", recognized, hours));
                    }
                    onselect.emit(HashSet::new());
                    onunrecognized.emit(unrecognized);
                }
                Err(error) => toasts.failure(&error),
            }
            reload.emit(());
        })
    };
    let confirm = {
        let rows: Vec<HourRecordView> = chosen.iter().map(|row| (*row).clone()).collect();
        recognize.run.reform(move |()| rows.clone())
    };
    let all = {
        let ids: HashSet<HourRecordId> = pending.iter().map(|row| row.id).collect();
        onselect.reform(move |_: MouseEvent| ids.clone())
    };
    let none = onselect.reform(|_: MouseEvent| HashSet::new());
    html! {
        <div class="selection" role="group" aria-label={t!("批量认定")}>
            <p aria-live="polite">
                { t!("本页有 {pending} 条待认定", pending = pending.len()) }
                if count > 0 { <strong>{ t!("，已选 {count} 条，共 {hours} 学时", count, hours) }</strong> }
            </p>
            if count < pending.len() { <Button kind={ButtonKind::Quiet} onclick={all}>{ t!("全选本页待认定") }</Button> }
            if count > 0 {
                <Button kind={ButtonKind::Quiet} onclick={none}>{ t!("取消选择") }</Button>
                <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>{ t!("认定所选") }</Button>
            }
            <ConfirmDialog open={*asking} title={t!("认定所选的 {count} 条记录？", count)} confirm={t!("认定")} danger=false
                busy={recognize.busy} onconfirm={confirm} oncancel={set_to(&asking, false)}>
                <p>{ t!("共 {hours} 学时。认定后计入教师的年度学时和五年学分，只能以作废更正。", hours) }</p>
            </ConfirmDialog>
        </div>
    }
}

struct Outcome {
    recognized: usize,
    hours: Hours,
    unrecognized: Unrecognized,
}

/// Recognises all records that can be recognised. The API accepts all or none and names the obstacles, so the request
/// is repeated without them.
async fn recognize_possible(client: Client, rows: Vec<HourRecordView>) -> ApiResult<Outcome> {
    let ids: Vec<HourRecordId> = rows.iter().map(|row| row.id).collect();
    let outcome = recognize_hour_records(&client, &RecognizeHourRecords { ids: ids.clone(), reason: None }).await;
    let mut faults = match &outcome {
        Ok(()) => return Ok(Outcome { recognized: rows.len(), hours: sum(&rows), unrecognized: Unrecognized::new() }),
        Err(error) => errors_by_item(error.field_errors(), "/ids/", &ids),
    };
    if faults.is_empty() {
        outcome?;
    }
    let (unrecognized, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| faults.contains_key(&row.id));
    if !rest.is_empty() {
        let ids = rest.iter().map(|row| row.id).collect();
        recognize_hour_records(&client, &RecognizeHourRecords { ids, reason: None }).await?;
    }
    let unrecognized = unrecognized
        .into_iter()
        .map(|row| (faults.remove(&row.id).unwrap_or_default(), row))
        .map(|(why, row)| (row, why));
    Ok(Outcome { recognized: rest.len(), hours: sum(&rest), unrecognized: unrecognized.collect() })
}

fn sum(rows: &[HourRecordView]) -> Hours {
    rows.iter().map(|row| row.hours).sum()
}

/// Reports the records that were not recognised until the user dismisses the report.
pub fn not_recognized(unrecognized: &Unrecognized, onread: Callback<()>) -> Html {
    if unrecognized.is_empty() {
        return Html::default();
    }
    html! {
        <Notice tone={Tone::Warning} title={t!("{count} 条记录没有认定", count = unrecognized.len())}>
            <ul>
                { for unrecognized.iter().map(|(row, why)| html! {
                    <li>{ &row.teacher_name }{ t!("：") }{ title_link(row) }{ t!("：") }{ why }</li>
                }) }
            </ul>
            <Button onclick={onread.reform(|_| ())}>{ t!("知道了") }</Button>
        </Notice>
    }
}
