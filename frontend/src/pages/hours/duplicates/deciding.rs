//! The decision on a group.

use songjiao_types::{
    HourRecordId, Hours,
    duplicate_groups::{DecideDuplicateGroup, DuplicateGroupView},
};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::compare::Comparison;
use crate::{
    api::{ApiError, ApiResult, Fetched, duplicate_groups::decide_duplicate_group},
    components::{Button, ButtonKind, ConfirmDialog, IconName, ReasonDialog, Section, use_toasts},
    hooks::use_action,
};

/// Properties of [`Deciding`].
#[derive(Properties, PartialEq)]
pub struct DecidingProps {
    pub group: DuplicateGroupView,
    pub ondecided: Callback<()>,
    pub onprevious: Callback<()>,
    pub onnext: Callback<()>,
}

/// What the user is asked before the decision.
#[derive(Clone, Copy, PartialEq)]
enum Question {
    Confirm,
    Reason,
}

/// An open group, in which the user ticks what is kept.
#[component]
pub fn Deciding(props: &DecidingProps) -> Html {
    let DecidingProps { group, ondecided, onprevious, onnext } = props;
    let id = group.id;
    let toasts = use_toasts();
    let keep = use_state(Vec::<HourRecordId>::new);
    let asking = use_state(|| None::<Question>);
    let refusal = use_state(|| None::<ApiError>);
    let frame = use_node_ref();
    {
        // The shortcuts work at once, and for the next group after a decision.
        let (frame, keep) = (frame.clone(), keep.clone());
        use_effect_with(id, move |_| {
            keep.set(Vec::new());
            if let Some(frame) = frame.cast::<HtmlElement>() {
                let _ = frame.focus();
                if let Some(window) = web_sys::window() {
                    // The focus scrolls past the heading.
                    window.scroll_to_with_x_and_y(0.0, 0.0);
                }
            }
        });
    }
    let units: Vec<HourRecordId> = group.units.iter().map(|unit| unit.id).collect();
    let decide = {
        let (asking, refusal, decided) = (asking.clone(), refusal.clone(), ondecided.clone());
        let (keep, units) = ((*keep).clone(), units.clone());
        use_action(
            move |client, reason: Option<String>| {
                let body = DecideDuplicateGroup { keep: keep.clone(), reason, units: Some(units.clone()) };
                async move { decide_duplicate_group(&client, id, &body).await }
            },
            move |outcome: ApiResult<Fetched<DuplicateGroupView>>| match outcome {
                Ok(_) => {
                    asking.set(None);
                    toasts.success(t!("已裁定"));
                    decided.emit(());
                }
                // A closed year asks for a reason.
                Err(error) if error.field_errors().iter().any(|fault| fault.pointer == "/reason") => {
                    refusal.set((*asking == Some(Question::Reason)).then_some(error));
                    asking.set(Some(Question::Reason));
                }
                Err(error) => {
                    asking.set(None);
                    toasts.failure(&error);
                    decided.emit(());
                }
            },
        )
    };
    let toggle = {
        let keep = keep.clone();
        Callback::from(move |unit: HourRecordId| {
            let mut next = (*keep).clone();
            match next.iter().position(|kept| *kept == unit) {
                Some(at) => _ = next.remove(at),
                None => next.push(unit),
            }
            keep.set(next);
        })
    };
    let ask = {
        let (asking, refusal, kept) = (asking.clone(), refusal.clone(), keep.len());
        Callback::from(move |()| {
            refusal.set(None);
            match kept {
                0 => {}
                1 => asking.set(Some(Question::Confirm)),
                _ => asking.set(Some(Question::Reason)),
            }
        })
    };
    let onkeydown = {
        let (toggle, ask, previous, next) = (toggle.clone(), ask.clone(), onprevious.clone(), onnext.clone());
        let open = asking.is_some();
        Callback::from(move |event: KeyboardEvent| {
            // An open dialog handles its own keys, and the browser those with modifiers.
            if open || event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            match event.key().as_str() {
                "ArrowLeft" => previous.emit(()),
                "ArrowRight" => next.emit(()),
                "d" => ask.emit(()),
                key => match key.parse::<usize>().ok().and_then(|place| units.get(place.checked_sub(1)?)) {
                    Some(unit) => toggle.emit(*unit),
                    None => return,
                },
            }
            event.prevent_default();
        })
    };
    let sum = |kept: bool| -> Hours {
        group.units.iter().filter(|unit| keep.contains(&unit.id) == kept).map(|unit| unit.hours).sum()
    };
    let cancel = {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(None))
    };
    let consequence = t!(
        "保留 {kept} 份，共 {hours} 学时；其余 {others} 份的 {ended} 学时作废或驳回。",
        kept = keep.len(),
        hours = sum(true),
        others = group.units.len() - keep.len(),
        ended = sum(false)
    );
    html! {
        <div class="deciding" ref={frame} tabindex="0" role="group" aria-label={t!("裁定疑似重复")} {onkeydown}>
            <Section>
                <Comparison group={group.clone()} keep={Some((*keep).clone())} ontoggle={toggle} />
                <div class="deciding__actions">
                    <Button kind={ButtonKind::Primary} icon={IconName::Check} disabled={keep.is_empty()} onclick={ask.reform(|_: MouseEvent| ())}>{ t!("裁定") }</Button>
                    <p aria-live="polite">
                        if keep.is_empty() { { t!("请选择保留哪一份。") } } else { { &consequence } }
                    </p>
                </div>
                <p class="muted small">{ t!("键盘：数字键选择保留第几份，d 裁定，← → 上一组、下一组。") }</p>
            </Section>
            <ConfirmDialog open={*asking == Some(Question::Confirm)} title={t!("保留所选的一份？")} confirm={t!("确认裁定")}
                busy={decide.busy} onconfirm={decide.run.reform(|()| None)} oncancel={cancel.clone()}>
                <p>{ &consequence }</p>
            </ConfirmDialog>
            <ReasonDialog open={*asking == Some(Question::Reason)} title={t!("裁定疑似重复")} confirm={t!("确认裁定")} label={t!("理由")}
                busy={decide.busy} error={(*refusal).clone()} oncancel={cancel} onconfirm={decide.run.reform(Some)}>
                <p>{ &consequence }</p>
                <p>{ t!("确属不同的培训才保留多份；已结账年度的裁定计入补录。两种情形都须说明理由。") }</p>
            </ReasonDialog>
        </div>
    }
}
