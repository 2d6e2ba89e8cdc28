//! Groups of suspected duplicates 疑似重复: units that seem to state the same training. The first counts, the others wait.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, DuplicateGroupId, HourRecordId, Hours, OrganizationId, ProjectId, Tabular, TeacherId, UserId, column,
    hour_records::{HourRecordView, source_label},
    total_hours, validate,
};

wire_enum! {
    /// Why two units of a teacher are suspected to state the same training. Texts are compared in their normal form.
    DuplicateGround {
        /// Titles are equal, and days overlap.
        SameTitle = "same_title", "名称相同、日期重叠";
        /// Titles, institutions and hours are equal, days at most three apart, and two acts entered them.
        Adjacent = "adjacent", "名称、机构、学时相同，日期相隔不超过三天";
        /// One comes from a platform, the other does not; titles, institutions and hours are equal in one training year.
        Platform = "platform", "平台与本地登记的名称、机构、学时相同";
        /// Days overlap, hours and institutions are equal, and titles are similar.
        SimilarTitle = "similar_title", "名称相近，日期重叠，机构、学时相同";
        /// One source states the same under two ids.
        OtherId = "other_id", "同一来源以不同编号重复登记";
    }
}

wire_enum! {
    /// The status of a group: open → decided, or lapsed if its units are suspected no more.
    DuplicateGroupStatus {
        /// Units wait for a decision.
        Open = "open", "待核对";
        /// A person decided which units count.
        Decided = "decided", "已裁定";
        /// The suspicion fell by itself, since units ended or joined another group.
        Lapsed = "lapsed", "已解除";
    }
}

wire_enum! {
    /// A rule by which groups are decided together.
    DuplicateRule {
        /// The unit that was entered first counts.
        First = "first", "保留最先登记的";
        /// The unit with the most hours counts; of several, the one with the most days, then the first.
        Longest = "longest", "保留学时最长的";
        /// The unit of a source counts. Groups in which the source has no unit or several are left to a person.
        Source = "source", "保留指定来源的";
    }
}

/// A record, or the records that a project issued to a teacher: what is kept or ended as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateUnit {
    /// The id of the unit's first record, by which decisions name it.
    pub id: HourRecordId,
    /// The project that issued the records.
    pub project_id: Option<ProjectId>,
    /// The title 项目名称.
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送教下乡培训"))]
    pub title: String,
    /// The institution 机构名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校"))]
    pub institution: String,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-06"))]
    pub starts_on: NaiveDate,
    /// The last day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-10"))]
    pub ends_on: NaiveDate,
    /// The sum of the records' hours.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    #[serde(deserialize_with = "total_hours")]
    pub hours: Hours,
    /// Where the records come from.
    #[cfg_attr(feature = "openapi", schema(example = "manual"))]
    pub source: String,
    /// Whether the unit waits for a decision on the group.
    pub waits: bool,
    /// Whether the decision kept the unit; `null` before it.
    pub kept: Option<bool>,
    /// The records, in order of entry.
    pub records: Vec<HourRecordView>,
}

/// A group of suspected duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateGroupView {
    /// The group's id.
    pub id: DuplicateGroupId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The teacher's name 姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The status.
    pub status: DuplicateGroupStatus,
    /// Why the units are suspected.
    pub grounds: Vec<DuplicateGround>,
    /// The units, in order of entry.
    pub units: Vec<DuplicateUnit>,
    /// When the group came about.
    pub opened_at: DateTime<Utc>,
    /// When the group was decided or lapsed.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// Why these units were kept.
    pub reason: Option<String>,
}

impl DuplicateGroupView {
    /// Returns the hours that wait.
    pub fn waiting_hours(&self) -> Hours {
        self.units.iter().filter(|unit| unit.waits).map(|unit| unit.hours).sum()
    }
}

/// The decision on a group.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideDuplicateGroup {
    /// The units to keep, each by the id of one of its records; the others end.
    #[validate(length(min = 1, max = 500))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub keep: Vec<HourRecordId>,
    /// The reason, required if several units are kept, and if a training year is closed.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "两期不同的培训", min_length = 1, max_length = 500))]
    pub reason: Option<String>,
    /// The ids of the units as the caller saw them; 409 if the group has changed since.
    #[validate(length(min = 1, max = 500))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub units: Option<Vec<HourRecordId>>,
}

/// Decides the open groups of a filter by a rule.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = names_its_source))]
pub struct DecideDuplicateGroups {
    /// The rule.
    pub rule: DuplicateRule,
    /// The source whose units count, required for the rule `source`.
    #[validate(length(min = 1, max = 64), custom(function = validate::plain_code))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "province", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub source: Option<String>,
    /// Groups with hours earned in this organization or below; by default all that the caller sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Groups of this 培训年度.
    #[validate(custom(function = validate::plausible_year))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: Option<i32>,
    /// Why the rule fits these groups.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "以省平台登记为准", min_length = 1, max_length = 500))]
    pub reason: String,
    /// Counts only, and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
}

fn names_its_source(decide: &DecideDuplicateGroups) -> Result<(), ValidationError> {
    if decide.rule == DuplicateRule::Source && decide.source.is_none() {
        return Err(ValidationError::new("required").with_message("按来源保留时须指定来源".into()));
    }
    Ok(())
}

/// What a decision by a rule does, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedDuplicateGroups {
    /// Nothing was changed.
    pub dry_run: bool,
    /// Groups that the rule decides.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub groups: i64,
    /// Groups that are left to a person: the rule names no unit, or the teacher is the caller.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub left: i64,
    /// Records that are recognised.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub recognized: i64,
    /// Pending records that are rejected.
    #[cfg_attr(feature = "openapi", schema(example = 9))]
    pub rejected: i64,
    /// Recognised records that are voided.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub voided: i64,
}

list_query! {
    /// The parameters of a list of groups of suspected duplicates.
    DuplicateGroupQuery {
        /// Part of the teacher's name, number or pinyin initials
        q: String,
        /// Groups of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Groups with hours earned in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Groups of this 培训年度
        training_year: i32,
        /// Groups with this status
        #[param(inline)]
        status: DuplicateGroupStatus,
    }
    /// Defaults to `opened`
    sort: DuplicateGroupSort
}

wire_enum! {
    /// The orders of a list of groups.
    DuplicateGroupSort {
        Opened = "opened", "发现时间升序";
        OpenedDesc = "-opened", "发现时间降序";
    }
}

impl Tabular for DuplicateGroupView {
    const NAME: &'static str = "疑似重复";
    const FILE: &'static str = "duplicate-groups";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("title", "项目名称", 36, |row: &Self| row.units.first().map(|unit| unit.title.as_str()).into()),
            column("units", "登记份数", 10, |row: &Self| i64::try_from(row.units.len()).unwrap_or(i64::MAX).into()),
            column("waiting_hours", "待核对学时", 12, |row: &Self| row.waiting_hours().into()),
            column("sources", "来源", 24, |row: &Self| sources(row).into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("opened_at", "发现时间", 20, |row: &Self| Some(row.opened_at).into()),
            column("decided_at", "裁定时间", 20, |row: &Self| row.decided_at.into()),
            column("reason", "理由", 24, |row: &Self| row.reason.as_deref().into()),
        ]
    }
}

/// Returns the sources of a group's units, each once.
fn sources(group: &DuplicateGroupView) -> String {
    let mut names: Vec<&str> = Vec::new();
    for unit in &group.units {
        let name = source_label(&unit.source).unwrap_or(&unit.source);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}
