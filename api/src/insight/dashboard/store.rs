use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    OrganizationId, TeacherId,
    dashboard::{ChildFigures, CreditFigures, DashboardQuery, DashboardView},
    organizations::OrganizationRef,
};

use super::{
    counts::{self, Perspective, organizations_of},
    rules,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::teachers},
    error::{ApiError, Result},
    hours::{credits, quotas},
    people::{appointments::service::in_post_on, organizations},
    visibility::{RecordAccess, by_assignment_only, record_access, requested_scope},
};

/// Computes the figures for an organization, by default the caller's scope.
///
/// # Errors
/// 422 at `organization_id` or `training_year`.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, query: &DashboardQuery) -> Result<DashboardView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let year = quotas::requested_year(conn, query.training_year, &scope.root, user.today())?;
    let own_only = by_assignment_only(user);
    let today = user.today();
    let perspective = Perspective {
        scope: if own_only { Scope::empty() } else { scope.clone() },
        // A request for an organization leaves the user's own rows out.
        teacher_id: user.teacher_id.filter(|_| own_only || query.organization_id.is_none()),
        sees_records_of_teams: !matches!(record_access(user), RecordAccess::Own),
        today,
        year: year.year,
    };
    let tree = organizations::tree(conn, &scope)?;
    let organization = tree
        .iter()
        .find(|(path, _)| *path == scope.root)
        .map(|(_, organization)| organization.clone())
        .ok_or_else(ApiError::not_found)?;
    let tallies = quotas::by_organization(conn, user, &scope, &year)?;
    let in_post = in_post(conn, &perspective, user.teacher_id.filter(|_| own_only))?;
    let mut all = quotas::tallies::Sums::default();
    for tally in &tallies {
        all += tally.sums;
    }
    let credit = credits::tally(conn, user, &scope, year.year)?;
    let (late_phases, most_late) = counts::late(conn, &perspective)?;
    Ok(DashboardView {
        children: if own_only { Vec::new() } else { children(&scope, &tree, &tallies, &in_post) },
        organization,
        training_year: year.year,
        annual_hours: year.annual_hours,
        as_of: today,
        teachers_in_post: in_post.values().sum(),
        quota: rules::quota([all.rated(), all.met, all.exempt]),
        credit: CreditFigures {
            cycle_first_year: credit.cycle_first_year,
            cycle_last_year: credit.cycle_last_year,
            met: credit.met,
            on_track: credit.on_track,
            behind: credit.behind,
            exempt: credit.exempt,
        },
        projects: counts::projects(conn, &perspective)?,
        running_phases: counts::running_phases(conn, &perspective)?,
        late_phases,
        most_late,
        waiting: counts::waiting(conn, &perspective)?,
        lessons: counts::lessons(conn, &perspective)?,
        awards: counts::awards(conn, &perspective)?,
    })
}

/// Counts the teachers in post today by organization.
fn in_post(
    conn: &mut DbConnection,
    perspective: &Perspective,
    own: Option<TeacherId>,
) -> Result<HashMap<OrganizationId, i64>> {
    let rows: Vec<(OrganizationId, i64)> = teachers::table
        .filter(teachers::id.eq_any(in_post_on!(perspective.today)))
        .filter(teachers::organization_id.eq_any(organizations_of!(perspective)).or(teachers::id.nullable().eq(own)))
        .group_by(teachers::organization_id)
        .select((teachers::organization_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

fn children(
    scope: &Scope,
    tree: &[(String, OrganizationRef)],
    tallies: &[quotas::Tally],
    in_post: &HashMap<OrganizationId, i64>,
) -> Vec<ChildFigures> {
    let tallies: HashMap<_, _> = tallies.iter().map(|tally| (tally.organization_id, tally.sums)).collect();
    let figures = tree.iter().map(|(path, organization)| {
        let sums = tallies.get(&organization.id).copied().unwrap_or_default();
        let in_post = in_post.get(&organization.id).copied().unwrap_or_default();
        (path.as_str(), [in_post, sums.rated(), sums.met, sums.exempt])
    });
    let sums = rules::by_child(&scope.root, figures);
    let of_child = |(path, organization): &(String, OrganizationRef)| {
        let [teachers_in_post, rated, met, exempt] = sums.get(path.as_str()).copied()?;
        let organization = organization.clone();
        Some(ChildFigures { organization, teachers_in_post, quota: rules::quota([rated, met, exempt]) })
    };
    tree.iter().filter_map(of_child).collect()
}
