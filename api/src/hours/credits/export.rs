use songjiao_types::{WireEnum, credits::CreditView};

use crate::http::export::{Column, Exported, column};

impl Exported for CreditView {
    const NAME: &'static str = "五年学分";
    const FILE: &'static str = "credits";

    /// The years between are those of the cycle, which is one and the same in all rows.
    fn columns(first: Option<&Self>) -> Vec<Column<Self>> {
        let mut columns = vec![
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("周期起始年", 12, |row: &Self| row.cycle_first_year.into()),
            column("周期结束年", 12, |row: &Self| row.cycle_last_year.into()),
        ];
        let years = first.map(|row| row.years.as_slice()).unwrap_or_default();
        columns.extend(years.iter().enumerate().map(|(at, year)| {
            let name = format!("{}年度学时", year.training_year);
            column(name, 14, move |row: &Self| row.years.get(at).map(|year| year.recognized_hours).into())
        }));
        columns.extend([
            column("应修学时", 10, |row: &Self| row.required_hours.into()),
            column("已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("未达标年度数", 14, |row: &Self| row.short_years.into()),
            column("进度", 12, |row: &Self| row.status.label().into()),
        ]);
        columns
    }
}
