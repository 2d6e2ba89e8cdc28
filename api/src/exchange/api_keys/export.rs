use songjiao_types::{WireEnum, api_keys::ApiKeyView};

use crate::http::export::{Column, Exported, column};

impl Exported for ApiKeyView {
    const NAME: &'static str = "接口密钥";
    const FILE: &'static str = "api-keys";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("名称", 30, |row: &Self| row.name.as_str().into()),
            column("单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("权限", 40, |row: &Self| {
                row.scopes.iter().map(|scope| scope.label()).collect::<Vec<_>>().join("、").into()
            }),
            column("密钥开头", 20, |row: &Self| {
                row.secrets.iter().map(|secret| secret.prefix.as_str()).collect::<Vec<_>>().join("、").into()
            }),
            column("状态", 10, |row: &Self| row.status.label().into()),
            column("到期时间", 20, |row: &Self| row.expires_at.into()),
            column("最近使用", 20, |row: &Self| row.last_used_at.into()),
            column("创建人", 12, |row: &Self| row.created_by_name.as_str().into()),
            column("创建时间", 20, |row: &Self| row.created_at.into()),
            column("吊销时间", 20, |row: &Self| row.revoked_at.into()),
        ]
    }
}
