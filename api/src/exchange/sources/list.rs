use std::collections::HashMap;

use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    OrganizationId, Page, SourceId,
    sources::{SourceQuery, SourceSort, SourceView},
};

use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend,
        schema::{api_keys, organizations, sources},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::organizations::organization_refs,
    visibility::{in_scope, requested_scope},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sources)]
struct SourceRow {
    id: SourceId,
    name: String,
    organization_id: OrganizationId,
    created_at: UtcTime,
    last_record_at: Option<UtcTime>,
}

type Filtered<'a> = IntoBoxed<'a, sources::table, MultiBackend>;

fn filtered<'a>(scope: &Scope, query: &SourceQuery) -> Filtered<'a> {
    let in_scope = organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
    let rows = sources::table.filter(sources::organization_id.eq_any(in_scope)).into_boxed();
    match &query.q {
        Some(text) => rows.filter(lower(sources::name).like(contains_pattern(text)).escape('\\')),
        None => rows,
    }
}

/// Returns a page of the sources of the organizations in scope.
///
/// # Errors
/// 422 if the organization is unknown or the cursor is invalid.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &SourceQuery,
    page: &PageRequest,
) -> Result<Page<SourceView>> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(SourceSort::Name),
        rows: filtered(&scope, query), SourceRow, id: sources::id, SourceId, views: with_details,
        {
            SourceSort::Name => asc sources::name, String, |view: &SourceView| view.name.clone();
            SourceSort::NameDesc => desc sources::name, String, |view: &SourceView| view.name.clone();
        }
    )
}

/// Adds organizations and the number of keys with one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<SourceRow>) -> Result<Vec<SourceView>> {
    let places = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let keys: HashMap<Option<SourceId>, i64> = api_keys::table
        .filter(api_keys::source_id.eq_any(rows.iter().map(|row| Some(row.id)).collect::<Vec<_>>()))
        .filter(api_keys::revoked_at.is_null())
        .group_by(api_keys::source_id)
        .select((api_keys::source_id, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let organization = places.get(&row.organization_id).cloned();
            Ok(SourceView {
                organization: organization.ok_or_else(|| ApiError::internal("a source without organization"))?,
                keys: keys.get(&Some(row.id)).copied().unwrap_or_default(),
                id: row.id,
                name: row.name,
                last_record_at: row.last_record_at.map(Into::into),
                created_at: row.created_at.into(),
            })
        })
        .collect()
}
