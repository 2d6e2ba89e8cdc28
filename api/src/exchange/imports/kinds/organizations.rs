//! Organizations from a file, parents before or after their children. One that is there and
//! differs is updated; its place in the tree is for good.

use std::collections::HashMap;

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{OrganizationId, changes::ChangeType, organizations::OrganizationKind};
use uuid::Uuid;

use super::{
    super::{
        columns::{self, Cells, Column, labels, optional, passed_over, required, yes_or_no},
        report::Counts,
    },
    Kind, Planning,
};
use crate::{
    db::{DbConnection, Tx, initials, on_connection, schema::organizations, types::UtcTime},
    error::Result,
};

const CHUNK: usize = 1000;

/// Organizations from a file.
pub struct Organizations;

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

impl Kind for Organizations {
    type Row = Row;
    type Reading = ();
    type Plan = Vec<Stored>;

    const COLUMNS: &'static [Column] = &[
        required("code", "单位编号").hint("字母、数字和 - _ . ，最多 32 个字符；已有的编号按文件更新"),
        required("name", "单位名称").hint("最多 100 个字"),
        required("kind", "单位类型").of(labels::<OrganizationKind>),
        optional("parent_code", "上级编号").hint("上级单位的编号，可在本文件中；不填为您所在的单位"),
        optional("rural", "乡村").of(yes_or_no),
        optional("base_school", "学区基地校").of(yes_or_no),
        passed_over("上级名称").or(&["在职教师数"]),
    ];
    const WHOLE: Option<usize> = Some(20_000);

    fn reading(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let code = cells.required("code", columns::code);
        let name = cells.required("name", columns::text(100));
        let kind = cells.required("kind", columns::one_of);
        let parent_code = cells.optional("parent_code", columns::code);
        let rural = cells.optional("rural", columns::yes_no);
        let base_school = cells.optional("base_school", columns::yes_no);
        Some(Row { number: cells.row, code: code?, name: name?, kind: kind?, parent_code, rural, base_school })
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<Stored>, Counts)> {
        let rows = first_of_each(at, rows);
        let mut there = stored(at.conn, &rows)?;
        let own: Stored =
            organizations::table.find(at.user.organization_id).select(Stored::as_select()).first(at.conn)?;
        let mut plan = Plan::default();
        let mut waiting = Vec::new();
        for row in rows {
            let known = there.get(&row.code).cloned();
            match known {
                Some(stored) => update(&mut plan, &there, at, row, stored),
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
                    Some(parent) if at.user.scope.contains(&parent.path) => {
                        let new = created(&row, parent, at.now);
                        plan.counts.imported += 1;
                        there.insert(row.code, new.clone());
                        plan.rows.push(new);
                    }
                    Some(_) => fault_of_parent(at, &row),
                    None => later.push(row),
                }
            }
            if later.len() == before {
                for row in &later {
                    fault_of_parent(at, row);
                }
                break;
            }
            waiting = later;
        }
        Ok((plan.rows, plan.counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, rows: Vec<Stored>) -> Result<()> {
        for chunk in rows.chunks(CHUNK) {
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
        let (new, known): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.version == 1);
        tx.publish(ChangeType::OrganizationCreated, new.into_iter().map(|row| row.id));
        tx.publish(ChangeType::OrganizationUpdated, known.into_iter().map(|row| row.id));
        Ok(())
    }
}

/// The rows whose code no row before has.
fn first_of_each(at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Vec<Row> {
    let mut first_rows: HashMap<String, i64> = HashMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    for (number, row) in rows {
        match first_rows.get(&row.code) {
            Some(first) => {
                let message = format!("与第 {first} 行编号相同");
                at.fault(number, "code", Some(&row.code), "repeated_row", message);
            }
            None => {
                first_rows.insert(row.code.clone(), number);
                kept.push(row);
            }
        }
    }
    kept
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
pub struct Stored {
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
struct Plan {
    rows: Vec<Stored>,
    counts: Counts,
}

fn fault_of_parent(at: &mut Planning<'_>, row: &Row) {
    let message = "上级单位不存在或不在您的管理范围内";
    at.fault(row.number, "parent_code", row.parent_code.as_deref(), "unknown_organization", message);
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

fn update(plan: &mut Plan, there: &HashMap<String, Stored>, at: &mut Planning<'_>, row: Row, stored: Stored) {
    if !at.user.scope.contains(&stored.path) {
        let message = "该编号的单位不在您的管理范围内";
        return at.fault(row.number, "code", Some(&row.code), "unknown_organization", message);
    }
    let moved =
        row.parent_code.as_ref().is_some_and(|code| there.get(code).map(|parent| parent.id) != stored.parent_id);
    if moved {
        let message = "单位的上级不能更改";
        return at.fault(row.number, "parent_code", row.parent_code.as_deref(), "parent_changed", message);
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
        plan.rows.push(Stored { version: stored.version + 1, updated_at: at.now, ..after });
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
