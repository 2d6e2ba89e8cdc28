//! The log of a webhook's messages.

use chrono::{DateTime, Utc};
use songjiao_types::{
    Page,
    webhooks::{DeliveryQuery, DeliveryStatus, DeliveryView, WebhookStatus, WebhookView},
};
use yew::prelude::*;

use super::{common::delivery_badge, delivery::DeliveryPanel, labels};
use crate::{
    api::webhooks::{list_deliveries, redeliver, redeliver_failed},
    components::{
        Button, ButtonKind, ChoiceFilter, Column, ConfirmDialog, DataTable, Dialog, EmptyState, FilterBar, IconName,
        ListDownload, Section, Success, Work, use_reported_action,
    },
    format,
    hooks::{List, Load, filter, set_to, use_polling},
};

/// Seconds after a version of the webhook is first shown during which new messages may appear.
const SETTLING_SECONDS: i64 = 15;

/// Properties of [`Log`].
#[derive(Properties, PartialEq)]
pub struct LogProps {
    pub webhook: WebhookView,
    pub list: List<DeliveryQuery>,
    pub load: Load<Page<DeliveryView>>,
    /// Reads the webhook and its log again.
    pub reload: Callback<()>,
}

/// The open dialog.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Message(DeliveryView),
    Again(DeliveryView),
    AllAgain,
}

/// The messages, latest first, read again while any of them is about to be sent.
#[component]
pub fn Log(props: &LogProps) -> Html {
    let LogProps { webhook, list, load, reload } = props;
    let open = use_state(|| Open::Nothing);
    let close = set_to(&open, Open::Nothing);
    let active = webhook.status == WebhookStatus::Active;
    // The browser's own clock: that of the server may differ.
    let shown_since = use_memo(webhook.updated_at, |_| Utc::now());
    let read = load.value().filter(|_| load.error.is_none());
    let due = read.and_then(|page| {
        due(&page.items, active)
            .or_else(|| Some(*shown_since).filter(|since| active && is_settling(*since, Utc::now())))
    });
    let load = &use_polling(load, due, load.reload.clone());
    let id = webhook.id;
    let again = Work::new(move |client, delivery| async move {
        redeliver(&client, id, delivery).await?;
        Ok(Success::toast(t!("消息已重新推送")))
    });
    let all_again = Work::new(move |client, ()| async move {
        let sent = redeliver_failed(&client, id).await?;
        Ok(Success::toast(t!("已重新推送 {count} 条消息", count = format::count(sent.value.redelivered))))
    });
    let again = use_reported_action(&again, close.clone(), reload.clone());
    let all_again = use_reported_action(&all_again, close.clone(), reload.clone());
    let columns = use_memo(active, |active| {
        let open = open.setter();
        columns(*active, &Callback::from(move |what: Open| open.set(what)))
    });
    let path = list_deliveries(webhook.id, &list.query).path().to_owned();
    let actions = html! {
        <>
            <Button icon={IconName::Refresh} onclick={reload.reform(|_| ())}>{ t!("刷新") }</Button>
            if active && webhook.failed > 0 {
                <Button icon={IconName::Send} onclick={set_to(&open, Open::AllAgain)}>{ t!("全部重推") }</Button>
            }
            <ListDownload {path} name={t!("{name}推送记录", name = webhook.name)} />
        </>
    };
    let empty = html! {
        <EmptyState icon={IconName::Send} title={t!("还没有消息")}>
            <p>{ t!("创建之后发生的变更会在这里。要先试一试，请用“发送测试”。") }</p>
        </EmptyState>
    };
    let confirm_again = match &*open {
        Open::Again(delivery) => {
            let id = delivery.id;
            again.run.reform(move |()| id)
        }
        _ => Callback::noop(),
    };
    html! {
        <>
            <Section title={t!("推送记录")} flush=true {actions}>
                <p class="log-news" role="status">
                    if active && webhook.pending > 0 {
                        { t!("{count} 条消息正在等待送达，本页会自动更新。", count = format::count(webhook.pending)) }
                    }
                </p>
                <FilterBar list={list.erase()}>
                    <ChoiceFilter<DeliveryStatus> filter={filter!(list, status)} label={t!("状态")} />
                </FilterBar>
                <DataTable<DeliveryView> caption={t!("推送记录")} columns={(*columns).clone()}
                    load={load.clone()} list={list.erase()} unit={t!("条消息")} {empty} />
            </Section>
            { panel(webhook, &open, load, &close) }
            <ConfirmDialog open={matches!(*open, Open::Again(_))} title={t!("重新推送这条消息？")} confirm={t!("确认重新推送")} danger=false
                busy={again.busy} onconfirm={confirm_again} oncancel={close.clone()}>
                <p>{ t!("消息原样再发一次，编号不变；接收方已经收到过的，会凭编号认出。") }</p>
            </ConfirmDialog>
            <ConfirmDialog open={*open == Open::AllAgain} title={t!("重新推送全部 {count} 条未送达的消息？", count = format::count(webhook.failed))}
                confirm={t!("确认全部重推")} danger=false busy={all_again.busy} onconfirm={all_again.run} oncancel={close}>
                <p>{ t!("请先确认接收方已经恢复，否则这些消息会再次失败。") }</p>
            </ConfirmDialog>
        </>
    }
}

