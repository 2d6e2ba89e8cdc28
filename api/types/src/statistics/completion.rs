use serde::{Deserialize, Serialize};

use crate::{
    Basis, Cell, Column, HourDifference, Hours, OrganizationId, Page, Tabular, WireEnum, column,
    organizations::OrganizationRef, total_hours,
};

wire_enum! {
    /// How the completion of the annual quota is grouped.
    CompletionBy {
        District = "district", "学区";
        Organization = "organization", "单位";
        Subject = "subject", "学科";
        Stage = "stage", "学段";
    }
}

/// How the quota of a training year is met (一-3), by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionView {
    /// The organization where the teachers serve, there or below.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// How the teachers are grouped.
    pub by: CompletionBy,
    /// The groups, the lowest rate first, without those that have no teachers.
    pub items: Vec<CompletionItem>,
    /// The number of groups, including those beyond `limit`.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub total: i64,
}

/// One group of teachers whose training year belongs there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionItem {
    /// The organization's id, the subject, or the stage's identifier.
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub key: String,
    /// The name to show.
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山学区"))]
    pub label: String,
    /// The district or organization to drill down into.
    pub organization_id: Option<OrganizationId>,
    /// Teachers of the group.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    /// Teachers who did not meet their quota.
    #[cfg_attr(feature = "openapi", schema(example = 73))]
    pub short: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub exempt: i64,
    /// The percentage of teachers who met it, to one decimal.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    /// The sum of the teachers' requirements.
    #[cfg_attr(feature = "openapi", schema(example = 14_400))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The sum of the teachers' recognised hours, wherever they were earned.
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The sum of late hours 补录 of closed years, which the other figures leave out; `null` if no year is closed.
    pub late_hours: Option<HourDifference>,
}

query! {
    /// The parameters of a completion.
    CompletionQuery {
        /// Defaults to `organization`
        #[param(inline)]
        by: CompletionBy,
        /// Defaults to the current year
        training_year: i32,
        /// This organization and all below it; defaults to all that the caller sees
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// The maximum number of groups, those with the lowest rates first; defaults to 500
        #[param(minimum = 1, maximum = 500)]
        limit: i64,
    }
}

/// A group as a row of a file, with the columns that all groups share.
#[derive(Serialize)]
pub struct CompletionRow {
    /// 培训年度.
    pub training_year: i32,
    /// How the teachers are grouped.
    pub by: CompletionBy,
    /// The group.
    #[serde(flatten)]
    pub item: CompletionItem,
}

impl CompletionView {
    /// Turns the groups into the rows of a file.
    pub fn into_rows(self) -> Page<CompletionRow> {
        let Self { training_year, by, items, .. } = self;
        Page::whole(items.into_iter().map(|item| CompletionRow { training_year, by, item }).collect())
    }
}

impl Tabular for CompletionRow {
    const NAME: &'static str = "年度学时达标";
    const FILE: &'static str = "completion";
    const BASIS: Option<Basis> = Some(Basis::Teacher);

    fn columns(first: Option<&Self>) -> Vec<Column<Self>> {
        let by = first.map_or(CompletionBy::Organization, |row| row.by);
        vec![
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("label", by.label(), 30, |row: &Self| row.item.label.as_str().into()),
            column("teachers", "教师数", 10, |row: &Self| row.item.teachers.into()),
            column("met", "已达标", 10, |row: &Self| row.item.met.into()),
            column("short", "未达标", 12, |row: &Self| row.item.short.into()),
            column("exempt", "免训", 10, |row: &Self| row.item.exempt.into()),
            column("rate", "达标率（%）", 12, |row: &Self| row.item.rate.map_or(Cell::Empty, Cell::Percent)),
            column("required_hours", "应修学时", 12, |row: &Self| row.item.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.item.recognized_hours.into()),
            column("late_hours", "补录学时", 10, |row: &Self| row.item.late_hours.into()),
        ]
    }
}
