use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Integer, Nullable, Text},
};
use songjiao_types::{
    ErrorCode, FieldError, Hours, OrganizationId, Page, TeacherId, WireEnum,
    credits::{CreditQuery, CreditSort, CreditStatus, CreditView},
    validate::YEARS,
};

use super::rules::{self, Kept};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::teacher_years, types::DbUuid},
    error::{ApiError, Result},
    hours::quotas::teachers_where::{Conditions, Key, TeacherFilter, in_post, page_after},
    http::listing::PageRequest,
    people::{
        policies::{self, Policies, TrainingYear},
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
    /// The cycle that a request names, or the one that runs.
    ///
    /// # Errors
    /// 422 at `cycle_first_year`.
    fn asked(conn: &mut DbConnection, asked: Option<i32>, today: NaiveDate) -> Result<Self> {
        let policies = policies::all(conn)?;
        let first = match asked {
            Some(year) if YEARS.contains(&year) => year,
            Some(_) => {
                return Err(ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(
                    "cycle_first_year",
                    "year_out_of_range",
                    "年度超出合理范围",
                )]));
            }
            None => policies.cycle_of(policies.year_of(today).year),
        };
        Self::of(&policies, first, today)
    }

    /// # Errors
    /// 422 at `cycle_first_year` where no cycle begins with that year.
    fn of(policies: &Policies, first: i32, today: NaiveDate) -> Result<Self> {
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

/// The training years of the cycle that a request names, or of the one that runs; there is one at least.
///
/// # Errors
/// 422 at `cycle_first_year`.
pub fn asked_years(conn: &mut DbConnection, asked: Option<i32>, today: NaiveDate) -> Result<Vec<TrainingYear>> {
    Cycle::asked(conn, asked, today).map(|cycle| cycle.years)
}

#[derive(QueryableByName)]
struct CreditRow {
    #[diesel(sql_type = DbUuid)]
    id: TeacherId,
    #[diesel(sql_type = Text)]
    teacher_no: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = DbUuid)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_name: String,
    #[diesel(sql_type = Date)]
    joined_on: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    left_on: Option<NaiveDate>,
}

/// A row for each teacher, with the cycle's figures in tenths: [`rules::weigh`], written in SQL so
/// that a list can be filtered and sorted by them.
fn figures(cycle: &Cycle, conditions: &str) -> String {
    let alias = |year: &TrainingYear| format!("y{}", year.year);
    let taken = |year: &TrainingYear| {
        format!(
            "CASE WHEN t.joined_on > '{}' OR t.left_on < '{}' THEN {annual} \
             ELSE {annual} * COALESCE({}.reduced_months, 0) / 12 END",
            year.last_day,
            year.first_day,
            alias(year),
            annual = year.annual_hours.tenths()
        )
    };
    let sum = |terms: Vec<String>| if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") };
    let all_taken = sum(cycle.years.iter().map(taken).collect());
    let recognized =
        sum(cycle.years.iter().map(|year| format!("COALESCE({}.recognized_hours, 0)", alias(year))).collect());
    let over = cycle.years.iter().filter(|year| rules::is_over(year, cycle.today));
    let due = sum(over.map(|year| format!("{} - ({})", year.annual_hours.tenths(), taken(year))).collect());
    let joins: Vec<_> = cycle
        .years
        .iter()
        .map(|year| {
            let alias = alias(year);
            format!(
                "LEFT JOIN teacher_years {alias} ON {alias}.teacher_id = t.id AND {alias}.training_year = {}",
                year.year
            )
        })
        .collect();
    format!(
        "SELECT t.id AS id, t.teacher_no AS teacher_no, t.name AS name, t.organization_id AS organization_id, \
                o.name AS organization_name, t.joined_on AS joined_on, t.left_on AS left_on, \
                {hours} - ({all_taken}) AS required, {recognized} AS recognized, {due} AS due \
         FROM teachers t JOIN organizations o ON o.id = t.organization_id {} WHERE {conditions}",
        joins.join(" "),
        hours = cycle.hours.tenths(),
    )
}

const REMAINING: &str = "CASE WHEN required > recognized THEN required - recognized ELSE 0 END";

fn status_condition(cycle: &Cycle, status: Option<CreditStatus>) -> &'static str {
    let running = !rules::is_over(cycle.last(), cycle.today);
    match (status, running) {
        (None, _) => "1 = 1",
        (Some(CreditStatus::Met), _) => "recognized >= required",
        (Some(CreditStatus::OnTrack), true) => "recognized < required AND recognized >= due",
        (Some(CreditStatus::OnTrack), false) => "1 = 0",
        (Some(CreditStatus::Behind), true) => "recognized < required AND recognized < due",
        (Some(CreditStatus::Behind), false) => "recognized < required",
    }
}

