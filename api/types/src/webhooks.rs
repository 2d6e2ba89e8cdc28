//! Webhooks 事件推送: changes sent to another system as they happen, according to the Standard Webhooks
//! specification.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use crate::{
    Column, OrganizationId, Tabular, WebhookDeliveryId, WebhookId, WireEnum, changes::ChangeType, column,
    organizations::OrganizationRef, validate,
};

/// The prefix of every signing secret.
pub const SECRET_MARK: &str = "whsec_";
/// The default overlap of a rotation, in hours.
pub const OVERLAP_DEFAULT: i64 = 24;
/// The longest overlap of a rotation, in hours.
pub const OVERLAP_MAX: i64 = 168;

wire_enum! {
    /// The status of a webhook.
    WebhookStatus {
        /// Messages are sent.
        Active = "active", "推送中";
        /// Paused by a user.
        Paused = "paused", "已暂停";
        /// Disabled by the platform, because the receiver is gone or has failed for too long.
        Disabled = "disabled", "已停用";
    }
}

wire_enum! {
    /// The status of a message.
    DeliveryStatus {
        /// Waiting for the first attempt or for the next one.
        Pending = "pending", "待送达";
        /// Being sent.
        Sending = "sending", "发送中";
        /// Accepted by the receiver.
        Delivered = "delivered", "已送达";
        /// Given up; a user may redeliver it.
        Failed = "failed", "未送达";
    }
}

impl DeliveryStatus {
    /// Returns whether no further attempt is planned.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed)
    }
}

/// A webhook 事件推送.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookView {
    /// The webhook's id.
    pub id: WebhookId,
    /// The webhook's name.
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台"))]
    pub name: String,
    /// The URL to which messages are posted.
    #[cfg_attr(feature = "openapi", schema(example = "https://platform.example.com/hooks/songjiao"))]
    pub url: String,
    /// The organization whose changes are sent, with all below it.
    pub organization: OrganizationRef,
    /// The types of changes that are sent; empty for all.
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!(["hour_record.recorded", "hour_record.recognized", "hour_record.voided"]))
    )]
    pub types: Vec<ChangeType>,
    /// The current status.
    pub status: WebhookStatus,
    /// Why the platform disabled the webhook.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub disabled_reason: Option<String>,
    /// The time since which every attempt has failed; `null` after a success.
    pub failing_since: Option<DateTime<Utc>>,
    /// When a message was last delivered.
    pub last_delivered_at: Option<DateTime<Utc>>,
    /// The number of messages waiting to be delivered.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub pending: i64,
    /// The number of messages given up.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub failed: i64,
    /// The end of the period in which messages are also signed with the previous secret.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The name of the user who created the webhook.
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub created_by_name: String,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the webhook was created.
    pub created_at: DateTime<Utc>,
    /// When the webhook was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A webhook with its new secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// The secret that signs messages, shown only once; `null` if the response is repeated for the same
    /// `Idempotency-Key`.
    #[cfg_attr(feature = "openapi", schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw5QkM8Zr3xYQ="))]
    pub secret: Option<String>,
}

/// A new webhook. It receives the changes made after its creation.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// The webhook's name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台", min_length = 1, max_length = 64))]
    pub name: String,
    /// The URL to which messages are posted: `https`, at a public address.
    #[validate(length(min = 1, max = 2000))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://platform.example.com/hooks/songjiao", min_length = 1, max_length = 2000)
    )]
    pub url: String,
    /// The organization whose changes are sent, with all below it.
    pub organization_id: OrganizationId,
    /// The types of changes that are sent; empty for all.
    #[serde(default)]
    #[validate(length(max = 64))]
    #[cfg_attr(feature = "openapi", schema(example = json!(["hour_record.voided"]), max_items = 64))]
    pub types: Vec<ChangeType>,
}

/// An update of a webhook; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// The new name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "省平台", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// The new URL: `https`, at a public address.
    #[validate(length(min = 1, max = 2000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://platform.example.com/hooks/songjiao", min_length = 1, max_length = 2000)
    )]
    pub url: Option<String>,
    /// The new types of changes; empty for all.
    #[validate(length(max = 64))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(["hour_record.voided"]), max_items = 64))]
    pub types: Option<Vec<ChangeType>>,
    /// `true` activates the webhook, which then receives the changes it missed; `false` pauses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub active: Option<bool>,
}

