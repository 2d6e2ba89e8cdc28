use songjiao_types::{WireEnum, enrollments::EnrollmentView};

use crate::http::export::{Column, Exported, column};

impl Exported for EnrollmentView {
    const NAME: &'static str = "参培学员";
    const FILE: &'static str = "enrollments";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("项目名称", 36, |row: &Self| row.project_title.as_str().into()),
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("学科", 12, |row: &Self| row.subject.as_str().into()),
            column("学段", 10, |row: &Self| row.stage.label().into()),
            column("骨干", 8, |row: &Self| row.backbone.into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("状态说明", 24, |row: &Self| row.reason.as_deref().into()),
            column("审核时间", 20, |row: &Self| row.reviewed_at.into()),
            column("选派时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
