use songjiao_types::{WireEnum, organizations::OrganizationView};

use crate::http::export::{Column, Exported, column};

impl Exported for OrganizationView {
    const NAME: &'static str = "单位";
    const FILE: &'static str = "organizations";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("单位编号", 16, |row: &Self| row.code.as_str().into()),
            column("单位名称", 30, |row: &Self| row.name.as_str().into()),
            column("单位类型", 14, |row: &Self| row.kind.label().into()),
            column("上级编号", 16, |row: &Self| parent_code(row).into()),
            column("乡村", 8, |row: &Self| row.rural.into()),
            column("学区基地校", 12, |row: &Self| row.base_school.into()),
            column("上级名称", 30, |row: &Self| row.parent_name.as_deref().into()),
            column("在职教师数", 12, |row: &Self| row.teacher_count.into()),
        ]
    }
}

/// The code before the last of the path; the root has none.
fn parent_code(row: &OrganizationView) -> Option<&str> {
    row.path.rsplit('/').nth(1)
}
