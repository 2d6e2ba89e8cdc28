use chrono::{Days, NaiveDate};
use diesel::{
    dsl::{exists, select},
    prelude::*,
    sql_types::{BigInt, Bool, Nullable},
};
use songjiao_types::{
    ExemptionId, HourDifference, Hours, Page, Permission, TeacherId,
    exemptions::ExemptionKind,
    quotas::{
        QuotaQuery, QuotaReduction, QuotaSort, QuotaStatus, QuotaSummary, QuotaSummaryQuery, QuotaView,
        ReductionReason, TeacherQuotaView,
    },
    validate::YEARS,
};

use super::{
    as_of::AsOf,
    breakdown::{self, Sum},
    facts::Facts,
    figures::{self, FigureList, ListedTeacher},
    months::{OwedMonths, Span},
    rules,
    sql_conditions::{Conditions, TeacherFilter},
    sums::{earned_by, earned_of_listed},
    tallies::{self, Sums},
    teacher_years::TeacherYear,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{exemptions, teacher_years, teachers},
        types::HundredthHours,
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::{
        appointments::service::{Basis, Spell, spells_of},
        organizations,
        policies::{self, TrainingYear},
    },
    visibility::{organization_ids_in, requested_scope},
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
        Some(year) if YEARS.contains(&year) && year <= policies.last_year(today) => Ok(policies.year(year)),
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
    counted: Hours,
    #[diesel(sql_type = Bool)]
    missed: bool,
    #[diesel(sql_type = HundredthHours)]
    pending: Hours,
    /// The recognised hours of the snapshot.
    #[diesel(sql_type = Nullable<HundredthHours>)]
    closed: Option<Hours>,
    /// Hundredths.
    #[diesel(sql_type = Nullable<BigInt>)]
    late: Option<i64>,
}

impl QuotaRow {
    fn of(teacher: ListedTeacher, year: &TeacherYear) -> Self {
        let TeacherYear { standing, hours } = year;
        let closed = hours.closed(standing);
        Self {
            teacher,
            required: standing.required_hours,
            recognized: hours.recognized_hours,
            counted: hours.counted(),
            missed: hours.minimum_missed,
            pending: hours.pending_hours,
            closed,
            late: closed.map(|closed| HourDifference::between(closed, hours.recognized_hours).hundredths()),
        }
    }

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
            closed_hours: self.closed,
            late_hours: self.late.map(HourDifference::from_hundredths),
            counted_hours: self.counted,
            pending_hours: self.pending,
            remaining_hours: self.required.saturating_sub(self.counted),
            status: rules::status(self.required, self.counted, self.missed),
        }
    }
}

fn status_condition(status: Option<QuotaStatus>) -> &'static str {
    match status {
        Some(QuotaStatus::Met) => figures::MET,
        Some(QuotaStatus::Short) => figures::SHORT,
        Some(QuotaStatus::Exempt) => figures::EXEMPT,
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
    let conditions = Conditions::visible(user, &scope, &filter);
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
    let inner = figures::of_year(&year, &conditions.take_texts());
    let sql = format!(
        "SELECT {}, {} AS pending, {} AS remaining FROM ({inner}) AS figures",
        tallies::sums(),
        figures::sum("pending"),
        figures::sum(figures::REMAINING),
    );
    let Totals { sums, pending, remaining } = conditions.query(sql).get_result(conn)?;
    let earned = earned_of_listed(conn, Conditions::visible(user, &scope, &filter), year.year)?;
    Ok(QuotaSummary {
        organization: organizations::root_of(conn, &scope)?,
        training_year: year.year,
        teachers: sums.teachers,
        met: sums.met,
        short: sums.short(),
        exempt: sums.exempt,
        required_hours: Hours::from_hundredths(sums.required),
        recognized_hours: Hours::from_hundredths(sums.recognized),
        late_hours: sums.late_hours(),
        pending_hours: Hours::from_hundredths(pending),
        remaining_hours: Hours::from_hundredths(remaining),
        by_tier: breakdown::by_tier(&earned.sums),
        by_mode: breakdown::by_mode(&earned.sums),
        by_dimension: breakdown::by_dimension(&earned.sums),
    })
}

