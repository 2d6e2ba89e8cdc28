use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Integer, Nullable},
};
use songjiao_types::{
    Hours, Page, TeacherId,
    credits::{CreditQuery, CreditSort, CreditStatus, CreditView},
    validate::YEARS,
};

use super::rules::{self, YearTotals};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::teacher_years},
    error::{ApiError, Result},
    hours::quotas::{
        figures::{self, FigureList, ListedTeacher},
        sql_conditions::{Conditions, TeacherFilter, in_post},
    },
    http::listing::PageRequest,
    people::{
        policies::{self, CountyPolicies, TrainingYear},
        teachers,
    },
    visibility::requested_scope,
};

struct Cycle {
    years: Vec<TrainingYear>,
    hours: Hours,
    today: NaiveDate,
}

impl Cycle {
    /// Returns the cycle that a request names, by default the current one.
    ///
    /// # Errors
    /// 422 at `cycle_first_year` if the year is out of range or begins no cycle.
    fn requested(policies: &CountyPolicies, requested: Option<i32>, today: NaiveDate) -> Result<Self> {
        let first = match requested {
            Some(year) if YEARS.contains(&year) => year,
            Some(_) => return Err(ApiError::invalid("cycle_first_year", "year_out_of_range", "年度超出合理范围")),
            None => policies.cycle_of(policies.year_of(today).year),
        };
        Self::of(policies, first, today)
    }

    /// Returns the cycle that begins with a year.
    ///
    /// # Errors
    /// 422 at `cycle_first_year` if the year begins no cycle.
    fn of(policies: &CountyPolicies, first: i32, today: NaiveDate) -> Result<Self> {
        let (years, hours) = policies.cycle(first)?;
        Ok(Self { years, hours, today })
    }

    fn first(&self) -> &TrainingYear {
        &self.years[0]
    }

    fn last(&self) -> &TrainingYear {
        &self.years[self.years.len() - 1]
    }
}

/// Returns the training years, at least one, of the cycle that a request names, by default the current
/// one, under the policies of the organization with a path.
///
/// # Errors
/// 422 at `cycle_first_year` if the year is out of range or begins no cycle.
pub fn requested_years(
    conn: &mut DbConnection,
    requested: Option<i32>,
    path: &str,
    today: NaiveDate,
) -> Result<Vec<TrainingYear>> {
    Cycle::requested(policies::all(conn)?.of(path), requested, today).map(|cycle| cycle.years)
}

#[derive(QueryableByName)]
struct CreditRow {
    #[diesel(embed)]
    teacher: ListedTeacher,
    #[diesel(sql_type = Date)]
    joined_on: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    left_on: Option<NaiveDate>,
}

/// Selects each teacher with the figures of a cycle, in hundredths: [`rules::assess_cycle`] in SQL.
fn of_cycle(cycle: &Cycle, conditions: &str) -> String {
    let required = |year: &TrainingYear| {
        let (first, last, required) = (year.first_day, year.last_day, figures::required(year));
        format!("CASE WHEN t.joined_on > '{last}' OR t.left_on < '{first}' THEN 0 ELSE {required} END")
    };
    let recognized = |year: &TrainingYear| format!("COALESCE({}.recognized_hours, 0)", figures::alias(year));
    let sum = |years: &mut dyn Iterator<Item = &TrainingYear>, term: &dyn Fn(&TrainingYear) -> String| {
        years.fold("0".to_owned(), |sum, year| format!("{sum} + {}", term(year)))
    };
    let annual: Hours = cycle.years.iter().map(|year| year.annual_hours).sum();
    let columns = format!(
        "t.joined_on AS joined_on, t.left_on AS left_on, {} + {} AS required, {} AS recognized, {} AS due",
        cycle.hours.hundredths() - annual.hundredths(),
        sum(&mut cycle.years.iter(), &required),
        sum(&mut cycle.years.iter(), &recognized),
        sum(&mut cycle.years.iter().filter(|year| rules::is_over(year, cycle.today)), &required),
    );
    figures::of_teachers(&columns, &cycle.years, conditions)
}

fn status_condition(cycle: &Cycle, status: Option<CreditStatus>) -> &'static str {
    let running = !rules::is_over(cycle.last(), cycle.today);
    match (status, running) {
        (None, _) => "1 = 1",
        (Some(CreditStatus::Met), _) => figures::MET,
        (Some(CreditStatus::OnTrack), true) => "recognized < required AND recognized >= due",
        (Some(CreditStatus::OnTrack), false) => "1 = 0",
        (Some(CreditStatus::Behind), true) => "recognized < required AND recognized < due",
        (Some(CreditStatus::Behind), false) => "recognized < required",
    }
}

