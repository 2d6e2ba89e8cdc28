//! One webhook: its status and the log of its messages.

use songjiao_types::{
    WebhookId,
    webhooks::{DeliveryQuery, DeliveryStatus, IssuedWebhook, WebhookStatus, WebhookView},
};
use yew::prelude::*;

use super::{
    actions::Actions,
    common::{is_failing, list_crumb, secret, status_badge},
    labels,
    list::last_delivered,
    log::Log,
};
use crate::{
    api::webhooks::{find_webhook, list_deliveries},
    components::{IdProps, KeyValues, Link, Notice, PageHeader, RecordProps, Section, Tone, loaded},
    format,
    hooks::{set_to, use_list, use_query, use_query_keep_previous},
    i18n::heading,
    route::Route,
};

/// The page of a webhook.
#[component]
pub fn DetailPage(props: &IdProps<WebhookId>) -> Html {
    let load = use_query(Some(find_webhook(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |webhook| html! { <Detail record={webhook.clone()} {etag} {reload} /> })
}

#[component]
fn Detail(props: &RecordProps<WebhookView>) -> Html {
    let RecordProps { record: webhook, etag, reload } = props;
    let issued = use_state(|| None::<IssuedWebhook>);
    let list = use_list(DeliveryQuery::default());
    let log = use_query_keep_previous(Some(list_deliveries(webhook.id, &list.request())));
    let reload_all = use_callback((reload.clone(), log.reload.clone()), |(): (), (webhook, log)| {
        webhook.emit(());
        log.emit(());
    });
    {
        // Changes of the messages affect the webhook's counts and status.
        let reload = reload.clone();
        let became: Option<Vec<(DeliveryStatus, i32)>> =
            log.value().map(|page| page.items.iter().map(|row| (row.status, row.attempts)).collect());
        let before = use_mut_ref(|| None);
        use_effect_with(became, move |became| {
            let known = before.replace(became.clone());
            if known.is_some() && known != *became {
                reload.emit(());
            }
        });
    }
    let onissued = {
        let (issued, reload) = (issued.clone(), reload.clone());
        Callback::from(move |new: IssuedWebhook| {
            issued.set(Some(new));
            reload.emit(());
        })
    };
    let close = set_to(&issued, None);
    let actions =
        html! { <Actions webhook={webhook.clone()} etag={etag.clone()} {onissued} reload={reload_all.clone()} /> };
    html! {
        <>
            <PageHeader title={webhook.name.clone()} crumbs={vec![list_crumb()]} beside={status_badge(webhook)} {actions} />
            <div aria-live="polite">{ banners(webhook) }</div>
            <Section title={t!("推送信息")}><KeyValues items={properties(webhook)} /></Section>
            <Log webhook={webhook.clone()} {list} load={log} reload={reload_all} />
            { secret(issued.as_ref(), close) }
        </>
    }
}

/// Warnings about the webhook's status.
fn banners(webhook: &WebhookView) -> Html {
    let standing = match webhook.status {
        WebhookStatus::Disabled => {
            let reason = webhook.disabled_reason.as_deref().map(labels::reason).unwrap_or_default();
            html! {
                <Notice tone={Tone::Danger} title={t!("平台已停用此推送：{reason}", reason)}>
                    { t!("请与接收方核对网址，确认对方恢复接收后点“启用”；停用期间的变更会按顺序补发。") }
                </Notice>
            }
        }
        WebhookStatus::Paused => html! {
            <Notice title={t!("此推送已暂停")}>{ t!("其间的变更会保留，启用后按顺序补发。") }</Notice>
        },
        WebhookStatus::Active if is_failing(webhook) => {
            let since = webhook.failing_since.map(format::date_time).unwrap_or_default();
            html! {
                <Notice tone={Tone::Warning} title={t!("自 {since} 起没有一条消息送达", since)}>
                    { t!("请从推送记录查看原因，并与接收方核对网址和签名密钥。平台会继续重试；连续 5 天没有一次成功，就停用此推送。") }
                </Notice>
            }
        }
        WebhookStatus::Active => Html::default(),
    };
    let rotating = webhook.previous_secret_until.map(|until| {
        html! {
            <Notice title={t!("正在轮换签名密钥")}>
                { t!("{until} 前，每条消息同时带新旧两个密钥的签名；请接收方在此之前换用新密钥。", until = format::date_time(until)) }
            </Notice>
        }
    });
    html! { <>{ standing }{ rotating.unwrap_or_default() }</> }
}

fn properties(webhook: &WebhookView) -> Vec<(AttrValue, Html)> {
    vec![
        (heading::<WebhookView>("url"), html! { <code class="break">{ &webhook.url }</code> }),
        (
            t!("单位").into(),
            html! {
                <Link to={Route::Organization { id: webhook.organization.id }}>
                    { t!("{name}及其下属单位", name = webhook.organization.name) }
                </Link>
            },
        ),
        (heading::<WebhookView>("types"), html! { labels::types(&webhook.types, usize::MAX) }),
        (heading::<WebhookView>("pending"), html! { t!("{count} 条", count = format::count(webhook.pending)) }),
        (heading::<WebhookView>("failed"), html! { t!("{count} 条", count = format::count(webhook.failed)) }),
        (heading::<WebhookView>("last_delivered_at"), last_delivered(webhook)),
        (heading::<WebhookView>("created_by_name"), html! { &webhook.created_by_name }),
        (heading::<WebhookView>("created_at"), html! { format::date_time(webhook.created_at) }),
        (t!("最近修改").into(), html! { format::date_time(webhook.updated_at) }),
    ]
}
