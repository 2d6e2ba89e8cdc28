use songjiao_types::{
    WireEnum,
    webhooks::{DeliveryView, WebhookView},
};

use crate::http::export::{Column, Exported, column};

impl Exported for WebhookView {
    const NAME: &'static str = "事件推送";
    const FILE: &'static str = "webhooks";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("名称", 30, |row: &Self| row.name.as_str().into()),
            column("接收网址", 50, |row: &Self| row.url.as_str().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("事件", 40, |row: &Self| match row.types.as_slice() {
                [] => "全部".into(),
                types => types.iter().map(|kind| kind.label()).collect::<Vec<_>>().join("、").into(),
            }),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("停用原因", 30, |row: &Self| row.disabled_reason.as_deref().into()),
            column("持续失败自", 20, |row: &Self| row.failing_since.into()),
            column("最近送达", 20, |row: &Self| row.last_delivered_at.into()),
            column("待推送", 10, |row: &Self| row.pending.into()),
            column("未送达", 10, |row: &Self| row.failed.into()),
            column("创建人", 12, |row: &Self| row.created_by_name.as_str().into()),
            column("创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}

impl Exported for DeliveryView {
    const NAME: &'static str = "推送记录";
    const FILE: &'static str = "webhook-deliveries";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("消息 ID", 38, |row: &Self| row.id.to_string().into()),
            column("变更序号", 12, |row: &Self| row.seq.into()),
            column("事件", 26, |row: &Self| row.kind.as_str().into()),
            column("对象 ID", 38, |row: &Self| row.entity_id.map(|id| id.to_string()).into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("已尝试次数", 10, |row: &Self| row.attempts.into()),
            column("下次尝试", 20, |row: &Self| row.next_attempt_at.into()),
            column("最近尝试", 20, |row: &Self| row.last_attempt_at.into()),
            column("应答状态码", 10, |row: &Self| row.response_status.into()),
            column("失败原因", 36, |row: &Self| row.error.as_deref().into()),
            column("耗时（毫秒）", 12, |row: &Self| row.duration_ms.into()),
            column("产生时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