/// The rotation of a webhook's secret.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateWebhook {
    /// The hours for which messages are also signed with the current secret; defaults to 24; 0 ends it at once.
    #[validate(range(min = 0, max = "OVERLAP_MAX"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 24, minimum = 0, maximum = 168))]
    pub overlap_hours: Option<i64>,
}

/// A message to a webhook 推送记录.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryView {
    /// The message's id, the `webhook-id` of every attempt.
    pub id: WebhookDeliveryId,
    /// The position of its change in the feed; `null` for test messages.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub seq: Option<i64>,
    /// The type of its change, or `webhook.test`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "hour_record.voided"))]
    pub kind: String,
    /// The id of the changed entity.
    pub entity_id: Option<Uuid>,
    /// The current status.
    pub status: DeliveryStatus,
    /// The number of attempts so far.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub attempts: i32,
    /// When the next attempt is due.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the last attempt was made.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last response.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub response_status: Option<i32>,
    /// Why the last attempt failed.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub error: Option<String>,
    /// The duration of the last attempt, in milliseconds.
    #[cfg_attr(feature = "openapi", schema(example = 86))]
    pub duration_ms: Option<i32>,
    /// When the message was created.
    pub created_at: DateTime<Utc>,
}

/// A message with its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryDetail {
    /// The message.
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// The body, the same in every attempt.
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!({ "type": "hour_record.voided", "timestamp": "2026-11-20T02:00:00Z", "data": {} }))
    )]
    pub body: serde_json::Value,
}

/// The result of a redelivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redelivered {
    /// The number of messages queued again.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub redelivered: i64,
}

list_query! {
    /// The parameters of the list of webhooks.
    WebhookQuery {
    }
}

list_query! {
    /// The parameters of the log of messages.
    DeliveryQuery {
        /// Messages with this status
        #[param(inline)]
        status: DeliveryStatus,
    }
}

resource!(WebhookView, "/webhooks");

impl crate::Versioned for IssuedWebhook {
    fn version(&self) -> i32 {
        self.webhook.version
    }
}

impl crate::Resource for IssuedWebhook {
    fn path(&self) -> String {
        self.webhook.path()
    }
}

impl Tabular for WebhookView {
    const NAME: &'static str = "事件推送";
    const FILE: &'static str = "webhooks";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("name", "名称", 30, |row: &Self| row.name.as_str().into()),
            column("url", "接收网址", 50, |row: &Self| row.url.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("types", "事件", 40, |row: &Self| match row.types.as_slice() {
                [] => "全部".into(),
                types => types.iter().map(|kind| kind.label()).collect::<Vec<_>>().join("、").into(),
            }),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("disabled_reason", "停用原因", 30, |row: &Self| row.disabled_reason.as_deref().into()),
            column("failing_since", "持续失败自", 20, |row: &Self| row.failing_since.into()),
            column("last_delivered_at", "最近送达", 20, |row: &Self| row.last_delivered_at.into()),
            column("pending", "待送达", 10, |row: &Self| row.pending.into()),
            column("failed", "未送达", 10, |row: &Self| row.failed.into()),
            column("created_by_name", "创建人", 12, |row: &Self| row.created_by_name.as_str().into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}

impl Tabular for DeliveryView {
    const NAME: &'static str = "推送记录";
    const FILE: &'static str = "webhook-deliveries";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("id", "消息 ID", 38, |row: &Self| row.id.to_string().into()),
            column("seq", "变更序号", 12, |row: &Self| row.seq.into()),
            column("kind", "事件", 26, |row: &Self| row.kind.as_str().into()),
            column("entity_id", "对象 ID", 38, |row: &Self| row.entity_id.map(|id| id.to_string()).into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("attempts", "尝试次数", 10, |row: &Self| row.attempts.into()),
            column("next_attempt_at", "下次尝试", 20, |row: &Self| row.next_attempt_at.into()),
            column("last_attempt_at", "最近尝试", 20, |row: &Self| row.last_attempt_at.into()),
            column("response_status", "答复状态码", 10, |row: &Self| row.response_status.into()),
            column("error", "失败原因", 36, |row: &Self| row.error.as_deref().into()),
            column("duration_ms", "用时（毫秒）", 12, |row: &Self| row.duration_ms.into()),
            column("created_at", "产生时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
