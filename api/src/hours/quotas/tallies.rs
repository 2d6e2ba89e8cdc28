//! The figures of a training year by organization, subject, stage or year: how many teachers met
//! their quota and what they earned, with one statement each.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use songjiao_types::{HourDifference, OrganizationId};

use super::{
    figures::{self, EXEMPT, MET},
    rules,
    sql_conditions::{Conditions, TeacherFilter},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, types::DbUuid},
    error::Result,
    people::policies::TrainingYear,
};

/// The sums of the figures of several teachers, hours in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Sums {
    #[diesel(sql_type = BigInt)]
    pub teachers: i64,
    #[diesel(sql_type = BigInt)]
    pub met: i64,
    #[diesel(sql_type = BigInt)]
    pub exempt: i64,
    #[diesel(sql_type = BigInt)]
    pub required: i64,
    #[diesel(sql_type = BigInt)]
    pub recognized: i64,
    /// Teachers whose year is closed.
    #[diesel(sql_type = BigInt)]
    pub closed: i64,
    /// Late hours 补录, which the other figures leave out.
    #[diesel(sql_type = BigInt)]
    pub late: i64,
}

impl Sums {
    /// Returns the number of teachers of whom something is required: those whom a rate counts.
    pub fn rated(&self) -> i64 {
        mutate!(ExemptRated, self.teachers - self.exempt, self.teachers)
    }

    /// Returns the number of teachers who did not meet their quota.
    pub fn short(&self) -> i64 {
        self.rated() - self.met
    }

    /// Returns the late hours 补录; `None` if none of the teachers' years is closed.
    pub fn late_hours(&self) -> Option<HourDifference> {
        (self.closed > 0).then(|| HourDifference::from_hundredths(self.late))
    }

    /// Returns the percentage of teachers who met their quota, of those of whom something is required.
    pub fn rate(&self) -> Option<f64> {
        rules::rate(self.rated(), self.met)
    }
}

/// Returns the columns of [`Sums`] over the rows of [`figures::of_year`].
pub fn sums() -> String {
    let (required, recognized) = (figures::sum("required"), figures::sum("recognized"));
    let met = figures::count(mutate!(SummedWithoutMinimum, MET, "required > 0 AND counted >= required"));
    let exempt = figures::count(EXEMPT);
    let (closed, late) = (figures::count("closed IS NOT NULL"), figures::sum("late"));
    format!(
        "COUNT(*) AS teachers, {met} AS met, {exempt} AS exempt, {required} AS required, {recognized} AS recognized, \
         {closed} AS closed, {late} AS late"
    )
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, more: Self) {
        self.teachers += more.teachers;
        self.met += more.met;
        self.exempt += more.exempt;
        self.required += more.required;
        self.recognized += more.recognized;
        self.closed += more.closed;
        self.late += more.late;
    }
}

/// An organization without its subtree: the teachers whose year belongs to it.
#[derive(QueryableByName)]
pub struct Tally {
    #[diesel(sql_type = DbUuid)]
    pub organization_id: OrganizationId,
    #[diesel(embed)]
    pub sums: Sums,
}

/// Returns the tally of each organization in a scope.
pub fn by_organization(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    year: &TrainingYear,
) -> Result<Vec<Tally>> {
    by_organization_where(conn, user, scope, year, &TeacherFilter::default())
}

/// Returns the tally of each organization in a scope, of some teachers.
pub fn by_organization_where(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    year: &TrainingYear,
    filter: &TeacherFilter<'_>,
) -> Result<Vec<Tally>> {
    grouped(conn, Conditions::visible(user, scope, filter), year, "organization_id")
}

/// The teachers of a subject or of a stage.
#[derive(QueryableByName)]
pub struct NamedTally {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(embed)]
    pub sums: Sums,
}

/// Returns the tally of each subject in a scope.
pub fn by_subject(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    year: &TrainingYear,
) -> Result<Vec<NamedTally>> {
    grouped(conn, Conditions::visible(user, scope, &TeacherFilter::default()), year, "subject AS name")
}

