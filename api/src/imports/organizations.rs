//! Organizations from a file, parents before or after their children. One that is there and
//! differs is updated; its place in the tree is for good.

use std::collections::HashMap;

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{OrganizationId, organizations::OrganizationKind};
use uuid::Uuid;

use super::{
    columns::{self, Cells, Column, Header, optional, required},
    csv_source::Table,
    report::{Counts, Faults},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, on_connection, schema::organizations, types::UtcTime},
    error::Result,
    initials,
};

const CHUNK: usize = 1000;

pub const COLUMNS: &[Column] = &[
    required("code", "单位编号"),
    required("name", "单位名称"),
    required("kind", "单位类型"),
    optional("parent_code", "上级编号"),
    optional("rural", "乡村"),
    optional("base_school", "学区基地校"),
];

/// A row that reads well.
pub struct Row {
    /// As the spreadsheet counts.
    number: i64,
    code: String,
    name: String,
    kind: OrganizationKind,
    parent_code: Option<String>,
    rural: Option<bool>,
    base_school: Option<bool>,
}

pub fn read(table: &Table, header: &Header<'_>, faults: &mut Faults) -> Vec<Row> {
    let mut first_rows: HashMap<String, i64> = HashMap::new();
    let mut rows = Vec::with_capacity(table.rows.len());
    for (row, record) in &table.rows {
        let mut cells = Cells { row: *row, header, record, faults };
        cells.check_width();
        let code = cells.required("code", columns::code);
        let name = cells.required("name", columns::text(100));
        let kind = cells.required("kind", columns::one_of);
        let parent_code = cells.optional("parent_code", columns::code);
        let rural = cells.optional("rural", columns::yes_no);
        let base_school = cells.optional("base_school", columns::yes_no);
        if let Some(first) = code.as_ref().and_then(|code| first_rows.insert(code.clone(), *row)) {
            cells.fault("code", "repeated_row", format!("与第 {first} 行编号相同"));
        }
        if let (Some(code), Some(name), Some(kind)) = (code, name, kind) {
            rows.push(Row { number: *row, code, name, kind, parent_code, rural, base_school });
        }
    }
    rows
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct Stored {
    id: OrganizationId,
    code: String,
    name: String,
    kind: OrganizationKind,
    parent_id: Option<OrganizationId>,
    path: String,
    rural: bool,
    base_school: bool,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
    initials: Option<String>,
}

/// What is to be written once nothing is wrong: parents first.
#[derive(Default)]
pub struct Plan {
    rows: Vec<Stored>,
    pub counts: Counts,
}

/// Finds parents and what is there already, in sets.
pub fn plan(
    conn: &mut DbConnection,
    user: &CurrentUser,
    now: UtcTime,
    header: &Header<'_>,
    rows: Vec<Row>,
    faults: &mut Faults,
) -> Result<Plan> {
    let mut there = stored(conn, &rows)?;
    let own: Stored = organizations::table.find(user.organization_id).select(Stored::as_select()).first(conn)?;
    let mut plan = Plan::default();
    let mut waiting = Vec::new();
    for row in rows {
        let known = there.get(&row.code).cloned();
        match known {
            Some(stored) => update(&mut plan, &there, user, now, header, row, stored, faults),
            None => waiting.push(row),
        }
    }
    // New ones hang below those there, or below new ones hung before.
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for row in waiting {
            let parent = match &row.parent_code {
                Some(code) => there.get(code),
                None => Some(&own),
            };
            match parent {
                Some(parent) if user.scope.contains(&parent.path) => {
                    let new = created(&row, parent, now);
                    plan.counts.imported += 1;
                    there.insert(row.code, new.clone());
                    plan.rows.push(new);
                }
                Some(_) => fault_of_parent(header, &row, faults),
                None => later.push(row),
            }
        }
        if later.len() == before {
            for row in &later {
                fault_of_parent(header, row, faults);
            }
            break;
        }
        waiting = later;
    }
    Ok(plan)
}

fn fault_of_parent(header: &Header<'_>, row: &Row, faults: &mut Faults) {
    let message = "上级单位不存在或不在您的管理范围内";
    let column = header.title("parent_code");
    faults.add(row.number, column, row.parent_code.as_deref(), "unknown_organization", message);
}

fn created(row: &Row, parent: &Stored, now: UtcTime) -> Stored {
    Stored {
        id: OrganizationId::from_uuid(Uuid::now_v7()),
        code: row.code.clone(),
        name: row.name.clone(),
        kind: row.kind,
        parent_id: Some(parent.id),
        path: format!("{}/{}", parent.path, row.code),
        rural: row.rural.unwrap_or_default(),
        base_school: row.base_school.unwrap_or_default(),
        version: 1,
        created_at: now,
        updated_at: now,
        initials: Some(initials::of(&row.name)),
    }
}

#[allow(clippy::too_many_arguments, reason = "one step of the plan")]
fn update(
    plan: &mut Plan,
    there: &HashMap<String, Stored>,
    user: &CurrentUser,
    now: UtcTime,
    header: &Header<'_>,
    row: Row,
    stored: Stored,
    faults: &mut Faults,
) {
    if !user.scope.contains(&stored.path) {
        let message = "该编号的单位不在您的管理范围内";
        return faults.add(row.number, header.title("code"), Some(&row.code), "unknown_organization", message);
    }
    let moved =
        row.parent_code.as_ref().is_some_and(|code| there.get(code).map(|parent| parent.id) != stored.parent_id);
    if moved {
        let message = "单位的上级不能更改";
        return faults.add(
            row.number,
            header.title("parent_code"),
            row.parent_code.as_deref(),
            "parent_changed",
            message,
        );
    }
    let after = Stored {
        initials: Some(initials::of(&row.name)),
        name: row.name,
        kind: row.kind,
        rural: row.rural.unwrap_or(stored.rural),
        base_school: row.base_school.unwrap_or(stored.base_school),
        ..stored.clone()
    };
    let says = |row: &Stored| (row.name.clone(), row.kind, row.rural, row.base_school);
    if says(&after) == says(&stored) {
        plan.counts.unchanged += 1;
    } else {
        plan.counts.updated += 1;
        plan.rows.push(Stored { version: stored.version + 1, updated_at: now, ..after });
    }
}

/// The organizations that the rows are about or refer to, by their codes.
fn stored(conn: &mut DbConnection, rows: &[Row]) -> Result<HashMap<String, Stored>> {
    let codes: Vec<&String> =
        rows.iter().flat_map(|row| std::iter::once(&row.code).chain(row.parent_code.as_ref())).collect();
    let mut found = HashMap::new();
    for chunk in codes.chunks(CHUNK) {
        let rows: Vec<Stored> = organizations::table
            .filter(organizations::code.eq_any(chunk.iter().copied()))
            .select(Stored::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.code.clone(), row)));
    }
    Ok(found)
}

pub fn write(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    for chunk in plan.rows.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(organizations::table)
                .values(chunk)
                .on_conflict(organizations::id)
                .do_update()
                .set((
                    organizations::name.eq(excluded(organizations::name)),
                    organizations::initials.eq(excluded(organizations::initials)),
                    organizations::kind.eq(excluded(organizations::kind)),
                    organizations::rural.eq(excluded(organizations::rural)),
                    organizations::base_school.eq(excluded(organizations::base_school)),
                    organizations::version.eq(excluded(organizations::version)),
                    organizations::updated_at.eq(excluded(organizations::updated_at)),
                ))
                .execute(connection)?
        });
    }
    Ok(())
}
