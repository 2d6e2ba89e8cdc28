use songjiao_types::{WireEnum, certifications::CertificationView};

use crate::http::export::{Column, Exported, column};

impl Exported for CertificationView {
    const NAME: &'static str = "三课认定";
    const FILE: &'static str = "certifications";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("证书编号", 20, |row: &Self| row.number.as_deref().into()),
            column("认定等次", 12, |row: &Self| row.award.map(WireEnum::label).into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("任教学校", 30, |row: &Self| row.school_name.as_str().into()),
            column("课题", 30, |row: &Self| row.lesson_title.as_str().into()),
            column("学科", 12, |row: &Self| row.lesson_subject.as_str().into()),
            column("课例等次", 10, |row: &Self| row.grade.label().into()),
            column("状态", 12, |row: &Self| row.status.label().into()),
            column("发证日期", 12, |row: &Self| row.issued_on.into()),
            column("同意数", 10, |row: &Self| row.accepts.into()),
            column("不同意数", 10, |row: &Self| row.rejects.into()),
            column("申请人", 12, |row: &Self| row.applied_by_name.as_str().into()),
            column("申请时间", 20, |row: &Self| row.created_at.into()),
            column("决定人", 12, |row: &Self| row.decided_by_name.as_deref().into()),
            column("决定时间", 20, |row: &Self| row.decided_at.into()),
            column("决定说明", 30, |row: &Self| row.decision_reason.as_deref().into()),
            column("取代证书编号", 20, |row: &Self| row.superseded_by_number.as_deref().into()),
        ]
    }
}
