//! Teams 送培团队 deliver the training (六-1-3, 六-2).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, OrganizationId, Patch, Tabular, TeacherId, TeamId, TeamMemberId, column, double_option, training::Stage,
    validate,
};

wire_enum! {
    /// The role of a member in a team.
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
    /// The team.
    pub id: TeamId,
    /// The name, unique in the organization.
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队"))]
    pub name: String,
    /// The organization that formed the team.
    pub organization_id: OrganizationId,
    /// The name of that organization.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校"))]
    pub organization_name: String,
    /// The subject 学科.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    /// The stage 学段.
    pub stage: Stage,
    /// The names of the current leaders.
    pub leaders: Vec<String>,
    /// The number of current members.
    pub member_count: i64,
    /// The number of its published or running projects.
    pub project_count: i64,
    /// The day on which the team was disbanded; a disbanded team takes no projects.
    pub disbanded_on: Option<NaiveDate>,
    /// The version, incremented by each change of the team or its members; the ETag is derived from it.
    pub version: i32,
    /// When the team was created.
    pub created_at: DateTime<Utc>,
    /// When the team was last updated.
    pub updated_at: DateTime<Utc>,
}

/// A new team.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTeam {
    /// The name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队", min_length = 1, max_length = 100))]
    pub name: String,
    /// The organization that forms the team; defaults to the caller's.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// The subject 学科.
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 50))]
    pub subject: String,
    /// The stage 学段.
    pub stage: Stage,
}

/// An update of a team; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTeam {
    /// The name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送培团队", min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// The subject 学科.
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub subject: Option<String>,
    /// The stage 学段.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The day on which the team is disbanded; `null` restores it.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub disbanded_on: Patch<NaiveDate>,
}

/// A member of a team: a teacher of the county or an external expert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamMemberView {
    /// The membership.
    pub id: TeamMemberId,
    /// The team.
    pub team_id: TeamId,
    /// The teacher; `null` for an external expert.
    pub teacher_id: Option<TeacherId>,
    /// The teacher's number.
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: Option<String>,
    /// The member's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// The teacher's school, or the expert's institution.
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学"))]
    pub institution: Option<String>,
    /// The role in the team.
    pub role: TeamMemberRole,
    /// The first day in the team.
    pub joined_on: NaiveDate,
    /// The last day in the team; `null` for a current member.
    pub left_on: Option<NaiveDate>,
    /// When the membership was created.
    pub created_at: DateTime<Utc>,
}

/// A new member: either `teacher_id`, or `name` and `institution` of an external expert.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = teacher_or_outsider))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({ "teacher_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10", "role": "leader", "joined_on": "2026-03-01" }))
)]
pub struct CreateTeamMember {
    /// A teacher.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
    /// The name of an external expert.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "王芳", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// The institution of an external expert.
    #[validate(length(min = 1, max = 100), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "东北师范大学", min_length = 1, max_length = 100))]
    pub institution: Option<String>,
    /// The role in the team.
    pub role: TeamMemberRole,
    /// The first day in the team; defaults to today.
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
    /// The orders of a list of teams.
    TeamSort {
        Name = "name", "名称升序";
        NameDesc = "-name", "名称降序";
    }
}

list_query! {
    /// The parameters of a list of teams.
    TeamQuery {
        /// Part of the name
        q: String,
        /// Teams formed by this organization or one below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// The subject 学科
        subject: String,
        /// The stage 学段
        #[param(inline)]
        stage: Stage,
        /// With `true`, only disbanded teams; with `false`, only others
        disbanded: bool,
        /// Only teams of which the caller is a member
        mine: bool,
    }
    /// Defaults to `name`
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
            column("stage", "学段", 10, |row: &Self| row.stage.into()),
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
            column("role", "角色", 10, |row: &Self| row.role.into()),
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_deref().into()),
            column("institution", "单位名称", 30, |row: &Self| row.institution.as_deref().into()),
            column("joined_on", "加入日期", 12, |row: &Self| row.joined_on.into()),
            column("left_on", "离开日期", 12, |row: &Self| row.left_on.into()),
            column("created_at", "添加时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
