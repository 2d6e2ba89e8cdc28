use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};
use songjiao_types::{
    ErrorCode, ExemptionId, FieldError, Hours, OrganizationId, Page, TeacherId, WireEnum,
    exemptions::ExemptionKind,
    quotas::{
        QuotaQuery, QuotaReduction, QuotaSort, QuotaStatus, QuotaSummary, QuotaSummaryQuery, QuotaView,
        ReductionReason, TeacherQuotaView,
    },
    validate::YEARS,
};

use super::{
    breakdown::{self, Sum},
    rules,
    teachers_where::{Conditions, Key, TeacherFilter, page_after},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection,
        schema::{exemptions, hour_records, organizations as places, teacher_years},
        types::{DbUuid, sum_hours},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::{
        organizations,
        policies::{self, TrainingYear},
        teachers,
    },
    visibility::{in_scope, requested_scope},
};

/// The year that a request names, or the one that runs.
///
/// # Errors
/// 422 at `training_year` where it is no year of ours.
pub fn asked_year(conn: &mut DbConnection, asked: Option<i32>, today: NaiveDate) -> Result<TrainingYear> {
    let policies = policies::all(conn)?;
    match asked {
        Some(year) if YEARS.contains(&year) => Ok(policies.year(year)),
        Some(_) => Err(ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(
            "training_year",
            "year_out_of_range",
            "年度超出合理范围",
        )])),
        None => Ok(policies.year_of(today)),
    }
}

#[derive(QueryableByName)]
struct QuotaRow {
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
    #[diesel(sql_type = Integer)]
    required: i32,
    #[diesel(sql_type = Integer)]
    recognized: i32,
    #[diesel(sql_type = Integer)]
    pending: i32,
}

fn tenths(tenths: i32) -> Hours {
    Hours::from_tenths(tenths.into())
}

impl QuotaRow {
    fn view(self, training_year: i32) -> QuotaView {
        let (required_hours, recognized_hours) = (tenths(self.required), tenths(self.recognized));
        QuotaView {
            teacher_id: self.id,
            teacher_no: self.teacher_no,
            teacher_name: self.name,
            organization_id: self.organization_id,
            organization_name: self.organization_name,
            training_year,
            required_hours,
            recognized_hours,
            pending_hours: tenths(self.pending),
            remaining_hours: required_hours.saturating_sub(recognized_hours),
            status: rules::status(required_hours, recognized_hours),
        }
    }
}

/// A row for each teacher, with the year's figures in tenths: [`rules::required`], written in SQL.
pub(super) fn figures(year: &TrainingYear, conditions: &str) -> String {
    let annual = year.annual_hours.tenths();
    format!(
        "SELECT t.id AS id, t.teacher_no AS teacher_no, t.name AS name, t.organization_id AS organization_id, \
                o.name AS organization_name, t.subject AS subject, t.stage AS stage, \
                {annual} - {annual} * COALESCE(y.reduced_months, 0) / 12 AS required, \
                COALESCE(y.recognized_hours, 0) AS recognized, COALESCE(y.pending_hours, 0) AS pending \
         FROM teachers t JOIN organizations o ON o.id = t.organization_id \
         LEFT JOIN teacher_years y ON y.teacher_id = t.id AND y.training_year = {} \
         WHERE {conditions}",
        year.year
    )
}

/// What a teacher lacks, never below nothing.
const REMAINING: &str = "CASE WHEN required > recognized THEN required - recognized ELSE 0 END";

fn conditions(user: &CurrentUser, scope: &Scope, year: &TrainingYear, query: &QuotaQuery) -> Result<Conditions> {
    let filter = TeacherFilter { q: query.q.as_deref(), stage: query.stage, subject: query.subject.as_deref() };
    let mut all = Conditions::visible(user, scope, &filter)?;
    all.in_post(year.first_day, year.last_day);
    Ok(all)
}

