use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Page, PolicyId,
    policies::{CreatePolicy, PolicySort, PolicyView},
};
use uuid::Uuid;

use super::{policy::Policy, rules::Policies};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::policies},
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::effects,
};

/// Returns every policy.
///
/// # Errors
/// 500 if there is none, since the installation is not set up then.
pub fn all(conn: &mut DbConnection) -> Result<Policies> {
    Policies::new(policies::table.select(Policy::as_select()).load(conn)?)
}

/// Returns the policy in force on a day.
///
/// # Errors
/// As [`all`].
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

/// Returns a page of the policies.
pub fn list(
    conn: &mut DbConnection,
    sort: PolicySort,
    today: NaiveDate,
    page: &PageRequest,
) -> Result<Page<PolicyView>> {
    listing!(conn, page, sort, rows: policies::table.into_boxed(), Policy, id: policies::id, PolicyId,
        views: |conn: &mut DbConnection, rows: Vec<Policy>| {
            let current = in_force(conn, today)?.id;
            Ok::<_, ApiError>(rows.into_iter().map(|policy| view(policy, current)).collect())
        },
        {
            PolicySort::EffectiveFrom => asc policies::effective_from, NaiveDate, |view: &PolicyView| view.effective_from;
            PolicySort::EffectiveFromDesc => desc policies::effective_from, NaiveDate, |view: &PolicyView| view.effective_from;
        }
    )
}

/// Returns a policy.
///
/// # Errors
/// 404 if it does not exist.
pub fn find(conn: &mut DbConnection, id: PolicyId, today: NaiveDate) -> Result<PolicyView> {
    let policy: Policy = policies::table.find(id).select(Policy::as_select()).first(conn)?;
    let current = in_force(conn, today)?.id;
    Ok(view(policy, current))
}

/// Adds a policy. If it moves the first month of training years, the reductions of quotas follow.
///
/// # Errors
/// 403 if the caller's scope is a part of the installation; 409 if another policy begins on the same day; 422 at `/absence_limit_numerator` if the share exceeds 1.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreatePolicy) -> Result<PolicyView> {
    if !user.scope.is_everything() {
        return Err(ApiError::forbidden().detail("政策参数适用于整个系统，须由管理整个系统的管理员制定"));
    }
    if new.absence_limit_numerator > new.absence_limit_denominator {
        return Err(ApiError::invalid("/absence_limit_numerator", "share_above_one", "缺勤上限不能超过 1"));
    }
    let before = in_force(tx.conn, new.effective_from)?;
    let id = PolicyId::from_uuid(Uuid::now_v7());
    let policy = Policy {
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
        certificate_prefix: new.certificate_prefix.clone(),
        note: new.note.clone(),
        created_by: Some(tx.user_id()?),
        created_at: tx.now,
    };
    diesel::insert_into(policies::table).values(policy).execute(tx.conn)?;
    if before.year_starts_month != new.year_starts_month {
        effects::training_years_moved(tx)?;
    }
    let view = find(tx.conn, id, tx.now.local_date())?;
    tx.created("policy", id, &view)?;
    Ok(view)
}

/// Adds the policy that an installation begins with.
pub fn create_first(tx: &mut Tx<'_>) -> Result<()> {
    let policy = Policy::of_2017(PolicyId::from_uuid(Uuid::now_v7()), tx.now);
    diesel::insert_into(policies::table).values(policy).execute(tx.conn)?;
    Ok(())
}
