use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer, Nullable},
};
use songjiao_types::{
    Hours, OrganizationId, Page, TeacherId, WireEnum,
    credits::{CreditQuery, CreditSort, CreditStatus, CreditView, CreditYear},
    hour_records::{HourRecordHold, HourRecordStatus},
    quotas::QuotaStatus,
    validate::YEARS,
};

use super::{explanation, rules};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::teacher_years, types::DbUuid},
    error::{ApiError, Result},
    hours::quotas::{
        self,
        as_of::AsOf,
        facts::Facts,
        figures::{self, FigureList, ListedTeacher, TEACHER_COLUMNS},
        months::months_over,
        sql_conditions::{Conditions, TeacherFilter},
        teacher_years::TeacherYear,
    },
    http::listing::PageRequest,
    people::policies::{self, CountyPolicies, TrainingYear},
    visibility::requested_scope,
};

struct Cycle {
    years: Vec<TrainingYear>,
    today: NaiveDate,
}

impl Cycle {
    /// Returns the cycle that a request names, by default the current one.
    ///
    /// # Errors
    /// 422 at `cycle_first_year` if the year is out of range or begins no cycle.
    fn requested(policies: &CountyPolicies, requested: Option<i32>, today: NaiveDate) -> Result<Self> {
        let first = match requested {
            Some(year) if YEARS.contains(&year) && year <= policies.last_year(today) => year,
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
        let (years, _) = policies.cycle(first)?;
        Ok(Self { years, today })
    }

    fn first(&self) -> &TrainingYear {
        &self.years[0]
    }

    fn last(&self) -> &TrainingYear {
        &self.years[self.years.len() - 1]
    }

    fn is_running(&self) -> bool {
        !rules::is_over(self.last(), self.today)
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
    #[diesel(embed)]
    sums: CycleSums,
}

/// The sums of the years of a cycle.
#[derive(Clone, Copy, QueryableByName)]
struct CycleSums {
    #[diesel(sql_type = BigInt)]
    required: i64,
    #[diesel(sql_type = BigInt)]
    recognized: i64,
    /// What is owed for the months that are over.
    #[diesel(sql_type = BigInt)]
    due: i64,
    /// What awaits the end of a project, and nothing before it.
    #[diesel(sql_type = BigInt)]
    awaiting: i64,
}

/// Returns the columns of [`CycleSums`], the joins that they need, and the organization to which the cycle belongs: that
/// of its last year with service up to today, before the first such year that of the first to come.
fn sums_of(cycle: &Cycle) -> (String, String, String) {
    let alias = |year: &TrainingYear| format!("y{}", year.year);
    let sum = |term: &dyn Fn(&TrainingYear) -> String| {
        let terms: Vec<String> = cycle.years.iter().map(term).collect();
        format!("CAST({} AS BIGINT)", terms.join(" + "))
    };
    let columns = format!(
        "{} AS required, {} AS recognized, {} AS due, {} AS awaiting",
        sum(&|year| format!(
            "COALESCE({}.{}, 0)",
            alias(year),
            mutate!(CreditByAnnualHours, "credit_hours", "required_hours")
        )),
        sum(&|year| format!("COALESCE({}.recognized_hours, 0)", alias(year))),
        sum(&|year| due(cycle, year, &alias(year))),
        awaiting(cycle),
    );
    let join = |year: &TrainingYear| {
        let y = alias(year);
        format!("LEFT JOIN teacher_years {y} ON {y}.teacher_id = t.id AND {y}.training_year = {}", year.year)
    };
    let joins = cycle.years.iter().map(join).collect::<Vec<_>>().join(" ");
    let begun = cycle.years.iter().rev().filter(|year| year.first_day <= cycle.today);
    let to_come = cycle.years.iter().filter(|year| year.first_day > cycle.today);
    let served = |year| format!("CASE WHEN {0}.serves THEN {0}.organization_id END", alias(year));
    // Hours of years without service. A year without either is nobody's.
    let others = cycle.years.iter().map(|year| {
        let y = alias(year);
        format!("CASE WHEN {y}.recognized_hours > 0 OR {y}.pending_hours > 0 THEN {y}.organization_id END")
    });
    let whose: Vec<String> = begun.chain(to_come).map(served).chain(others).collect();
    let whose = format!("COALESCE({})", whose.join(", "));
    (columns, joins, whose)
}

/// Returns what a year adds to the hours due, in SQL: all of it once it is over, else the share of its owed months that
/// are over, rounded up to the tenth as [`share`] is.
fn due(cycle: &Cycle, year: &TrainingYear, y: &str) -> String {
    if rules::is_over(year, cycle.today) {
        return format!("COALESCE({y}.{}, 0)", mutate!(DueByAnnualHours, "credit_hours", "required_hours"));
    }
    let over = months_over(year, cycle.today);
    if over == 0 {
        return "0".to_owned();
    }
    let owed = (0..over).map(|month| format!("(({y}.owed_months >> {month}) & 1)")).collect::<Vec<_>>().join(" + ");
    let parts = 10 * cycle.years.len() * usize::try_from(year.months.max(12)).unwrap_or(12);
    format!("COALESCE((CAST({y}.cycle_hours AS BIGINT) * ({owed}) + {}) / {parts} * 10, 0)", parts - 1)
}

/// Returns the hours of a cycle that await the end of a project, in SQL. Only a running cycle looks at them.
fn awaiting(cycle: &Cycle) -> String {
    if !cycle.is_running() {
        return "CAST(0 AS BIGINT)".to_owned();
    }
    format!(
        "COALESCE((SELECT CAST(SUM(h.hours) AS BIGINT) FROM hour_records h WHERE h.teacher_id = t.id \
         AND h.training_year BETWEEN {} AND {} AND h.status = '{}' AND h.hold = '{}'), 0)",
        cycle.first().year,
        cycle.last().year,
        HourRecordStatus::Pending.as_str(),
        HourRecordHold::ProjectEnd.as_str(),
    )
}

/// Selects each teacher who serves in a cycle with its figures, in hundredths. Conditions refer to teachers as `t` and to
/// the organization to which the cycle belongs as `o`.
fn of_cycle(cycle: &Cycle, conditions: &str) -> String {
    let (columns, joins, whose) = sums_of(cycle);
    format!(
        "SELECT cycles.*, recognized AS counted, 1 = 0 AS missed \
         FROM (SELECT {TEACHER_COLUMNS}, {columns} FROM teachers t {joins} JOIN organizations o ON o.id = {whose} \
               WHERE {conditions}) AS cycles"
    )
}

fn status_condition(cycle: &Cycle, status: Option<CreditStatus>) -> &'static str {
    match (status, cycle.is_running()) {
        (None, _) => "1 = 1",
        (Some(CreditStatus::Exempt), _) => figures::EXEMPT,
        (Some(CreditStatus::Met), _) => figures::MET,
        (Some(CreditStatus::OnTrack), true) => "recognized < required AND recognized + awaiting >= due",
        (Some(CreditStatus::OnTrack), false) => "1 = 0",
        (Some(CreditStatus::Behind), true) => "recognized < required AND recognized + awaiting < due",
        (Some(CreditStatus::Behind), false) => figures::SHORT,
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
    let conditions = Conditions::visible(user, &scope, &filter);
    let list = FigureList {
        conditions,
        figures: &|conditions| of_cycle(&cycle, conditions),
        status: status_condition(&cycle, query.status),
        sort: query.sort.unwrap_or(CreditSort::TeacherNo),
    };
    let views = |conn: &mut DbConnection, rows| with_years(conn, &cycle, rows);
    list.load(conn, page, views, |view| (&view.teacher_no, view.remaining_hours, view.teacher_id))
}

/// Adds the years of the cycle, with one query.
fn with_years(conn: &mut DbConnection, cycle: &Cycle, rows: Vec<CreditRow>) -> Result<Vec<CreditView>> {
    let found: HashMap<(TeacherId, i32), TeacherYear> = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(rows.iter().map(|row| row.teacher.id).collect::<Vec<_>>()))
        .filter(teacher_years::training_year.between(cycle.first().year, cycle.last().year))
        .select(((teacher_years::teacher_id, teacher_years::training_year), TeacherYear::as_select()))
        .load(conn)?
        .into_iter()
        .collect();
    let year = |teacher, year: i32| found.get(&(teacher, year)).copied().unwrap_or_default();
    Ok(rows.into_iter().map(|row| view(cycle, row, year)).collect())
}

/// Returns the view of a cycle and its years.
fn view(cycle: &Cycle, row: CreditRow, year_of: impl Fn(TeacherId, i32) -> TeacherYear) -> CreditView {
    let years: Vec<CreditYear> = cycle
        .years
        .iter()
        .map(|year| {
            let TeacherYear { standing, hours } = year_of(row.teacher.id, year.year);
            let required = standing.required_hours;
            let status = quotas::rules::status(required, hours.counted(), hours.minimum_missed);
            CreditYear {
                training_year: year.year,
                required_hours: required,
                recognized_hours: hours.recognized_hours,
                status,
                met: status != QuotaStatus::Short,
            }
        })
        .collect();
    let over = cycle.years.iter().filter(|year| rules::is_over(year, cycle.today)).count();
    let CycleSums { required, recognized, due, awaiting } = row.sums;
    let [required, recognized, due, awaiting] = [required, recognized, due, awaiting].map(Hours::from_hundredths);
    CreditView {
        teacher_id: row.teacher.id,
        teacher_no: row.teacher.teacher_no,
        teacher_name: row.teacher.name,
        organization_id: row.teacher.organization_id,
        organization_name: row.teacher.organization_name,
        cycle_first_year: cycle.first().year,
        cycle_last_year: cycle.last().year,
        remaining_hours: required.saturating_sub(recognized),
        required_hours: required,
        recognized_hours: recognized,
        due_hours: due,
        awaiting_hours: awaiting,
        short_years: years.iter().take(over).map(|year| i32::from(!year.met)).sum(),
        years,
        status: rules::status(required, recognized, awaiting, due, cycle.is_running()),
    }
}

#[derive(QueryableByName)]
struct OneCycle {
    #[diesel(sql_type = Nullable<DbUuid>)]
    organization_id: Option<OrganizationId>,
    #[diesel(embed)]
    sums: CycleSums,
}

/// Finds a teacher's cycle, including one in which the teacher did not serve, as known now or at the end of a day.
///
/// # Errors
/// 404 if the caller does not see the teacher's figures; 422 at `cycle_first_year` or `as_of`.
pub fn of_teacher(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    first_year: i32,
    as_of: Option<NaiveDate>,
) -> Result<CreditView> {
    if as_of.is_some() {
        return Ok(facts_of(conn, user, id, first_year, as_of)?.credit);
    }
    let cycle = Cycle::requested(policies::all(conn)?.root(), Some(first_year), user.today())?;
    let (columns, joins, whose) = sums_of(&cycle);
    let sql = format!("SELECT {whose} AS organization_id, {columns} FROM teachers t {joins} WHERE t.id = $1");
    let one: OneCycle = sql_query(sql).bind::<DbUuid, _>(id).get_result(conn)?;
    let teacher = figures::find_teacher(conn, user, id, one.organization_id)?;
    with_years(conn, &cycle, vec![CreditRow { teacher, sums: one.sums }])?.pop().ok_or_else(ApiError::not_found)
}

/// A teacher's cycle as computed from facts.
pub struct CycleFacts {
    /// The facts about its years.
    pub facts: Facts,
    /// The figures.
    pub credit: CreditView,
    /// The years.
    pub years: Vec<TrainingYear>,
    /// Whether the cycle has not ended.
    pub running: bool,
}

/// Loads the facts about a teacher's cycle, as known now or at the end of a day, and its figures, computed from them.
///
/// # Errors
/// As [`of_teacher`].
pub fn facts_of(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    first_year: i32,
    as_of: Option<NaiveDate>,
) -> Result<CycleFacts> {
    let as_of = AsOf::requested(conn, as_of, user.today())?;
    let cycle = Cycle::requested(as_of.policies(conn)?.root(), Some(first_year), as_of.today)?;
    let facts = Facts::load(conn, id, cycle.first().year..=cycle.last().year, as_of)?;
    let years: HashMap<i32, TeacherYear> = cycle.years.iter().map(|year| (year.year, facts.year(year.year))).collect();
    let year_of = |year: i32| years.get(&year).copied().unwrap_or_default();
    let teacher = figures::find_teacher(conn, user, id, whose(&cycle, year_of))?;
    let due =
        |year: &TrainingYear| explanation::due(year, &year_of(year.year).standing, cycle.years.len(), cycle.today);
    let sum = |hours: &dyn Fn(&TrainingYear) -> Hours| cycle.years.iter().map(hours).sum::<Hours>().hundredths();
    let sums = CycleSums {
        required: sum(&|year| year_of(year.year).standing.credit_hours),
        recognized: sum(&|year| year_of(year.year).hours.recognized_hours),
        due: sum(&due),
        awaiting: if cycle.is_running() { facts.awaiting().hundredths() } else { 0 },
    };
    let credit = view(&cycle, CreditRow { teacher, sums }, |_, year| year_of(year));
    Ok(CycleFacts { facts, credit, running: cycle.is_running(), years: cycle.years })
}

/// Returns the organization to which a cycle belongs: that of its last year with service up to today, before the first
/// such year that of the first to come, else that of hours in years without service.
fn whose(cycle: &Cycle, year_of: impl Fn(i32) -> TeacherYear) -> Option<OrganizationId> {
    let begun = cycle.years.iter().rev().filter(|year| year.first_day <= cycle.today);
    let to_come = cycle.years.iter().filter(|year| year.first_day > cycle.today);
    let served = begun.chain(to_come).map(|year| year_of(year.year).standing).filter(|standing| standing.serves);
    let others = cycle.years.iter().map(|year| year_of(year.year).standing);
    served.chain(others).find_map(|standing| standing.organization_id)
}

/// How many of the teachers who serve in a cycle have each status.
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
    #[diesel(sql_type = BigInt)]
    pub exempt: i64,
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
        let inner = of_cycle(cycle, &visible);
        let count = |status| figures::count(status_condition(cycle, Some(status)));
        format!(
            "SELECT {} AS cycle_first_year, {} AS cycle_last_year, {} AS met, {} AS on_track, {} AS behind, \
                    {} AS exempt \
             FROM ({inner}) AS figures",
            cycle.first().year,
            cycle.last().year,
            count(CreditStatus::Met),
            count(CreditStatus::OnTrack),
            count(CreditStatus::Behind),
            count(CreditStatus::Exempt),
        )
    };
    let union = cycles.iter().map(tally).collect::<Vec<_>>().join(" UNION ALL ");
    Ok(conditions.query(format!("{union} ORDER BY cycle_first_year")).load(conn)?)
}
