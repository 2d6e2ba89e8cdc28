use songjiao_types::{WireEnum, phases::PhaseView};

use crate::http::export::{Column, Exported, column};

impl Exported for PhaseView {
    const NAME: &'static str = "项目阶段";
    const FILE: &'static str = "phases";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("序号", 8, |row: &Self| row.position.into()),
            column("阶段", 14, |row: &Self| row.kind.label().into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("开始日期", 12, |row: &Self| row.starts_on.into()),
            column("结束日期", 12, |row: &Self| row.ends_on.into()),
            column("负责方", 16, |row: &Self| row.responsible.label().into()),
            column("活动数", 10, |row: &Self| row.activity_count.into()),
            column("活动学时", 10, |row: &Self| row.activity_hours.into()),
            column("成果数", 10, |row: &Self| row.deliverable_count.into()),
            column("启动时间", 20, |row: &Self| row.started_at.into()),
            column("完成时间", 20, |row: &Self| row.completed_at.into()),
            column("跳过原因", 30, |row: &Self| row.skip_reason.as_deref().into()),
        ]
    }
}