/// Lists the credits of a cycle.
///
/// # Errors
/// 422 at `cycle_first_year`, `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CreditQuery,
    page: &PageRequest,
) -> Result<Page<CreditView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let policies = policies::all(conn)?;
    let cycle = Cycle::requested(policies.of(&scope.root), query.cycle_first_year, user.today())?;
    let filter = TeacherFilter { q: query.q.as_deref(), stage: query.stage, subject: query.subject.as_deref() };
    let mut conditions = Conditions::visible(user, &scope, &filter);
    conditions.in_post(cycle.first().first_day, cycle.last().last_day);
    let list = FigureList {
        conditions,
        figures: &|conditions| of_cycle(&cycle, conditions),
        status: status_condition(&cycle, query.status),
        sort: query.sort.unwrap_or(CreditSort::TeacherNo),
    };
    let views = |conn: &mut DbConnection, rows| with_years(conn, &cycle, rows);
    list.load(conn, page, views, |view| (&view.teacher_no, view.remaining_hours, view.teacher_id))
}

/// Assesses the cycle of each teacher. Reads the totals of all years with one query.
fn with_years(conn: &mut DbConnection, cycle: &Cycle, rows: Vec<CreditRow>) -> Result<Vec<CreditView>> {
    let mut totals: HashMap<TeacherId, YearTotals> = HashMap::new();
    let found: Vec<(TeacherId, i32, i32, Hours)> = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(rows.iter().map(|row| row.teacher.id).collect::<Vec<_>>()))
        .filter(teacher_years::training_year.between(cycle.first().year, cycle.last().year))
        .select((
            teacher_years::teacher_id,
            teacher_years::training_year,
            teacher_years::reduced_months,
            teacher_years::recognized_hours,
        ))
        .load(conn)?;
    for (teacher, year, months, recognized) in found {
        totals.entry(teacher).or_default().insert(year, (months, recognized));
    }
    let view = |row: CreditRow| {
        let totals = totals.remove(&row.teacher.id).unwrap_or_default();
        let service = (row.joined_on, row.left_on);
        let assessed = rules::assess_cycle(&cycle.years, cycle.hours, service, &totals, cycle.today);
        CreditView {
            teacher_id: row.teacher.id,
            teacher_no: row.teacher.teacher_no,
            teacher_name: row.teacher.name,
            organization_id: row.teacher.organization_id,
            organization_name: row.teacher.organization_name,
            cycle_first_year: cycle.first().year,
            cycle_last_year: cycle.last().year,
            remaining_hours: assessed.required.saturating_sub(assessed.recognized),
            required_hours: assessed.required,
            recognized_hours: assessed.recognized,
            short_years: assessed.short_years,
            years: assessed.years,
            status: assessed.status,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Finds a teacher's cycle, including one in which the teacher was not in post.
///
/// # Errors
/// 404 if the caller does not see the teacher's figures; 422 at `cycle_first_year`.
pub fn of_teacher(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId, first_year: i32) -> Result<CreditView> {
    let teacher = teachers::find_with_figures(conn, user, id)?;
    let policies = policies::of_organization(conn, teacher.organization.id)?;
    let cycle = Cycle::requested(&policies, Some(first_year), user.today())?;
    let row = CreditRow { joined_on: teacher.joined_on, left_on: teacher.left_on, teacher: teacher.into() };
    with_years(conn, &cycle, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// How many of the teachers in post in a cycle have each status.
#[derive(QueryableByName)]
pub struct Tally {
    #[diesel(sql_type = Integer)]
    pub cycle_first_year: i32,
    #[diesel(sql_type = Integer)]
    pub cycle_last_year: i32,
    #[diesel(sql_type = BigInt)]
    pub met: i64,
    #[diesel(sql_type = BigInt)]
    pub on_track: i64,
    #[diesel(sql_type = BigInt)]
    pub behind: i64,
}

/// Returns the tally of a scope in the cycle that a training year belongs to.
///
/// # Errors
/// Those of [`tallies`].
pub fn tally(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, training_year: i32) -> Result<Tally> {
    let first = policies::all(conn)?.root().cycle_of(training_year);
    tallies(conn, user, scope, &[first])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the tallies of a scope in the cycles that begin with the given years, in the order of the
/// years, with one query.
///
/// # Errors
/// 422 at `cycle_first_year` if one of the years begins no cycle.
pub fn tallies(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, first_years: &[i32]) -> Result<Vec<Tally>> {
    let mut conditions = Conditions::visible(user, scope, &TeacherFilter::default());
    let visible = conditions.take_texts();
    let (policies, today) = (policies::all(conn)?, user.today());
    let cycles = first_years
        .iter()
        .map(|first| Cycle::of(policies.of(&scope.root), *first, today))
        .collect::<Result<Vec<_>>>()?;
    let tally = |cycle: &Cycle| {
        let in_cycle = in_post(cycle.first().first_day, cycle.last().last_day);
        let inner = of_cycle(cycle, &format!("{visible} AND {in_cycle}"));
        let count = |status| figures::count(status_condition(cycle, Some(status)));
        format!(
            "SELECT {} AS cycle_first_year, {} AS cycle_last_year, {} AS met, {} AS on_track, {} AS behind \
             FROM ({inner}) AS figures",
            cycle.first().year,
            cycle.last().year,
            count(CreditStatus::Met),
            count(CreditStatus::OnTrack),
            count(CreditStatus::Behind),
        )
    };
    let union = cycles.iter().map(tally).collect::<Vec<_>>().join(" UNION ALL ");
    Ok(conditions.query(format!("{union} ORDER BY cycle_first_year")).load(conn)?)
}
