//! Credits 五年学分: the recognised hours of a cycle against 360 (三-1).

use serde::{Deserialize, Serialize};

use crate::{Hours, OrganizationId, TeacherId, total_hours};

wire_enum! {
    /// Where a teacher stands in a cycle.
    CreditStatus {
        /// The cycle's requirement is reached.
        Met = "met", "已完成";
        /// The cycle runs, and what the years already over asked for is there.
        OnTrack = "on_track", "进度正常";
        Behind = "behind", "进度滞后";
    }
}

/// One training year of a cycle: a test of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditYear {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    #[cfg_attr(feature = "openapi", schema(example = 80))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// A surplus of another year does not make a year met.
    pub met: bool,
}

/// A teacher's cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditView {
    pub teacher_id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// Where the teacher serves now.
    pub organization_id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// The cycle's hours, less what the years ask for less.
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// Of all years of the cycle, surplus included.
    #[cfg_attr(feature = "openapi", schema(example = 80))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    #[cfg_attr(feature = "openapi", schema(example = 280))]
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    /// Years already over that lack hours, whatever the cycle's sum says.
    pub short_years: i32,
    pub years: Vec<CreditYear>,
    pub status: CreditStatus,
}

wire_enum! {
    /// What a list of credits is sorted by.
    CreditSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        RemainingHours = "remaining_hours", "缺少学时升序";
        RemainingHoursDesc = "-remaining_hours", "缺少学时降序";
    }
}