fn conditions(user: &CurrentUser, scope: &Scope, cycle: &Cycle, query: &CreditQuery) -> Result<Conditions> {
    let filter = TeacherFilter { q: query.q.as_deref(), stage: query.stage, subject: query.subject.as_deref() };
    let mut all = Conditions::visible(user, scope, &filter)?;
    all.in_post(cycle.first().first_day, cycle.last().last_day);
    Ok(all)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &CreditQuery,
    page: &PageRequest,
) -> Result<Page<CreditView>> {
    let cycle = Cycle::asked(conn, query.cycle_first_year, user.today())?;
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let sort = query.sort.unwrap_or(CreditSort::TeacherNo);
    let name = sort.as_str();
    let (column, descending) = match sort {
        CreditSort::TeacherNo => ("teacher_no", false),
        CreditSort::TeacherNoDesc => ("teacher_no", true),
        CreditSort::RemainingHours => (REMAINING, false),
        CreditSort::RemainingHoursDesc => (REMAINING, true),
    };
    let by_number = matches!(sort, CreditSort::TeacherNo | CreditSort::TeacherNoDesc);
    let after = if by_number {
        page.after::<(String, TeacherId)>(name)?.map(|(key, id)| (Key::Text(key), id))
    } else {
        page.after::<(i64, TeacherId)>(name)?.map(|(key, id)| (Key::Number(key), id))
    };
    let mut all = conditions(user, &scope, &cycle, query)?;
    let inner = figures(&cycle, &all.take_texts());
    all.add(status_condition(&cycle, query.status).to_owned());
    if let Some((key, id)) = after {
        page_after(&mut all, column, descending, &key, id);
    }
    let direction = if descending { "DESC" } else { "ASC" };
    let outer = all.take_texts();
    let rows: Vec<CreditRow> = all
        .query(format!(
            "SELECT * FROM ({inner}) AS figures WHERE {outer} ORDER BY {column} {direction}, id {direction} LIMIT {}",
            page.fetch()
        ))
        .load(conn)?;
    let total = match page.with_total {
        true => {
            let mut all = conditions(user, &scope, &cycle, query)?;
            let inner = figures(&cycle, &all.take_texts());
            let status = status_condition(&cycle, query.status);
            let sql = format!("SELECT COUNT(*) AS count FROM ({inner}) AS figures WHERE {status}");
            Some(all.query(sql).get_result::<Count>(conn)?.count)
        }
        false => None,
    };
    let views = with_years(conn, &cycle, rows)?;
    if by_number {
        page.page(name, views, |view: &CreditView| (view.teacher_no.clone(), view.teacher_id), total)
    } else {
        page.page(name, views, |view: &CreditView| (view.remaining_hours.tenths(), view.teacher_id), total)
    }
}

/// Adds the years, in one query.
fn with_years(conn: &mut DbConnection, cycle: &Cycle, rows: Vec<CreditRow>) -> Result<Vec<CreditView>> {
    let mut kept: HashMap<TeacherId, Kept> = HashMap::new();
    let found: Vec<(TeacherId, i32, i32, Hours)> = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
        .filter(teacher_years::training_year.between(cycle.first().year, cycle.last().year))
        .select((
            teacher_years::teacher_id,
            teacher_years::training_year,
            teacher_years::reduced_months,
            teacher_years::recognized_hours,
        ))
        .load(conn)?;
    for (teacher, year, months, recognized) in found {
        kept.entry(teacher).or_default().insert(year, (months, recognized));
    }
    let view = |row: CreditRow| {
        let kept = kept.remove(&row.id).unwrap_or_default();
        let in_post = (row.joined_on, row.left_on);
        let standing = rules::weigh(&cycle.years, cycle.hours, in_post, &kept, cycle.today);
        CreditView {
            teacher_id: row.id,
            teacher_no: row.teacher_no,
            teacher_name: row.name,
            organization_id: row.organization_id,
            organization_name: row.organization_name,
            cycle_first_year: cycle.first().year,
            cycle_last_year: cycle.last().year,
            remaining_hours: standing.required.saturating_sub(standing.recognized),
            required_hours: standing.required,
            recognized_hours: standing.recognized,
            short_years: standing.short_years,
            years: standing.years,
            status: standing.status,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A teacher's cycle, also of one in which the teacher was not in post.
pub fn of_teacher(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId, first_year: i32) -> Result<CreditView> {
    let teacher = teachers::find(conn, user, id)?;
    let cycle = Cycle::asked(conn, Some(first_year), user.today())?;
    let row = CreditRow {
        id,
        teacher_no: teacher.teacher_no,
        name: teacher.name,
        organization_id: teacher.organization.id,
        organization_name: teacher.organization.name,
        joined_on: teacher.joined_on,
        left_on: teacher.left_on,
    };
    with_years(conn, &cycle, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// How many teachers in post in a cycle stand where.
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

/// The tally of a scope, in the cycle in which a training year lies.
pub fn tally(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, training_year: i32) -> Result<Tally> {
    let first = policies::all(conn)?.cycle_of(training_year);
    tallies(conn, user, scope, &[first])?.pop().ok_or_else(ApiError::not_found)
}

/// The tallies of a scope in the cycles that begin with some years, in their order, in one query.
pub fn tallies(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, first_years: &[i32]) -> Result<Vec<Tally>> {
    let mut all = Conditions::visible(user, scope, &TeacherFilter { q: None, stage: None, subject: None })?;
    let visible = all.take_texts();
    let (policies, today) = (policies::all(conn)?, user.today());
    let cycles = first_years.iter().map(|first| Cycle::of(&policies, *first, today)).collect::<Result<Vec<_>>>()?;
    let of_cycle = |cycle: &Cycle| {
        let in_cycle = in_post(cycle.first().first_day, cycle.last().last_day);
        let inner = figures(cycle, &format!("{visible} AND {in_cycle}"));
        let count = |status| {
            let condition = status_condition(cycle, Some(status));
            format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)")
        };
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
    let union = cycles.iter().map(of_cycle).collect::<Vec<_>>().join(" UNION ALL ");
    Ok(all.query(format!("{union} ORDER BY cycle_first_year")).load(conn)?)
}
