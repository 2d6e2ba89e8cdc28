//! The annual return 年度学时报表: a year's recognised hours in the columns and codes of the national
//! teacher system. The import of hour records reads the same columns.

use songjiao_types::{
    Basis, Cell, Column, OrganizationId, Page, Tabular, WireEnum, column,
    hour_records::{AnnualReturnQuery, HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView},
};

use super::store;
use crate::{
    auth::CurrentUser, db::DbConnection, error::Result, http::listing::PageRequest,
    people::organizations::organization_refs,
};

/// A row of the return: a recognised record with the code of its organization.
pub struct AnnualReturnRow {
    record: HourRecordView,
    organization_code: String,
}

/// Lists the rows of a return in the order of entry.
///
/// # Errors
/// 422 at `organization_id`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &AnnualReturnQuery,
    page: &PageRequest,
) -> Result<Page<AnnualReturnRow>> {
    let query = HourRecordQuery {
        training_year: Some(query.training_year),
        organization_id: query.organization_id,
        status: Some(HourRecordStatus::Recognized),
        sort: Some(HourRecordSort::Created),
        ..HourRecordQuery::default()
    };
    let records = store::list(conn, user, &query, page)?;
    let mut ids: Vec<OrganizationId> = records.items.iter().map(|record| record.organization_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let places = organization_refs(conn, ids)?;
    Ok(records.map(|record| {
        let organization_code = places.get(&record.organization_id).map(|place| place.code.clone()).unwrap_or_default();
        AnnualReturnRow { record, organization_code }
    }))
}

/// Returns the national code of a value, or its label if it has none.
fn code<'a>(value: impl WireEnum) -> Cell<'a> {
    value.code().unwrap_or_else(|| value.label()).into()
}

impl Tabular for AnnualReturnRow {
    const NAME: &'static str = "年度学时报表";
    const FILE: &'static str = "annual-return";
    const BASIS: Option<Basis> = Some(Basis::Place);

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.record.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.record.teacher_name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization_code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.record.organization_name.as_str().into()),
            column("training_year", "培训年度", 10, |row: &Self| row.record.training_year.into()),
            column("level", "培训类别", 10, |row: &Self| code(row.record.level)),
            column("title", "项目名称", 36, |row: &Self| row.record.title.as_str().into()),
            column("institution", "机构名称", 30, |row: &Self| row.record.institution.as_str().into()),
            column("mode", "培训方式", 10, |row: &Self| code(row.record.mode)),
            column("hours", "获得学时", 10, |row: &Self| row.record.hours.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.record.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.record.ends_on.into()),
        ]
    }
}
