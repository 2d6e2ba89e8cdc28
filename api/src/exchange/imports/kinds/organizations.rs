//! Imports organizations, parents before or after their children. An existing organization that differs
//! is updated; its place in the tree cannot change.

use std::collections::HashMap;

use songjiao_types::organizations::OrganizationKind;

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, labels, optional, required, yes_or_no},
        report::Counts,
    },
    kind::{Kind, PlanContext},
};
use crate::{
    db::{FoldedMap, Tx, folded, initials, types::UtcTime},
    error::Result,
    people::organizations::batch::{self, OrganizationRow},
};

/// The import of organizations.
pub struct Organizations;

/// A row whose cells are valid.
pub struct Row {
    /// The spreadsheet's row number.
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
    type ReadContext = ();
    type Plan = Vec<OrganizationRow>;

    const COLUMNS: &'static [Column] = &[
        required("code", "单位编号").hint("字母、数字和 - _ . ，最多 32 个字符；已有的编号按文件更新"),
        required("name", "单位名称").hint("最多 100 个字"),
        required("kind", "单位类型").of(labels::<OrganizationKind>),
        optional("parent_code", "上级编号").hint("上级单位的编号，可在本文件中；不填为您所在的单位"),
        optional("rural", "乡村").of(yes_or_no),
        optional("base_school", "学区基地校").of(yes_or_no),
        ignored("上级名称").or(&["在职教师数"]),
    ];
    const SINGLE_BATCH_ROWS: Option<usize> = Some(20_000);

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let code = cells.required("code", cells::code);
        let name = cells.required("name", cells::text(100));
        let kind = cells.required("kind", cells::one_of);
        let parent_code = cells.optional("parent_code", cells::code);
        let rural = cells.optional("rural", cells::yes_no);
        let base_school = cells.optional("base_school", cells::yes_no);
        Some(Row { number: cells.row, code: code?, name: name?, kind: kind?, parent_code, rural, base_school })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<OrganizationRow>, Counts)> {
        let rows = first_of_each(context, rows);
        let codes: Vec<&str> = rows
            .iter()
            .flat_map(|row| [Some(&row.code), row.parent_code.as_ref()])
            .flatten()
            .map(String::as_str)
            .collect();
        let mut existing = batch::by_codes(context.conn, &codes)?;
        let own = batch::by_id(context.conn, context.user.organization_id)?;
        let mut plan = Plan::default();
        let mut waiting = Vec::new();
        for row in rows {
            match existing.get(&row.code).cloned() {
                Some(before) => update(&mut plan, &existing, context, row, before),
                None => waiting.push(row),
            }
        }
        // A new organization is placed below an existing one or one placed before.
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for row in waiting {
                let parent = match &row.parent_code {
                    Some(code) => existing.get(code),
                    None => Some(&own),
                };
                match parent {
                    Some(parent) if context.user.scope.contains(&parent.path) => {
                        let new = created(&row, parent, context.now);
                        plan.counts.imported += 1;
                        existing.insert(&row.code, new.clone());
                        plan.rows.push(new);
                    }
                    Some(_) => parent_fault(context, &row),
                    None => later.push(row),
                }
            }
            if later.len() == before {
                for row in later {
                    parent_fault(context, &row);
                }
                break;
            }
            waiting = later;
        }
        Ok((plan.rows, plan.counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, rows: Vec<OrganizationRow>) -> Result<()> {
        batch::upsert(tx, &rows)
    }
}

/// Returns the first row of each code; later ones are faults.
fn first_of_each(context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Vec<Row> {
    let mut first_rows: HashMap<String, i64> = HashMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    for (number, row) in rows {
        let code = folded(&row.code);
        match first_rows.get(&*code) {
            Some(first) => {
                let message = format!("与第 {first} 行编号相同");
                context.fault(number, "code", Some(&row.code), "repeated_row", message);
            }
            None => {
                first_rows.insert(code.into_owned(), number);
                kept.push(row);
            }
        }
    }
    kept
}

/// What will be written, parents first.
#[derive(Default)]
struct Plan {
    rows: Vec<OrganizationRow>,
    counts: Counts,
}

fn parent_fault(context: &mut PlanContext<'_>, row: &Row) {
    let message = "上级单位不存在或不在您的管理范围内";
    context.fault(row.number, "parent_code", row.parent_code.as_deref(), "unknown_organization", message);
}

fn created(row: &Row, parent: &OrganizationRow, now: UtcTime) -> OrganizationRow {
    OrganizationRow {
        rural: row.rural.unwrap_or_default(),
        base_school: row.base_school.unwrap_or_default(),
        ..OrganizationRow::new(&row.code, &row.name, row.kind, Some((parent.id, &parent.path)), now)
    }
}

fn update(
    plan: &mut Plan,
    existing: &FoldedMap<OrganizationRow>,
    context: &mut PlanContext<'_>,
    row: Row,
    before: OrganizationRow,
) {
    if !context.user.scope.contains(&before.path) {
        let message = "该编号的单位不在您的管理范围内";
        return context.fault(row.number, "code", Some(&row.code), "unknown_organization", message);
    }
    let moved =
        row.parent_code.as_ref().is_some_and(|code| existing.get(code).map(|parent| parent.id) != before.parent_id);
    if moved {
        let message = "单位的上级不能更改";
        return context.fault(row.number, "parent_code", row.parent_code.as_deref(), "parent_changed", message);
    }
    let after = OrganizationRow {
        initials: Some(initials::of(&row.name)),
        name: row.name,
        kind: row.kind,
        rural: row.rural.unwrap_or(before.rural),
        base_school: row.base_school.unwrap_or(before.base_school),
        ..before.clone()
    };
    let content = |row: &OrganizationRow| (row.name.clone(), row.kind, row.rural, row.base_school);
    if content(&after) == content(&before) {
        plan.counts.unchanged += 1;
    } else {
        plan.counts.updated += 1;
        plan.rows.push(OrganizationRow { version: before.version + 1, updated_at: context.now, ..after });
    }
}
