use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, Page, PolicyId, UserId,
    organizations::OrganizationKind,
    policies::{CreatePolicy, PolicyFigures, PolicyPreview, PolicyQuery, PolicySort, PolicyView},
};
use uuid::Uuid;

use super::{
    county::Policies,
    load::{in_force, live_rows},
    policy::Policy,
    row::PolicyRow,
    rules, views,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{organizations, policies},
        types::UtcTime,
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::effects::{self, PeopleEffects},
    visibility::visible_organization,
};

/// Returns the bureaus with policies that lie above a path, at it or below it.
fn bureaus_around(conn: &mut DbConnection, path: &str) -> Result<HashSet<OrganizationId>> {
    let below = format!("{path}/");
    let rows: Vec<(OrganizationId, String)> = policies::table
        .inner_join(organizations::table)
        .select((organizations::id, organizations::path))
        .distinct()
        .load(conn)?;
    let around = |other: &str| other == path || other.starts_with(&below) || path.starts_with(&format!("{other}/"));
    Ok(rows.into_iter().filter(|(_, other)| around(other)).map(|(id, _)| id).collect())
}

/// Returns a page of the policies that hold for an organization or in a part of it.
///
/// # Errors
/// 422 at `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &PolicyQuery,
    page: &PageRequest,
) -> Result<Page<PolicyView>> {
    let path = match query.organization_id {
        Some(id) => visible_organization(conn, &user.scope, id, "organization_id")?,
        None => user.scope.root.clone(),
    };
    let bureaus: Vec<OrganizationId> = bureaus_around(conn, &path)?.into_iter().collect();
    let with_retired = query.with_retired == Some(true);
    let rows = || {
        let rows = policies::table.filter(policies::organization_id.eq_any(bureaus.clone())).into_boxed();
        if with_retired { rows } else { rows.filter(policies::retired_at.is_null()) }
    };
    listing!(conn, page, query.sort.unwrap_or(PolicySort::EffectiveFromDesc), rows: rows(), PolicyRow,
        id: policies::id, PolicyId,
        views: |conn: &mut DbConnection, rows: Vec<PolicyRow>| {
            views::of(conn, user, rows.into_iter().map(Policy::from).collect())
        },
        {
            PolicySort::EffectiveFrom => asc policies::effective_from, NaiveDate, |view: &PolicyView| view.effective_from;
            PolicySort::EffectiveFromDesc => desc policies::effective_from, NaiveDate, |view: &PolicyView| view.effective_from;
        }
    )
}

/// Returns a policy of a bureau that lies above the caller's scope or in it.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: PolicyId) -> Result<PolicyView> {
    let row: PolicyRow = policies::table.find(id).select(PolicyRow::as_select()).first(conn)?;
    if !bureaus_around(conn, &user.scope.root)?.contains(&row.organization_id) {
        return Err(ApiError::not_found());
    }
    views::of(conn, user, vec![row.into()])?.pop().ok_or_else(ApiError::not_found)
}

/// A bureau for which a policy is made.
struct Bureau {
    id: OrganizationId,
    name: String,
    path: String,
}

impl Bureau {
    /// The path of the root is a single code.
    fn is_root(&self) -> bool {
        !self.path.contains('/')
    }

    /// Finds the bureau that a request names, by default the root of the caller's scope.
    ///
    /// # Errors
    /// 403 if it lies above the caller's scope, or if the caller's scope is no bureau's; 422 at `/organization_id` if it is
    /// unknown to the caller or no bureau.
    fn requested(conn: &mut DbConnection, user: &CurrentUser, id: Option<OrganizationId>) -> Result<Self> {
        let select = (organizations::id, organizations::name, organizations::path, organizations::kind);
        let found: Option<(OrganizationId, String, String, OrganizationKind)> = match id {
            Some(id) => organizations::table.find(id).select(select).first(conn).optional()?,
            None => {
                let at_root = organizations::table.filter(organizations::path.eq(&user.scope.root));
                at_root.select(select).first(conn).optional()?
            }
        };
        let at = |code, message| Err(ApiError::invalid("/organization_id", code, message));
        match found {
            Some((id, name, path, kind)) if user.scope.contains(&path) => match kind {
                OrganizationKind::Bureau => Ok(Self { id, name, path }),
                _ if user.scope.root == path => {
                    Err(ApiError::forbidden().detail("政策参数由教育局的管理员制定，您的管理范围不是教育局"))
                }
                _ => at("not_a_bureau", "政策参数只能属于教育局，并适用于其下所有单位"),
            },
            Some((_, _, path, _)) if user.scope.root.starts_with(&format!("{path}/")) => {
                Err(ApiError::forbidden().detail("上级教育局的政策参数须由上级教育局的管理员制定"))
            }
            _ => at("unknown_organization", "单位不存在或不在您的管理范围内"),
        }
    }
}

