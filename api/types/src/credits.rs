//! Credits 五年学分: the recognised hours of a cycle against 360 (三-1).

use serde::{Deserialize, Serialize};

use crate::{Column, Hours, OrganizationId, Tabular, TeacherId, WireEnum, column, total_hours, training::Stage};

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

list_query! {
    /// What a list of credits can be asked for.
    CreditQuery {
        /// The first year of a cycle: 2016, 2021, 2026 …; by default of the one that runs
        cycle_first_year: i32,
        /// Of teachers who serve in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        #[param(inline)]
        status: CreditStatus,
        #[param(inline)]
        stage: Stage,
        subject: String,
        /// Part of the teacher's name, of its 拼音首字母 or of the number
        q: String,
    }
    /// By default `teacher_no`
    sort: CreditSort
}

impl Tabular for CreditView {
    const NAME: &'static str = "五年学分";
    const FILE: &'static str = "credits";

    /// The years between are those of the cycle, which is one and the same in all rows.
    fn columns(first: Option<&Self>) -> Vec<Column<Self>> {
        let mut columns = vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("cycle_first_year", "周期起始年", 12, |row: &Self| row.cycle_first_year.into()),
            column("cycle_last_year", "周期结束年", 12, |row: &Self| row.cycle_last_year.into()),
        ];
        let years = first.map(|row| row.years.as_slice()).unwrap_or_default();
        columns.extend(years.iter().enumerate().map(|(at, year)| {
            let name = format!("{}年度学时", year.training_year);
            column("years", name, 14, move |row: &Self| row.years.get(at).map(|year| year.recognized_hours).into())
        }));
        columns.extend([
            column("required_hours", "应修学时", 10, |row: &Self| row.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("remaining_hours", "缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("short_years", "未达标年度数", 14, |row: &Self| row.short_years.into()),
            column("status", "进度", 12, |row: &Self| row.status.label().into()),
        ]);
        columns
    }
}
