//! Teams 送培团队: who delivers the training (六-1-3, 六-2).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, OrganizationId, Patch, Tabular, TeacherId, TeamId, TeamMemberId, WireEnum, column, double_option,
    training::Stage, validate,
};

wire_enum! {
    /// What a member is in a team.
    TeamMemberRole {
        Leader = "leader", "负责人";
        Member = "member", "成员";
        Expert = "expert", "专家";
    }
}

/// A team 送培团队.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamView {
    pub id: TeamId,
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队"))]
    pub name: String,
    /// Who formed the team.
    pub organization_id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校"))]
    pub organization_name: String,
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    pub stage: Stage,
    /// The names of the present leaders.
    pub leaders: Vec<String>,
    /// Members who have not left.
    pub member_count: i64,
    /// Projects of the team that are published or running.
    pub project_count: i64,
    /// A disbanded team takes no projects.
    pub disbanded_on: Option<NaiveDate>,
    /// Counts the changes of the team and its members; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new team.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTeam {
    /// Unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队", min_length = 1, max_length = 100))]
    pub name: String,
    /// Without one, the caller's own organization.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 50))]
    pub subject: String,
    pub stage: Stage,
}

/// Changes of a team; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTeam {
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队", min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Disbands the team, or with `null` calls it back.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub disbanded_on: Patch<NaiveDate>,
}

/// A member of a team: a teacher of the county, or an expert from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMemberView {
    pub id: TeamMemberId,
    pub team_id: TeamId,
    /// `null` of an expert from outside.
    pub teacher_id: Option<TeacherId>,
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// The teacher's school, or where the expert comes from.
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学"))]
    pub institution: Option<String>,
    pub role: TeamMemberRole,
    pub joined_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// A new member: either `teacher_id`, or `name` and `institution` of somebody from outside.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = teacher_or_outsider))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({ "teacher_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10", "role": "leader", "joined_on": "2026-03-01" }))
)]
pub struct CreateTeamMember {
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学", min_length = 1, max_length = 100))]
    pub institution: Option<String>,
    pub role: TeamMemberRole,
    /// By default today.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default)]
    pub joined_on: Option<NaiveDate>,
}

fn teacher_or_outsider(new: &CreateTeamMember) -> Result<(), ValidationError> {
    match (new.teacher_id, &new.name, &new.institution) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
        _ => Err(ValidationError::new("teacher_or_outsider")
            .with_message("请选择一名教师，或填写校外专家的姓名和单位".into())),
    }
}

wire_enum! {
    /// What a list of teams is sorted by.
    TeamSort {
        Name = "name", "名称升序";
        NameDesc = "-name", "名称降序";
    }
}

list_query! {
    /// What a list of teams can be asked for.
    TeamQuery {
        /// Part of the name
        q: String,
        /// Formed by this organization or one below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        subject: String,
        #[param(inline)]
        stage: Stage,
        /// Disbanded teams alone, or with `false` the others
        disbanded: bool,
        /// Only those in which the caller is
        mine: bool,
    }
    /// By default `name`
    sort: TeamSort
}

resource!(TeamView, "/teams");

impl Tabular for TeamView {
    const NAME: &'static str = "送培团队";
    const FILE: &'static str = "teams";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("name", "团队名称", 30, |row: &Self| row.name.as_str().into()),
            column("organization_name", "组建单位", 30, |row: &Self| row.organization_name.as_str().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_str().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.label().into()),
            column("leaders", "负责人", 20, |row: &Self| row.leaders.join("、").into()),
            column("member_count", "成员数", 10, |row: &Self| row.member_count.into()),
            column("project_count", "在办项目数", 12, |row: &Self| row.project_count.into()),
            column("disbanded_on", "解散日期", 12, |row: &Self| row.disbanded_on.into()),
            column("created_at", "组建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}

impl Tabular for TeamMemberView {
    const NAME: &'static str = "团队成员";
    const FILE: &'static str = "team-members";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("name", "姓名", 12, |row: &Self| row.name.as_str().into()),
            column("role", "角色", 10, |row: &Self| row.role.label().into()),
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_deref().into()),
            column("institution", "单位名称", 30, |row: &Self| row.institution.as_deref().into()),
            column("joined_on", "加入日期", 12, |row: &Self| row.joined_on.into()),
            column("left_on", "离开日期", 12, |row: &Self| row.left_on.into()),
            column("created_at", "添加时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