fn status_condition(status: Option<QuotaStatus>) -> &'static str {
    match status {
        Some(QuotaStatus::Met) => "recognized >= required",
        Some(QuotaStatus::Short) => "recognized < required",
        None => "1 = 1",
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &QuotaQuery,
    page: &PageRequest,
) -> Result<Page<QuotaView>> {
    let year = asked_year(conn, query.training_year, user.today())?;
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let sort = query.sort.unwrap_or(QuotaSort::TeacherNo);
    let name = sort.as_str();
    let (column, descending) = match sort {
        QuotaSort::TeacherNo => ("teacher_no", false),
        QuotaSort::TeacherNoDesc => ("teacher_no", true),
        QuotaSort::RemainingHours => (REMAINING, false),
        QuotaSort::RemainingHoursDesc => (REMAINING, true),
    };
    let by_number = matches!(sort, QuotaSort::TeacherNo | QuotaSort::TeacherNoDesc);
    let mut all = conditions(user, &scope, &year, query)?;
    let inner = figures(&year, &all.take_texts());
    let after = if by_number {
        page.after::<(String, TeacherId)>(name)?.map(|(key, id)| (Key::Text(key), id))
    } else {
        page.after::<(i64, TeacherId)>(name)?.map(|(key, id)| (Key::Number(key), id))
    };
    all.add(status_condition(query.status).to_owned());
    if let Some((key, id)) = after {
        page_after(&mut all, column, descending, &key, id);
    }
    let direction = if descending { "DESC" } else { "ASC" };
    let outer = all.take_texts();
    let rows: Vec<QuotaRow> = all
        .query(format!(
            "SELECT * FROM ({inner}) AS figures WHERE {outer} ORDER BY {column} {direction}, id {direction} LIMIT {}",
            page.fetch()
        ))
        .load(conn)?;
    let total = match page.with_total {
        true => {
            let mut all = conditions(user, &scope, &year, query)?;
            let inner = figures(&year, &all.take_texts());
            let status = status_condition(query.status);
            let sql = format!("SELECT COUNT(*) AS count FROM ({inner}) AS figures WHERE {status}");
            Some(all.query(sql).get_result::<Count>(conn)?.count)
        }
        false => None,
    };
    let views = rows.into_iter().map(|row| row.view(year.year)).collect();
    if by_number {
        page.page(name, views, |view: &QuotaView| (view.teacher_no.clone(), view.teacher_id), total)
    } else {
        page.page(name, views, |view: &QuotaView| (view.remaining_hours.tenths(), view.teacher_id), total)
    }
}

#[derive(QueryableByName)]
struct Totals {
    #[diesel(sql_type = BigInt)]
    teachers: i64,
    #[diesel(sql_type = BigInt)]
    met: i64,
    #[diesel(sql_type = BigInt)]
    required: i64,
    #[diesel(sql_type = BigInt)]
    recognized: i64,
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    remaining: i64,
}

pub fn summary(conn: &mut DbConnection, user: &CurrentUser, query: &QuotaSummaryQuery) -> Result<QuotaSummary> {
    let year = asked_year(conn, query.training_year, user.today())?;
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let everybody = TeacherFilter { q: None, stage: query.stage, subject: query.subject.as_deref() };
    let mut all = Conditions::visible(user, &scope, &everybody)?;
    all.in_post(year.first_day, year.last_day);
    let inner = figures(&year, &all.take_texts());
    let sum = |what: &str| format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)");
    let totals: Totals = all
        .query(format!(
            "SELECT COUNT(*) AS teachers, {} AS met, {} AS required, {} AS recognized, {} AS pending, {} AS remaining \
             FROM ({inner}) AS figures",
            sum("CASE WHEN recognized >= required THEN 1 ELSE 0 END"),
            sum("required"),
            sum("recognized"),
            sum("pending"),
            sum(REMAINING),
        ))
        .get_result(conn)?;
    let sums = earned(conn, user, &scope, year.year)?;
    Ok(QuotaSummary {
        organization: organizations::root_of(conn, &scope)?,
        training_year: year.year,
        teachers: totals.teachers,
        met: totals.met,
        short: totals.teachers - totals.met,
        required_hours: Hours::from_tenths(totals.required),
        recognized_hours: Hours::from_tenths(totals.recognized),
        pending_hours: Hours::from_tenths(totals.pending),
        remaining_hours: Hours::from_tenths(totals.remaining),
        by_tier: breakdown::by_tier(&sums),
        by_mode: breakdown::by_mode(&sums),
    })
}