/// The drawer with a message in its current state.
fn panel(
    webhook: &WebhookView,
    open: &UseStateHandle<Open>,
    load: &Load<Page<DeliveryView>>,
    close: &Callback<()>,
) -> Html {
    let shown = match &**open {
        Open::Message(shown) => Some(shown),
        _ => None,
    };
    let now = shown.and_then(|shown| load.value()?.items.iter().find(|row| row.id == shown.id)).or(shown);
    let title = now.map(|delivery| t!("推送消息：{kind}", kind = labels::kind(&delivery.kind))).unwrap_or_default();
    let can_repeat = |delivery: &&DeliveryView| webhook.status == WebhookStatus::Active && delivery.status.is_final();
    let footer = now.filter(can_repeat).map(|delivery| {
        let (open, delivery) = (open.clone(), delivery.clone());
        let onclick = Callback::from(move |_: MouseEvent| open.set(Open::Again(delivery.clone())));
        html! { <Button icon={IconName::Send} {onclick}>{ t!("重新推送") }</Button> }
    });
    html! {
        <Dialog open={now.is_some()} {title} side=true onclose={close.clone()} footer={footer.unwrap_or_default()}>
            if let Some(delivery) = now { <DeliveryPanel webhook={webhook.id} delivery={delivery.clone()} /> }
        </Dialog>
    }
}

/// The time at which the first of the messages is expected to change. A message that is being sent may change at any
/// time, even if the webhook is not active any more.
fn due(rows: &[DeliveryView], active: bool) -> Option<DateTime<Utc>> {
    let open =
        rows.iter().filter(|row| if active { !row.status.is_final() } else { row.status == DeliveryStatus::Sending });
    open.map(|row| row.next_attempt_at.unwrap_or(row.created_at)).min()
}

/// Returns whether messages may still appear: those of a resumed webhook come with some delay.
fn is_settling(shown_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - shown_since).num_seconds() < SETTLING_SECONDS
}

fn columns(active: bool, open: &Callback<Open>) -> Vec<Column<DeliveryView>> {
    let open = open.clone();
    let none = || html! { <span class="muted">{ "—" }</span> };
    vec![
        Column::field("kind", |row: &DeliveryView| html! { labels::kind(&row.kind) }).head(),
        Column::field("created_at", |row: &DeliveryView| html! { format::date_time_seconds(row.created_at) }).unbroken(),
        Column::field("status", delivery_badge),
        Column::field("attempts", |row: &DeliveryView| html! { format::count(row.attempts.into()) }).number(),
        Column::new(t!("答复"), move |row: &DeliveryView| labels::outcome(row).map_or_else(none, |said| html! { said })),
        Column::new(t!("用时"), move |row: &DeliveryView| {
            row.duration_ms.map_or_else(none, |millis| html! { labels::duration(millis) })
        })
        .number(),
        Column::field("next_attempt_at", move |row: &DeliveryView| {
            row.next_attempt_at.map_or_else(none, |at| html! { format::date_time_seconds(at) })
        })
        .unbroken(),
        Column::new(t!("操作"), move |row: &DeliveryView| {
            let ask = |what: Open| open.reform(move |_: MouseEvent| what.clone());
            let (kind, time) = (labels::kind(&row.kind), format::date_time_seconds(row.created_at));
            html! {
                <>
                    <Button kind={ButtonKind::Quiet} icon={IconName::Eye} label={t!("详情：{kind}，{time}", kind, time)}
                        onclick={ask(Open::Message(row.clone()))}>{ t!("详情") }</Button>
                    if active && row.status.is_final() {
                        <Button kind={ButtonKind::Quiet} icon={IconName::Send} label={t!("重新推送：{kind}，{time}", kind, time)}
                            onclick={ask(Open::Again(row.clone()))}>{ t!("重新推送") }</Button>
                    }
                </>
            }
        })
        .actions(),
    ]
}

#[cfg(test)]
mod tests {
    use super::{super::common::samples::waiting, *};

    #[test]
    fn finished_messages_are_not_polled() {
        let (soon, later) = (waiting("2026-03-09T00:00:00Z"), waiting("2026-03-09T08:00:00Z"));
        let done = DeliveryView { status: DeliveryStatus::Delivered, next_attempt_at: None, ..waiting("") };
        let sending = DeliveryView { status: DeliveryStatus::Sending, ..waiting("") };
        assert_eq!(due(std::slice::from_ref(&done), true), None);
        assert_eq!(due(&[later, soon.clone(), done], true), soon.next_attempt_at);
        assert_eq!(due(std::slice::from_ref(&soon), false), None);
        assert_eq!(due(&[soon, sending.clone()], false), Some(sending.created_at));
    }

    #[test]
    fn messages_are_polled_for_a_while_after_a_webhook_is_enabled() {
        let at: DateTime<Utc> = "2026-03-08T16:05:59Z".parse().expect("an instant");
        let settling = |seconds| is_settling(at, at + chrono::TimeDelta::seconds(seconds));
        assert_eq!([0, 14, 16].map(settling), [true, true, false]);
    }
}
