use songjiao_types::{WireEnum, lessons::LessonView};

use crate::http::export::{Column, Exported, column};

impl Exported for LessonView {
    const NAME: &'static str = "课例";
    const FILE: &'static str = "lessons";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("课题", 30, |row: &Self| row.title.as_str().into()),
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("项目名称", 36, |row: &Self| row.project_title.as_deref().into()),
            column("学科", 12, |row: &Self| row.subject.as_str().into()),
            column("学段", 10, |row: &Self| row.stage.label().into()),
            column("授课日期", 12, |row: &Self| row.taught_on.into()),
            column("说明", 30, |row: &Self| row.summary.as_deref().into()),
            column("等次", 10, |row: &Self| row.grade.map(WireEnum::label).into()),
            column("评语", 30, |row: &Self| row.grade_comment.as_deref().into()),
            column("评定人", 12, |row: &Self| row.graded_by_name.as_deref().into()),
            column("评定时间", 20, |row: &Self| row.graded_at.into()),
            column("三课认定", 12, |row: &Self| row.certification.as_ref().map(|it| it.status.label()).into()),
            column("认定等次", 12, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.award).map(WireEnum::label).into()
            }),
            column("证书编号", 20, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.number.as_deref()).into()
            }),
            column("登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