/// Finds a teacher's year with what its figures are made of, including a year in which the teacher did not serve, as known
/// now or at the end of a day.
///
/// # Errors
/// 404 if the caller does not see the teacher's figures or the year is out of range; 422 at `as_of`.
pub fn of_teacher(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    year: i32,
    as_of: Option<NaiveDate>,
) -> Result<TeacherQuotaView> {
    if as_of.is_some() {
        let (facts, quota) = facts_of(conn, user, id, year, as_of)?;
        let exempt: Vec<Exempt> = facts
            .exemptions
            .iter()
            .map(|exemption| (exemption.id, exemption.kind, exemption.starts_on, exemption.ends_on))
            .collect();
        let standing = facts.year(year).standing;
        let annual_hours = facts.assessment.policies_of(Some(quota.organization_id)).year(year).annual_hours;
        let year = facts.assessment.root().year(year);
        let made_of = MadeOf {
            reductions: reductions(sees_exemptions(conn, user, id)?, &year, &facts.service.spells, &exempt),
            sums: facts.sums(year.year),
            owed: OwedMonths::from_bits(standing.owed_months).count(),
            annual_hours,
        };
        return Ok(made_of.view(quota, &year));
    }
    let policies = policies::all(conn)?;
    if !YEARS.contains(&year) || year > policies.root().last_year(user.today()) {
        return Err(ApiError::not_found());
    }
    let year = policies.root().year(year);
    let stored: Option<TeacherYear> =
        teacher_years::table.find((id, year.year)).select(TeacherYear::as_select()).first(conn).optional()?;
    let found = stored.unwrap_or_default();
    let teacher = figures::find_teacher(conn, user, id, found.standing.organization_id)?;
    let annual_hours = match found.standing.organization_id {
        Some(_) => found.standing.annual_hours,
        None => policies::of_organization(conn, teacher.organization_id)?.year(year.year).annual_hours,
    };
    let spells = spells_of(conn, &[id], Basis::Confirmed)?.remove(&id).unwrap_or_default();
    let exempt: Vec<Exempt> = exemptions::table
        .filter(exemptions::teacher_id.eq(id).and(exemptions::retired_at.is_null()))
        .filter(exemptions::confirmed_at.is_not_null())
        .order(exemptions::starts_on)
        .select((exemptions::id, exemptions::kind, exemptions::starts_on, exemptions::ends_on))
        .load(conn)?;
    let made_of = MadeOf {
        reductions: reductions(sees_exemptions(conn, user, id)?, &year, &spells, &exempt),
        sums: earned_by(conn, Some(id), year.year)?,
        owed: OwedMonths::from_bits(found.standing.owed_months).count(),
        annual_hours,
    };
    Ok(made_of.view(QuotaRow::of(teacher, &found).view(year.year), &year))
}

/// What the figures of a quota are made of.
struct MadeOf {
    reductions: Vec<QuotaReduction>,
    sums: Vec<Sum>,
    owed: i32,
    annual_hours: Hours,
}

impl MadeOf {
    fn view(self, quota: QuotaView, year: &TrainingYear) -> TeacherQuotaView {
        TeacherQuotaView {
            quota,
            annual_hours: self.annual_hours,
            starts_on: year.first_day,
            ends_on: year.last_day,
            months: year.months,
            owed_months: self.owed,
            reduced_months: year.months - self.owed,
            reductions: self.reductions,
            by_tier: breakdown::by_tier(&self.sums),
            by_mode: breakdown::by_mode(&self.sums),
            by_dimension: breakdown::by_dimension(&self.sums),
        }
    }
}

/// Loads the facts about a teacher's year, as known now or at the end of a day, and its figures, computed from them.
///
/// # Errors
/// As [`of_teacher`].
pub fn facts_of(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    year: i32,
    as_of: Option<NaiveDate>,
) -> Result<(Facts, QuotaView)> {
    if !YEARS.contains(&year) || year > policies::all(conn)?.root().last_year(user.today()) {
        return Err(ApiError::not_found());
    }
    let as_of = AsOf::requested(conn, as_of, user.today())?;
    let facts = Facts::load(conn, id, year..=year, as_of)?;
    let found = facts.year(year);
    let teacher = figures::find_teacher(conn, user, id, found.standing.organization_id)?;
    Ok((facts, QuotaRow::of(teacher, &found).view(year)))
}

/// An exemption with its kind and its first and last day.
type Exempt = (ExemptionId, ExemptionKind, NaiveDate, NaiveDate);

/// Lists what reduces a teacher's requirement in a year. Which exemption it is, and of which kind, is only for those
/// who see the exemption.
fn reductions(with_kind: bool, year: &TrainingYear, spells: &[Spell], exempt: &[Exempt]) -> Vec<QuotaReduction> {
    let reduction =
        |exemption: Option<(ExemptionId, ExemptionKind)>, first: NaiveDate, last: NaiveDate| QuotaReduction {
            reason: if exemption.is_some() { ReductionReason::Exempt } else { ReductionReason::NotInPost },
            exemption_id: exemption.filter(|_| with_kind).map(|(id, _)| id),
            kind: exemption.filter(|_| with_kind).map(|(_, kind)| kind),
            starts_on: first.max(year.first_day),
            ends_on: last.min(year.last_day),
        };
    let out = out_of_service(year, spells).into_iter().map(|(first, last)| reduction(None, first, last));
    let exempt = exempt.iter().filter(|(_, _, first, last)| *first <= year.last_day && *last >= year.first_day);
    out.chain(exempt.map(|(id, kind, first, last)| reduction(Some((*id, *kind)), *first, *last))).collect()
}

/// Returns whether the caller may know which exemptions a teacher has.
///
/// # Errors
/// If the database fails.
pub fn sees_exemptions(conn: &mut DbConnection, user: &CurrentUser, teacher: TeacherId) -> Result<bool> {
    // Only the school where the teacher serves now reads more than their days.
    let serves_in_scope =
        teachers::table.find(teacher).filter(teachers::organization_id.eq_any(organization_ids_in!(&user.scope)));
    Ok(user.teacher_id == Some(teacher)
        || (user.allows(Permission::ExemptionsRead) && select(exists(serves_in_scope)).get_result(conn)?))
}

/// Returns the days of a training year without service.
fn out_of_service(year: &TrainingYear, spells: &[Spell]) -> Vec<Span> {
    let (mut free, mut out) = (Some(year.first_day), Vec::new());
    for spell in spells {
        let Some(first) = free.filter(|first| *first <= year.last_day) else { break };
        if spell.first > first {
            out.push((first, (spell.first - Days::new(1)).min(year.last_day)));
        }
        free = spell.last.map(|last| (last + Days::new(1)).max(first));
    }
    out.extend(free.filter(|first| *first <= year.last_day).map(|first| (first, year.last_day)));
    out
}
