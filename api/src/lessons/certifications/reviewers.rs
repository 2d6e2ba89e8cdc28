//! The persons who can review: those of the county who hold the permission, and those whom somebody named.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{
    CertificationId, Permission, Role, UserId, WireEnum,
    certifications::{ExcludedReviewer, NamedReviewer, TooFewReviewers},
    organizations::OrganizationKind,
};

use super::{application::Application, batch::Certification};
use crate::{
    auth::{
        in_service,
        person::{PersonId, person_ids},
    },
    db::{
        DbConnection,
        schema::{certification_reviewers, organizations, users},
        types::UtcTime,
    },
    error::Result,
    people::users::user_names,
};

diesel::alias!(organizations as scopes: Scopes);

/// An account that holds the permission to review.
pub struct Reviewer {
    pub account: UserId,
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub organization_name: String,
    path: String,
    scope: String,
}

/// All who hold the permission to review.
pub struct Pool {
    reviewers: Vec<Reviewer>,
    /// The paths of the bureaus, the longest first.
    bureaus: Vec<String>,
}

/// Returns whether an organization is another or below it, by their paths.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Pool {
    /// Loads the accounts that are in use.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, now: UtcTime) -> Result<Self> {
        let roles: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| role.allows(Permission::CertificationsReview)).collect();
        let rows: Vec<(UserId, String, Role, String, String, String)> = users::table
            .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
            .inner_join(scopes.on(scopes.field(organizations::id).eq(users::scope_organization_id)))
            .filter(users::role.eq_any(roles))
            .filter(users::disabled.eq(false).and(users::service.eq(false)))
            .filter(in_service!(now))
            .order(users::id)
            .select((
                users::id,
                users::name,
                users::role,
                organizations::name,
                organizations::path,
                scopes.field(organizations::path),
            ))
            .load(conn)?;
        let persons = person_ids(conn, rows.iter().map(|row| row.0).collect())?;
        let reviewer = |(account, name, role, organization_name, path, scope)| Reviewer {
            person: persons.get(&account).copied().unwrap_or(PersonId::User(account)),
            account,
            name,
            role,
            organization_name,
            path,
            scope,
        };
        let bureaus =
            organizations::table.filter(organizations::kind.eq(OrganizationKind::Bureau)).select(organizations::path);
        let mut bureaus: Vec<String> = bureaus.load(conn)?;
        bureaus.sort_by_key(|path| std::cmp::Reverse(path.len()));
        Ok(Self { reviewers: rows.into_iter().map(reviewer).collect(), bureaus })
    }

    /// Returns one account of each person who could review an application of the organization with a path: those who work
    /// in its county, whose scope contains it, or who are in the lesson's team.
    pub fn of(&self, path: &str, application: &Application) -> Vec<&Reviewer> {
        let county = self.bureaus.iter().find(|bureau| is_below(path, bureau)).map_or(path, String::as_str);
        let mut seen = HashSet::new();
        let concerned = |reviewer: &&Reviewer| {
            let in_scope = !reviewer.role.sees_by_assignment() && is_below(path, &reviewer.scope);
            (in_scope || is_below(&reviewer.path, county) || application.team.contains(&reviewer.person))
                && seen.insert(reviewer.person)
        };
        self.reviewers.iter().filter(concerned).collect()
    }

    /// Returns an account that is in use and holds the permission.
    pub fn find(&self, account: UserId) -> Option<&Reviewer> {
        self.reviewers.iter().find(|reviewer| reviewer.account == account)
    }
}

/// Returns that too few of some reviewers can review an application, with the causes.
pub fn too_few(application: &Application, reviewers: &[&Reviewer]) -> Option<TooFewReviewers> {
    let persons: HashSet<PersonId> = reviewers.iter().map(|reviewer| reviewer.person).collect();
    if !application.has_too_few_reviewers(&persons) {
        return None;
    }
    let counted = application.counted();
    let excluded = reviewers.iter().filter(|reviewer| !counted.contains(&reviewer.person)).filter_map(|reviewer| {
        let cause = application.exclusion(reviewer.person)?;
        let (user_id, name, message) = (reviewer.account, reviewer.name.clone(), cause.label().to_owned());
        Some(ExcludedReviewer { user_id, name, cause, message })
    });
    let possible = i64::try_from(application.possible_reviewers(&persons)).unwrap_or(i64::MAX);
    Some(TooFewReviewers { possible, excluded: excluded.collect() })
}

/// Returns the named reviewers of each certification, in the order of naming.
///
/// # Errors
/// If the database fails.
pub fn named(conn: &mut DbConnection, ids: &[CertificationId]) -> Result<HashMap<CertificationId, Vec<NamedReviewer>>> {
    let rows: Vec<(CertificationId, UserId, Option<String>, UserId, UtcTime)> = certification_reviewers::table
        .filter(certification_reviewers::certification_id.eq_any(ids))
        .order((certification_reviewers::named_at, certification_reviewers::user_id))
        .select((
            certification_reviewers::certification_id,
            certification_reviewers::user_id,
            certification_reviewers::admission_reason,
            certification_reviewers::named_by,
            certification_reviewers::named_at,
        ))
        .load(conn)?;
    let names = user_names(conn, rows.iter().flat_map(|row| [row.1, row.3]).collect())?;
    let name = |id: UserId| names.get(&id).cloned().unwrap_or_default();
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (certification, user_id, admission_reason, named_by, named_at) in rows {
        let (name, named_by_name, named_at) = (name(user_id), name(named_by), named_at.into());
        let reviewer = NamedReviewer { user_id, name, admission_reason, named_by_name, named_at };
        found.entry(certification).or_default().push(reviewer);
    }
    Ok(found)
}

/// Returns the path of the organization to which a certification belongs.
pub fn organization_path(conn: &mut DbConnection, row: &Certification) -> Result<String> {
    Ok(organizations::table.find(row.organization_id).select(organizations::path).first(conn)?)
}
