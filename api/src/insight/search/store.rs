use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, Permission, ProjectId, TeacherId, WireEnum,
    organizations::OrganizationKind,
    projects::{ProjectKind, ProjectStatus},
    search::{SearchHit, SearchKind, SearchView},
};
use uuid::Uuid;

use super::rules::{RankedHit, pick};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, initials,
        schema::{organizations, projects, teachers},
        types::{contains_pattern, lower},
    },
    error::Result,
    people::organizations::organization_refs,
    visibility::{in_scope, visible_projects, visible_teachers},
};

/// The forms of a text that are searched for.
struct SearchTerms {
    text: String,
    /// Numbers and codes are found without regard to case.
    lowercase: String,
    initials: String,
    limit: i64,
}

/// Returns the upper bound of the texts that begin with a text.
fn prefix_end(text: &str) -> String {
    format!("{text}\u{10FFFF}")
}

/// The condition that a column begins with a text, written so that the index on it is used.
macro_rules! begins_with {
    ($column:expr, $text:expr) => {
        $column.ge($text.clone()).and($column.lt(prefix_end(&$text)))
    };
}

/// Finds the rows of a query by name, number and initials, with whether they begin with the text.
/// Rows that do are found through indexes; others are searched for only if more are wanted.
macro_rules! search_rows {
    ($conn:expr, $terms:expr, $visible:expr, $table:ident: $name:expr, $number:expr, $initials:expr, $row:ty, $select:expr) => {{
        let (terms, initials) = ($terms, $initials.assume_not_null());
        let prefixed: Vec<$row> = $visible
            .filter(
                begins_with!($name, terms.text)
                    .or(begins_with!(lower($number), terms.lowercase))
                    .or(begins_with!(initials, terms.initials)),
            )
            .order((initials.asc(), $name.asc(), $table::id.asc()))
            .limit(terms.limit)
            .select($select)
            .load($conn)?;
        let mut found: Vec<($row, bool)> = prefixed.into_iter().map(|row| (row, true)).collect();
        let room = terms.limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if room > 0 {
            let pattern = contains_pattern(&terms.text);
            let prefixed: Vec<_> = found.iter().map(|(row, _)| row.0).collect();
            let rest: Vec<$row> = $visible
                .filter($table::id.ne_all(prefixed))
                .filter(
                    lower($name)
                        .like(pattern.clone())
                        .escape('\\')
                        .or(lower($number).like(pattern).escape('\\'))
                        .or(initials.like(contains_pattern(&terms.initials)).escape('\\')),
                )
                // Names that begin with the initials by another reading come first.
                .order((
                    initials.not_like(contains_pattern(&format!(" {}", terms.initials))).asc(),
                    initials.asc(),
                    $name.asc(),
                    $table::id.asc(),
                ))
                .limit(room)
                .select($select)
                .load($conn)?;
            found.extend(rest.into_iter().map(|row| (row, false)));
        }
        found
    }};
}

/// Finds what a text matches among what the caller sees and may read.
pub fn search(conn: &mut DbConnection, user: &CurrentUser, text: &str, limit: i64) -> Result<SearchView> {
    if text.is_empty() {
        return Ok(SearchView { items: Vec::new() });
    }
    let terms = SearchTerms {
        text: text.to_owned(),
        lowercase: text.to_ascii_lowercase(),
        initials: initials::query(text),
        limit,
    };
    let kinds = [
        if user.allows(Permission::TeachersRead) { find_teachers(conn, user, &terms)? } else { Vec::new() },
        if user.allows(Permission::OrganizationsRead) { find_organizations(conn, user, &terms)? } else { Vec::new() },
        if user.allows(Permission::ProjectsRead) { find_projects(conn, user, &terms)? } else { Vec::new() },
    ];
    Ok(SearchView { items: pick(usize::try_from(limit).unwrap_or_default(), kinds) })
}

fn hit(is_prefix: bool, kind: SearchKind, id: Uuid, title: String, detail: String) -> RankedHit {
    RankedHit { is_prefix, hit: SearchHit { kind, id, title, detail } }
}

fn find_teachers(conn: &mut DbConnection, user: &CurrentUser, terms: &SearchTerms) -> Result<Vec<RankedHit>> {
    type Row = (TeacherId, String, String, OrganizationId);
    let found = search_rows!(
        conn, terms, visible_teachers(user),
        teachers: teachers::name, teachers::teacher_no, teachers::initials,
        Row, (teachers::id, teachers::name, teachers::teacher_no, teachers::organization_id)
    );
    let places = organization_refs(conn, found.iter().map(|(row, _)| row.3).collect())?;
    let teacher = |((id, name, number, place), is_prefix): (Row, bool)| {
        let place = places.get(&place).map_or("", |place| place.name.as_str());
        hit(is_prefix, SearchKind::Teacher, id.uuid(), name, format!("{number} · {place}"))
    };
    Ok(found.into_iter().map(teacher).collect())
}

fn find_organizations(conn: &mut DbConnection, user: &CurrentUser, terms: &SearchTerms) -> Result<Vec<RankedHit>> {
    type Row = (OrganizationId, String, String, OrganizationKind);
    let found = search_rows!(
        conn, terms, organizations::table.filter(in_scope!(organizations::path, user.scope)),
        organizations: organizations::name, organizations::code, organizations::initials,
        Row, (organizations::id, organizations::name, organizations::code, organizations::kind)
    );
    let organization = |((id, name, code, kind), is_prefix): (Row, bool)| {
        hit(is_prefix, SearchKind::Organization, id.uuid(), name, format!("{code} · {}", kind.label()))
    };
    Ok(found.into_iter().map(organization).collect())
}

fn find_projects(conn: &mut DbConnection, user: &CurrentUser, terms: &SearchTerms) -> Result<Vec<RankedHit>> {
    type Row = (ProjectId, String, i32, ProjectKind, ProjectStatus);
    // A project has no number; the title takes its place.
    let found = search_rows!(
        conn, terms, visible_projects(user),
        projects: projects::title, projects::title, projects::initials,
        Row, (projects::id, projects::title, projects::training_year, projects::kind, projects::status)
    );
    let project = |((id, title, year, kind, status), is_prefix): (Row, bool)| {
        let detail = format!("{year}年度 · {} · {}", kind.label(), status.label());
        hit(is_prefix, SearchKind::Project, id.uuid(), title, detail)
    };
    Ok(found.into_iter().map(project).collect())
}
