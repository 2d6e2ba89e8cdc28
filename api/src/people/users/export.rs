use songjiao_types::{WireEnum, users::UserView};

use crate::http::export::{Column, Exported, column};

impl Exported for UserView {
    const NAME: &'static str = "用户";
    const FILE: &'static str = "users";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("用户名", 16, |row: &Self| row.username.as_str().into()),
            column("姓名", 12, |row: &Self| row.name.as_str().into()),
            column("角色", 22, |row: &Self| row.role.label().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("数据范围", 30, |row: &Self| row.scope.name.as_str().into()),
            column("停用", 8, |row: &Self| row.disabled.into()),
            column("锁定至", 20, |row: &Self| row.locked_until.into()),
            column("最近登录", 20, |row: &Self| row.last_login_at.into()),
            column("创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
