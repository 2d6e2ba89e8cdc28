use songjiao_types::{WireEnum, exemptions::ExemptionView};

use crate::http::export::{Column, Exported, column};

impl Exported for ExemptionView {
    const NAME: &'static str = "减免";
    const FILE: &'static str = "exemptions";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("减免类型", 12, |row: &Self| row.kind.label().into()),
            column("开始日期", 12, |row: &Self| row.starts_on.into()),
            column("结束日期", 12, |row: &Self| row.ends_on.into()),
            column("原因", 30, |row: &Self| row.reason.as_deref().into()),
            column("登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
