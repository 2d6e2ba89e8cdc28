use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, Permission, ProjectId, TeacherId, WireEnum,
    organizations::OrganizationKind,
    projects::{ProjectKind, ProjectStatus},
    search::{SearchHit, SearchKind, SearchView},
};
use uuid::Uuid;

use super::rules::{Found, share};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, initials,
        schema::{organizations, projects, teachers},
        types::{contains_pattern, lower},
    },
    error::Result,
    people::{organizations::organization_refs, teachers::visible},
    visibility::{in_scope, visible_projects},
};

/// A text in the ways in which it is looked for.
struct Sought {
    text: String,
    /// Numbers and codes are mostly written in capitals.
    capitals: String,
    initials: String,
    limit: i64,
}

/// The end of what begins with a text, in the order of bytes.
fn beyond(text: &str) -> String {
    format!("{text}\u{10FFFF}")
}

/// The condition that a column begins with a text, written so that the index on it serves.
macro_rules! begins {
    ($column:expr, $text:expr) => {
        $column.ge($text.clone()).and($column.lt(beyond(&$text)))
    };
}

/// The rows of a query that are sought by a name, a number and the initials, with whether they
/// begin so. Those that do are found by the indexes; the others are only looked for where there
/// is room for more.
macro_rules! seek {
    ($conn:expr, $sought:expr, $visible:expr, $table:ident: $name:expr, $number:expr, $initials:expr, $row:ty, $select:expr) => {{
        let (sought, initials) = ($sought, $initials.assume_not_null());
        let begin: Vec<$row> = $visible
            .filter(
                begins!($name, sought.text)
                    .or(begins!($number, sought.text))
                    .or(begins!($number, sought.capitals))
                    .or(begins!(initials, sought.initials)),
            )
            .order((initials.asc(), $name.asc(), $table::id.asc()))
            .limit(sought.limit)
            .select($select)
            .load($conn)?;
        let mut found: Vec<($row, bool)> = begin.into_iter().map(|row| (row, true)).collect();
        let room = sought.limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if room > 0 {
            let pattern = contains_pattern(&sought.text);
            let begun: Vec<_> = found.iter().map(|(row, _)| row.0).collect();
            let rest: Vec<$row> = $visible
                .filter($table::id.ne_all(begun))
                .filter(
                    lower($name)
                        .like(pattern.clone())
                        .escape('\\')
                        .or(lower($number).like(pattern).escape('\\'))
                        .or(initials.like(contains_pattern(&sought.initials)).escape('\\')),
                )
                // Names that begin so by another reading of theirs come first.
                .order((
                    initials.not_like(contains_pattern(&format!(" {}", sought.initials))).asc(),
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

/// What a text finds of what the caller sees and may read.
pub fn search(conn: &mut DbConnection, user: &CurrentUser, text: &str, limit: i64) -> Result<SearchView> {
    if text.is_empty() {
        return Ok(SearchView { items: Vec::new() });
    }
    let sought =
        Sought { text: text.to_owned(), capitals: text.to_uppercase(), initials: initials::asked(text), limit };
    let kinds = [
        if user.allows(Permission::TeachersRead) { find_teachers(conn, user, &sought)? } else { Vec::new() },
        if user.allows(Permission::OrganizationsRead) { find_organizations(conn, user, &sought)? } else { Vec::new() },
        if user.allows(Permission::ProjectsRead) { find_projects(conn, user, &sought)? } else { Vec::new() },
    ];
    Ok(SearchView { items: share(usize::try_from(limit).unwrap_or_default(), kinds) })
}

fn hit(begins: bool, kind: SearchKind, id: Uuid, title: String, detail: String) -> Found {
    Found { begins, hit: SearchHit { kind, id, title, detail } }
}

fn find_teachers(conn: &mut DbConnection, user: &CurrentUser, sought: &Sought) -> Result<Vec<Found>> {
    type Row = (TeacherId, String, String, OrganizationId);
    let found = seek!(
        conn, sought, visible(user)?,
        teachers: teachers::name, teachers::teacher_no, teachers::initials,
        Row, (teachers::id, teachers::name, teachers::teacher_no, teachers::organization_id)
    );
    let places = organization_refs(conn, found.iter().map(|(row, _)| row.3).collect())?;
    let teacher = |((id, name, number, place), begins): (Row, bool)| {
        let place = places.get(&place).map_or("", |place| place.name.as_str());
        hit(begins, SearchKind::Teacher, id.uuid(), name, format!("{number} · {place}"))
    };
    Ok(found.into_iter().map(teacher).collect())
}

fn find_organizations(conn: &mut DbConnection, user: &CurrentUser, sought: &Sought) -> Result<Vec<Found>> {
    type Row = (OrganizationId, String, String, OrganizationKind);
    let found = seek!(
        conn, sought, organizations::table.filter(in_scope!(organizations::path, user.scope)),
        organizations: organizations::name, organizations::code, organizations::initials,
        Row, (organizations::id, organizations::name, organizations::code, organizations::kind)
    );
    let organization = |((id, name, code, kind), begins): (Row, bool)| {
        hit(begins, SearchKind::Organization, id.uuid(), name, format!("{code} · {}", kind.label()))
    };
    Ok(found.into_iter().map(organization).collect())
}

fn find_projects(conn: &mut DbConnection, user: &CurrentUser, sought: &Sought) -> Result<Vec<Found>> {
    type Row = (ProjectId, String, i32, ProjectKind, ProjectStatus);
    // A project has no number: its title stands for that, too.
    let found = seek!(
        conn, sought, visible_projects(user),
        projects: projects::title, projects::title, projects::initials,
        Row, (projects::id, projects::title, projects::training_year, projects::kind, projects::status)
    );
    let project = |((id, title, year, kind, status), begins): (Row, bool)| {
        let detail = format!("{year}年度 · {} · {}", kind.label(), status.label());
        hit(begins, SearchKind::Project, id.uuid(), title, detail)
    };
    Ok(found.into_iter().map(project).collect())
}
