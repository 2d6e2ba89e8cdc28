use songjiao_types::{
    WireEnum,
    teams::{TeamMemberView, TeamView},
};

use crate::http::export::{Column, Exported, column};

impl Exported for TeamView {
    const NAME: &'static str = "送培团队";
    const FILE: &'static str = "teams";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("团队名称", 30, |row: &Self| row.name.as_str().into()),
            column("组建单位", 30, |row: &Self| row.organization_name.as_str().into()),
            column("学科", 12, |row: &Self| row.subject.as_str().into()),
            column("学段", 10, |row: &Self| row.stage.label().into()),
            column("负责人", 20, |row: &Self| row.leaders.join("、").into()),
            column("成员数", 10, |row: &Self| row.member_count.into()),
            column("在办项目数", 12, |row: &Self| row.project_count.into()),
            column("解散日期", 12, |row: &Self| row.disbanded_on.into()),
            column("组建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}

impl Exported for TeamMemberView {
    const NAME: &'static str = "团队成员";
    const FILE: &'static str = "team-members";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("姓名", 12, |row: &Self| row.name.as_str().into()),
            column("角色", 10, |row: &Self| row.role.label().into()),
            column("教师编号", 16, |row: &Self| row.teacher_no.as_deref().into()),
            column("单位名称", 30, |row: &Self| row.institution.as_deref().into()),
            column("加入日期", 12, |row: &Self| row.joined_on.into()),
            column("离开日期", 12, |row: &Self| row.left_on.into()),
            column("添加时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
