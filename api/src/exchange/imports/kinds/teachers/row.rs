use chrono::NaiveDate;
use songjiao_types::{
    id_numbers::possible_id_number,
    normal,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};

use crate::{
    exchange::imports::cells::{self, Cells},
    people::teachers::identity::{IdNumbers, SealedIdNumber},
};

/// A row whose cells are valid.
pub struct Row {
    /// The spreadsheet's row number.
    pub number: i64,
    pub teacher_no: String,
    pub name: String,
    pub organization_code: String,
    pub subject: String,
    pub stage: Stage,
    pub joined_on: NaiveDate,
    pub gender: Option<Gender>,
    pub title: Option<String>,
    pub backbone: Option<bool>,
    pub id_number: Option<SealedIdNumber>,
    pub appointed_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
    pub status: Option<TeacherStatus>,
}

impl Row {
    /// Reads a row; `None` if a cell is faulty. Every fault of the row is reported.
    pub fn read(cells: &mut Cells<'_>, keys: &IdNumbers) -> Option<Self> {
        let teacher_no = cells.required("teacher_no", cells::code);
        let name = cells.required("name", cells::text(64));
        let organization_code = cells.required("organization_code", cells::code);
        let subject = cells.required("subject", cells::text(32));
        let stage = cells.required("stage", cells::one_of);
        let joined_on = cells.required("joined_on", cells::date);
        let gender = cells.optional("gender", cells::one_of);
        let title = cells.optional("title", cells::text(32));
        let backbone = cells.optional("backbone", cells::yes_no);
        let id_number = cells.secret("id_number", |cell| {
            let cell = &*normal::code(cell);
            possible_id_number(cell).map_err(|_| ("bad_id_number", "身份证号不正确".to_owned()))?;
            keys.seal(cell).map_err(|_| ("bad_id_number", "身份证号无法保存".to_owned()))
        });
        let appointed_on = cells.optional("appointed_on", cells::date);
        let left_on = cells.optional("left_on", cells::date);
        let status = cells.optional("status", cells::one_of);
        Some(Self {
            number: cells.row,
            teacher_no: teacher_no?,
            name: name?,
            organization_code: organization_code?,
            subject: subject?,
            stage: stage?,
            joined_on: joined_on?,
            gender,
            title,
            backbone,
            id_number,
            appointed_on,
            left_on,
            status,
        })
    }
}
