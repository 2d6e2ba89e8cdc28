use songjiao_types::{WireEnum, imports::ImportReport};

use crate::http::export::{Column, Exported, column};

impl Exported for ImportReport {
    const NAME: &'static str = "导入记录";
    const FILE: &'static str = "imports";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("导入时间", 20, |row: &Self| row.created_at.into()),
            column("内容", 14, |row: &Self| row.kind.label().into()),
            column("文件名", 36, |row: &Self| row.file_name.as_deref().into()),
            column("格式", 8, |row: &Self| row.format.as_str().into()),
            column("编码", 10, |row: &Self| row.encoding.as_str().into()),
            column("来源", 14, |row: &Self| row.source.as_deref().into()),
            column("试运行", 8, |row: &Self| row.dry_run.into()),
            column("状态", 12, |row: &Self| row.status.label().into()),
            column("数据行", 10, |row: &Self| row.rows_total.into()),
            column("新增", 10, |row: &Self| row.rows_imported.into()),
            column("更新", 10, |row: &Self| row.rows_updated.into()),
            column("相同", 10, |row: &Self| row.rows_unchanged.into()),
            column("错误行", 10, |row: &Self| row.rows_failed.into()),
            column("错误数", 10, |row: &Self| row.errors_total.into()),
            column("中断原因", 30, |row: &Self| row.message.as_deref().into()),
            column("结束时间", 20, |row: &Self| row.finished_at.into()),
            column("导入 ID", 38, |row: &Self| row.id.to_string().into()),
        ]
    }
}
