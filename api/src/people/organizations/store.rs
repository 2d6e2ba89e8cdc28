use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use serde_json::json;
use songjiao_types::{
    OrganizationId, Page,
    changes::ChangeType,
    organizations::{
        CreateOrganization, OrganizationKind, OrganizationQuery, OrganizationRef, OrganizationSort, OrganizationView,
        UpdateOrganization,
    },
};

use super::batch::{self, OrganizationRow};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx, initials,
        schema::{organizations, teachers},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::appointments::service::in_post_on,
    visibility::{in_scope, visible_organization},
};

diesel::alias!(organizations as parents: Parents);

#[derive(AsChangeset)]
#[diesel(table_name = organizations)]
struct OrganizationChanges<'a> {
    name: Option<&'a str>,
    kind: Option<OrganizationKind>,
    rural: Option<bool>,
    base_school: Option<bool>,
    version: i32,
    updated_at: UtcTime,
    initials: Option<String>,
}

type Filtered<'a> = IntoBoxed<'a, organizations::table, MultiBackend>;

fn filtered<'a>(scope: &Scope, query: &OrganizationQuery) -> Filtered<'a> {
    let mut rows = organizations::table.filter(in_scope!(organizations::path, scope)).into_boxed();
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        rows = rows.filter(
            lower(organizations::name)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(organizations::code).like(pattern).escape('\\'))
                .or(organizations::initials.assume_not_null().like(initials::pattern(text)).escape('\\')),
        );
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(organizations::kind.eq(kind));
    }
    if let Some(parent) = query.parent_id {
        rows = rows.filter(organizations::parent_id.eq(parent));
    }
    if let Some(rural) = query.rural {
        rows = rows.filter(organizations::rural.eq(rural));
    }
    rows
}

/// Returns a page of the organizations in the scope.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &OrganizationQuery,
    page: &PageRequest,
) -> Result<Page<OrganizationView>> {
    listing!(conn, page, query.sort.unwrap_or(OrganizationSort::Code),
        rows: filtered(&user.scope, query), OrganizationRow, id: organizations::id, OrganizationId,
        views: |conn, rows| with_details(conn, rows, user.today()),
        {
            OrganizationSort::Code => asc organizations::code, String, |view: &OrganizationView| view.code.clone();
            OrganizationSort::CodeDesc => desc organizations::code, String, |view: &OrganizationView| view.code.clone();
            OrganizationSort::Name => asc organizations::name, String, |view: &OrganizationView| view.name.clone();
            OrganizationSort::NameDesc => desc organizations::name, String, |view: &OrganizationView| view.name.clone();
        }
    )
}

