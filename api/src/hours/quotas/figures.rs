//! The figures of quotas and credits in SQL, so that lists filter, sort and sum by them. What a year requires is stored
//! beside its totals.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use songjiao_types::{Hours, OrganizationId, Page, TeacherId, WireEnum};

use super::sql_conditions::{Conditions, Key, page_after};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend,
        schema::{organizations, teachers},
        types::DbUuid,
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::policies::TrainingYear,
    visibility::sees_figures,
};

/// The condition that nothing is required.
pub const EXEMPT: &str = "required = 0";
/// The condition that the counted hours reach the requirement, and every dimension its minimum.
pub const MET: &str = "required > 0 AND counted >= required AND NOT missed";
/// The condition that they do not.
pub const SHORT: &str = "required > 0 AND (counted < required OR missed)";
/// What a teacher still lacks, never below zero.
pub const REMAINING: &str = "CASE WHEN required > counted THEN required - counted ELSE 0 END";

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

/// Finds a teacher for figures that belong to an organization, by default the one where the teacher serves now.
///
/// # Errors
/// 404 if the caller does not see the figures.
pub fn find_teacher(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    organization: Option<OrganizationId>,
) -> Result<ListedTeacher> {
    let (teacher_no, name, current): (String, String, OrganizationId) = teachers::table
        .find(id)
        .select((teachers::teacher_no, teachers::name, teachers::organization_id))
        .first(conn)?;
    let organization_id = organization.unwrap_or(current);
    if !sees_figures(conn, user, id, [organization_id, current])? {
        return Err(ApiError::not_found());
    }
    let organization_name = organizations::table.find(organization_id).select(organizations::name).first(conn)?;
    Ok(ListedTeacher { id, teacher_no, name, organization_id, organization_name })
}

/// The columns of [`ListedTeacher`], of teachers as `t` and organizations as `o`.
pub const TEACHER_COLUMNS: &str = "t.id AS id, t.teacher_no AS teacher_no, t.name AS name, \
                                   o.id AS organization_id, o.name AS organization_name";

/// The condition that a teacher serves in the year `y`, or has hours of it; of a closed year, that its snapshot has the
/// teacher.
pub const LISTED: &str = "(y.closing_id IS NOT NULL OR (NOT y.after_closing AND (y.serves OR y.recognized_hours > 0 OR \
                          y.pending_hours > 0)))";

/// Selects each teacher who serves in a training year, or has hours of it, with its figures, in hundredths. Conditions refer to teachers as
/// `t` and to the organization to which the year belongs as `o`. Of a closed year the figures are the snapshot's, with the
/// late hours 补录 beside.
pub fn of_year(year: &TrainingYear, conditions: &str) -> String {
    format!(
        "SELECT {TEACHER_COLUMNS}, t.subject AS subject, t.stage AS stage, y.required_hours AS required, \
                COALESCE(y.closed_recognized_hours, y.recognized_hours) AS recognized, \
                COALESCE(y.closed_counted_hours, y.counted_hours, y.recognized_hours) AS counted, \
                COALESCE(y.closed_missed, y.minimum_missed) AS missed, y.pending_hours AS pending, \
                y.closed_recognized_hours AS closed, \
                CAST(y.recognized_hours - y.closed_recognized_hours AS BIGINT) AS late \
         FROM teacher_years y JOIN teachers t ON t.id = y.teacher_id JOIN organizations o ON o.id = y.organization_id \
         WHERE y.training_year = {} AND {LISTED} AND {conditions}",
        year.year
    )
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
