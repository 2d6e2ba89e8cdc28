//! Statistics 统计: the figures behind the charts, each with the ids needed to drill down one level.

mod completion;
mod schedule;

use serde::{Deserialize, Serialize};

pub use completion::*;
pub use schedule::*;

use crate::{HourDifference, Hours, OrganizationId, organizations::OrganizationRef, total_hours};

wire_enum! {
    /// How the hours are broken down.
    CompositionBy {
        Tier = "tier", "培训层级";
        Mode = "mode", "培训方式";
        Dimension = "dimension", "三修";
    }
}

/// What the hours of a training year consist of (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionView {
    /// The organization where the hours were earned, there or below.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// How the hours are broken down.
    pub by: CompositionBy,
    /// Every tier, mode or dimension, including those without hours; of dimensions, last the hours that state none.
    pub items: Vec<CompositionItem>,
}

/// The hours of a tier, a mode or a dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionItem {
    /// The identifier of the tier, mode or dimension; `none` for hours that state no dimension.
    #[cfg_attr(feature = "openapi", schema(example = "county"))]
    pub key: String,
    /// The name to show.
    #[cfg_attr(feature = "openapi", schema(example = "县级培训"))]
    pub label: String,
    /// Recognised hours; of a closed year those of the closing.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Late hours 补录, which the other figures leave out; `null` if no year is closed.
    pub late_hours: Option<HourDifference>,
    /// Pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// The percentage of all recognised hours, to one decimal; `null` if there are none.
    #[cfg_attr(feature = "openapi", schema(example = 42.5))]
    pub share: Option<f64>,
}

/// The trend of quotas and credits, year by year and cycle by cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendView {
    /// The organization to which the teachers' years belong, there or below.
    pub organization: OrganizationRef,
    /// From the first year of the first cycle to the current year.
    pub years: Vec<YearTrend>,
    /// From the first cycle to the current one.
    pub cycles: Vec<CycleTrend>,
}

/// A training year (一-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearTrend {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers whose year belongs there.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub exempt: i64,
    /// The percentage of teachers who met it, to one decimal; `null` if there are none.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    /// The sum of the teachers' recognised hours.
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The sum of late hours 补录, which the other figures leave out; `null` if no year is closed.
    pub late_hours: Option<HourDifference>,
}

/// A cycle of credits (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleTrend {
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// Teachers whose cycle belongs there.
    #[cfg_attr(feature = "openapi", schema(example = 210))]
    pub teachers: i64,
    /// Teachers who reached the cycle's requirement.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub met: i64,
    /// Teachers whose hours reach what is owed for the months that are over; none once the cycle has ended.
    #[cfg_attr(feature = "openapi", schema(example = 150))]
    pub on_track: i64,
    /// Teachers whose hours do not.
    #[cfg_attr(feature = "openapi", schema(example = 48))]
    pub behind: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub exempt: i64,
}

/// The completion of each organization in each year of a cycle: a heat map, a page at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapView {
    /// The organization whose subtree is shown.
    pub organization: OrganizationRef,
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// The organizations with teachers who were in post in the cycle, ordered by code.
    pub items: Vec<CycleMapRow>,
    /// The `cursor` of the next page; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// An organization without its subtree, over a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapRow {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's code 单位编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    /// The organization's name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub label: String,
    /// Every year of the cycle, in order.
    pub years: Vec<CycleMapCell>,
}

/// An organization in a training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapCell {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers whose year belongs there.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 31))]
    pub met: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub exempt: i64,
    /// The percentage of teachers who met it, to one decimal; `null` if there are none or the year has not begun.
    #[cfg_attr(feature = "openapi", schema(example = 77.5))]
    pub rate: Option<f64>,
}

query! {
    /// The parameters of a composition.
    CompositionQuery {
        /// Defaults to `tier`
        #[param(inline)]
        by: CompositionBy,
        /// Defaults to the current year
        training_year: i32,
        /// This organization and all below it; defaults to all that the caller sees
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}

query! {
    /// The parameters of a trend.
    TrendQuery {
        /// This organization and all below it; defaults to all that the caller sees
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}

query! {
    /// The parameters of a heat map.
    CycleMapQuery {
        /// The first year of a cycle: 2016, 2021, 2026 …; defaults to that of the current cycle
        cycle_first_year: i32,
        /// This organization and all below it; defaults to all that the caller sees
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Organizations on a page; defaults to 50
        #[param(minimum = 1, maximum = 500)]
        limit: i64,
        /// The `next_cursor` of the previous page
        cursor: String,
    }
}

impl crate::ListQuery for CycleMapQuery {
    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    fn with_total(&self) -> bool {
        false
    }
}
