use songjiao_types::{WireEnum, activities::ActivityView};

use crate::http::export::{Column, Exported, column};

impl Exported for ActivityView {
    const NAME: &'static str = "活动";
    const FILE: &'static str = "activities";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("活动名称", 36, |row: &Self| row.title.as_str().into()),
            column("形式", 14, |row: &Self| row.form.label().into()),
            column("日期", 12, |row: &Self| row.held_on.into()),
            column("天数", 8, |row: &Self| row.days.into()),
            column("学时", 8, |row: &Self| row.hours.into()),
            column("地点", 24, |row: &Self| row.place.as_deref().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("说明", 40, |row: &Self| row.description.as_deref().into()),
            column("考勤人数", 10, |row: &Self| row.attendance_count.into()),
        ]
    }
}
