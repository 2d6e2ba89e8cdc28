use songjiao_types::policies::PolicyView;

use crate::http::export::{Column, Exported, column};

impl Exported for PolicyView {
    const NAME: &'static str = "政策参数";
    const FILE: &'static str = "policies";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("生效日期", 12, |row: &Self| row.effective_from.into()),
            column("现行", 8, |row: &Self| row.in_force.into()),
            column("年度学时", 10, |row: &Self| row.annual_hours.into()),
            column("周期学时", 10, |row: &Self| row.cycle_hours.into()),
            column("周期年数", 10, |row: &Self| row.cycle_years.into()),
            column("首个周期起始年", 16, |row: &Self| row.cycle_first_year.into()),
            column("年度起始月", 12, |row: &Self| row.year_starts_month.into()),
            column("缺勤上限分子", 14, |row: &Self| row.absence_limit_numerator.into()),
            column("缺勤上限分母", 14, |row: &Self| row.absence_limit_denominator.into()),
            column("末位淘汰率（%）", 16, |row: &Self| row.elimination_percent.into()),
            column("公示天数", 10, |row: &Self| row.publicity_days.into()),
            column("每年送教次数", 14, |row: &Self| row.visits_per_year.into()),
            column("每次天数", 10, |row: &Self| row.days_per_visit.into()),
            column("评审人数", 10, |row: &Self| row.reviews_required.into()),
            column("证书编号前缀", 14, |row: &Self| row.certificate_prefix.as_str().into()),
            column("依据", 30, |row: &Self| row.note.as_deref().into()),
            column("登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