/// A policy that may be saved.
struct Planned {
    bureau: Bureau,
    policy: Policy,
    /// The policy that holds for the bureau on the first day without the new one.
    previous: Policy,
    /// The bureau's policy of the same day.
    replaced: Option<PolicyId>,
    before: Policies,
    after: Policies,
}

/// Makes the policy that a request describes and checks it.
///
/// # Errors
/// 403 or 422 as by [`Bureau::requested`]; 422 for figures, cycles, a prefix or a closed year as the [`rules`] say.
fn plan(
    conn: &mut DbConnection,
    effects: &dyn PeopleEffects,
    user: &CurrentUser,
    new: &CreatePolicy,
    now: UtcTime,
) -> Result<Planned> {
    let bureau = Bureau::requested(conn, user, new.organization_id)?;
    let mut rows = live_rows(conn)?;
    let before = Policies::new(rows.clone());
    let previous = before.of(&bureau.path).on(new.effective_from).clone();
    let own = previous.organization_id == bureau.id;
    let mut figures = rules::figures(new, &previous, own)?;
    let calendar = rules::calendar(new, previous.calendar, bureau.is_root())?;
    figures.certificate_prefix =
        rules::check_prefix(figures.certificate_prefix, bureau.is_root(), &prefixes(conn, bureau.id)?)?;
    let policy = Policy {
        id: PolicyId::from_uuid(Uuid::now_v7()),
        organization_id: bureau.id,
        effective_from: new.effective_from,
        figures,
        calendar,
        note: new.note.clone(),
        created_by: Some(user.id),
        recorded_at: now,
        retired_at: None,
        retired_by: None,
        replaced_by: None,
    };
    let same_day = |other: &Policy| other.organization_id == bureau.id && other.effective_from == policy.effective_from;
    let replaced = rows.iter().find(|(_, other)| same_day(other)).map(|(_, other)| other.id);
    rows.retain(|(_, other)| !same_day(other));
    rows.push((bureau.path.clone(), policy.clone()));
    let after = Policies::new(rows);
    if bureau.is_root() {
        rules::check_cycles(before.root().calendar(), after.root().calendar(), policy.effective_from)?;
    }
    rules::check_closed(&before, &after, &effects.closed_years(conn, &bureau.path)?)?;
    Ok(Planned { bureau, policy, previous, replaced, before, after })
}

/// Returns the prefixes that bureaus have or had, and whether they are those of the given one. A policy that was retired
/// before its first day never gave its prefix.
fn prefixes(conn: &mut DbConnection, own: OrganizationId) -> Result<Vec<(String, bool)>> {
    let rows: Vec<(OrganizationId, String, NaiveDate, Option<UtcTime>)> = policies::table
        .filter(policies::certificate_prefix.is_not_null())
        .order(policies::recorded_at)
        .select((
            policies::organization_id,
            policies::certificate_prefix.assume_not_null(),
            policies::effective_from,
            policies::retired_at,
        ))
        .load(conn)?;
    let given = |effective_from: NaiveDate, retired_at: Option<UtcTime>| {
        retired_at.is_none_or(|retired_at| effective_from <= retired_at.local_date())
    };
    let rows = rows.into_iter().filter(|(_, _, effective_from, retired_at)| given(*effective_from, *retired_at));
    Ok(rows.map(|(organization, prefix, ..)| (prefix, organization == own)).collect())
}

/// Says what a policy would change, and writes nothing.
///
/// # Errors
/// As [`create`].
pub fn preview(
    conn: &mut DbConnection,
    effects: &dyn PeopleEffects,
    user: &CurrentUser,
    new: &CreatePolicy,
) -> Result<PolicyPreview> {
    let Planned { bureau, policy, previous, replaced, before, after } = plan(conn, effects, user, new, user.now)?;
    let effect = effects.policy_effect(conn, &before, &after, &bureau.path, user.today())?;
    let county = after.of(&bureau.path);
    let first = views::first_year_from(county, policy.effective_from);
    let prefixes = [&before, &after].map(|all| all.certificate_prefix(&bureau.path, policy.effective_from));
    let changes = rules::changes((&previous, &prefixes[0]), (&policy, &prefixes[1]))?;
    Ok(PolicyPreview {
        organization_id: bureau.id,
        organization_name: bureau.name,
        effective_from: policy.effective_from,
        replaces: replaced,
        changes,
        first_year: views::year(county, first),
        effect,
    })
}

