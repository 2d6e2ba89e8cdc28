//! The organizations that activities concern and the teachers who deliver them.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    ActivityId, ErrorCode, FieldError, OrganizationId, TeacherId, activities::Deliverer, organizations::OrganizationRef,
};

use crate::{
    db::{
        DbConnection, Tx,
        schema::{activity_deliverers, activity_organizations, organizations, teachers},
    },
    error::{ApiError, Result},
    people::organizations::organization_refs,
    training::rows::insert_rows,
};

/// An organization that an activity concerns.
#[derive(Clone, Copy, Insertable)]
#[diesel(table_name = activity_organizations)]
pub struct ActivityOrganization {
    /// The activity.
    pub activity_id: ActivityId,
    /// The organization.
    pub organization_id: OrganizationId,
}

/// A teacher who delivers an activity.
#[derive(Clone, Copy, Insertable)]
#[diesel(table_name = activity_deliverers)]
pub struct ActivityDeliverer {
    /// The activity.
    pub activity_id: ActivityId,
    /// The teacher.
    pub teacher_id: TeacherId,
}

/// Inserts the teachers who deliver activities.
///
/// # Errors
/// If the database fails.
pub fn insert_deliverers(tx: &mut Tx<'_>, rows: &[ActivityDeliverer]) -> Result<()> {
    insert_rows!(tx.conn, activity_deliverers, rows);
    Ok(())
}

/// Inserts the organizations that activities concern.
///
/// # Errors
/// If the database fails.
pub fn insert_organizations(tx: &mut Tx<'_>, rows: &[ActivityOrganization]) -> Result<()> {
    insert_rows!(tx.conn, activity_organizations, rows);
    Ok(())
}

/// Replaces the organizations that an activity concerns.
///
/// # Errors
/// If the database fails.
pub fn set_concerns(tx: &mut Tx<'_>, activity_id: ActivityId, ids: &[OrganizationId]) -> Result<()> {
    let before = activity_organizations::table.filter(activity_organizations::activity_id.eq(activity_id));
    diesel::delete(before).execute(tx.conn)?;
    let row = |id: &OrganizationId| ActivityOrganization { activity_id, organization_id: *id };
    insert_organizations(tx, &ids.iter().map(row).collect::<Vec<_>>())
}

/// Replaces the teachers who deliver an activity.
///
/// # Errors
/// If the database fails.
pub fn set_delivered_by(tx: &mut Tx<'_>, activity_id: ActivityId, ids: &[TeacherId]) -> Result<()> {
    let before = activity_deliverers::table.filter(activity_deliverers::activity_id.eq(activity_id));
    diesel::delete(before).execute(tx.conn)?;
    let row = |id: &TeacherId| ActivityDeliverer { activity_id, teacher_id: *id };
    insert_deliverers(tx, &ids.iter().map(row).collect::<Vec<_>>())
}

/// Checks that a list names existing rows, each once.
fn check_named<T: Copy + Eq>(named: &[T], found: &[T], field: &str, code: &str, message: &str) -> Result<()> {
    let mut errors = Vec::new();
    for (index, id) in named.iter().enumerate() {
        let pointer = format!("/{field}/{index}");
        if !found.contains(id) {
            errors.push(FieldError::new(pointer, code, message));
        } else if named[..index].contains(id) {
            errors.push(FieldError::new(pointer, "duplicate", "重复"));
        }
    }
    ApiError::check(ErrorCode::Invalid, errors)
}

/// Checks the teachers who deliver an activity. They may serve anywhere, as members of teams do.
///
/// # Errors
/// 422 at each teacher who is unknown or repeated.
pub fn check_delivered_by(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<()> {
    let found: Vec<TeacherId> = teachers::table.filter(teachers::id.eq_any(ids)).select(teachers::id).load(conn)?;
    check_named(ids, &found, "delivered_by", "unknown_teacher", "教师不存在")
}

/// Checks that the organizations that an activity concerns are each named once. The caller checks that they exist.
///
/// # Errors
/// 422 at each repetition.
pub fn check_concerns(ids: &[OrganizationId]) -> Result<()> {
    check_named(ids, ids, "concerns", "unknown_organization", "单位不存在")
}

/// Returns the organizations that activities concern, by name. An activity that concerns all participants is absent.
///
/// # Errors
/// If the database fails.
pub fn concerns_of(conn: &mut DbConnection, ids: &[ActivityId]) -> Result<HashMap<ActivityId, Vec<OrganizationRef>>> {
    let rows: Vec<(ActivityId, OrganizationId)> = activity_organizations::table
        .inner_join(organizations::table)
        .filter(activity_organizations::activity_id.eq_any(ids))
        .order((organizations::name, organizations::id))
        .select((activity_organizations::activity_id, activity_organizations::organization_id))
        .load(conn)?;
    let refs = organization_refs(conn, rows.iter().map(|(_, id)| *id).collect())?;
    let mut found: HashMap<ActivityId, Vec<OrganizationRef>> = HashMap::new();
    for (activity, id) in rows {
        found.entry(activity).or_default().extend(refs.get(&id).cloned());
    }
    Ok(found)
}

/// Returns the teachers who deliver activities, by number.
///
/// # Errors
/// If the database fails.
pub fn delivered_by(conn: &mut DbConnection, ids: &[ActivityId]) -> Result<HashMap<ActivityId, Vec<Deliverer>>> {
    let rows: Vec<(ActivityId, TeacherId, String, String)> = activity_deliverers::table
        .inner_join(teachers::table)
        .filter(activity_deliverers::activity_id.eq_any(ids))
        .order(teachers::teacher_no)
        .select((activity_deliverers::activity_id, teachers::id, teachers::teacher_no, teachers::name))
        .load(conn)?;
    let mut found: HashMap<ActivityId, Vec<Deliverer>> = HashMap::new();
    for (activity, teacher_id, teacher_no, teacher_name) in rows {
        found.entry(activity).or_default().push(Deliverer { teacher_id, teacher_no, teacher_name });
    }
    Ok(found)
}
