//! Webhooks 事件推送: changes sent to another system as they happen, after the Standard Webhooks
//! specification.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use crate::{
    Column, OrganizationId, Tabular, WebhookDeliveryId, WebhookId, WireEnum, changes::ChangeType, column,
    organizations::OrganizationRef, validate,
};

/// How every signing secret begins.
pub const SECRET_MARK: &str = "whsec_";
/// Hours for which messages are signed with the secret before a rotation, too, unless the caller says otherwise …
pub const OVERLAP_DEFAULT: i64 = 24;
/// … and at most.
pub const OVERLAP_MAX: i64 = 168;

wire_enum! {
    /// Whether a webhook is sent anything.
    WebhookStatus {
        Active = "active", "推送中";
        /// By a person.
        Paused = "paused", "已暂停";
        /// By the platform, since the receiver is gone or has failed for long.
        Disabled = "disabled", "已停用";
    }
}

wire_enum! {
    /// What has become of a message.
    DeliveryStatus {
        /// It waits for its first attempt, or for the next one.
        Pending = "pending", "待送达";
        Sending = "sending", "发送中";
        Delivered = "delivered", "已送达";
        /// No further attempt is made, unless a person asks for it.
        Failed = "failed", "未送达";
    }
}

impl DeliveryStatus {
    /// Whether the platform is done with it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed)
    }
}

/// A webhook 事件推送.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookView {
    pub id: WebhookId,
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台"))]
    pub name: String,
    /// Where messages are posted.
    #[cfg_attr(feature = "openapi", schema(example = "https://platform.example.com/hooks/songjiao"))]
    pub url: String,
    /// What it is told of lies in this organization and those below.
    pub organization: OrganizationRef,
    /// What it is told of; empty for everything.
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!(["hour_record.recorded", "hour_record.recognized", "hour_record.voided"]))
    )]
    pub types: Vec<ChangeType>,
    pub status: WebhookStatus,
    /// Why the platform has disabled it.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub disabled_reason: Option<String>,
    /// Since when every attempt has failed; `null` where the last one did not.
    pub failing_since: Option<DateTime<Utc>>,
    pub last_delivered_at: Option<DateTime<Utc>>,
    /// Messages that wait to be delivered …
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub pending: i64,
    /// … and such as were given up.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub failed: i64,
    /// Until when messages are signed with the secret before the rotation, too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub created_by_name: String,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A webhook with its new secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedWebhook {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Signs the messages; shown this once. `null` where the answer is given again for the same `Idempotency-Key`.
    #[cfg_attr(feature = "openapi", schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw5QkM8Zr3xYQ="))]
    pub secret: Option<String>,
}

/// A new webhook. It is told of what happens from now on.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台", min_length = 1, max_length = 64))]
    pub name: String,
    /// `https`, at a public address.
    #[validate(length(min = 1, max = 2000))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://platform.example.com/hooks/songjiao", min_length = 1, max_length = 2000)
    )]
    pub url: String,
    /// What it is told of lies in this organization and those below.
    pub organization_id: OrganizationId,
    /// What it is told of; empty for everything.
    #[serde(default)]
    #[validate(length(max = 64))]
    #[cfg_attr(feature = "openapi", schema(example = json!(["hour_record.voided"]), max_items = 64))]
    pub types: Vec<ChangeType>,
}

/// Changes of a webhook; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "省平台", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    #[validate(length(min = 1, max = 2000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://platform.example.com/hooks/songjiao", min_length = 1, max_length = 2000)
    )]
    pub url: Option<String>,
    #[validate(length(max = 64))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(["hour_record.voided"]), max_items = 64))]
    pub types: Option<Vec<ChangeType>>,
    /// `true` has it sent what it missed, and what comes; `false` pauses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub active: Option<bool>,
}

/// How one secret takes over from the other.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateWebhook {
    /// Hours for which messages are signed with the present secret, too, by default 24; 0 ends it at once.
    #[validate(range(min = 0, max = "OVERLAP_MAX"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 24, minimum = 0, maximum = 168))]
    pub overlap_hours: Option<i64>,
}

/// A message to a webhook 推送记录.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryView {
    /// The `webhook-id` of every attempt.
    pub id: WebhookDeliveryId,
    /// Of the change that it tells of; `null` of a trial.
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub seq: Option<i64>,
    /// As a change's, or `webhook.test`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "hour_record.voided"))]
    pub kind: String,
    /// Of what changed.
    pub entity_id: Option<Uuid>,
    pub status: DeliveryStatus,
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub attempts: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last attempt's answer.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub response_status: Option<i32>,
    /// Why the last attempt failed.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub error: Option<String>,
    /// What the last attempt took.
    #[cfg_attr(feature = "openapi", schema(example = 86))]
    pub duration_ms: Option<i32>,
    pub created_at: DateTime<Utc>,
}

/// A message with what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryDetail {
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// The body of every attempt.
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!({ "type": "hour_record.voided", "timestamp": "2026-11-20T02:00:00Z", "data": {} }))
    )]
    pub body: serde_json::Value,
}

/// How many messages are sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redelivered {
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub redelivered: i64,
}

list_query! {
    /// What a list of webhooks can be asked for.
    WebhookQuery {
    }
}

list_query! {
    /// What the log of messages can be asked for.
    DeliveryQuery {
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
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("disabled_reason", "停用原因", 30, |row: &Self| row.disabled_reason.as_deref().into()),
            column("failing_since", "持续失败自", 20, |row: &Self| row.failing_since.into()),
            column("last_delivered_at", "最近送达", 20, |row: &Self| row.last_delivered_at.into()),
            column("pending", "待推送", 10, |row: &Self| row.pending.into()),
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
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("attempts", "已尝试次数", 10, |row: &Self| row.attempts.into()),
            column("next_attempt_at", "下次尝试", 20, |row: &Self| row.next_attempt_at.into()),
            column("last_attempt_at", "最近尝试", 20, |row: &Self| row.last_attempt_at.into()),
            column("response_status", "应答状态码", 10, |row: &Self| row.response_status.into()),
            column("error", "失败原因", 36, |row: &Self| row.error.as_deref().into()),
            column("duration_ms", "耗时（毫秒）", 12, |row: &Self| row.duration_ms.into()),
            column("created_at", "产生时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
