//! The figures of quotas and credits in SQL, so that lists filter, sort and sum by them. The rules of
//! both slices state the same in Rust; `tests/api/figures.rs` holds one against the other.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use songjiao_types::{Hours, OrganizationId, Page, TeacherId, WireEnum, teachers::TeacherView};

use super::sql_conditions::{Conditions, Key, page_after};
use crate::{
    db::{DbConnection, MultiBackend, types::DbUuid},
    error::Result,
    http::listing::PageRequest,
    people::policies::TrainingYear,
};

/// The condition that the recognised hours reach the requirement.
pub const MET: &str = "recognized >= required";
/// What a teacher still lacks, never below zero.
pub const REMAINING: &str = "CASE WHEN required > recognized THEN required - recognized ELSE 0 END";

/// A teacher of a list of figures.
#[derive(QueryableByName)]
pub struct ListedTeacher {
    #[diesel(sql_type = DbUuid)]
    pub id: TeacherId,
    #[diesel(sql_type = Text)]
    pub teacher_no: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = DbUuid)]
    pub organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    pub organization_name: String,
}

impl From<TeacherView> for ListedTeacher {
    fn from(teacher: TeacherView) -> Self {
        Self {
            id: teacher.id,
            teacher_no: teacher.teacher_no,
            name: teacher.name,
            organization_id: teacher.organization.id,
            organization_name: teacher.organization.name,
        }
    }
}

/// Selects the columns of [`ListedTeacher`] and the given ones, joining the years that they are made
/// from. Conditions and columns refer to teachers as `t` and to organizations as `o`.
pub fn of_teachers(columns: &str, years: &[TrainingYear], conditions: &str) -> String {
    let join = |year: &TrainingYear| {
        let y = alias(year);
        format!("LEFT JOIN teacher_years {y} ON {y}.teacher_id = t.id AND {y}.training_year = {}", year.year)
    };
    format!(
        "SELECT t.id AS id, t.teacher_no AS teacher_no, t.name AS name, t.organization_id AS organization_id, \
                o.name AS organization_name, {columns} \
         FROM teachers t JOIN organizations o ON o.id = t.organization_id {} WHERE {conditions}",
        years.iter().map(join).collect::<Vec<_>>().join(" ")
    )
}

/// Returns the alias under which [`of_teachers`] joins a year.
pub fn alias(year: &TrainingYear) -> String {
    format!("y{}", year.year)
}

/// Returns [`super::rules::required`] in SQL, in hundredths.
pub fn required(year: &TrainingYear) -> String {
    let annual = year.annual_hours.hundredths();
    // A tenth of an hour is 120 twelfths of a hundredth.
    format!("({annual} * (12 - COALESCE({}.reduced_months, 0)) + 119) / 120 * 10", alias(year))
}

/// Selects each teacher with the figures of a training year, in hundredths.
pub fn of_year(year: &TrainingYear, conditions: &str) -> String {
    let columns = format!(
        "t.subject AS subject, t.stage AS stage, {required} AS required, \
         COALESCE({y}.recognized_hours, 0) AS recognized, COALESCE({y}.pending_hours, 0) AS pending",
        required = required(year),
        y = alias(year),
    );
    of_teachers(&columns, std::slice::from_ref(year), conditions)
}

/// Returns a sum over all rows, which is zero if there are none.
pub fn sum(expression: &str) -> String {
    format!("CAST(COALESCE(SUM({expression}), 0) AS BIGINT)")
}

/// Returns how many rows fulfil a condition.
pub fn count(condition: &str) -> String {
    sum(&format!("CASE WHEN {condition} THEN 1 ELSE 0 END"))
}

/// A list of teachers that is filtered and sorted by their figures.
pub struct FigureList<'a, S> {
    pub conditions: Conditions,
    /// Makes the statement that selects the figures from its conditions.
    pub figures: &'a dyn Fn(&str) -> String,
    /// A further condition, on the figures.
    pub status: &'a str,
    /// `teacher_no` or `remaining_hours`, ascending or descending.
    pub sort: S,
}

impl<S: WireEnum> FigureList<'_, S> {
    /// Loads a page. `views` turns rows into views; `key` returns a view's number, remaining hours and
    /// id.
    ///
    /// # Errors
    /// 422 at `cursor`.
    pub fn load<R, V>(
        self,
        conn: &mut DbConnection,
        page: &PageRequest,
        views: impl FnOnce(&mut DbConnection, Vec<R>) -> Result<Vec<V>>,
        key: impl Fn(&V) -> (&str, Hours, TeacherId),
    ) -> Result<Page<V>>
    where
        R: QueryableByName<MultiBackend> + 'static,
    {
        let sort = self.sort.as_str();
        let (descending, by_number) = (sort.starts_with('-'), sort.ends_with("teacher_no"));
        let after = if by_number {
            page.after::<(String, TeacherId)>(sort)?.map(|(number, id)| (Key::Text(number), id))
        } else {
            page.after::<(i64, TeacherId)>(sort)?.map(|(remaining, id)| (Key::Number(remaining), id))
        };
        let (column, direction) =
            (if by_number { "teacher_no" } else { REMAINING }, if descending { "DESC" } else { "ASC" });
        let mut all = self.conditions;
        let figures = format!("FROM ({}) AS figures WHERE {}", (self.figures)(&all.take_texts()), self.status);
        let counted = all.clone();
        if let Some((key, id)) = after {
            page_after(&mut all, column, descending, key, id);
        }
        let beyond = all.take_texts();
        let order = format!("{column} {direction}, id {direction} LIMIT {}", page.fetch());
        let rows = all.query(format!("SELECT * {figures} AND {beyond} ORDER BY {order}")).load(conn)?;
        let total = match page.with_total {
            true => Some(counted.query(format!("SELECT COUNT(*) AS count {figures}")).get_result::<Count>(conn)?.count),
            false => None,
        };
        let views = views(conn, rows)?;
        if by_number {
            page.page(sort, views, |view| (key(view).0.to_owned(), key(view).2), total)
        } else {
            page.page(sort, views, |view| (key(view).1.hundredths(), key(view).2), total)
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
