use songjiao_types::{WireEnum, projects::ProjectView};

use crate::http::export::{Column, Exported, column};

impl Exported for ProjectView {
    const NAME: &'static str = "培训项目";
    const FILE: &'static str = "projects";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("项目名称", 36, |row: &Self| row.title.as_str().into()),
            column("项目类型", 14, |row: &Self| row.kind.label().into()),
            column("培训年度", 10, |row: &Self| row.training_year.into()),
            column("培训类别", 12, |row: &Self| row.level.label().into()),
            column("培训层级", 14, |row: &Self| row.tier.label().into()),
            column("培训方式", 12, |row: &Self| row.mode.label().into()),
            column("学科", 12, |row: &Self| row.subject.as_deref().into()),
            column("学段", 10, |row: &Self| row.stage.map(WireEnum::label).into()),
            column("研修主题", 30, |row: &Self| row.theme.as_deref().into()),
            column("校本主题", 30, |row: &Self| row.school_theme.as_deref().into()),
            column("课题", 30, |row: &Self| row.research_topic.as_deref().into()),
            column("遴选条件", 30, |row: &Self| row.conditions.as_deref().into()),
            column("仅限乡村学校", 14, |row: &Self| row.requires_rural.into()),
            column("重复选派年限", 14, |row: &Self| row.look_back_years.into()),
            column("计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("计划人数", 10, |row: &Self| row.capacity.into()),
            column("开始日期", 12, |row: &Self| row.starts_on.into()),
            column("结束日期", 12, |row: &Self| row.ends_on.into()),
            column("主办单位", 30, |row: &Self| row.owner_organization_name.as_str().into()),
            column("承办单位", 30, |row: &Self| row.host_organization_name.as_deref().into()),
            column("送培团队", 24, |row: &Self| row.team_name.as_deref().into()),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("状态说明", 24, |row: &Self| row.status_reason.as_deref().into()),
            column("待审核人数", 12, |row: &Self| row.counts.nominated.into()),
            column("录取人数", 10, |row: &Self| row.counts.admitted.into()),
            column("活动数", 10, |row: &Self| row.counts.activities.into()),
            column("成果数", 10, |row: &Self| row.counts.deliverables.into()),
        ]
    }
}
