use songjiao_types::{WireEnum, teachers::TeacherView};

use crate::http::export::{Column, Exported, column};

impl Exported for TeacherView {
    const NAME: &'static str = "教师";
    const FILE: &'static str = "teachers";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.name.as_str().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("学科", 12, |row: &Self| row.subject.as_str().into()),
            column("学段", 10, |row: &Self| row.stage.label().into()),
            column("入职日期", 12, |row: &Self| row.joined_on.into()),
            column("性别", 8, |row: &Self| row.gender.map(WireEnum::label).into()),
            column("职称", 14, |row: &Self| row.title.as_deref().into()),
            column("骨干", 8, |row: &Self| row.backbone.into()),
            column("离任日期", 12, |row: &Self| row.left_on.into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("身份证号（掩码）", 22, |row: &Self| row.id_number.as_deref().into()),
        ]
    }
}