/// Adds the parents' names and the teacher counts, with one query each.
fn with_details(
    conn: &mut DbConnection,
    rows: Vec<OrganizationRow>,
    today: NaiveDate,
) -> Result<Vec<OrganizationView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let parent_names: HashMap<OrganizationId, String> = organizations::table
        .inner_join(parents.on(parents.field(organizations::id).nullable().eq(organizations::parent_id)))
        .filter(organizations::id.eq_any(&ids))
        .select((organizations::id, parents.field(organizations::name)))
        .load(conn)?
        .into_iter()
        .collect();
    let teacher_counts: HashMap<OrganizationId, i64> = teachers::table
        .filter(teachers::organization_id.eq_any(&ids).and(teachers::id.eq_any(in_post_on!(today))))
        .group_by(teachers::organization_id)
        .select((teachers::organization_id, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |row: OrganizationRow| OrganizationView {
        parent_name: parent_names.get(&row.id).cloned(),
        teacher_count: teacher_counts.get(&row.id).copied().unwrap_or_default(),
        id: row.id,
        code: row.code,
        name: row.name,
        kind: row.kind,
        parent_id: row.parent_id,
        path: row.path,
        rural: row.rural,
        base_school: row.base_school,
        version: row.version,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Returns an organization.
///
/// # Errors
/// 404 if it is out of the scope.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: OrganizationId) -> Result<OrganizationView> {
    let row = organizations::table
        .find(id)
        .filter(in_scope!(organizations::path, user.scope))
        .select(OrganizationRow::as_select())
        .first(conn)?;
    with_details(conn, vec![row], user.today())?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the references of the given organizations, by id.
pub fn organization_refs(
    conn: &mut DbConnection,
    ids: Vec<OrganizationId>,
) -> Result<HashMap<OrganizationId, OrganizationRef>> {
    Ok(organizations::table
        .filter(organizations::id.eq_any(ids))
        .select((organizations::id, organizations::code, organizations::name, organizations::kind))
        .load::<(OrganizationId, String, String, OrganizationKind)>(conn)?
        .into_iter()
        .map(|(id, code, name, kind)| (id, OrganizationRef { id, code, name, kind }))
        .collect())
}

/// Returns the root organization of the installation, if it is set up.
pub fn find_root(conn: &mut DbConnection) -> Result<Option<OrganizationId>> {
    let roots = organizations::table.filter(organizations::parent_id.is_null()).select(organizations::id);
    Ok(roots.first(conn).optional()?)
}

/// Returns the organization at the root of a scope.
pub fn root_of(conn: &mut DbConnection, scope: &Scope) -> Result<OrganizationRef> {
    let (id, code, name, kind): (OrganizationId, String, String, OrganizationKind) = organizations::table
        .filter(organizations::path.eq(&scope.root))
        .select((organizations::id, organizations::code, organizations::name, organizations::kind))
        .first(conn)?;
    Ok(OrganizationRef { id, code, name, kind })
}

/// Returns the organizations of a scope with their paths, ordered by path.
pub fn tree(conn: &mut DbConnection, scope: &Scope) -> Result<Vec<(String, OrganizationRef)>> {
    type Row = (String, (OrganizationId, String, String, OrganizationKind));
    let rows: Vec<Row> = organizations::table
        .filter(in_scope!(organizations::path, scope))
        .order(organizations::path)
        .select((
            organizations::path,
            (organizations::id, organizations::code, organizations::name, organizations::kind),
        ))
        .load(conn)?;
    let with_path = |(path, (id, code, name, kind))| (path, OrganizationRef { id, code, name, kind });
    Ok(rows.into_iter().map(with_path).collect())
}

/// Returns the given organizations that lie in the scope, in arbitrary order.
pub fn find_all(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: Vec<OrganizationId>,
) -> Result<Vec<OrganizationView>> {
    let rows = organizations::table
        .filter(organizations::id.eq_any(ids))
        .filter(in_scope!(organizations::path, user.scope))
        .select(OrganizationRow::as_select())
        .load(conn)?;
    with_details(conn, rows, user.today())
}

/// Creates an organization.
///
/// # Errors
/// 409 if the code exists; 422 at `/parent_id` if the parent is out of scope.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateOrganization) -> Result<OrganizationView> {
    let parent_id = new.parent_id.unwrap_or(user.organization_id);
    let parent_path = visible_organization(tx.conn, &user.scope, parent_id, "/parent_id")?;
    let parent = Some((parent_id, parent_path.as_str()));
    let row = OrganizationRow {
        rural: new.rural,
        base_school: new.base_school,
        ..OrganizationRow::new(&new.code, new.name.trim(), new.kind, parent, tx.now)
    };
    let id = row.id;
    batch::upsert(tx, &[row])?;
    let view = find(tx.conn, user, id)?;
    tx.created("organization", id, &view)?;
    Ok(view)
}

/// Creates the root organization of an installation, a bureau.
pub fn create_root(tx: &mut Tx<'_>, code: &str, name: &str) -> Result<OrganizationId> {
    let row = OrganizationRow::new(code, name, OrganizationKind::Bureau, None, tx.now);
    let id = row.id;
    batch::upsert(tx, &[row])?;
    tx.created("organization", id, &json!({ "code": code, "name": name }))?;
    Ok(id)
}

/// Updates an organization.
///
/// # Errors
/// 404 if it is out of the scope; 412 if it has another version.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: OrganizationId,
    version: IfMatch,
    changes: &UpdateOrganization,
) -> Result<OrganizationView> {
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    let changed = diesel::update(organizations::table.find(id).filter(organizations::version.eq(before.version)))
        .set(OrganizationChanges {
            name: changes.name.as_deref().map(str::trim),
            kind: changes.kind,
            rural: changes.rural,
            base_school: changes.base_school,
            version: before.version + 1,
            updated_at: tx.now,
            initials: changes.name.as_deref().map(initials::of),
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("organization", id, &before, &after)?;
    tx.publish(ChangeType::OrganizationUpdated, [id]);
    Ok(after)
}

/// Deletes an organization.
///
/// # Errors
/// 404 if it is out of the scope; 409 if it is the root or referred to; 412 if it has another version.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: OrganizationId, version: IfMatch) -> Result<()> {
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    if before.parent_id.is_none() {
        return Err(ApiError::wrong_state("根单位不能删除"));
    }
    let path = organizations::table.find(id).select(organizations::path).first(tx.conn)?;
    diesel::delete(organizations::table.find(id)).execute(tx.conn)?;
    tx.publish_deleted(ChangeType::OrganizationDeleted, id, path);
    tx.deleted("organization", id, &before)
}
