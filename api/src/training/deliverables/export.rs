use songjiao_types::{WireEnum, deliverables::DeliverableView};

use crate::http::export::{Column, Exported, column};

impl Exported for DeliverableView {
    const NAME: &'static str = "成果材料";
    const FILE: &'static str = "deliverables";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("类型", 16, |row: &Self| row.kind.label().into()),
            column("名称", 36, |row: &Self| row.title.as_str().into()),
            column("诊断方式", 12, |row: &Self| row.method.map(WireEnum::label).into()),
            column("内容", 40, |row: &Self| row.content.as_deref().into()),
            column("链接", 36, |row: &Self| row.url.as_deref().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_deref().into()),
            column("提交人", 12, |row: &Self| row.submitted_by_name.as_str().into()),
            column("提交时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
