use songjiao_types::{WireEnum, hour_records::HourRecordView};

use crate::http::export::{Column, Exported, column};

impl Exported for HourRecordView {
    const NAME: &'static str = "学时记录";
    const FILE: &'static str = "hour-records";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("培训年度", 10, |row: &Self| row.training_year.into()),
            column("培训类别", 12, |row: &Self| row.level.label().into()),
            column("项目名称", 36, |row: &Self| row.title.as_str().into()),
            column("机构名称", 30, |row: &Self| row.institution.as_str().into()),
            column("培训方式", 12, |row: &Self| row.mode.label().into()),
            column("获得学时", 10, |row: &Self| row.hours.into()),
            column("开始日期", 12, |row: &Self| row.starts_on.into()),
            column("结束日期", 12, |row: &Self| row.ends_on.into()),
            column("来源编号", 24, |row: &Self| row.external_id.as_deref().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("培训层级", 14, |row: &Self| row.tier.label().into()),
            column("来源", 14, |row: &Self| row.source.as_str().into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("状态说明", 24, |row: &Self| row.status_reason.as_deref().into()),
            column("认定时间", 20, |row: &Self| row.decided_at.into()),
            column("登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
