//! A pair of records and the three decisions.

use songjiao_types::{
    HourRecordId,
    hour_records::{DuplicateDecision, DuplicatePair, HourRecordView, ResolveDuplicate},
};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::compare::Comparison;
use crate::{
    api::{
        ApiError, ApiResult, Fetched,
        hour_records::{find_duplicate_pair, resolve_duplicate},
    },
    components::{
        Button, ButtonKind, ConfirmDialog, IconName, Notice, ReasonDialog, Section, Tone, loaded, use_toasts,
    },
    hooks::{use_action, use_query},
};

/// Properties of [`PairView`].
#[derive(Clone, Properties, PartialEq)]
pub struct PairViewProps {
    pub id: HourRecordId,
    pub ondecided: Callback<()>,
    pub onprevious: Callback<()>,
    pub onnext: Callback<()>,
}

/// A suspected record and its possible duplicate.
#[component]
pub fn PairView(props: &PairViewProps) -> Html {
    let load = use_query(Some(find_duplicate_pair(props.id)));
    let PairViewProps { ondecided, onprevious, onnext, .. } = props.clone();
    loaded(&load, |pair| match &pair.other {
        Some(other) => html! {
            <Deciding record={pair.record.clone()} other={other.clone()} {ondecided} {onprevious} {onnext} />
        },
        None => Html::default(),
    })
}

#[derive(Properties, PartialEq)]
struct DecidingProps {
    record: HourRecordView,
    other: HourRecordView,
    ondecided: Callback<()>,
    onprevious: Callback<()>,
    onnext: Callback<()>,
}

#[component]
fn Deciding(props: &DecidingProps) -> Html {
    let DecidingProps { record, other, ondecided, onprevious, onnext } = props;
    let (id, other_id) = (record.id, other.id);
    let toasts = use_toasts();
    let asking = use_state(|| None::<DuplicateDecision>);
    let refusal = use_state(|| None::<ApiError>);
    let frame = use_node_ref();
    {
        // The shortcuts work at once, and for the next pair after a decision.
        let frame = frame.clone();
        use_effect_with(id, move |_| {
            if let Some(frame) = frame.cast::<HtmlElement>() {
                let _ = frame.focus();
            }
        });
    }
    let resolve = {
        let (asking, refusal, decided) = (asking.clone(), refusal.clone(), ondecided.clone());
        use_action(
            move |client, (decision, reason): (DuplicateDecision, Option<String>)| async move {
                let body = ResolveDuplicate { decision, reason, other_id: Some(other_id) };
                resolve_duplicate(&client, id, &body).await
            },
            move |outcome: ApiResult<Fetched<DuplicatePair>>| match outcome {
                Ok(_) => {
                    asking.set(None);
                    toasts.success(t!("已处理，继续核对下一条"));
                    decided.emit(());
                }
                Err(error) if *asking == Some(DuplicateDecision::KeepBoth) => refusal.set(Some(error)),
                Err(error) => {
                    asking.set(None);
                    toasts.failure(&error);
                    decided.emit(());
                }
            },
        )
    };
    let ask = {
        let (asking, refusal) = (asking.clone(), refusal.clone());
        Callback::from(move |decision: Option<DuplicateDecision>| {
            refusal.set(None);
            asking.set(decision);
        })
    };
    let can_keep_other = other.status.is_live();
    let onkeydown = {
        let (ask, previous, next) = (ask.clone(), onprevious.clone(), onnext.clone());
        let open = asking.is_some();
        Callback::from(move |event: KeyboardEvent| {
            // An open dialog handles its own keys, and the browser those with modifiers.
            if open || event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            match event.key().as_str() {
                "1" => ask.emit(Some(DuplicateDecision::KeepThis)),
                "2" if can_keep_other => ask.emit(Some(DuplicateDecision::KeepOther)),
                "3" => ask.emit(Some(DuplicateDecision::KeepBoth)),
                "ArrowLeft" => previous.emit(()),
                "ArrowRight" => next.emit(()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let on = |decision: DuplicateDecision| ask.reform(move |_: MouseEvent| Some(decision));
    let cancel = ask.reform(|()| None);
    let confirm = |decision: DuplicateDecision| resolve.run.reform(move |()| (decision, None));
    html! {
        <div class="deciding" ref={frame} tabindex="0" role="group" aria-label={t!("两条学时记录的对比")} {onkeydown}>
            <Section>
                <Comparison record={record.clone()} other={other.clone()} />
                if !can_keep_other {
                    <Notice tone={Tone::Warning}>{ t!("另一条已驳回或作废，不能保留。") }</Notice>
                }
                <div class="deciding__actions">
                    <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={on(DuplicateDecision::KeepThis)}>{ t!("保留本条") }</Button>
                    <Button icon={IconName::Check} disabled={!can_keep_other} onclick={on(DuplicateDecision::KeepOther)}>{ t!("保留另一条") }</Button>
                    <Button icon={IconName::Plus} onclick={on(DuplicateDecision::KeepBoth)}>{ t!("两条都保留") }</Button>
                </div>
                <p class="muted small">{ t!("键盘：1 保留本条，2 保留另一条，3 两条都保留，← → 上一条、下一条。") }</p>
            </Section>
            <ConfirmDialog open={*asking == Some(DuplicateDecision::KeepThis)} title={t!("保留本条？")} confirm={t!("保留本条")}
                danger={can_keep_other} busy={resolve.busy} onconfirm={confirm(DuplicateDecision::KeepThis)} oncancel={cancel.clone()}>
                <p>{ t!("认定本条的 {hours} 学时；另一条的 {others} 学时作废或驳回，不能恢复。", hours = record.hours, others = other.hours) }</p>
            </ConfirmDialog>
            <ConfirmDialog open={*asking == Some(DuplicateDecision::KeepOther)} title={t!("保留另一条？")} confirm={t!("保留另一条")}
                busy={resolve.busy} onconfirm={confirm(DuplicateDecision::KeepOther)} oncancel={cancel.clone()}>
                <p>{ t!("驳回本条的 {hours} 学时，不能恢复；另一条不变。", hours = record.hours) }</p>
            </ConfirmDialog>
            <ReasonDialog open={*asking == Some(DuplicateDecision::KeepBoth)} title={t!("两条都保留？")} confirm={t!("两条都保留")} label={t!("理由")}
                busy={resolve.busy} error={(*refusal).clone()} oncancel={cancel}
                onconfirm={resolve.run.reform(|reason: String| (DuplicateDecision::KeepBoth, Some(reason)))}>
                <p>{ t!("确属两次不同的培训时才都保留：本条的 {hours} 学时也予认定。", hours = record.hours) }</p>
            </ReasonDialog>
        </div>
    }
}
