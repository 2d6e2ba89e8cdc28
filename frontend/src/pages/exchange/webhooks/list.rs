//! The list of webhooks.

use songjiao_types::webhooks::{DeliveryQuery, DeliveryStatus, WebhookQuery, WebhookView};
use yew::prelude::*;

use super::{
    common::{is_failing, status_badge},
    labels,
};
use crate::{
    api::webhooks::list_webhooks,
    components::{
        ButtonKind, ButtonLink, Column, Crumb, DataTable, EmptyState, IconName, Link, ListDownload, PageHeader, Section,
    },
    format,
    hooks::{use_list, use_query_keep_previous},
    query::encode,
    route::Route,
};

/// The most types that are named in a row.
const MAX_NAMED_TYPES: usize = 3;

/// The webhooks in scope.
#[component]
pub fn ListPage() -> Html {
    // The API supports a single order: newest first.
    let list = use_list(WebhookQuery::default());
    let load = use_query_keep_previous(Some(list_webhooks(&list.request())));
    let columns = use_memo((), |()| columns());
    let path = list_webhooks(&list.query).path().to_owned();
    let add = html! {
        <ButtonLink to={Route::NewWebhook} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新建事件推送") }</ButtonLink>
    };
    let empty = html! {
        <EmptyState icon={IconName::Send} title={t!("还没有事件推送")}>
            <p>{ t!("省平台等系统要在学时认定、教师调动等变更发生时立即得知，而不必反复查询，就为它新建一个事件推送：平台会把每次变更发送到它的网址。") }</p>
            { add.clone() }
        </EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("事件推送")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListDownload {path} name={t!("事件推送")} />{ add }</> }}
                subtitle={t!("变更发生时主动告知其他系统（Webhook）。每条消息都有签名，未送达的自动重试。")} />
            <Section flush=true>
                <DataTable<WebhookView> caption={t!("事件推送列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("个推送")} {empty} />
            </Section>
        </>
    }
}

fn columns() -> Vec<Column<WebhookView>> {
    vec![
        Column::field("name", |row: &WebhookView| {
            html! { <Link to={Route::Webhook { id: row.id }}>{ &row.name }</Link> }
        })
        .head(),
        Column::field("url", |row: &WebhookView| {
            html! { <code class="webhook-url" title={row.url.clone()}>{ &row.url }</code> }
        }),
        Column::new(t!("单位"), |row: &WebhookView| {
            html! { <Link to={Route::Organization { id: row.organization.id }}>{ &row.organization.name }</Link> }
        }),
        Column::field("types", |row: &WebhookView| html! { labels::types(&row.types, MAX_NAMED_TYPES) }),
        Column::field("status", status),
        Column::field("pending", |row: &WebhookView| html! { format::count(row.pending) }).number(),
        Column::field("failed", |row: &WebhookView| {
            if row.failed == 0 {
                return html! { format::count(row.failed) };
            }
            html! { <Link to={Route::Webhook { id: row.id }} query={encode(&DeliveryQuery { status: Some(DeliveryStatus::Failed), ..Default::default() })}>{ format::count(row.failed) }</Link> }
        })
        .number(),
        Column::field("last_delivered_at", |row: &WebhookView| last_delivered(row)).unbroken(),
    ]
}

/// The status, with the reason if the webhook does not work.
fn status(row: &WebhookView) -> Html {
    let why = match (&row.disabled_reason, row.failing_since) {
        (Some(reason), _) => Some(labels::reason(reason)),
        (None, Some(since)) if is_failing(row) => Some(t!("自 {since} 起", since = format::date_time(since))),
        _ => None,
    };
    html! { <>{ status_badge(row) }if let Some(why) = why { <div class="webhook-why">{ why }</div> }</> }
}

/// The time of the last delivered message.
pub fn last_delivered(webhook: &WebhookView) -> Html {
    match webhook.last_delivered_at {
        Some(at) => html! { format::date_time(at) },
        None => html! { <span class="muted">{ t!("从未送达") }</span> },
    }
}
