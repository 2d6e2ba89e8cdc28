//! One message: its deliveries, its body, and how a receiver verifies it.

use songjiao_types::{
    WebhookId, WireEnum,
    changes::{ChangeEntity, ChangeType},
    webhooks::DeliveryView,
};
use yew::prelude::*;

use super::{common::delivery_badge, labels};
use crate::{
    api::webhooks::find_delivery,
    components::{KeyValues, Link, loaded},
    format,
    hooks::use_query,
    i18n::heading,
    route::{Route, page_at},
};

/// Properties of [`DeliveryPanel`].
#[derive(Properties, PartialEq)]
pub struct DeliveryPanelProps {
    pub webhook: WebhookId,
    /// As listed in the log.
    pub delivery: DeliveryView,
}

/// The message with its body, which the log does not have.
#[component]
pub fn DeliveryPanel(props: &DeliveryPanelProps) -> Html {
    let DeliveryPanelProps { webhook, delivery } = props;
    let load = use_query(Some(find_delivery(*webhook, delivery.id)));
    html! {
        <div class="message">
            <KeyValues items={properties(delivery)} />
            <h3 class="subheading">{ t!("消息内容") }</h3>
            { loaded(&load, |detail| {
                let body = serde_json::to_string_pretty(&detail.body).unwrap_or_default();
                // Focusable, since it scrolls.
                html! { <pre class="message__body" tabindex="0" role="region" aria-label={t!("消息内容")}>{ body }</pre> }
            }) }
            <p class="muted small">{ t!("为便于阅读，这里重新排过版；签名按发送时的原文计算。") }</p>
            <h3 class="subheading">{ t!("请求头") }</h3>
            { headers(delivery) }
        </div>
    }
}

fn properties(delivery: &DeliveryView) -> Vec<(AttrValue, Html)> {
    let none = || html! { <span class="muted">{ "—" }</span> };
    let mut items: Vec<(AttrValue, Html)> = vec![
        (heading::<DeliveryView>("status"), delivery_badge(delivery)),
        (t!("答复").into(), labels::outcome(delivery).map_or_else(none, |said| html! { said })),
        (heading::<DeliveryView>("attempts"), html! { format::count(delivery.attempts.into()) }),
        (t!("用时").into(), delivery.duration_ms.map_or_else(none, |millis| html! { labels::duration(millis) })),
        (heading::<DeliveryView>("created_at"), html! { format::date_time_seconds(delivery.created_at) }),
        (
            heading::<DeliveryView>("last_attempt_at"),
            delivery.last_attempt_at.map_or_else(none, |at| html! { format::date_time_seconds(at) }),
        ),
    ];
    if let Some(at) = delivery.next_attempt_at {
        items.push((heading::<DeliveryView>("next_attempt_at"), html! { format::date_time_seconds(at) }));
    }
    if let Some(seq) = delivery.seq {
        items.push((heading::<DeliveryView>("seq"), html! { seq }));
    }
    if let Some((entity, to)) = subject(delivery) {
        items.push((t!("变更对象").into(), html! { <Link {to}>{ t!(entity.label()) }</Link> }));
    }
    items
}

/// The page of the changed record, if there is one and the record still exists.
fn subject(delivery: &DeliveryView) -> Option<(ChangeEntity, Route)> {
    let kind = ChangeType::from_identifier(&delivery.kind)?;
    let deleted = [ChangeType::OrganizationDeleted, ChangeType::ProjectDeleted, ChangeType::LessonDeleted];
    let collection = match kind.entity() {
        _ if deleted.contains(&kind) => return None,
        ChangeEntity::Enrollment => return None,
        ChangeEntity::Organization => "organizations",
        ChangeEntity::Teacher => "teachers",
        ChangeEntity::Project => "projects",
        ChangeEntity::HourRecord => "hour-records",
        ChangeEntity::Lesson => "lessons",
        ChangeEntity::Certification => "certifications",
    };
    Some((kind.entity(), page_at(&format!("/{collection}/{}", delivery.entity_id?))?))
}

/// The headers of each attempt, and their meaning for the receiver.
fn headers(delivery: &DeliveryView) -> Html {
    let rows = [
        (
            "webhook-id",
            delivery.id.to_string(),
            t!("消息的编号，重试和重新推送时都不变。收到过的编号应直接答复成功，不重复处理。"),
        ),
        (
            "webhook-timestamp",
            t!("发送时的 Unix 秒").to_owned(),
            t!("每次发送不同。与当前时间相差过大的应拒收，以防他人重放。"),
        ),
        (
            "webhook-signature",
            "v1,…".to_owned(),
            t!(
                "用签名密钥对“编号.时间.原文”计算的 HMAC-SHA256，以 Base64 表示。轮换期间有两个，以空格分隔，一个相符即可。"
            ),
        ),
        ("content-type", "application/json".to_owned(), t!("消息内容为 UTF-8 编码的 JSON。")),
    ];
    html! {
        <>
            <dl class="message__headers">
                { for rows.into_iter().map(|(name, value, meaning)| html! {
                    <div><dt><code>{ name }</code></dt><dd><code class="break">{ value }</code><p class="muted">{ meaning }</p></dd></div>
                }) }
            </dl>
            <p class="muted small">{ t!("签名遵循 Standard Webhooks 规范，各语言都有现成的校验库。接收方答复 2xx 即为送达。") }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::{super::common::samples::waiting, *};

    #[test]
    fn a_message_links_to_its_record_unless_that_is_deleted() {
        let of = |kind: &str| {
            let entity_id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok();
            subject(&DeliveryView { kind: kind.into(), entity_id, ..waiting("") }).map(|(entity, _)| entity)
        };
        assert_eq!(of("hour_record.voided"), Some(ChangeEntity::HourRecord));
        assert_eq!([of("lesson.deleted"), of("enrollment.created"), of("webhook.test")], [None; 3]);
    }
}
