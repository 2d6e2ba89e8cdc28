use chrono::NaiveDate;
use diesel::{prelude::*, sql_types::BigInt};
use songjiao_types::{
    ExemptionId, Hours, Page, Permission, TeacherId,
    exemptions::ExemptionKind,
    quotas::{
        QuotaQuery, QuotaReduction, QuotaSort, QuotaStatus, QuotaSummary, QuotaSummaryQuery, QuotaView,
        ReductionReason, TeacherQuotaView,
    },
    validate::YEARS,
};

use super::{
    breakdown::{self, Sum},
    figures::{self, FigureList, ListedTeacher},
    rules,
    sql_conditions::{Conditions, TeacherFilter},
    tallies::{self, Sums},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection,
        schema::{exemptions, hour_records, teacher_years},
        types::{HundredthHours, sum_hours},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::{
        organizations,
        policies::{self, TrainingYear},
        teachers,
    },
    visibility::{by_assignment_only, organization_ids_in, requested_scope},
};

/// Returns the training year that a request names, by default the current one, under the policies of the
/// organization with a path.
///
/// # Errors
/// 422 at `training_year` if it is out of range.
pub fn requested_year(
    conn: &mut DbConnection,
    requested: Option<i32>,
    path: &str,
    today: NaiveDate,
) -> Result<TrainingYear> {
    let policies = policies::all(conn)?;
    let policies = policies.of(path);
    match requested {
        Some(year) if YEARS.contains(&year) => Ok(policies.year(year)),
        Some(_) => Err(ApiError::invalid("training_year", "year_out_of_range", "年度超出合理范围")),
        None => Ok(policies.year_of(today)),
    }
}

#[derive(QueryableByName)]
struct QuotaRow {
    #[diesel(embed)]
    teacher: ListedTeacher,
    #[diesel(sql_type = HundredthHours)]
    required: Hours,
    #[diesel(sql_type = HundredthHours)]
    recognized: Hours,
    #[diesel(sql_type = HundredthHours)]
    pending: Hours,
}

impl QuotaRow {
    fn view(self, training_year: i32) -> QuotaView {
        QuotaView {
            teacher_id: self.teacher.id,
            teacher_no: self.teacher.teacher_no,
            teacher_name: self.teacher.name,
            organization_id: self.teacher.organization_id,
            organization_name: self.teacher.organization_name,
            training_year,
            required_hours: self.required,
            recognized_hours: self.recognized,
            pending_hours: self.pending,
            remaining_hours: self.required.saturating_sub(self.recognized),
            status: rules::status(self.required, self.recognized),
        }
    }
}

fn status_condition(status: Option<QuotaStatus>) -> &'static str {
    match status {
        Some(QuotaStatus::Met) => figures::MET,
        Some(QuotaStatus::Short) => "recognized < required",
        None => "1 = 1",
    }
}

/// Lists the quotas of a training year.
///
/// # Errors
/// 422 at `training_year`, `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &QuotaQuery,
    page: &PageRequest,
) -> Result<Page<QuotaView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = requested_year(conn, query.training_year, &scope.root, user.today())?;
    let filter = TeacherFilter { q: query.q.as_deref(), stage: query.stage, subject: query.subject.as_deref() };
    let mut conditions = Conditions::visible(user, &scope, &filter);
    conditions.in_post(year.first_day, year.last_day);
    let list = FigureList {
        conditions,
        figures: &|conditions| figures::of_year(&year, conditions),
        status: status_condition(query.status),
        sort: query.sort.unwrap_or(QuotaSort::TeacherNo),
    };
    let views = |_: &mut DbConnection, rows: Vec<QuotaRow>| {
        Ok(rows.into_iter().map(|row| row.view(year.year)).collect::<Vec<_>>())
    };
    list.load(conn, page, views, |view| (&view.teacher_no, view.remaining_hours, view.teacher_id))
}

#[derive(QueryableByName)]
struct Totals {
    #[diesel(embed)]
    sums: Sums,
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    remaining: i64,
}