/// Returns the tally of each stage in a scope, named by its identifier.
pub fn by_stage(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    year: &TrainingYear,
) -> Result<Vec<NamedTally>> {
    grouped(conn, Conditions::visible(user, scope, &TeacherFilter::default()), year, "stage AS name")
}

fn grouped<T>(conn: &mut DbConnection, mut all: Conditions, year: &TrainingYear, key: &str) -> Result<Vec<T>>
where
    T: QueryableByName<crate::db::MultiBackend> + 'static,
{
    let inner = figures::of_year(year, &all.take_texts());
    // The column without its alias.
    let sums = sums();
    let column = key.split(' ').next().unwrap_or(key);
    let sql = format!("SELECT {key}, {sums} FROM ({inner}) AS figures GROUP BY {column}");
    Ok(all.query(sql).load(conn)?)
}

/// A scope: the teachers who were in post in a year.
#[derive(QueryableByName)]
pub struct YearTally {
    #[diesel(sql_type = Integer)]
    pub training_year: i32,
    #[diesel(embed)]
    pub sums: Sums,
}

/// Returns the tally of each given year, in the order of the years.
pub fn by_year(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    years: &[TrainingYear],
) -> Result<Vec<YearTally>> {
    let mut all = Conditions::visible(user, scope, &TeacherFilter::default());
    let visible = all.take_texts();
    let sums = sums();
    let of_year = |year: &TrainingYear| {
        let inner = figures::of_year(year, &visible);
        format!("SELECT {} AS training_year, {sums} FROM ({inner}) AS figures", year.year)
    };
    let union = years.iter().map(of_year).collect::<Vec<_>>().join(" UNION ALL ");
    Ok(all.query(format!("{union} ORDER BY training_year")).load(conn)?)
}

/// An organization without its subtree in a year; without a year if it has no teachers in any.
#[derive(QueryableByName)]
pub struct MapTally {
    #[diesel(sql_type = DbUuid)]
    pub organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub training_year: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub teachers: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub met: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub exempt: Option<i64>,
}

/// Returns the tallies of the next `limit` organizations after a code to which a teacher's year belongs, by code and
/// year. Reads the teachers of these organizations only.
pub fn by_organization_and_year(
    conn: &mut DbConnection,
    user: &CurrentUser,
    scope: &Scope,
    (listed, years): (&[TrainingYear], &[TrainingYear]),
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<MapTally>> {
    let mut all = Conditions::visible(user, scope, &TeacherFilter::default());
    let visible = all.take_texts();
    let beyond = after.map_or_else(|| "1 = 1".to_owned(), |code| format!("o.code > {}", all.text(code)));
    let sums = sums();
    let of_year = |year: &TrainingYear| {
        let conditions = format!("{visible} AND y.organization_id IN (SELECT id FROM page)");
        let inner = figures::of_year(year, &conditions);
        format!(
            "SELECT organization_id, {} AS training_year, {sums} FROM ({inner}) AS figures GROUP BY organization_id",
            year.year
        )
    };
    let tallies = years.iter().map(of_year).collect::<Vec<_>>().join(" UNION ALL ");
    let listed = listed.iter().map(|year| year.year.to_string()).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH page AS (SELECT o.id, o.code, o.name FROM organizations o WHERE EXISTS \
         (SELECT 1 FROM teacher_years y JOIN teachers t ON t.id = y.teacher_id \
          WHERE y.organization_id = o.id AND y.training_year IN ({listed}) AND {visible}) AND {beyond} \
         ORDER BY o.code LIMIT {limit}) \
         SELECT page.id AS organization_id, page.code AS code, page.name AS name, \
                tallies.training_year AS training_year, tallies.teachers AS teachers, tallies.met AS met, \
                tallies.exempt AS exempt \
         FROM page LEFT JOIN ({tallies}) AS tallies ON tallies.organization_id = page.id \
         ORDER BY page.code, tallies.training_year"
    );
    Ok(all.query(sql).load(conn)?)
}