/// Adds a policy. The figures that follow from policies are recomputed.
///
/// # Errors
/// 403 if the bureau lies above the caller's scope; 422 for a figure that is out of range, a calendar that is not the
/// root's, cycles that do not join, a prefix of another bureau or a closed year.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreatePolicy) -> Result<PolicyView> {
    // Two policies that are made at the same time see each other.
    tx.order_commits()?;
    let effects = tx.effects_of::<dyn PeopleEffects>()?;
    let Planned { policy, replaced, .. } = plan(tx.conn, effects, user, new, tx.now)?;
    let replaced = replaced.map(|id| find(tx.conn, user, id)).transpose()?;
    if let Some(before) = &replaced {
        retire(tx, before.id)?;
    }
    diesel::insert_into(policies::table).values(PolicyRow::of(&policy)?).execute(tx.conn)?;
    if let Some(before) = replaced {
        diesel::update(policies::table.find(before.id)).set(policies::replaced_by.eq(policy.id)).execute(tx.conn)?;
        let after = find(tx.conn, user, before.id)?;
        tx.audit("supersede", "policy", before.id, Some(&before), Some(&after))?;
    }
    effects::policies_changed(tx, policy.organization_id)?;
    let view = find(tx.conn, user, policy.id)?;
    tx.created("policy", policy.id, &view)?;
    Ok(view)
}

fn retire(tx: &mut Tx<'_>, id: PolicyId) -> Result<()> {
    let retired = (policies::retired_at.eq(tx.now), policies::retired_by.eq(tx.user_id()?));
    diesel::update(policies::table.find(id)).set(retired).execute(tx.conn)?;
    Ok(())
}

/// Withdraws a policy that is not yet in force. Its row is kept.
///
/// # Errors
/// 404 if the caller does not see it; 412 if it has another version; 403 if its bureau lies above the caller's scope; 409
/// if it is in force, or retired already; 422 if a later policy would no longer join its cycles, or for a closed year.
pub fn withdraw(tx: &mut Tx<'_>, user: &CurrentUser, id: PolicyId, version: IfMatch) -> Result<()> {
    tx.order_commits()?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    let path: String = organizations::table.find(before.organization_id).select(organizations::path).first(tx.conn)?;
    if !user.scope.contains(&path) {
        return Err(ApiError::forbidden().detail("上级教育局的政策参数须由上级教育局的管理员撤销"));
    }
    if before.retired_at.is_some() {
        return Err(ApiError::wrong_state("该参数已撤销或更换"));
    }
    if before.effective_from <= user.today() {
        return Err(ApiError::wrong_state("该参数已生效，不能撤销；如需更改，请制定同日或以后生效的新参数"));
    }
    let mut rows = live_rows(tx.conn)?;
    let policies_before = Policies::new(rows.clone());
    rows.retain(|(_, policy)| policy.id != id);
    let policies_after = Policies::new(rows);
    if before.cycle_years.is_some() {
        let (old, new) = (policies_before.root().calendar(), policies_after.root().calendar());
        rules::check_cycles(old, new, before.effective_from)?;
    }
    let closed = tx.effects_of::<dyn PeopleEffects>()?.closed_years(tx.conn, &path)?;
    rules::check_closed(&policies_before, &policies_after, &closed)?;
    retire(tx, id)?;
    effects::policies_changed(tx, before.organization_id)?;
    let after = find(tx.conn, user, id)?;
    tx.audit("revoke", "policy", id, Some(&before), Some(&after))
}

/// Adds the policy that an installation begins with.
///
/// # Errors
/// If the database fails.
pub fn create_first(tx: &mut Tx<'_>, root: OrganizationId) -> Result<()> {
    let policy = Policy::of_2017(PolicyId::from_uuid(Uuid::now_v7()), root, tx.now);
    diesel::insert_into(policies::table).values(PolicyRow::of(&policy)?).execute(tx.conn)?;
    Ok(())
}

/// Adds a policy of a bureau that differs from the one before in some figures. The figures of teachers that are there
/// already are recomputed.
///
/// # Errors
/// 404 if there is no such bureau, 409 if it has a policy of the day.
pub fn create_next(
    tx: &mut Tx<'_>,
    bureau: OrganizationId,
    effective_from: NaiveDate,
    (by, note): (UserId, &str),
    change: impl FnOnce(&mut PolicyFigures),
) -> Result<()> {
    let mut policy = in_force(tx.conn, bureau, effective_from)?;
    if policy.organization_id != bureau {
        (policy.organization_id, policy.calendar) = (bureau, None);
    }
    change(&mut policy.figures);
    let policy = Policy {
        id: PolicyId::from_uuid(Uuid::now_v7()),
        effective_from,
        note: Some(note.to_owned()),
        created_by: Some(by),
        recorded_at: tx.now,
        ..policy
    };
    diesel::insert_into(policies::table).values(PolicyRow::of(&policy)?).execute(tx.conn)?;
    effects::policies_changed(tx, bureau)
}