/// Sums up a training year.
///
/// # Errors
/// 422 at `training_year` or `organization_id`.
pub fn summary(conn: &mut DbConnection, user: &CurrentUser, query: &QuotaSummaryQuery) -> Result<QuotaSummary> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = requested_year(conn, query.training_year, &scope.root, user.today())?;
    let filter = TeacherFilter { q: None, stage: query.stage, subject: query.subject.as_deref() };
    let mut conditions = Conditions::visible(user, &scope, &filter);
    conditions.in_post(year.first_day, year.last_day);
    let inner = figures::of_year(&year, &conditions.take_texts());
    let sql = format!(
        "SELECT {}, {} AS pending, {} AS remaining FROM ({inner}) AS figures",
        tallies::sums(),
        figures::sum("pending"),
        figures::sum(figures::REMAINING),
    );
    let Totals { sums, pending, remaining } = conditions.query(sql).get_result(conn)?;
    let earned = earned(conn, user, &scope, year.year)?;
    Ok(QuotaSummary {
        organization: organizations::root_of(conn, &scope)?,
        training_year: year.year,
        teachers: sums.teachers,
        met: sums.met,
        short: sums.teachers - sums.met,
        required_hours: Hours::from_hundredths(sums.required),
        recognized_hours: Hours::from_hundredths(sums.recognized),
        pending_hours: Hours::from_hundredths(pending),
        remaining_hours: Hours::from_hundredths(remaining),
        by_tier: breakdown::by_tier(&earned),
        by_mode: breakdown::by_mode(&earned),
    })
}

/// The sums of the hours of a year, by level, mode and status, as a boxed query.
macro_rules! sums_of_year {
    ($year:expr) => {
        hour_records::table
            .filter(hour_records::training_year.eq($year))
            .group_by((hour_records::level, hour_records::mode, hour_records::status))
            .select((hour_records::level, hour_records::mode, hour_records::status, sum_hours(hour_records::hours)))
            .into_boxed()
    };
}

/// Sums the hours earned in a scope in a year, by level, mode and status. A record counts where its
/// teacher served when it was earned. Users who see by assignment alone see the sums of their own hours.
pub fn earned(conn: &mut DbConnection, user: &CurrentUser, scope: &Scope, year: i32) -> Result<Vec<Sum>> {
    if by_assignment_only(user) {
        return earned_by(conn, user.teacher_id, year);
    }
    let rows = sums_of_year!(year).filter(hour_records::organization_id.eq_any(organization_ids_in!(scope)));
    Ok(rows.load(conn)?)
}

fn earned_by(conn: &mut DbConnection, teacher: Option<TeacherId>, year: i32) -> Result<Vec<Sum>> {
    Ok(sums_of_year!(year).filter(hour_records::teacher_id.nullable().eq(teacher)).load(conn)?)
}

/// Finds a teacher's year with what its figures are made of, including a year in which the teacher
/// was not in post.
///
/// # Errors
/// 404 if the caller does not see the teacher's figures or the year is out of range.
pub fn of_teacher(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId, year: i32) -> Result<TeacherQuotaView> {
    let teacher = teachers::find_with_figures(conn, user, id)?;
    let policies = policies::of_organization(conn, teacher.organization.id)?;
    let year = YEARS.contains(&year).then(|| policies.year(year)).ok_or_else(ApiError::not_found)?;
    let stored: Option<(i32, Hours, Hours)> = teacher_years::table
        .find((id, year.year))
        .select((teacher_years::reduced_months, teacher_years::recognized_hours, teacher_years::pending_hours))
        .first(conn)
        .optional()?;
    let (stored_months, recognized, pending) = stored.unwrap_or_default();
    let in_post = rules::in_post(&year, teacher.joined_on, teacher.left_on);
    let reduced_months = if in_post { stored_months } else { 12 };
    let required = rules::required(year.annual_hours, reduced_months);
    let sums = earned_by(conn, Some(id), year.year)?;
    Ok(TeacherQuotaView {
        reductions: reductions(conn, user, id, &year, (teacher.joined_on, teacher.left_on))?,
        quota: QuotaRow { teacher: teacher.into(), required, recognized, pending }.view(year.year),
        annual_hours: year.annual_hours,
        starts_on: year.first_day,
        ends_on: year.last_day,
        reduced_months,
        by_tier: breakdown::by_tier(&sums),
        by_mode: breakdown::by_mode(&sums),
    })
}

/// Lists what reduces a teacher's requirement in a year. Which exemption it is, and of which kind, is only for those
/// who see the exemption.
fn reductions(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teacher: TeacherId,
    year: &TrainingYear,
    (joined_on, left_on): (NaiveDate, Option<NaiveDate>),
) -> Result<Vec<QuotaReduction>> {
    let with_kind = user.teacher_id == Some(teacher) || user.allows(Permission::ExemptionsRead);
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
            exemption_id: exemption.filter(|_| with_kind).map(|(id, _)| id),
            kind: exemption.filter(|_| with_kind).map(|(_, kind)| kind),
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
