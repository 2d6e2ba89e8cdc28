use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    Hours, Page, PolicyId, UserId, WireEnum,
    policies::{CreatePolicy, PolicySort, PolicyView},
};
use uuid::Uuid;

use super::rules::{Policies, Policy};
use crate::{
    db::{DbConnection, Tx, schema::policies, types::UtcTime},
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::effects,
};

#[derive(Insertable)]
#[diesel(table_name = policies)]
struct NewPolicy<'a> {
    id: PolicyId,
    effective_from: NaiveDate,
    annual_hours: Hours,
    cycle_hours: Hours,
    cycle_years: i32,
    cycle_first_year: i32,
    year_starts_month: i32,
    absence_limit_numerator: i32,
    absence_limit_denominator: i32,
    elimination_percent: i32,
    publicity_days: i32,
    visits_per_year: i32,
    days_per_visit: i32,
    reviews_required: i32,
    certificate_prefix: &'a str,
    note: Option<&'a str>,
    created_by: Option<UserId>,
    created_at: UtcTime,
}

/// Every policy.
pub fn all(conn: &mut DbConnection) -> Result<Policies> {
    Policies::new(policies::table.select(Policy::as_select()).load(conn)?)
}

/// The policy in force on a day in the county.
pub fn in_force(conn: &mut DbConnection, date: NaiveDate) -> Result<Policy> {
    all(conn).map(|policies| policies.on(date).clone())
}

fn view(policy: Policy, in_force: PolicyId) -> PolicyView {
    PolicyView {
        in_force: policy.id == in_force,
        id: policy.id,
        effective_from: policy.effective_from,
        annual_hours: policy.annual_hours,
        cycle_hours: policy.cycle_hours,
        cycle_years: policy.cycle_years,
        cycle_first_year: policy.cycle_first_year,
        year_starts_month: policy.year_starts_month,
        absence_limit_numerator: policy.absence_limit_numerator,
        absence_limit_denominator: policy.absence_limit_denominator,
        elimination_percent: policy.elimination_percent,
        publicity_days: policy.publicity_days,
        visits_per_year: policy.visits_per_year,
        days_per_visit: policy.days_per_visit,
        reviews_required: policy.reviews_required,
        certificate_prefix: policy.certificate_prefix,
        note: policy.note,
        created_by: policy.created_by,
        created_at: policy.created_at.into(),
    }
}

pub fn list(
    conn: &mut DbConnection,
    sort: PolicySort,
    today: NaiveDate,
    page: &PageRequest,
) -> Result<Page<PolicyView>> {
    let after: Option<(NaiveDate, PolicyId)> = page.after(sort.as_str())?;
    let rows = policies::table.into_boxed();
    let rows = match sort {
        PolicySort::EffectiveFrom => keyset!(rows, after, policies::effective_from, policies::id, asc),
        PolicySort::EffectiveFromDesc => keyset!(rows, after, policies::effective_from, policies::id, desc),
    };
    let rows: Vec<Policy> = rows.limit(page.fetch()).select(Policy::as_select()).load(conn)?;
    let total = match page.with_total {
        true => Some(policies::table.select(count_star()).first(conn)?),
        false => None,
    };
    let now = in_force(conn, today)?.id;
    let views = rows.into_iter().map(|policy| view(policy, now)).collect();
    page.page(sort.as_str(), views, |view| (view.effective_from, view.id), total)
}

pub fn find(conn: &mut DbConnection, id: PolicyId, today: NaiveDate) -> Result<PolicyView> {
    let policy: Policy = policies::table.find(id).select(Policy::as_select()).first(conn)?;
    let now = in_force(conn, today)?.id;
    Ok(view(policy, now))
}

/// Adds a row. Where training years begin in another month from then on, the months that
/// teachers are exempt are counted anew.
pub fn create(tx: &mut Tx<'_>, new: &CreatePolicy) -> Result<PolicyView> {
    if new.absence_limit_numerator > new.absence_limit_denominator {
        return Err(ApiError::invalid("/absence_limit_numerator", "share_above_one", "缺勤上限不能超过 1"));
    }
    let before = in_force(tx.conn, new.effective_from)?;
    let id = PolicyId::from_uuid(Uuid::now_v7());
    let created_by = Some(tx.user_id()?);
    diesel::insert_into(policies::table)
        .values(NewPolicy {
            id,
            effective_from: new.effective_from,
            annual_hours: new.annual_hours,
            cycle_hours: new.cycle_hours,
            cycle_years: new.cycle_years,
            cycle_first_year: new.cycle_first_year,
            year_starts_month: new.year_starts_month,
            absence_limit_numerator: new.absence_limit_numerator,
            absence_limit_denominator: new.absence_limit_denominator,
            elimination_percent: new.elimination_percent,
            publicity_days: new.publicity_days,
            visits_per_year: new.visits_per_year,
            days_per_visit: new.days_per_visit,
            reviews_required: new.reviews_required,
            certificate_prefix: &new.certificate_prefix,
            note: new.note.as_deref(),
            created_by,
            created_at: tx.now,
        })
        .execute(tx.conn)?;
    if before.year_starts_month != new.year_starts_month {
        effects::training_years_moved(tx)?;
    }
    let view = find(tx.conn, id, tx.now.local_date())?;
    tx.created("policy", id, &view)?;
    Ok(view)
}
