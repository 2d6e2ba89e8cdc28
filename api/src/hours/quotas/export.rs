use songjiao_types::{WireEnum, quotas::QuotaView};

use crate::http::export::{Column, Exported, column};

impl Exported for QuotaView {
    const NAME: &'static str = "年度学时";
    const FILE: &'static str = "quotas";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("培训年度", 10, |row: &Self| row.training_year.into()),
            column("应修学时", 10, |row: &Self| row.required_hours.into()),
            column("已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("待认定学时", 12, |row: &Self| row.pending_hours.into()),
            column("缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("是否达标", 10, |row: &Self| row.status.label().into()),
        ]
    }
}
