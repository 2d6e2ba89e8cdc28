//! Credits 五年学分: the recognised hours of a cycle against 360 (三-1).

use serde::{Deserialize, Serialize};

use crate::{
    Basis, Column, Hours, OrganizationId, Tabular, TeacherId, column, quotas::QuotaStatus, total_hours, training::Stage,
};

wire_enum! {
    /// The status of a teacher in a cycle.
    CreditStatus {
        /// The cycle's requirement is reached.
        Met = "met", "已完成";
        /// The cycle has not ended, and the hours reach what is owed for the months that are over.
        OnTrack = "on_track", "进度正常";
        /// The hours are below what is owed for the months that are over, or what the ended cycle requires.
        Behind = "behind", "进度滞后";
        /// Nothing is required: the teacher counts in no rate.
        Exempt = "exempt", "免训";
    }
}

/// One training year of a cycle, assessed by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditYear {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The hours that the year requires.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The hours recognised in the year.
    #[cfg_attr(feature = "openapi", schema(example = 80))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The status of the year by itself.
    pub status: QuotaStatus,
    /// Whether the year's own hours reach its requirement; the surplus of another year does not count.
    pub met: bool,
}

/// A teacher's credits in a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditView {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The teacher's name 姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The organization to which the cycle belongs: that of its last year with service up to now.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// The sum of the shares of the years: each asks a fifth of 360 for the months that are owed, by the policy of the year.
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// Hours recognised in all years of the cycle, surplus included.
    #[cfg_attr(feature = "openapi", schema(example = 80))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Hours owed for the months that are over.
    #[cfg_attr(feature = "openapi", schema(example = 60))]
    #[serde(deserialize_with = "total_hours")]
    pub due_hours: Hours,
    /// Hours that await the end of a project 待项目结业; a running cycle is on track if they and the recognised ones cover
    /// what is due. 0 once the cycle is over.
    #[cfg_attr(feature = "openapi", schema(example = 24))]
    #[serde(deserialize_with = "total_hours")]
    pub awaiting_hours: Hours,
    /// Hours that the teacher still lacks.
    #[cfg_attr(feature = "openapi", schema(example = 280))]
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    /// Past years below their requirement, whatever the sum of the cycle.
    pub short_years: i32,
    /// The years of the cycle, in order.
    pub years: Vec<CreditYear>,
    /// The status in the cycle.
    pub status: CreditStatus,
}

wire_enum! {
    /// The orders of a list of credits.
    CreditSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        RemainingHours = "remaining_hours", "缺少学时升序";
        RemainingHoursDesc = "-remaining_hours", "缺少学时降序";
    }
}

list_query! {
    /// The parameters of a list of credits.
    CreditQuery {
        /// The first year of a cycle: 2016, 2021, 2026 …; defaults to that of the current cycle
        cycle_first_year: i32,
        /// Teachers whose cycle belongs to this organization or to one below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Teachers with this status
        #[param(inline)]
        status: CreditStatus,
        /// Teachers of this 学段
        #[param(inline)]
        stage: Stage,
        /// Teachers of this 学科
        subject: String,
        /// Part of the teacher's name, number or pinyin initials
        q: String,
    }
    /// Defaults to `teacher_no`
    sort: CreditSort
}

impl CreditView {
    /// Returns the heading of the column of a year.
    pub fn year_heading(year: i32) -> String {
        format!("{year}年度学时")
    }
}

impl Tabular for CreditView {
    const NAME: &'static str = "五年学分";
    const FILE: &'static str = "credits";
    const BASIS: Option<Basis> = Some(Basis::Teacher);

    /// The columns of the years follow from the first row: all rows are of the same cycle.
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
            column("years", Self::year_heading(year.training_year), 14, move |row: &Self| {
                row.years.get(at).map(|year| year.recognized_hours).into()
            })
        }));
        columns.extend([
            column("required_hours", "应修学时", 10, |row: &Self| row.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("remaining_hours", "缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("short_years", "未达标年度数", 14, |row: &Self| row.short_years.into()),
            column("status", "进度", 12, |row: &Self| row.status.into()),
        ]);
        columns
    }
}
