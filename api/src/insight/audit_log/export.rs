use songjiao_types::audit_log::AuditEntryView;

use crate::http::export::{Column, Exported, column};

impl Exported for AuditEntryView {
    const NAME: &'static str = "审计日志";
    const FILE: &'static str = "audit-log";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("序号", 10, |row: &Self| row.seq.into()),
            column("时间", 20, |row: &Self| row.at.into()),
            column("用户名", 16, |row: &Self| row.username.as_str().into()),
            column("操作", 14, |row: &Self| row.action.as_str().into()),
            column("对象", 18, |row: &Self| row.entity.as_str().into()),
            column("对象编号", 38, |row: &Self| row.entity_id.as_str().into()),
            column("变更前", 40, |row: &Self| row.before.as_ref().map(ToString::to_string).into()),
            column("变更后", 40, |row: &Self| row.after.as_ref().map(ToString::to_string).into()),
            column("来源地址", 18, |row: &Self| row.ip.as_str().into()),
            column("请求编号", 36, |row: &Self| row.request_id.as_str().into()),
            column("校验值", 66, |row: &Self| row.hash.as_str().into()),
        ]
    }
}
