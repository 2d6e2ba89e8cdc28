//! Loads what explanations of quotas and rates are made of.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, TeacherId,
    explanations::{QUOTA_CLAUSE, QuotaExplanation, RateCounts, RateExplanation},
    organizations::OrganizationRef,
    quotas::QuotaSummaryQuery,
};

use super::{
    explanation::{self, Names},
    facts::Facts,
    sentence,
    sql_conditions::TeacherFilter,
    store,
    tallies::{self, Sums},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, schema::organizations},
    error::Result,
    people::organizations as organization_store,
    visibility::requested_scope,
};

/// Explains a teacher's quota of a training year. What a closed year asks follows from what was known at its closing.
///
/// # Errors
/// As [`store::facts_of`].
pub fn quota(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: TeacherId,
    year: i32,
    as_of: Option<chrono::NaiveDate>,
) -> Result<QuotaExplanation> {
    let (facts, quota) = store::facts_of(conn, user, id, year, as_of)?;
    let facts = facts.at_closing(conn, id, year)?;
    let names = names_for(conn, &facts, [quota.organization_id], [year])?;
    let with_kinds = store::sees_exemptions(conn, user, id)?;
    Ok(explanation::explain(&facts, quota, &names, with_kinds))
}

/// Returns the names of the organizations that the explanations of years name.
///
/// # Errors
/// If the database fails.
pub fn names_for(
    conn: &mut DbConnection,
    facts: &Facts,
    organizations: impl IntoIterator<Item = OrganizationId>,
    years: impl IntoIterator<Item = i32>,
) -> Result<Names> {
    let mut ids: Vec<OrganizationId> = organizations.into_iter().collect();
    ids.extend(facts.service.spells.iter().map(|spell| spell.organization_id));
    for year in years {
        let organization = facts.year(year).standing.organization_id;
        ids.push(facts.assessment.policies_of(organization).of_year(year).organization_id);
    }
    let rows =
        organizations::table.filter(organizations::id.eq_any(ids)).select((organizations::id, organizations::name));
    Ok(rows.load(conn)?.into_iter().collect())
}

/// Explains the rate of an organization and all below it.
///
/// # Errors
/// 422 at `training_year` or `organization_id`.
pub fn rate(conn: &mut DbConnection, user: &CurrentUser, query: &QuotaSummaryQuery) -> Result<RateExplanation> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = store::requested_year(conn, query.training_year, &scope.root, user.today())?;
    let filter = TeacherFilter { q: None, stage: query.stage, subject: query.subject.as_deref() };
    let tallies = tallies::by_organization_where(conn, user, &scope, &year, &filter)?;
    let tallies: HashMap<OrganizationId, Sums> =
        tallies.into_iter().map(|tally| (tally.organization_id, tally.sums)).collect();
    let root = organization_store::root_of(conn, &scope)?;
    let mut children: HashMap<String, (Option<OrganizationRef>, Sums)> = HashMap::new();
    let (mut total, mut itself) = (Sums::default(), Sums::default());
    for (path, organization) in organization_store::tree(conn, &scope)? {
        let sums = tallies.get(&organization.id).copied().unwrap_or_default();
        total += sums;
        let below = path.strip_prefix(scope.root.as_str()).map(|rest| rest.trim_start_matches('/'));
        match below.and_then(|below| below.split('/').next()).filter(|child| !child.is_empty()) {
            None => itself += sums,
            Some(child) => {
                let is_child = below == Some(child);
                let (found, of_child) = children.entry(child.to_owned()).or_default();
                *of_child += sums;
                if is_child {
                    *found = Some(organization);
                }
            }
        }
    }
    let total = counts(root.clone(), &total);
    let (computation, text) = sentence::of_rate(&total, year.year, QUOTA_CLAUSE);
    let children = children.into_values().filter(|(_, sums)| sums.teachers > 0);
    let mut children: Vec<RateCounts> = children.filter_map(|(child, sums)| Some(counts(child?, &sums))).collect();
    children.sort_by(|one, other| one.organization.code.cmp(&other.organization.code));
    Ok(RateExplanation {
        total,
        training_year: year.year,
        itself: counts(root, &itself),
        children,
        clause: QUOTA_CLAUSE.to_owned(),
        computation,
        text,
    })
}

fn counts(organization: OrganizationRef, sums: &Sums) -> RateCounts {
    RateCounts {
        organization,
        teachers: sums.teachers,
        exempt: sums.exempt,
        rated: sums.rated(),
        met: sums.met,
        short: sums.short(),
        rate: sums.rate(),
    }
}