/// What was earned in a scope in a year: by the records' organization, wherever their teachers
/// serve by now.
pub fn earned(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, year: i32) -> Result<Vec<Sum>> {
    let here = places::table.filter(in_scope!(places::path, scope)).select(places::id);
    let mut rows = hour_records::table
        .filter(hour_records::training_year.eq(year))
        .group_by((hour_records::level, hour_records::mode, hour_records::status))
        .select((hour_records::level, hour_records::mode, hour_records::status, sum_hours(hour_records::hours)))
        .into_boxed();
    rows = match user.own_teacher_only()? {
        Some(own) => rows.filter(hour_records::teacher_id.eq(own)),
        None => rows.filter(hour_records::organization_id.eq_any(here)),
    };
    Ok(rows.load(conn)?)
}

/// A teacher's year with what it is made of, also of a year in which the teacher was not in post.
pub fn of_teacher(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId, year: i32) -> Result<TeacherQuotaView> {
    let year = asked_year(conn, Some(year), user.today()).map_err(|_| ApiError::not_found())?;
    let teacher = teachers::find(conn, user, id)?;
    let kept: Option<(i32, Hours, Hours)> = teacher_years::table
        .find((id, year.year))
        .select((teacher_years::reduced_months, teacher_years::recognized_hours, teacher_years::pending_hours))
        .first(conn)
        .optional()?;
    let (kept_months, recognized_hours, pending_hours) = kept.unwrap_or_default();
    let in_post = rules::in_post(&year, teacher.joined_on, teacher.left_on);
    let reduced_months = if in_post { kept_months } else { 12 };
    let required_hours = rules::required(year.annual_hours, reduced_months);
    let sums: Vec<Sum> = hour_records::table
        .filter(hour_records::teacher_id.eq(id).and(hour_records::training_year.eq(year.year)))
        .group_by((hour_records::level, hour_records::mode, hour_records::status))
        .select((hour_records::level, hour_records::mode, hour_records::status, sum_hours(hour_records::hours)))
        .load(conn)?;
    Ok(TeacherQuotaView {
        quota: QuotaView {
            teacher_id: id,
            teacher_no: teacher.teacher_no,
            teacher_name: teacher.name,
            organization_id: teacher.organization.id,
            organization_name: teacher.organization.name,
            training_year: year.year,
            required_hours,
            recognized_hours,
            pending_hours,
            remaining_hours: required_hours.saturating_sub(recognized_hours),
            status: rules::status(required_hours, recognized_hours),
        },
        annual_hours: year.annual_hours,
        starts_on: year.first_day,
        ends_on: year.last_day,
        reduced_months,
        reductions: reductions(conn, id, &year, teacher.joined_on, teacher.left_on)?,
        by_tier: breakdown::by_tier(&sums),
        by_mode: breakdown::by_mode(&sums),
    })
}

fn reductions(
    conn: &mut DbConnection,
    teacher: TeacherId,
    year: &TrainingYear,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
) -> Result<Vec<QuotaReduction>> {
    let exempt: Vec<(ExemptionId, ExemptionKind, NaiveDate, NaiveDate)> = exemptions::table
        .filter(exemptions::teacher_id.eq(teacher))
        .filter(exemptions::starts_on.le(year.last_day).and(exemptions::ends_on.ge(year.first_day)))
        .order(exemptions::starts_on)
        .select((exemptions::id, exemptions::kind, exemptions::starts_on, exemptions::ends_on))
        .load(conn)?;
    let reduction = |exemption: Option<(ExemptionId, ExemptionKind)>, first: NaiveDate, last: NaiveDate| {
        let span = (first.max(year.first_day), last.min(year.last_day));
        QuotaReduction {
            reason: if exemption.is_some() { ReductionReason::Exempt } else { ReductionReason::NotInPost },
            exemption_id: exemption.map(|(id, _)| id),
            kind: exemption.map(|(_, kind)| kind),
            starts_on: span.0,
            ends_on: span.1,
            months: rules::covered_months(year, &[span]),
        }
    };
    let out =
        rules::out_of_post(year, joined_on, left_on).into_iter().map(|(first, last)| reduction(None, first, last));
    let exempt = exempt.into_iter().map(|(id, kind, first, last)| reduction(Some((id, kind)), first, last));
    Ok(out.chain(exempt).collect())
}
